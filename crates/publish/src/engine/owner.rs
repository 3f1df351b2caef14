//! The one process that runs jobs: which one is next, and what was asked of each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use screener_store::{Class, ObjectKey};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::awake::Awake;
use super::base::{Engine, Update};
use super::driver::{Control, drive};
use crate::cause::Cause;
use crate::error::Error;
use crate::ids::JobId;
use crate::job::Phase;
use crate::job_record::JobState;
use crate::journal::job_rows::{self, JobRow, Wish};
use crate::journal::setting_rows;

/// How often a process without the turn tries to get it.
const TURN: Duration = Duration::from_millis(300);

/// How often it is looked whether what suspended a job has passed.
const SUSPENDED: Duration = Duration::from_secs(10);

/// Room on disk from which a job that was stopped by a full one goes on.
const ROOM: u64 = 16 << 20;

struct Driven {
    control: mpsc::UnboundedSender<Control>,
    task: JoinHandle<()>,
    encoding: Arc<AtomicBool>,
}

impl Engine {
    /// Starts to run jobs in this process as soon as no other one does. Returns at once; must be called inside a tokio runtime.
    pub fn start(&self) {
        self.watch();
        let mut runner = self.inner.runner.0.lock().unwrap_or_else(PoisonError::into_inner);
        if runner.is_none() {
            // At once where nobody has it, so that what is under way is not taken for interrupted meanwhile.
            if let Err(error) = self.inner.turn.take() {
                tracing::warn!(%error, "the turn could not be asked for");
            }
            let stop = CancellationToken::new();
            let task = tokio::spawn(self.clone().own(stop.clone()));
            *runner = Some((stop, task));
        }
    }

    /// Stops running jobs: workers end, uploads under way end by themselves, nothing new begins; the next start goes on.
    /// Returns when the turn is given back.
    pub async fn stop(&self) {
        let runner = self
            .inner
            .runner
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((stop, task)) = runner {
            stop.cancel();
            if let Err(error) = task.await {
                tracing::error!(%error, "the owner's task broke down");
            }
        }
        self.learned().await;
    }

    async fn own(self, stop: CancellationToken) {
        while !self.inner.turn.take().unwrap_or_else(|error| {
            tracing::warn!(%error, "the turn could not be asked for");
            false
        }) {
            tokio::select! {
                () = tokio::time::sleep(TURN) => {}
                () = stop.cancelled() => return,
            }
        }
        tracing::info!("this process runs the jobs");
        let tidying = match self.clean_up(&stop).await {
            Ok(tidying) => Some(tidying),
            Err(error) => {
                tracing::warn!(%error, "what earlier runs left could not be tidied up");
                self.inner.tidied.send_replace(true);
                None
            }
        };
        let mut driven = HashMap::new();
        let awake = Awake::default();
        while !stop.is_cancelled() {
            let suspended = match self.turn_over(&mut driven, &stop).await {
                Ok(suspended) => suspended,
                Err(error) => {
                    tracing::warn!(%error, "the queue could not be looked at");
                    true
                }
            };
            awake.keep(!driven.is_empty());
            tokio::select! {
                () = self.inner.turn.woken() => {}
                () = self.inner.config.clock.sleep(SUSPENDED), if suspended => {
                    if let Err(error) = self.look_at_suspended().await {
                        tracing::warn!(%error, "suspended jobs could not be looked at");
                    }
                }
                () = stop.cancelled() => {}
            }
        }
        for driven in driven.values() {
            let _ = driven.control.send(Control::Leave);
        }
        for (_, driven) in driven {
            let _ = driven.task.await;
        }
        // A deletion that was finished half-way is not left half-way again.
        if let Some(tidying) = tidying {
            let _ = tidying.await;
        }
        self.inner.tidied.send_replace(false);
        self.inner.turn.give();
    }

    /// Looks at every job once; true where some are suspended.
    async fn turn_over(&self, driven: &mut HashMap<JobId, Driven>, stop: &CancellationToken) -> Result<bool, Error> {
        driven.retain(|_, d| !d.task.is_finished());
        let limits = self.limits().await?;
        self.inner.pool.bound(limits.uploads, limits.bandwidth);
        let rows = self.inner.journal.read(job_rows::all).await?;
        let mut suspended = false;
        for row in rows {
            if let Some(d) = driven.get(&row.job) {
                match row.wish {
                    Wish::Pause => drop(d.control.send(Control::Pause)),
                    Wish::Cancel => drop(d.control.send(Control::Cancel)),
                    Wish::Run | Wish::Retry => {}
                }
                continue;
            }
            let encoding = driven.values().filter(|d| d.encoding.load(Ordering::Acquire)).count();
            let may_encode = encoding < limits.encodes.max(1) as usize;
            match self.next_for(&row, may_encode).await? {
                Start::No => {}
                Start::Later => suspended = true,
                Start::Yes { encodes, cancel } => {
                    let encoding = Arc::new(AtomicBool::new(encodes));
                    let (control, heard) = mpsc::unbounded_channel();
                    if cancel {
                        let _ = control.send(Control::Cancel);
                    }
                    let task = tokio::spawn(drive(
                        self.clone(),
                        row.clone(),
                        limits,
                        heard,
                        encoding.clone(),
                        stop.clone(),
                    ));
                    driven.insert(
                        row.job,
                        Driven {
                            control,
                            task,
                            encoding,
                        },
                    );
                }
            }
        }
        Ok(suspended)
    }

