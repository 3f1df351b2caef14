//! Jobs: what the engine runs, and what may be asked of one.

use std::time::Duration;

use screener_publish::destination::LOCAL;
use screener_publish::{JobRecord, JobState};

use super::job_view::{JobView, view};
use crate::typed_ids::job_id;
use crate::{App, Result};

/// How often it is looked whether a job is gone.
const PACE: Duration = Duration::from_millis(100);

/// Longest wait for buckets to be looked through.
const TIDY: Duration = Duration::from_mins(1);

/// How often the edge that jobs upload to is looked at.
const WATCH: Duration = Duration::from_secs(2);

impl App {
    /// Starts to run jobs in this process as soon as no other one does, and sees to it that the local edge stays up for
    /// them when the process that had it ends.
    ///
    /// # Errors
    /// None today: what stands in the way of a job is told of that job.
    #[expect(clippy::unused_async, reason = "the shells await every verb")]
    pub async fn start_jobs(&self) -> Result<()> {
        self.engine().start();
        let mut guard = self
            .inner
            .watch
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if guard.is_none() {
            let app = self.clone();
            *guard = Some(tokio::spawn(async move {
                let (mut seen, mut needed) = (None, false);
                loop {
                    tokio::time::sleep(WATCH).await;
                    let stand = app.engine().stand().await.ok();
                    if stand.is_none() || stand != seen {
                        seen = stand;
                        needed = app.needs_edge().await;
                    }
                    if needed && app.local().find().await.is_none() {
                        // Said by the job itself when it cannot be reached.
                        let _ = app.local().running(None).await;
                    }
                }
            }));
        }
        Ok(())
    }

    /// True while a job on its way to the local destination runs.
    async fn needs_edge(&self) -> bool {
        let running = |job: &JobRecord| job.state == JobState::Running && job.destination == LOCAL;
        self.engine().jobs().await.is_ok_and(|jobs| jobs.iter().any(running))
    }

    /// Every job, in the queue's order.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn jobs(&self) -> Result<Vec<JobView>> {
        Ok(self.engine().jobs().await?.into_iter().map(view).collect())
    }

    /// Finishes what a kill left of deletions and of cancelled jobs, and removes what no job needs any more.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn tidy(&self) -> Result<()> {
        self.start_jobs().await?;
        self.engine().settled(&[]).await?;
        // A bucket that does not answer is tidied another time.
        let _ = tokio::time::timeout(TIDY, self.engine().tidied()).await;
        Ok(())
    }

    /// Pauses a job.
    ///
    /// # Errors
    /// `no_such_job`.
    pub async fn pause(&self, job: String) -> Result<()> {
        Ok(self.engine().pause(&job_id(&job)?).await?)
    }

    /// Lets a paused job go on.
    ///
    /// # Errors
    /// `no_such_job`.
    pub async fn resume(&self, job: String) -> Result<()> {
        Ok(self.engine().resume(&job_id(&job)?).await?)
    }

    /// Cancels a job and removes what it left.
    ///
    /// # Errors
    /// `no_such_job`.
    pub async fn cancel(&self, job: String) -> Result<()> {
        Ok(self.engine().cancel(&job_id(&job)?).await?)
    }

    /// Waits until what a cancelled job left is removed, by whatever process runs jobs.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn tidied(&self, job: String) -> Result<()> {
        let job = job_id(&job)?;
        loop {
            match self.engine().job(&job).await {
                Err(screener_publish::Error::NoSuchJob(_)) => return Ok(()),
                Err(error) => return Err(error.into()),
                Ok(_) => tokio::time::sleep(PACE).await,
            }
        }
    }

    /// Tries a failed job again.
    ///
    /// # Errors
    /// `no_such_job`.
    pub async fn retry(&self, job: String) -> Result<()> {
        Ok(self.engine().retry(&job_id(&job)?).await?)
    }

    /// Moves a waiting job to a place of the queue, 0 is next.
    ///
    /// # Errors
    /// `no_such_job`.
    pub async fn move_to(&self, job: String, place: u32) -> Result<()> {
        Ok(self.engine().move_to(&job_id(&job)?, place as usize).await?)
    }

    /// Takes a job off the list. One that has not ended is cancelled; the video of one that is live stays.
    ///
    /// # Errors
    /// `no_such_job`.
    pub async fn forget(&self, job: String) -> Result<()> {
        Ok(self.engine().remove(&job_id(&job)?).await?)
    }
}
