//! What goes up: media, playlists, the index, the record.

use std::collections::BTreeMap;

use bytes::Bytes;
use screener_store::checksum::crc_text;
use screener_store::{Class, Condition, ObjectKey};
use serde::Serialize;

use super::claim::Claiming;
use super::state::{Driver, Media, stopped};
use crate::catalog::{FORMAT, Stored, TrackRecord, VideoRecord, VideoState};
use crate::catalog_time::rfc3339;
use crate::cause::Cause;
use crate::engine::base::Update;
use crate::job::{Event, Publication, Shown};
use crate::journal::{job_rows, library_rows};
use crate::upload::{Stopped, Uploads};

/// Tasks under way at most: more than the pool can ever be wide. What waits beyond them is a name, not a task of kilobytes.
const TASKS: usize = 96;

/// How often the index is tried over what is found to be our own.
const OVER_OUR_OWN: u32 = 3;

impl Driver {
    /// Makes tasks of what waits, as many as there is room for.
    pub(super) async fn begin_uploads(&mut self) {
        while self.tasks.len() < TASKS
            && let Some(media) = self.waiting.pop_front()
        {
            self.upload(media).await;
        }
    }

    async fn upload(&mut self, Media { path, attempt, bytes }: Media) {
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let (key, file) = (self.key_in_generation(&path), self.attempt_folder(attempt).join(&path));
        let patience = self.patience.clone();
        let claim = self.claiming();
        self.spawn(async move {
            if let Err(why) = Box::pin(claim.say(&uploads)).await {
                return stopped(why);
            }
            match uploads.media(&key, file, bytes).await {
                Ok(crc) => {
                    *patience.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
                    Some(Event::Stored { path, crc })
                }
                Err(why) => stopped(why),
            }
        });
    }

    pub(super) async fn playlist(&mut self, track: String, shown: Shown, text: String) {
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let key = self.key_in_generation(&format!("{track}/index.m3u8"));
        self.spawn(async move {
            match uploads.text(&key, Bytes::from(text), &Condition::Any).await {
                Ok(_) => Some(Event::PlaylistStored { track, shown }),
                Err(why) => stopped(why),
            }
        });
    }

    pub(super) async fn index(&mut self, last: bool, text: String, etag: Option<String>) {
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let key = self.key("index.m3u8");
        // What may stand there by our own hand: the early index of this job, or the index of the generation that is replaced.
        let ours: Vec<String> = self.machine.early_index.iter().cloned().collect();
        let replaced = self.machine.replaces;
        let claim = self.claiming();
        self.spawn(async move {
            match put_index(&uploads, &claim, &key, text, etag, &ours, replaced).await {
                Ok(etag) => Some(Event::IndexStored { last, etag }),
                Err(why) => stopped(why),
            }
        });
    }

    pub(super) async fn record(&mut self, last: bool) {
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let (job, video) = (self.row.job.clone(), self.row.video.clone());
        let read = self
            .engine
            .inner
            .journal
            .read(move |t| {
                Ok((
                    job_rows::one(t, &job)?.title,
                    library_rows::videos(t, Some(&video))?.into_iter().next(),
                ))
            })
            .await;
        let (title, old) = match read {
            Ok(read) => read,
            Err(error) => {
                let _ = self.events.send(Event::Suspended(error.failure()));
                return;
            }
        };
        let record = self.video_record(last, title, old.as_ref().map(|v| &v.record));
        let text = if last {
            serde_json::to_vec(&Checked {
                record: &record,
                checksums: Checksums(&self.machine),
            })
        } else {
            serde_json::to_vec(&record)
        };
        let text = match text {
            Ok(text) => Bytes::from(text),
            Err(error) => {
                let why = Cause::RecordOfJob { why: error.to_string() }.into();
                let _ = self.events.send(Event::Refused(why));
                return;
            }
        };
        let key = self.key("video.json");
        let (engine, destination) = (self.engine.clone(), self.destination.name.clone());
        // The last step of a job that replaces nothing.
        let claim = (last && self.machine.replaces.is_none()).then(|| self.claiming());
        self.spawn(async move {
            match uploads.text(&key, text, &Condition::Any).await {
                Ok(put) => {
                    let cached = engine
                        .inner
                        .journal
                        .call(move |t| library_rows::keep_video(t, &destination, &put.etag, &record))
                        .await;
                    if let Err(error) = cached {
                        tracing::warn!(%error, "the library's cache misses a video until it is refreshed");
                    }
                    engine.tell(Update::Library);
                    if let Some(claim) = claim
                        && let Err(why) = claim.take_back(&uploads).await
                    {
                        return stopped(why);
                    }
                    Some(Event::RecordStored { last })
                }
                Err(why) => stopped(why),
            }
        });
    }