    async fn next_for(&self, row: &JobRow, may_encode: bool) -> Result<Start, Error> {
        let job = row.job.clone();
        Ok(match (row.phase, row.wish) {
            (Phase::Live, Wish::Cancel) => {
                self.inner.journal.call(move |t| job_rows::remove(t, &job)).await?;
                self.tell(Update::JobGone(row.job.clone()));
                Start::No
            }
            (Phase::Live, _) | (Phase::Failed, Wish::Run | Wish::Pause) | (Phase::Paused, Wish::Pause) => Start::No,
            (Phase::Failing | Phase::Cancelling, _) if is_stuck(row) => Start::Later,
            (_, Wish::Cancel) => Start::Yes {
                encodes: false,
                cancel: true,
            },
            (Phase::Failing | Phase::Cancelling, _) => Start::Yes {
                encodes: false,
                cancel: false,
            },
            (Phase::Queued | Phase::Running, Wish::Pause) => {
                self.set_phase(row, Phase::Paused).await?;
                Start::No
            }
            (Phase::Queued | Phase::Running, Wish::Run | Wish::Retry) => {
                let encodes = !row.finished;
                if encodes && !may_encode {
                    if row.phase == Phase::Running {
                        self.set_phase(row, Phase::Queued).await?;
                    }
                    Start::No
                } else {
                    Start::Yes { encodes, cancel: false }
                }
            }
            (Phase::Paused, Wish::Run | Wish::Retry) if row.error.is_some() => Start::Later,
            (Phase::Paused, Wish::Run | Wish::Retry) | (Phase::Failed, Wish::Retry) => {
                self.inner
                    .journal
                    .call(move |t| job_rows::wish(t, &job, Wish::Run))
                    .await?;
                self.set_phase(row, Phase::Queued).await?;
                self.inner.turn.wake();
                Start::No
            }
        })
    }

    async fn set_phase(&self, row: &JobRow, phase: Phase) -> Result<(), Error> {
        let job = row.job.clone();
        self.inner
            .journal
            .call(move |t| job_rows::set_phase(t, &job, phase))
            .await?;
        self.changed(&row.job).await;
        Ok(())
    }

    /// Lets go on what was suspended by something that has passed.
    async fn look_at_suspended(&self) -> Result<(), Error> {
        for row in self.inner.journal.read(job_rows::all).await? {
            if matches!(row.phase, Phase::Failing | Phase::Cancelling) && is_stuck(&row) && self.answers(&row).await {
                let job = row.job.clone();
                self.inner
                    .journal
                    .call(move |t| job_rows::forget_progress(t, &job))
                    .await?;
                self.inner.turn.wake();
            }
            let Some(error) = row
                .error
                .as_ref()
                .filter(|_| row.phase == Phase::Paused && row.wish != Wish::Pause)
            else {
                continue;
            };
            let roomy = || fs4::available_space(&self.inner.config.data_dir).is_ok_and(|room| room >= ROOM);
            let passed = if error.code == Cause::JournalFull.code() {
                roomy()
            } else if error.code == Cause::DestinationFull.code() {
                // Whether there is room elsewhere only another upload tells; the local destination shares this disk.
                roomy() && self.answers(&row).await
            } else {
                self.answers(&row).await
            };
            if passed {
                tracing::info!(job = %row.job, code = error.code, "what suspended the job has passed");
                self.set_phase(&row, Phase::Queued).await?;
                self.inner.turn.wake();
            }
        }
        Ok(())
    }

    /// True where the job's destination answers a question that needs credentials.
    async fn answers(&self, row: &JobRow) -> bool {
        let name = row.destination.clone();
        let Ok(destination) = self
            .inner
            .journal
            .read(move |t| setting_rows::destination(t, &name))
            .await
        else {
            return false;
        };
        let Ok(store) = self.store(&destination).await else {
            return false;
        };
        let key = ObjectKey::of(&destination.prefix, &row.video, "video.json");
        match store.head(&key).await {
            Ok(_) => true,
            Err(error) => matches!(error.class, Class::NotFound | Class::Denied),
        }
    }
}

/// True where a driver has found that it cannot remove what was begun.
fn is_stuck(row: &JobRow) -> bool {
    row.progress.as_ref().is_some_and(|p| p.state == JobState::Failed)
}

enum Start {
    No,
    Later,
    Yes { encodes: bool, cancel: bool },
}
