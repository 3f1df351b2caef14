//! The last look, before the playlists end: what all segments of a track come to.

use screener_ladder::TrackKind;
use screener_wire::{Cause, Failure};

use super::run::Run;
use crate::output::Output;

/// Seconds by which tracks may end apart: a frame of sound, or of pictures that stand long, is never whole.
const APART: f64 = 0.5;

/// Whether every track is there to the film's end, shows as many pictures as the others, and is as loud as it was meant to be.
pub fn judge(run: &Run<'_>, output: &Output) -> Result<(), Failure> {
    let tracks: Vec<(String, TrackKind, bool)> = (0..output.len())
        .map(|track| {
            output.look(track, |planned, _| {
                (planned.track.name.clone(), planned.track.kind, planned.copied)
            })
        })
        .collect();
    let leading = if run.plan.rungs.is_empty() {
        TrackKind::Audio
    } else {
        TrackKind::Video
    };
    let film = (0..output.len())
        .filter(|&track| tracks[track].1 == leading)
        .map(|track| output.duration(track))
        .fold(0.0, f64::max);
    let mut pictures = None;
    for (track, (name, kind, copied)) in tracks.into_iter().enumerate() {
        if kind == TrackKind::Captions {
            continue;
        }
        let ends = output.duration(track);
        if (ends - film).abs() > APART {
            return Err(Cause::BrokenEnd {
                track: name,
                ends,
                film,
            }
            .into());
        }
        let verdict = output.verdict(track);
        if !verdict.is_as_loud() {
            return Err(Cause::BrokenLevel { track: name }.into());
        }
        // Every rung that is encoded gets the same pictures.
        if kind == TrackKind::Video && !copied && *pictures.get_or_insert(verdict.pictures) != verdict.pictures {
            return Err(Cause::BrokenPictures { track: name, at: 0.0 }.into());
        }
    }
    Ok(())
}
