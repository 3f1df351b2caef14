//! What can be done next. Asks for whatever the state allows and nothing is under way for.

use std::iter;
use std::sync::Arc;

use screener_wire::PLAYLIST_END;

use super::{Effect, Entry, Phase, Publication, Recorded, Shown, Visible};

impl Publication {
    /// Appends the effects that the state allows.
    pub fn advance(&mut self, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Running => self.make(effects),
            Phase::Failing | Phase::Cancelling if !self.emptying => {
                self.emptying = true;
                if self.touched {
                    effects.push(Effect::Empty);
                } else {
                    let mut none_there = self.step(super::Event::Emptied);
                    effects.append(&mut none_there);
                }
            }
            _ => {}
        }
    }

    fn make(&mut self, effects: &mut Vec<Effect>) {
        if self.finished.is_none() && !self.encoding {
            self.encode(effects);
        }
        self.upload(effects);
        self.show(effects);
        self.appear(effects);
        if self.encoding && self.plan.is_some() {
            self.more_credits(effects);
        }
        self.close(effects);
    }

    fn encode(&mut self, effects: &mut Vec<Effect>) {
        self.encoding = true;
        self.attempt += 1;
        effects.push(Effect::Keep(Entry::Attempt(self.attempt)));
        let credits = self.first_credits();
        effects.push(Effect::Encode {
            attempt: self.attempt,
            credits,
            resume: self.plan.is_some(),
        });
    }

    /// Files that name segments wait until every segment is there.
    fn is_held(path: &str) -> bool {
        path.rsplit_once('.').is_some_and(|(_, extension)| extension == "m3u8")
    }

    fn segments_are_stored(&self) -> bool {
        self.finished.is_some() && self.segments.values().all(|list| list.are_stored())
    }

    fn upload(&mut self, effects: &mut Vec<Effect>) {
        let held_may_go = self.segments_are_stored()
            && self
                .files
                .iter()
                .all(|(p, made)| Self::is_held(p) || made.stored.is_some());
        let files = self
            .files
            .iter_mut()
            .filter(|(path, made)| made.stored.is_none() && !made.flying && (held_may_go || !Self::is_held(path)));
        let files = files.map(|(path, made)| {
            made.flying = true;
            (0, path.clone(), made.attempt, made.bytes)
        });
        let segments = self.segments.values_mut().flat_map(|list| Arc::make_mut(list).ask());
        let segments = segments.map(|s| (s.number, s.path.to_owned(), s.attempt, s.bytes));
        let mut ready: Vec<_> = files.chain(segments).collect();
        // Across tracks by number: what makes the next step playable goes first.
        ready.sort_by_key(|(number, ..)| *number);
        if !ready.is_empty() && !self.touched {
            self.touched = true;
            effects.push(Effect::Keep(Entry::Touched));
        }
        let uploads = ready
            .into_iter()
            .map(|(_, path, attempt, bytes)| Effect::Upload { path, attempt, bytes });
        effects.extend(uploads);
    }

    /// Media playlists, in step.
    fn show(&mut self, effects: &mut Vec<Effect>) {
        let in_step = self.in_step();
        let may_end = self.segments_are_stored() && self.files.values().all(|made| made.stored.is_some());
        for track in &self.tracks {
            let name = &track.name;
            let init_is_stored = track
                .init
                .as_ref()
                .is_none_or(|init| self.files.get(init).is_some_and(|made| made.stored.is_some()));
            if !init_is_stored || self.flying_playlists.contains_key(name) {
                continue;
            }
            let run = self.stored_run(name);
            let shown = self.playlists.get(name).copied().unwrap_or_default();
            let target = Shown {
                segments: if may_end { run } else { run.min(in_step) }.max(shown.segments),
                ended: may_end,
            };
            if target == shown || (target.segments == 0 && !may_end) {
                continue;
            }
            let entries = self
                .segments
                .get(name)
                .into_iter()
                .flat_map(|list| list.entries(target.segments));
            let end = if target.ended { PLAYLIST_END } else { "" };
            let pieces: Vec<&str> = iter::once(track.head.as_str()).chain(entries).chain([end]).collect();
            let text = pieces.concat();
            self.flying_playlists.insert(name.clone(), target);
            effects.push(Effect::Playlist {
                track: name.clone(),
                shown: target,
                text,
            });
        }
    }

    /// The early index, and the record that says `publishing`.
    fn appear(&mut self, effects: &mut Vec<Effect>) {
        if self.replaces.is_some() {
            return;
        }
        let every_track_plays =
            !self.tracks.is_empty() && self.tracks.iter().all(|t| self.playlists.contains_key(&t.name));
        if self.visible == Visible::Nothing
            && every_track_plays
            && !self.index_flying
            && let Some(text) = self.early_index.clone()
        {
            self.index_flying = true;
            effects.push(Effect::Index {
                last: false,
                text,
                etag: None,
            });
        }
        if self.visible == Visible::Early && self.recorded == Recorded::Nothing && !self.record_flying {
            self.record_flying = true;
            effects.push(Effect::Record { last: false });
        }
    }

    fn close(&mut self, effects: &mut Vec<Effect>) {
        let Some(finished) = &self.finished else { return };
        let all_ended = self
            .tracks
            .iter()
            .all(|t| self.playlists.get(&t.name).is_some_and(|shown| shown.ended));
        if !all_ended || self.tracks.is_empty() || self.index_flying || self.record_flying {
            return;
        }
        if self.visible < Visible::Final {
            if !self.verified {
                if !self.verifying {
                    self.verifying = true;
                    effects.push(Effect::Verify);
                }
                return;
            }
            if self.visible < Visible::Closing {
                self.visible = Visible::Closing;
                effects.push(Effect::Keep(Entry::Visible(Visible::Closing, self.index_etag.clone())));
            }
            self.index_flying = true;
            effects.push(Effect::Index {
                last: true,
                text: finished.index.clone(),
                etag: self.index_etag.clone(),
            });
            return;
        }
        if self.recorded < Recorded::Live {
            self.record_flying = true;
            effects.push(Effect::Record { last: true });
        } else if self.replaces.is_some() {
            if !self.removing_old {
                self.removing_old = true;
                effects.push(Effect::RemoveOld);
            }
        } else {
            self.phase = Phase::Live;
            self.error = None;
            effects.push(Effect::RemoveWork);
            effects.push(Effect::Keep(Entry::Phase(Phase::Live, None)));
        }
    }
}