    /// Without its checksums, see [`Checked`].
    fn video_record(&self, last: bool, title: String, old: Option<&VideoRecord>) -> VideoRecord {
        let m = &self.machine;
        let generation = m.generation;
        let tracks = m.tracks.iter().map(|track| {
            let segments = m.segments.get(&track.name);
            let measured = m
                .finished
                .as_ref()
                .and_then(|f| f.measured.iter().find(|x| x.track == track.name));
            let rung = m
                .plan
                .as_ref()
                .and_then(|p| p.rungs.iter().find(|r| r.name == track.name));
            TrackRecord {
                name: track.name.clone(),
                kind: track.kind,
                codecs: measured.map(|x| x.codecs.clone()).unwrap_or_default(),
                width: measured.and_then(|x| x.width).or(rung.map(|r| r.width)),
                height: measured.and_then(|x| x.height).or(rung.map(|r| r.height)),
                language: track.language.clone(),
                copied: measured.map_or(rung.is_some_and(|r| r.copied), |x| x.copied),
                bytes: measured.map_or_else(
                    || segments.into_iter().flat_map(|list| list.iter()).map(|s| s.bytes).sum(),
                    |x| x.bytes,
                ),
                peak: measured.map_or(rung.map_or(0, |r| r.max_rate), |x| x.peak),
                average: measured.map_or(rung.map_or(0, |r| r.bit_rate), |x| x.average),
                segments: segments.map_or(0, |list| list.len()),
            }
        });
        let stored = |name: &str| {
            m.files
                .get(name)
                .is_some_and(|made| made.stored.is_some())
                .then(|| format!("{generation}/{name}"))
        };
        VideoRecord {
            format: FORMAT,
            id: self.row.video.clone(),
            state: if last { VideoState::Live } else { VideoState::Publishing },
            generation,
            title,
            duration: m.duration().unwrap_or(0.0),
            created: old.map_or_else(|| rfc3339(self.row.accepted), |r| r.created.clone()),
            updated: rfc3339(self.engine.inner.config.clock.now()),
            poster: stored("poster.jpg"),
            storyboard: stored("storyboard.vtt"),
            bytes: m.stored_bytes(),
            rungs: tracks.collect(),
            chapters: m.plan.as_ref().map(|plan| plan.chapters.clone()).unwrap_or_default(),
            checksums: BTreeMap::new(),
        }
    }
}

/// A record with the checksum of every object. They are written as they are read: a long film has tens of thousands.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(flatten)]
    record: &'a VideoRecord,
    checksums: Checksums<'a>,
}

/// Every object that is stored, by its path below the video's folder.
struct Checksums<'a>(&'a Publication);

impl Serialize for Checksums<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let generation = self.0.generation;
        to.collect_map(self.0.objects().filter_map(|(path, bytes, stored)| {
            let crc64nvme = crc_text(stored?);
            Some((format!("{generation}/{path}"), Stored { bytes, crc64nvme }))
        }))
    }
}

/// One conditional PUT. A 412 after an attempt of our own that did arrive means: look, and go on.
async fn put_index(
    uploads: &Uploads,
    claim: &Claiming,
    key: &ObjectKey,
    text: String,
    etag: Option<String>,
    ours: &[String],
    replaced: Option<u32>,
) -> Result<String, Stopped> {
    let text = Bytes::from(text);
    let mut condition = match etag {
        Some(etag) => Condition::Matches(etag),
        None => Condition::Absent,
    };
    for _ in 0..OVER_OUR_OWN {
        let written = match uploads.text(key, text.clone(), &condition).await {
            // A mark and a look stand for the condition.
            Err(Stopped::Store(error)) if error.class == Class::Unconditional => {
                let put = || uploads.store.put_looking(key, text.clone(), &condition);
                claim.alone(uploads, uploads.persist(0, put)).await
            }
            other => other,
        };
        let error = match written {
            Ok(put) => return Ok(put.etag),
            // If-Match over what is gone: 404.
            Err(Stopped::Store(error)) if matches!(error.class, Class::Precondition | Class::NotFound) => error,
            Err(other) => return Err(other),
        };
        let found = match uploads.persist(0, || uploads.store.get(key)).await {
            Ok(found) => found,
            Err(Stopped::Store(gone)) if gone.class == Class::NotFound => {
                condition = Condition::Absent;
                continue;
            }
            Err(other) => return Err(other),
        };
        if found.bytes == text {
            return Ok(found.etag);
        }
        let old = replaced.is_some_and(|old| names_generation(&found.bytes, old));
        if !old && !ours.iter().any(|own| own.as_bytes() == found.bytes) {
            return Err(error.into());
        }
        condition = Condition::Matches(found.etag);
    }
    Err(Stopped::Here(Cause::IndexContested.into()))
}

/// True where some line of the index begins with that generation's folder.
fn names_generation(index: &[u8], generation: u32) -> bool {
    let text = String::from_utf8_lossy(index);
    let (bare, quoted) = (format!("{generation}/"), format!("URI=\"{generation}/"));
    text.lines()
        .any(|line| line.starts_with(&bare) || line.contains(&quoted))
}
