//! What earlier runs left behind, removed at start, and looked for again every day.

use std::collections::HashSet;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::base::{Engine, LOOK};
use crate::error::Error;
use crate::job::Phase;
use crate::journal::job_rows::{self, JobRow};
use crate::journal::{library_rows, object_rows};

/// How often a process that goes on running looks again.
const AGAIN: Duration = Duration::from_hours(24);

/// Jobs that have not ended.
fn alive(rows: &[JobRow]) -> HashSet<String> {
    let alive = rows.iter().filter(|r| !matches!(r.phase, Phase::Live | Phase::Failed));
    alive.map(|r| r.job.to_string()).collect()
}

impl Engine {
    /// Work folders of jobs that are gone; then, in the task that is returned and once a day: deletions that a kill interrupted,
    /// multipart uploads without a job, claims of paused jobs, orphans.
    pub(super) async fn clean_up(&self, stop: &CancellationToken) -> Result<tokio::task::JoinHandle<()>, Error> {
        let rows = self.inner.journal.read(job_rows::all).await?;
        let alive = alive(&rows);
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
        let stop = stop.clone();
        // Buckets may be slow or away; jobs do not wait for that.
        Ok(tokio::spawn(async move {
            loop {
                engine.finish_what_was_begun().await;
                // A look that is broken off is taken another time; what it had begun to remove is in the journal.
                tokio::select! {
                    () = engine.look_for_orphans() => {}
                    () = stop.cancelled() => return,
                }
                engine.inner.tidied.send_replace(true);
                tokio::select! {
                    () = tokio::time::sleep(AGAIN) => {}
                    () = stop.cancelled() => return,
                }
            }
        }))
    }

    /// Waits until what earlier runs left has been looked for once, where this process runs the jobs.
    pub async fn tidied(&self) {
        let mut tidied = self.inner.tidied.subscribe();
        while self.inner.turn.is_mine() && !*tidied.borrow_and_update() {
            // A clean-up that could not even begin tells nothing.
            let _ = tokio::time::timeout(LOOK, tidied.changed()).await;
        }
    }

    async fn finish_what_was_begun(&self) {
        if let Err(error) = self.finish_removals().await {
            tracing::warn!(%error, "deletions that were interrupted could not be finished");
        }
        if let Err(error) = self.abort_dangling().await {
            tracing::warn!(%error, "multipart uploads that were left could not be given up");
        }
    }

    async fn look_for_orphans(&self) {
        if let Err(error) = self.renew_claims().await {
            tracing::warn!(%error, "paused jobs could not be said to live");
        }
        if let Err(error) = self.remove_orphans().await {
            tracing::warn!(%error, "what nobody needs could not be looked for");
        }
    }

    async fn finish_removals(&self) -> Result<(), Error> {
        for removal in self.inner.journal.read(library_rows::removals).await? {
            if let Err(error) = self.carry_out(&removal).await {
                tracing::warn!(%error, video = %removal.video, "a deletion is left for later");
            }
        }
        Ok(())
    }

    async fn abort_dangling(&self) -> Result<(), Error> {
        let rows = self.inner.journal.read(job_rows::all).await?;
        let alive = alive(&rows);
        for destination in self.destinations().await? {
            let name = destination.name.clone();
            let dangling = self
                .inner
                .journal
                .read(move |t| object_rows::known_uploads(t, &name))
                .await?;
            let dangling: Vec<_> = dangling
                .into_iter()
                .filter(|(job, _)| job.as_ref().is_none_or(|j| !alive.contains(j)))
                .collect();
            if dangling.is_empty() {
                continue;
            }
            let store = self.store(&destination).await?;
            for (_, upload) in dangling {
                store.abort(&upload).await?;
                let name = destination.name.clone();
                self.inner
                    .journal
                    .call(move |t| object_rows::forget_upload(t, &name, upload.key.as_str()))
                    .await?;
            }
        }
        Ok(())
    }
}
