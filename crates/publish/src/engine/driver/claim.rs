//! The job's claim on its video's folder: said before the first media object, taken back with the last step.

use std::sync::Arc;
use std::time::Duration;

use screener_store::{Class, Condition, Conditions, ObjectKey};
use tokio::sync::OnceCell;

use super::state::Driver;
use crate::cause::Cause;
use crate::destination::{Destination, Place};
use crate::engine::base::Engine;
use crate::engine::claims::{Claim, FOLDER, LEASE};
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::upload::{Stopped, Uploads};

/// How often a mark is said before another computer's is taken for one that stays.
const MARKS: u32 = 6;

/// Upper bound of the wait between two of them.
const PAUSE: Duration = Duration::from_secs(2);

/// The claim, as every upload of the job sees it.
#[derive(Clone)]
pub(super) struct Claiming {
    engine: Engine,
    job: JobId,
    video: VideoId,
    destination: Destination,
    /// Objects of this job were stored by an earlier run: then the claim must still be there.
    goes_on: bool,
    said: Arc<OnceCell<()>>,
}

impl Claiming {
    async fn key(&self) -> Result<ObjectKey, Error> {
        Ok(self.engine.claim(&self.job).await?.key(&self.destination, &self.video))
    }

    /// Returns when the bucket says that the folder is in use. Asked by every upload, done by the first.
    pub(super) async fn say(&self, uploads: &Uploads) -> Result<(), Stopped> {
        let saying = || async {
            let key = self.key().await?;
            if self.goes_on {
                match uploads.persist(0, || uploads.store.head(&key)).await {
                    Err(Stopped::Store(error)) if error.class == Class::NotFound => {
                        return Err(Stopped::Here(Cause::ClearedAway.into()));
                    }
                    other => drop(other?),
                }
            }
            let text = Claim::text;
            let put = || uploads.store.put(&key, text(), &Condition::Any);
            uploads.persist(0, put).await?;
            self.try_conditions(uploads, &key).await
        };
        self.said.get_or_try_init(saying).await.map(drop)
    }

    /// Of a store that nobody knows: whether it keeps conditions. One that passes over them would never say so by itself.
    async fn try_conditions(&self, uploads: &Uploads, key: &ObjectKey) -> Result<(), Stopped> {
        let unknown = uploads.store.abilities().conditions == Conditions::Unknown;
        if !unknown || !matches!(self.destination.place, Place::S3 { .. }) {
            return Ok(());
        }
        let tried = || uploads.store.try_conditions(key, Claim::text());
        match uploads.persist(0, tried).await {
            Err(Stopped::Store(error)) => {
                tracing::warn!(%error, "whether the store keeps conditions is not known");
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Writes the video's index while no other computer does, at a store that keeps no conditions: says a mark, looks for others',
    /// and only then lets `write` look and write. Of two computers at least one sees the other's mark, or what the other one
    /// wrote before it took its mark back. Where each sees the other's, both take theirs back and try again after a while.
    pub(super) async fn alone<T, F>(&self, uploads: &Uploads, write: F) -> Result<T, Stopped>
    where
        F: Future<Output = Result<T, Stopped>>,
    {
        let own = self.engine.claim(&self.job).await?;
        let mark = own.mark(&self.destination, &self.video);
        let mut tries = 0;
        loop {
            let put = || uploads.store.put(&mark, Claim::text(), &Condition::Any);
            uploads.persist(0, put).await?;
            if !self.is_marked_by_another(uploads, &own).await? {
                break;
            }
            uploads.persist(0, || uploads.store.delete_one(&mark)).await?;
            tries += 1;
            if tries >= MARKS {
                return Err(Stopped::Here(Cause::AnotherComputerWrites.into()));
            }
            tokio::select! {
                () = uploads.leaving.cancelled() => return Err(Stopped::Leaving),
                () = uploads.clock.sleep(uploads.jitter.below(PAUSE)) => {}
            }
        }
        let written = Box::pin(write).await;
        // Who leaves makes no call any more; its own mark keeps a journal from nothing.
        if !matches!(written, Err(Stopped::Leaving)) {
            match uploads.persist(0, || uploads.store.delete_one(&mark)).await {
                Err(Stopped::Store(error)) => {
                    tracing::warn!(%error, %mark, "the mark of an index that is written stays");
                }
                other => other?,
            }
        }
        written
    }

    async fn is_marked_by_another(&self, uploads: &Uploads, own: &Claim) -> Result<bool, Stopped> {
        let folder = ObjectKey::of(&self.destination.prefix, &self.video, "")
            .as_str()
            .to_owned();
        let below = format!("{folder}{FOLDER}");
        let there = uploads.persist(0, || uploads.store.list(&below, None)).await?.objects;
        let now = self.engine.inner.config.clock.now();
        let lease = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        Ok(there.iter().any(|object| {
            let mark = object.key.strip_prefix(&folder).and_then(Claim::parse_mark);
            mark.is_some_and(|mark| mark.journal != own.journal) && now.saturating_sub(object.modified) < lease
        }))
    }

    /// Takes it back. One that stays harms nobody: its journal knows that the job has ended.
    pub(super) async fn take_back(&self, uploads: &Uploads) -> Result<(), Stopped> {
        let own = self.engine.claim(&self.job).await?;
        let mut said = vec![own.key(&self.destination, &self.video)];
        if uploads.store.abilities().conditions.are_missing() {
            // A kill may have left it.
            said.push(own.mark(&self.destination, &self.video));
        }
        for key in said {
            match uploads.persist(0, || uploads.store.delete_one(&key)).await {
                Err(Stopped::Store(error)) => {
                    tracing::warn!(%error, %key, "what a job said that has ended stays");
                }
                other => other?,
            }
        }
        Ok(())
    }
}

impl Driver {
    pub(super) fn claiming(&self) -> Claiming {
        Claiming {
            engine: self.engine.clone(),
            job: self.row.job.clone(),
            video: self.row.video.clone(),
            destination: self.destination.clone(),
            goes_on: self.goes_on,
            said: self.claimed.clone(),
        }
    }
}
