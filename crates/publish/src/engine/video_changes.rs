//! What changes a video that is in its bucket, and what the bucket says.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use screener_store::checksum::{crc_text, crc64};
use screener_store::retry::{self, Policy};
use screener_store::{Class, Condition, ObjectKey, Put, Store, StoreError};
use tokio_util::sync::CancellationToken;

use super::base::{Engine, Update};
use crate::catalog::{Stored, Video, VideoRecord};
use crate::catalog_time::rfc3339;
use crate::cause::Cause;
use crate::destination::Destination;
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::job::Phase;
use crate::journal::job_rows::Wish;
use crate::journal::library_rows::Removal;
use crate::journal::{job_rows, library_rows, video_id};
use crate::link_record;
use crate::upload::{Stopped, Uploads, sweep};

/// Records that are read at once.
const AT_ONCE: usize = 24;

impl Engine {
    pub(super) async fn ask<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        store: &Store,
        attempt: impl FnMut() -> F,
    ) -> Result<T, StoreError> {
        let inner = &self.inner;
        retry::run(
            inner.config.clock.as_ref(),
            &inner.jitter,
            Policy::ASKED,
            store,
            |_, _| {},
            attempt,
        )
        .await
    }

    /// Writes under a condition; where the store keeps none, looks first. Between the look and the write somebody else's change
    /// may be lost: one of a title or a poster, never of media.
    async fn put_if(&self, store: &Store, key: &ObjectKey, text: &Bytes, when: &Condition) -> Result<Put, StoreError> {
        match self.ask(store, || store.put(key, text.clone(), when)).await {
            Err(error) if error.class == Class::Unconditional => {
                let put = self.ask(store, || store.put_looking(key, text.clone(), when)).await;
                self.learned().await;
                put
            }
            other => other,
        }
    }

    /// Reads what a destination's bucket says into the cache; all destinations when `None`. Those that cannot be reached keep what the cache has.
    pub async fn refresh(&self, destination: Option<&str>) -> Result<(), Error> {
        if let Some(name) = destination {
            return self.refresh_one(&self.destination(name).await?).await;
        }
        for destination in self.destinations().await? {
            if let Err(error) = self.refresh_one(&destination).await {
                tracing::warn!(%error, destination = destination.name, "the library there could not be read");
            }
        }
        Ok(())
    }

    async fn refresh_one(&self, destination: &Destination) -> Result<(), Error> {
        let store = self.store(destination).await?;
        let prefix = format!("{}/", destination.prefix);
        let listing = self.ask(&store, || store.list(&prefix, Some("/"))).await?;
        let there: Vec<VideoId> = listing
            .folders
            .iter()
            .filter_map(|f| f.strip_prefix(&prefix)?.strip_suffix('/')?.parse().ok())
            .collect();
        let name = destination.name.clone();
        let known = self.inner.journal.read(move |t| library_rows::etags(t, &name)).await?;
        let (store, known) = (&store, &known);
        let read = stream::iter(there).map(|video| async move {
            let key = ObjectKey::of(&destination.prefix, &video, "video.json");
            let etag = known.get(video.as_str()).map(String::as_str);
            match self.ask(store, || store.get_if_other(&key, etag)).await {
                Ok(Some(object)) => match serde_json::from_slice::<VideoRecord>(&object.bytes) {
                    Ok(record) if record.id == video => Ok(Some((video, Some((record, object.etag))))),
                    _ => {
                        tracing::warn!(%key, "is no record of this video");
                        Ok(None)
                    }
                },
                Ok(None) => Ok(Some((video, None))),
                // Media without a record: a job of somebody is under way, or was.
                Err(error) if error.class == Class::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        });
        let read: Vec<_> = read.buffer_unordered(AT_ONCE).collect().await;
        let read: Vec<_> = read
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect();
        let name = destination.name.clone();
        self.inner
            .journal
            .call(move |t| {
                let there: std::collections::HashSet<&str> = read.iter().map(|(video, _)| video.as_str()).collect();
                for gone in library_rows::etags(t, &name)?
                    .into_keys()
                    .filter(|v| !there.contains(v.as_str()))
                {
                    library_rows::forget_video(t, &video_id(&gone)?)?;
                }
                for (_, changed) in &read {
                    if let Some((record, etag)) = changed {
                        library_rows::keep_video(t, &name, etag, record)?;
                    }
                }
                Ok(())
            })
            .await?;
        self.tell(Update::Library);
        Ok(())
    }

    /// Changes a video's record in its bucket; somebody else's change in between is kept.
    async fn change_record(&self, video: &VideoId, change: impl Fn(&mut VideoRecord)) -> Result<Video, Error> {
        let known = self.video(video).await?;
        let destination = self.destination(&known.destination).await?;
        let store = self.store(&destination).await?;
        let key = ObjectKey::of(&destination.prefix, video, "video.json");
        loop {
            let object = self.ask(&store, || store.get(&key)).await?;
            let mut record: VideoRecord =
                serde_json::from_slice(&object.bytes).map_err(|e| Cause::RecordUnreadable { why: e.to_string() })?;
            change(&mut record);
            record.updated = rfc3339(self.inner.config.clock.now());
            let text =
                Bytes::from(serde_json::to_vec(&record).map_err(|e| Cause::RecordOfVideo { why: e.to_string() })?);
            let condition = Condition::Matches(object.etag);
            match self.put_if(&store, &key, &text, &condition).await {
                Ok(put) => {
                    let (name, etag, kept) = (destination.name.clone(), put.etag.clone(), record.clone());
                    self.inner
                        .journal
                        .call(move |t| library_rows::keep_video(t, &name, &etag, &kept))
                        .await?;
                    self.tell(Update::Library);
                    return self.video(video).await;
                }
                Err(error) if error.class == Class::Precondition => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives a video another title.
    pub async fn rename(&self, video: &VideoId, title: &str) -> Result<(), Error> {
        let title = title.trim().to_owned();
        if title.is_empty() || title.chars().count() > 500 {
            return Err(Cause::BadTitle.into());
        }
        let (renamed, kept) = (video.clone(), title.clone());
        let jobs = self
            .inner
            .journal
            .call(move |t| {
                job_rows::set_title(t, &renamed, &kept)?;
                job_rows::of_video(t, &renamed)
            })
            .await?;
        for job in &jobs {
            self.changed(&job.job).await;
        }
        match self
            .change_record(video, |record| record.title.clone_from(&title))
            .await
        {
            // Not in the bucket yet: the job writes its title when it is.
            Err(Error::NoSuchVideo(_)) if !jobs.is_empty() => Ok(()),
            other => other.map(drop),
        }
    }

    /// Stores a JPEG as the video's poster. Its name is new, because the old one's bytes are in caches.
    pub async fn set_poster(&self, video: &VideoId, jpeg: Bytes) -> Result<(), Error> {
        if !jpeg.starts_with(&[0xff, 0xd8, 0xff]) {
            return Err(Cause::NotAJpeg.into());
        }
        let known = self.video(video).await?;
        let destination = self.destination(&known.destination).await?;
        let store = self.store(&destination).await?;
        let generation = known.record.generation;
        // Without conditions two computers could take the next number at the same moment.
        let missing = store.abilities().conditions.are_missing();
        let mut number = if missing { getrandom::u32().unwrap_or(2) } else { 2 };
        let path = loop {
            let path = format!("{generation}/poster-{number}.jpg");
            let key = ObjectKey::of(&destination.prefix, video, &path);
            match self.put_if(&store, &key, &jpeg, &Condition::Absent).await {
                Ok(_) => break path,
                Err(error) if error.class == Class::Precondition => number += 1,
                Err(error) => return Err(error.into()),
            }
        };
        let crc = crc_text(crc64(&jpeg));
        let bytes = jpeg.len() as u64;
        self.change_record(video, |record| {
            if record.generation == generation {
                record.poster = Some(path.clone());
                record.bytes += bytes;
                record.checksums.insert(
                    path.clone(),
                    Stored {
                        bytes,
                        crc64nvme: crc.clone(),
                    },
                );
            }
        })
        .await
        .map(drop)
    }

    /// Deletes everything of a video, index first. A job that still makes it is given up. Resumable: a kill in its middle is finished at the next start.
    pub async fn remove_video(&self, video: &VideoId) -> Result<(), Error> {
        let wanted = video.clone();
        let (known, jobs) = self
            .inner
            .journal
            .read(move |t| {
                Ok((
                    library_rows::videos(t, Some(&wanted))?.into_iter().next(),
                    job_rows::of_video(t, &wanted)?,
                ))
            })
            .await?;
        let name = match (&known, jobs.first()) {
            (Some(video), _) => video.destination.clone(),
            (None, Some(job)) => job.destination.clone(),
            (None, None) => return Err(Error::NoSuchVideo(video.clone())),
        };
        let destination = self.destination(&name).await?;
        let folder = ObjectKey::of(&destination.prefix, video, "").as_str().to_owned();
        let removal = Removal {
            destination: name,
            folder,
            video: video.clone(),
        };
        let (kept, cancelled) = (
            Removal {
                destination: removal.destination.clone(),
                folder: removal.folder.clone(),
                video: video.clone(),
            },
            jobs.clone(),
        );
        self.inner
            .journal
            .call(move |t| {
                library_rows::add_removal(t, &kept)?;
                library_rows::forget_video(t, &kept.video)?;
                for job in cancelled {
                    if matches!(job.phase, Phase::Live | Phase::Failed) {
                        job_rows::remove(t, &job.job)?;
                    } else {
                        job_rows::wish(t, &job.job, Wish::Cancel)?;
                    }
                }
                Ok(())
            })
            .await?;
        for job in jobs {
            self.tell(Update::JobGone(job.job));
        }
        self.inner.turn.wake();
        self.tell(Update::Library);
        self.carry_out(&removal).await
    }

    /// Asks the CDN to forget what is gone from the bucket. Where it cannot be asked now, the journal keeps that for the next start.
    pub(super) async fn invalidate_or_keep(&self, destination: &Destination, folder: &str, video: &VideoId) {
        let asked = self
            .inner
            .config
            .access
            .invalidate(destination, &[format!("/{folder}*")])
            .await;
        let Err(error) = asked else { return };
        tracing::warn!(%error, folder, "the CDN may still hold what was removed; it is asked again at the next start");
        let removal = Removal {
            destination: destination.name.clone(),
            folder: folder.to_owned(),
            video: video.clone(),
        };
        if let Err(error) = self
            .inner
            .journal
            .call(move |t| library_rows::add_removal(t, &removal))
            .await
        {
            tracing::warn!(%error, "and that could not be kept");
        }
    }

    /// Carries out a deletion that the journal holds.
    pub(super) async fn carry_out(&self, removal: &Removal) -> Result<(), Error> {
        let destination = self.destination(&removal.destination).await?;
        let store = self.store(&destination).await?;
        let inner = &self.inner;
        let uploads = Uploads {
            journal: inner.journal.clone(),
            clock: inner.config.clock.clone(),
            jitter: inner.jitter.clone(),
            pool: inner.pool.clone(),
            store,
            destination: destination.name.clone(),
            job: JobId::random(),
            policy: Policy::ASKED,
            leaving: CancellationToken::new(),
            sent: Arc::default(),
            told: Arc::new(|_, _| {}),
        };
        let first = [
            ObjectKey::raw(format!("{}index.m3u8", removal.folder)),
            ObjectKey::raw(format!("{}video.json", removal.folder)),
        ];
        let links = format!("{}{}/", link_record::FOLDER, removal.video);
        for (folder, first) in [(&removal.folder, &first[..]), (&links, &[])] {
            match sweep(&uploads, folder, first).await {
                Ok(()) | Err(Stopped::Leaving) => {}
                Err(Stopped::Store(error)) => return Err(error.into()),
                Err(Stopped::Here(error)) => return Err(error),
            }
        }
        inner
            .config
            .access
            .invalidate(&destination, &[format!("/{}*", removal.folder)])
            .await?;
        let done = Removal {
            destination: removal.destination.clone(),
            folder: removal.folder.clone(),
            video: removal.video.clone(),
        };
        inner.journal.call(move |t| library_rows::end_removal(t, &done)).await?;
        self.learned().await;
        Ok(())
    }
}
