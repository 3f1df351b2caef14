//! The journal of the simulated world.

use std::sync::Arc;

use screener_publish::job::{Entry, Made, Publication};

/// Keeps an entry as SQLite would hold it.
pub fn keep(durable: &mut Publication, entry: Entry) {
    let d = durable;
    match entry {
        Entry::Phase(phase, error) => (d.phase, d.error) = (phase, error),
        Entry::Attempt(n) => d.attempt = n,
        Entry::Touched => d.touched = true,
        Entry::Plan(plan) => d.plan = Some(plan),
        Entry::Tracks(tracks) => d.tracks = tracks,
        Entry::EarlyIndex(text) => d.early_index = Some(text),
        Entry::Checkpoint(state) => d.checkpoint = Some(state),
        Entry::Finished(finished) => d.finished = Some(finished),
        Entry::Segment(attempt, segment) => {
            let list = d.segments.entry(segment.track.clone()).or_default();
            Arc::make_mut(list).push(&segment, attempt, None);
        }
        Entry::File(attempt, path, bytes) => drop(d.files.insert(
            path,
            Made {
                attempt,
                bytes,
                stored: None,
                flying: false,
            },
        )),
        Entry::Ended(track, n) => drop(d.ended.insert(track, n)),
        Entry::Stored(path, crc) => {
            if let Some(file) = d.files.get_mut(&path) {
                file.stored = Some(crc);
            } else {
                let known = d
                    .segments
                    .values_mut()
                    .find_map(|list| Arc::make_mut(list).store(&path, crc));
                known.expect("only what was made is stored, and once");
            }
        }
        Entry::Playlist(track, shown) => drop(d.playlists.insert(track, shown)),
        Entry::Visible(visible, etag) => (d.visible, d.index_etag) = (visible, etag),
        Entry::Recorded(recorded) => d.recorded = recorded,
        Entry::Note(text) => d.notes.push(text),
        Entry::NoCopy => {}
        Entry::Reset(generation) => {
            let (phase, error, replaces, attempt) = (d.phase, d.error.take(), d.replaces, d.attempt);
            *d = Publication::default();
            (d.phase, d.error, d.replaces, d.attempt, d.generation) = (phase, error, replaces, attempt, generation);
        }
    }
}
