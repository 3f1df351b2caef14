//! Jobs: what the engine runs, as the shells show it.

use std::path::PathBuf;
use std::time::Duration;

use screener_publish::destination::LOCAL;
use screener_publish::engine::Update as EngineUpdate;
use screener_publish::{JobId, JobRecord, JobState as State, NewJob, Stage as EngineStage};
use tokio::sync::broadcast::error::RecvError;

use crate::view::{AcceptedView, JobState, JobView, PublishRequest, RungView, Stage, Update, WishesView};
use crate::{App, AppError, Result, convert, intake};

/// Views are told at most this often.
const PACE: Duration = Duration::from_millis(100);

/// Where nothing is told, it is looked this often whether the journal has changed all the same.
const LOOK: Duration = Duration::from_secs(1);

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
        let running = |job: &JobRecord| job.state == State::Running && job.destination == LOCAL;
        self.engine().jobs().await.is_ok_and(|jobs| jobs.iter().any(running))
    }

    /// Puts files into the queue; folders become a batch. Each is durable when this answers.
    ///
    /// # Errors
    /// `no_such_destination`, `wrong_title`. What is wrong with one file is said of that file.
    pub async fn publish(&self, request: PublishRequest) -> Result<Vec<AcceptedView>> {
        let PublishRequest {
            files,
            title,
            destination,
            wishes,
        } = request;
        let destination = match destination {
            Some(name) => self.engine().destination(&name).await.map_err(|e| e.failure())?.name,
            None => self.default_destination().await?,
        };
        // Without a key there is no link: said before hours of work, not after.
        self.signer(&self.engine().destination(&destination).await?).await?;
        let mut wanted = Vec::new();
        let mut answers = Vec::new();
        for file in files {
            match intake::films(&file) {
                Ok(films) => wanted.extend(films),
                Err(error) => answers.push(AcceptedView {
                    file: file.display().to_string(),
                    job: None,
                    id: None,
                    error: Some(error),
                }),
            }
        }
        if title.is_some() && wanted.len() > 1 {
            return Err(AppError::new(
                "wrong_title",
                format!("One title cannot be that of {} films.", wanted.len()),
                "Leave it out, and rename the films afterwards.",
            ));
        }
        for path in wanted {
            let file = path.display().to_string();
            let accepted = self.accept(path, title.clone(), &destination, &wishes).await;
            answers.push(match accepted {
                Ok((job, id)) => AcceptedView {
                    file,
                    job: Some(job),
                    id: Some(id),
                    error: None,
                },
                Err(error) => AcceptedView {
                    file,
                    job: None,
                    id: None,
                    error: Some(error),
                },
            });
        }
        if answers.iter().any(|answer| answer.job.is_some()) {
            self.keep_page_aside(&destination);
        }
        Ok(answers)
    }

    async fn accept(
        &self,
        path: PathBuf,
        title: Option<String>,
        destination: &str,
        wishes: &WishesView,
    ) -> Result<(String, String)> {
        let file = intake::film(&path)?;
        let title = Some(title.unwrap_or_else(|| convert::title(&file, None)));
        let new = NewJob {
            file,
            title,
            wishes: wishes.clone().into(),
            destination: destination.to_owned(),
        };
        let accepted = self.engine().accept(new).await?;
        self.inner
            .watched
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .accepted(accepted.job.as_str(), wishes.preset);
        Ok((accepted.job.to_string(), accepted.id.to_string()))
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

    /// Tells whole views to whoever listens, whatever process runs the jobs. Ends with the last clone of the app.
    pub(crate) fn tell_updates(&self) {
        let weak = std::sync::Arc::downgrade(&self.inner);
        let mut engine = self.engine().subscribe();
        tokio::spawn(async move {
            let mut told: Option<Vec<JobView>> = None;
            let mut seen = None;
            loop {
                let mut library = false;
                let heard = match tokio::time::timeout(LOOK, engine.recv()).await {
                    Ok(Ok(EngineUpdate::Library)) => {
                        library = true;
                        true
                    }
                    Ok(Ok(_) | Err(RecvError::Lagged(_))) => true,
                    Ok(Err(RecvError::Closed)) => return,
                    Err(_) => false,
                };
                if !heard {
                    let Some(inner) = weak.upgrade() else { return };
                    // While nothing happens one number is read, not the whole queue.
                    let stand = inner.engine.stand().await.ok();
                    if stand.is_some() && stand == seen && told.is_some() {
                        continue;
                    }
                }
                tokio::time::sleep(PACE).await;
                while let Ok(update) = engine.try_recv() {
                    library |= update == EngineUpdate::Library;
                }
                let Some(inner) = weak.upgrade() else { return };
                let app = App { inner };
                if app.inner.updates.receiver_count() == 0 {
                    told = None;
                    continue;
                }
                // Before the reading: what is written meanwhile is seen the next time.
                let stand = app.engine().stand().await.ok();
                let jobs = app.jobs().await.ok();
                seen = stand.filter(|_| jobs.is_some());
                if let Some(jobs) = jobs
                    && told.as_ref() != Some(&jobs)
                {
                    // A video that has gone live stands in the library as well.
                    library |= live(&jobs) != told.as_deref().map_or(0, live);
                    if let Err(error) = app.learn(&jobs).await {
                        tracing::debug!(code = error.code, "nothing learned: {}", error.message);
                    }
                    let update = difference(told.as_deref(), &jobs);
                    told = Some(jobs);
                    let _ = app.inner.updates.send(update);
                }
                if library && let Ok(videos) = app.library().await {
                    let _ = app.inner.updates.send(Update::Library { videos });
                }
            }
        });
    }
}

