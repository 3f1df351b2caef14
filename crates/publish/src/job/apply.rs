//! What an event changes.

use std::sync::Arc;

use screener_wire as wire;

use super::notes::ENCODED_ANEW;
use super::{Effect, Entry, Event, Finished, LOST_IN_A_ROW, Made, Phase, Publication, Recorded, Visible};
use crate::cause::Cause;

impl Publication {
    pub(super) fn apply(&mut self, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Begin if self.phase == Phase::Queued || self.phase == Phase::Running => {
                self.enter(Phase::Running, None, effects);
            }
            Event::Begin => {}
            Event::Worker(event) => {
                if self.phase == Phase::Running && self.encoding {
                    self.worker(event, effects);
                }
            }
            Event::WorkerLost => self.lost(effects),
            Event::Stored { path, crc } => self.stored(path, crc, effects),
            Event::PlaylistStored { track, shown } => {
                self.flying_playlists.remove(&track);
                if self.phase == Phase::Running {
                    self.playlists.insert(track.clone(), shown);
                    effects.push(Effect::Keep(Entry::Playlist(track, shown)));
                }
            }
            Event::IndexStored { last, etag } => {
                self.index_flying = false;
                if self.phase == Phase::Running {
                    self.visible = if last { Visible::Final } else { Visible::Early };
                    self.index_etag = Some(etag.clone());
                    effects.push(Effect::Keep(Entry::Visible(self.visible, Some(etag))));
                }
            }
            Event::RecordStored { last } => {
                self.record_flying = false;
                if self.phase == Phase::Running {
                    self.recorded = if last { Recorded::Live } else { Recorded::Publishing };
                    effects.push(Effect::Keep(Entry::Recorded(self.recorded)));
                }
            }
            Event::Verified => {
                self.verifying = false;
                self.verified = true;
            }
            Event::OldRemoved => {
                self.removing_old = false;
                if self.phase == Phase::Running {
                    self.replaces = None;
                }
            }
            Event::Refused(why) => self.refuse(why, effects),
            Event::Suspended(why) => self.stop(Some(why), effects),
            Event::Pause => self.stop(None, effects),
            Event::Cancel => self.cancel(effects),
            Event::Emptied => self.emptied(effects),
        }
    }

    fn enter(&mut self, phase: Phase, error: Option<wire::Failure>, effects: &mut Vec<Effect>) {
        self.phase = phase;
        self.error.clone_from(&error);
        effects.push(Effect::Keep(Entry::Phase(phase, error)));
    }

    fn end_encoder(&mut self, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.encoding) {
            effects.push(Effect::StopEncoder);
        }
    }

    /// Too late to turn back: the last index names this generation, or may.
    fn is_past_return(&self) -> bool {
        self.replaces.is_some() && self.visible >= Visible::Closing
    }

    fn stop(&mut self, why: Option<wire::Failure>, effects: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Queued | Phase::Running) {
            self.end_encoder(effects);
            self.enter(Phase::Paused, why, effects);
        }
    }

    fn refuse(&mut self, why: wire::Failure, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Queued | Phase::Running if self.is_past_return() => self.stop(Some(why), effects),
            Phase::Queued | Phase::Running => {
                self.end_encoder(effects);
                self.enter(Phase::Failing, Some(why), effects);
            }
            _ => {}
        }
    }

    fn cancel(&mut self, effects: &mut Vec<Effect>) {
        if !matches!(self.phase, Phase::Live | Phase::Cancelling) && !self.is_past_return() {
            self.end_encoder(effects);
            // Whatever was being emptied for a failure goes on being emptied for this.
            let why = self.error.clone();
            self.enter(Phase::Cancelling, why, effects);
        }
    }

    fn emptied(&mut self, effects: &mut Vec<Effect>) {
        match self.phase {
            // Nothing comes after this: `emptying` stays.
            Phase::Cancelling => effects.extend([Effect::RemoveWork, Effect::Forget]),
            Phase::Failing => {
                // Once: a try in which nothing may be copied has no copy to fail.
                let copied = self.error.as_ref().is_some_and(wire::Failure::asks_for_encoding)
                    && self.plan.as_ref().is_some_and(|plan| plan.wishes.copy);
                // A cache may still hold segments of this generation under their names: the next try takes other names.
                let generation = if self.touched {
                    self.generation + 1
                } else {
                    self.generation
                };
                effects.push(Effect::RemoveWork);
                effects.push(Effect::Keep(Entry::Reset(generation)));
                let why = self.error.take();
                let (replaces, attempt, notes) = (self.replaces, self.attempt, std::mem::take(&mut self.notes));
                *self = Self {
                    generation,
                    replaces,
                    attempt,
                    notes,
                    budget: self.budget,
                    ..Self::default()
                };
                if copied {
                    effects.push(Effect::Keep(Entry::NoCopy));
                    self.note(ENCODED_ANEW.into(), effects);
                    self.enter(Phase::Queued, None, effects);
                } else {
                    self.enter(Phase::Failed, why, effects);
                }
            }
            _ => {}
        }
    }

    fn lost(&mut self, effects: &mut Vec<Effect>) {
        if !std::mem::take(&mut self.encoding) || self.phase != Phase::Running {
            return;
        }
        self.lost += 1;
        if self.lost >= LOST_IN_A_ROW {
            self.refuse(Cause::EncoderLost.into(), effects);
        }
    }

    fn stored(&mut self, path: String, crc: u64, effects: &mut Vec<Effect>) {
        let track = path.split('/').next().unwrap_or_default();
        let attempt = if let Some(made) = self.files.get_mut(&path) {
            made.flying = false;
            made.stored.replace(crc).is_none().then_some(made.attempt)
        } else {
            self.segments
                .get_mut(track)
                .and_then(|list| Arc::make_mut(list).store(&path, crc))
        };
        if let Some(attempt) = attempt {
            effects.push(Effect::Keep(Entry::Stored(path.clone(), crc)));
            effects.push(Effect::Discard { path, attempt });
        }
    }

    fn worker(&mut self, event: wire::Event, effects: &mut Vec<Effect>) {
        match event {
            wire::Event::Probed { .. } | wire::Event::Answer { .. } => {}
            wire::Event::Planned { plan } => {
                for note in &plan.notes {
                    self.note(note.clone(), effects);
                }
                effects.push(Effect::Keep(Entry::Plan(plan.clone())));
                self.plan = Some(plan);
            }
            wire::Event::Tracks { tracks } => self.told_tracks(tracks, effects),
            wire::Event::Index { text } => {
                // The first one stands: players have it.
                if self.early_index.is_none() {
                    effects.push(Effect::Keep(Entry::EarlyIndex(text.clone())));
                    self.early_index = Some(text);
                }
            }
            wire::Event::File { path, bytes } => self.made_file(path, bytes, effects),
            wire::Event::Segment(segment) => self.made_segment(segment, effects),
            wire::Event::TrackEnded { track, segments } => self.end_track(track, segments, effects),
            wire::Event::Checkpoint { state } => {
                effects.push(Effect::Keep(Entry::Checkpoint(state.clone())));
                self.checkpoint = Some(state);
            }
            wire::Event::Progress { position, speed, .. } => {
                self.position = position;
                self.speed = Some(speed);
            }
            wire::Event::Note { text } => self.note(text, effects),
            wire::Event::Finished {
                index,
                duration,
                measured,
            } => {
                let tracks: Vec<_> = self.tracks.iter().map(|t| t.name.clone()).collect();
                for track in tracks {
                    let all = self.made_run(&track);
                    self.end_track(track, all, effects);
                }
                let finished = Finished {
                    index,
                    duration,
                    measured,
                };
                effects.push(Effect::Keep(Entry::Finished(finished.clone())));
                self.finished = Some(finished);
                self.encoding = false;
                effects.push(Effect::EncoderDone);
            }
            wire::Event::Failed(why) => {
                self.encoding = false;
                effects.push(Effect::EncoderDone);
                match why.code.as_str() {
                    "disk_full" => self.stop(Some(why), effects),
                    _ => self.refuse(why, effects),
                }
            }
        }
    }

    fn note(&mut self, text: String, effects: &mut Vec<Effect>) {
        if !self.notes.contains(&text) && self.notes.len() < 50 {
            effects.push(Effect::Keep(Entry::Note(text.clone())));
            self.notes.push(text);
        }
    }

    fn told_tracks(&mut self, tracks: Vec<screener_ladder::Track>, effects: &mut Vec<Effect>) {
        if self.tracks.is_empty() {
            effects.push(Effect::Keep(Entry::Tracks(tracks.clone())));
            self.tracks = tracks;
        } else if self.tracks != tracks {
            self.refuse(Cause::CannotGoOn.into(), effects);
        }
    }

    fn made_file(&mut self, path: String, bytes: u64, effects: &mut Vec<Effect>) {
        let attempt = self.attempt;
        if !is_plain(&path) {
            return self.refuse(out_of_line(&path), effects);
        }
        if let Some(known) = self.files.get(&path) {
            // A later attempt makes its init segments and pictures again. What is stored stays: caches have it.
            if known.stored.is_some() || known.flying {
                effects.push(Effect::Discard { path, attempt });
                return;
            }
        }
        effects.push(Effect::Keep(Entry::File(attempt, path.clone(), bytes)));
        self.files.insert(
            path,
            Made {
                attempt,
                bytes,
                stored: None,
                flying: false,
            },
        );
    }

    fn made_segment(&mut self, segment: wire::Segment, effects: &mut Vec<Effect>) {
        let attempt = self.attempt;
        let next = self.made_run(&segment.track) + 1;
        let known_track = self.tracks.iter().any(|t| t.name == segment.track);
        if segment.number < next && known_track {
            effects.push(Effect::Discard {
                path: segment.path,
                attempt,
            });
            return;
        }
        let in_its_folder = segment
            .path
            .strip_prefix(&segment.track)
            .is_some_and(|rest| rest.starts_with('/'));
        if segment.number > next || !known_track || !in_its_folder || !is_plain(&segment.path) {
            return self.refuse(out_of_line(&segment.path), effects);
        }
        self.lost = 0;
        self.credit.saw(segment.bytes);
        let list = self.segments.entry(segment.track.clone()).or_default();
        Arc::make_mut(list).push(&segment, attempt, None);
        effects.push(Effect::Keep(Entry::Segment(attempt, segment)));
    }

    fn end_track(&mut self, track: String, segments: u32, effects: &mut Vec<Effect>) {
        if self.ended.get(&track) != Some(&segments) {
            effects.push(Effect::Keep(Entry::Ended(track.clone(), segments)));
            self.ended.insert(track, segments);
        }
    }
}

/// A path below the generation folder, and not out of it.
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
        && path.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

fn out_of_line(path: &str) -> wire::Failure {
    Cause::OutOfOrder { path: path.to_owned() }.into()
}
