//! Jobs: accepted, listed, and what is wished of each.

use std::path::PathBuf;
use std::time::Duration;

use screener_ladder::Wishes;

use super::base::{Engine, Update};
use super::fingerprint::fingerprint;
use super::shown::record;
use crate::cause::Cause;
use crate::error::Error;
use crate::ids::{JobId, VideoId};
use crate::job::Phase;
use crate::job_record::{JobRecord, JobState};
use crate::journal::job_rows::{self, JobRow, Wish};
use crate::journal::setting_rows;

/// A file to publish.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Source.
    pub file: PathBuf,
    /// Title; the file's name without its extension when `None`.
    pub title: Option<String>,
    /// How.
    pub wishes: Wishes,
    /// Destination's name.
    pub destination: String,
}

/// What was accepted: durable, nothing of it is lost from here on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Job.
    pub job: JobId,
    /// The video it makes.
    pub id: VideoId,
}

impl Engine {
    /// Accepts a file. When this returns, the job survives anything short of the disk's death.
    pub async fn accept(&self, new: NewJob) -> Result<Accepted, Error> {
        self.accept_as(new, None).await
    }

    pub(super) async fn accept_as(&self, new: NewJob, replaces: Option<(VideoId, u32)>) -> Result<Accepted, Error> {
        let file = std::path::absolute(&new.file).map_err(Error::file(&new.file))?;
        let fingerprint = fingerprint(&file)?;
        let title = new
            .title
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty())
            .unwrap_or_else(|| {
                file.file_stem()
                    .map_or_else(|| "Untitled".to_owned(), |s| s.to_string_lossy().into_owned())
            });
        let (video, generation) = replaces
            .clone()
            .map_or_else(|| (VideoId::random(), 1), |(video, old)| (video, old + 1));
        let row = JobRow {
            job: JobId::random(),
            video,
            title,
            file,
            fingerprint,
            destination: new.destination,
            wishes: new.wishes,
            accepted: self.inner.config.clock.now(),
            wish: Wish::Run,
            phase: Phase::Queued,
            error: None,
            replaces: replaces.map(|(_, old)| old),
            progress: None,
            finished: false,
            visible: false,
        };
        let accepted = Accepted {
            job: row.job.clone(),
            id: row.video.clone(),
        };
        self.inner
            .journal
            .call(move |t| {
                setting_rows::destination(t, &row.destination)?;
                job_rows::add(t, &row, generation)
            })
            .await?;
        self.changed(&accepted.job).await;
        Ok(accepted)
    }

    /// Puts another file behind a video's id: the next generation is made beside the old one, which goes when the new one is live.
    pub async fn replace(&self, video: &VideoId, file: PathBuf, wishes: Wishes) -> Result<Accepted, Error> {
        let old = self.video(video).await?;
        let wanted = video.clone();
        let under_way = self.inner.journal.read(move |t| job_rows::of_video(t, &wanted)).await?;
        if under_way
            .iter()
            .any(|j| !matches!(j.phase, Phase::Live | Phase::Failed))
        {
            return Err(Cause::UnderWay.into());
        }
        let new = NewJob {
            file,
            title: Some(old.record.title.clone()),
            wishes,
            destination: old.destination,
        };
        self.accept_as(new, Some((video.clone(), old.record.generation))).await
    }

    /// Stops a job; what is done stays done. Resumed by [`Engine::resume`].
    pub async fn pause(&self, job: &JobId) -> Result<(), Error> {
        self.wish(job, Wish::Pause).await
    }

    /// Lets a paused job go on; queues a failed one again.
    pub async fn resume(&self, job: &JobId) -> Result<(), Error> {
        let phase = self.phase(job).await?;
        self.wish(
            job,
            if matches!(phase, Phase::Failed | Phase::Failing) {
                Wish::Retry
            } else {
                Wish::Run
            },
        )
        .await
    }

    /// Gives a job up: nothing of it stays, neither in the bucket nor in the list.
    pub async fn cancel(&self, job: &JobId) -> Result<(), Error> {
        self.wish(job, Wish::Cancel).await
    }

    /// Tries a failed job again, from the beginning.
    pub async fn retry(&self, job: &JobId) -> Result<(), Error> {
        let wish = if self.phase(job).await? == Phase::Paused {
            Wish::Run
        } else {
            Wish::Retry
        };
        self.wish(job, wish).await
    }

    /// Takes a job off the list. One that has not ended is cancelled; the video of a job that is live stays.
    pub async fn remove(&self, job: &JobId) -> Result<(), Error> {
        if self.phase(job).await? == Phase::Live {
            let gone = job.clone();
            self.inner.journal.call(move |t| job_rows::remove(t, &gone)).await?;
            self.tell(Update::JobGone(job.clone()));
            return Ok(());
        }
        self.cancel(job).await
    }

    /// Puts a job at `place` (from 0) of the queue.
    pub async fn move_to(&self, job: &JobId, place: usize) -> Result<(), Error> {
        let moved = job.clone();
        self.inner
            .journal
            .call(move |t| job_rows::move_to(t, &moved, place))
            .await?;
        self.changed(job).await;
        Ok(())
    }

    async fn phase(&self, job: &JobId) -> Result<Phase, Error> {
        let job = job.clone();
        Ok(self.inner.journal.read(move |t| job_rows::one(t, &job)).await?.phase)
    }

    async fn wish(&self, job: &JobId, wish: Wish) -> Result<(), Error> {
        let wished = job.clone();
        self.inner
            .journal
            .call(move |t| job_rows::wish(t, &wished, wish))
            .await?;
        self.changed(job).await;
        Ok(())
    }

    /// Waits until each of these jobs has ended, is paused or is gone; all jobs there are when the list is empty. Wherever they run.
    pub async fn settled(&self, jobs: &[JobId]) -> Result<Vec<JobRecord>, Error> {
        loop {
            let rows = self.inner.journal.read(job_rows::all).await?;
            let owned = self.inner.turn.is_taken();
            let mine = rows.into_iter().filter(|j| jobs.is_empty() || jobs.contains(&j.job));
            let (given_up, mine): (Vec<_>, Vec<_>) = mine.partition(JobRow::is_given_up);
            let records: Vec<_> = mine.into_iter().map(|row| record(row, owned)).collect();
            let busy = records
                .iter()
                .any(|j| matches!(j.state, JobState::Queued | JobState::Running));
            // One that is given up is waited for too, until nothing of it is left or nothing more can be done about that now.
            let tidying = given_up
                .into_iter()
                .any(|row| owned && record(row, owned).state != JobState::Failed);
            if !busy && !tidying {
                return Ok(records);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