/// The whole list where jobs came, went, moved or changed their state; else those alone that went on.
fn difference(told: Option<&[JobView]>, jobs: &[JobView]) -> Update {
    let same = |(old, new): (&JobView, &JobView)| old.job == new.job && old.state == new.state;
    match told {
        Some(told) if told.len() == jobs.len() && told.iter().zip(jobs).all(same) => Update::Progress {
            jobs: told
                .iter()
                .zip(jobs)
                .filter(|(old, new)| old != new)
                .map(|(_, new)| new.clone())
                .collect(),
        },
        _ => Update::Jobs { jobs: jobs.to_vec() },
    }
}

fn live(jobs: &[JobView]) -> usize {
    jobs.iter().filter(|job| job.state == JobState::Live).count()
}

fn job_id(text: &str) -> Result<JobId> {
    text.parse().map_err(|e| {
        AppError::new(
            "no_such_job",
            format!("{e}."),
            "`screener jobs` lists the jobs there are.",
        )
    })
}

fn view(record: JobRecord) -> JobView {
    JobView {
        job: record.job.to_string(),
        id: record.video.to_string(),
        title: record.title,
        file: record.file.display().to_string(),
        destination: record.destination,
        state: match record.state {
            State::Queued => JobState::Queued,
            State::Running => JobState::Running,
            State::Paused => JobState::Paused,
            State::Failed => JobState::Failed,
            State::Live => JobState::Live,
        },
        stage: match record.stage {
            EngineStage::Probe => Stage::Probe,
            EngineStage::Encode => Stage::Encode,
            EngineStage::Upload => Stage::Upload,
            EngineStage::Verify => Stage::Verify,
            EngineStage::Live => Stage::Live,
        },
        done: record.done,
        speed: record.speed,
        upload_rate: record.upload_rate,
        seconds_left: record.seconds_left,
        duration: record.duration,
        rungs: record
            .tracks
            .into_iter()
            .map(|track| RungView {
                name: track.name,
                kind: convert::kind(track.kind).into(),
                encoded: track.encoded,
                stored: track.stored,
                copied: track.copied,
                bit_rate: track.bit_rate.map(|rate| rate as f64),
                bytes: track.bytes.map(|bytes| bytes as f64),
            })
            .collect(),
        playable: record.playable,
        error: record.error.map(AppError::from),
        notes: record.notes,
    }
}
