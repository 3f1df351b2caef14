//! The job's claim on its video's folder: said before the first media object, taken back with the last step.

use std::sync::Arc;

use screener_store::{Class, Condition, ObjectKey};
use tokio::sync::OnceCell;

use super::state::Driver;
use crate::cause::Cause;
use crate::destination::Destination;
use crate::engine::base::Engine;
use crate::engine::claims::Claim;
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::upload::{Stopped, Uploads};

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
            uploads.persist(0, put).await.map(drop)
        };
        self.said.get_or_try_init(saying).await.map(drop)
    }

    /// Takes it back. One that stays harms nobody: its journal knows that the job has ended.
    pub(super) async fn take_back(&self, uploads: &Uploads) -> Result<(), Stopped> {
        let key = self.key().await?;
        match uploads.persist(0, || uploads.store.delete_one(&key)).await {
            Err(Stopped::Store(error)) => {
                tracing::warn!(%error, %key, "the claim of a job that has ended stays");
                Ok(())
            }
            other => other,
        }
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
