//! What earlier runs left behind, removed at start.

use std::collections::HashSet;

use super::Engine;
use crate::error::Error;
use crate::job::Phase;
use crate::journal::{self, shelf};

impl Engine {
    /// Work folders of jobs that are gone, deletions that a kill interrupted, multipart uploads without a job.
    /// What asks buckets goes on in the task that is returned.
    pub(super) async fn clean_up(&self) -> Result<tokio::task::JoinHandle<()>, Error> {
        let rows = self.inner.journal.read(journal::jobs::all).await?;
        let alive: HashSet<String> = rows
            .iter()
            .filter(|r| !matches!(r.phase, Phase::Live | Phase::Failed))
            .map(|r| r.job.to_string())
            .collect();
        let work = self.inner.work();
        if let Ok(folders) = std::fs::read_dir(&work) {
            for folder in folders
                .flatten()
                .filter(|f| !alive.contains(&*f.file_name().to_string_lossy()))
            {
                tracing::info!(folder = %folder.path().display(), "removing the work folder of a job that is gone");
                if let Err(error) = std::fs::remove_dir_all(folder.path()) {
                    tracing::warn!(%error, folder = %folder.path().display(), "it could not be removed");
                }
            }
        }
        let engine = self.clone();
        // Buckets may be slow or away; jobs do not wait for that.
        Ok(tokio::spawn(async move {
            if let Err(error) = engine.finish_removals().await {
                tracing::warn!(%error, "deletions that were interrupted could not be finished");
            }
            if let Err(error) = engine.abort_dangling(&alive).await {
                tracing::warn!(%error, "multipart uploads that were left could not be given up");
            }
        }))
    }

    async fn finish_removals(&self) -> Result<(), Error> {
        for removal in self.inner.journal.read(shelf::removals).await? {
            if let Err(error) = self.carry_out(&removal).await {
                tracing::warn!(%error, video = %removal.video, "a deletion is left for later");
            }
        }
        Ok(())
    }

    async fn abort_dangling(&self, alive: &HashSet<String>) -> Result<(), Error> {
        for destination in self.destinations().await? {
            let name = destination.name.clone();
            let dangling = self
                .inner
                .journal
                .read(move |t| journal::objects::known_uploads(t, &name))
                .await?;
            let dangling: Vec<_> = dangling
                .into_iter()
                .filter(|(job, _)| job.as_ref().is_none_or(|j| !alive.contains(j)))
                .collect();
            if dangling.is_empty() {
                continue;
            }
            let store = self.inner.config.access.store(&destination).await?;
            for (_, upload) in dangling {
                store.abort(&upload).await?;
                let name = destination.name.clone();
                self.inner
                    .journal
                    .call(move |t| journal::objects::forget_upload(t, &name, upload.key.as_str()))
                    .await?;
            }
        }
        Ok(())
    }
}
