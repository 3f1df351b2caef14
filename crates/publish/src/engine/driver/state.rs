//! A job under way as all parts of its driver have it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use screener_store::retry::Policy;
use screener_store::{Class, ObjectKey, Store, StoreError};
use screener_wire::Failure;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::running::Running;
use super::teller::Teller;
use crate::cause::Cause;
use crate::destination::Destination;
use crate::engine::base::{Engine, Limits};
use crate::error::Error;
use crate::job::{Event, Publication};
use crate::journal::job_rows::JobRow;
use crate::journal::{object_rows, setting_rows};
use crate::upload::{Stopped, Uploads};

/// A media file that lies ready to be uploaded.
pub(super) struct Media {
    pub(super) path: String,
    pub(super) attempt: u32,
    pub(super) bytes: u64,
}

pub(super) struct Driver {
    pub(super) engine: Engine,
    pub(super) row: JobRow,
    pub(super) machine: Publication,
    pub(super) destination: Destination,
    pub(super) store: Option<Store>,
    pub(super) uploads: Option<Uploads>,
    pub(super) events: mpsc::UnboundedSender<Event>,
    pub(super) worker: Option<Running>,
    pub(super) tasks: JoinSet<()>,
    /// Media that is not yet a task, in its order.
    pub(super) waiting: VecDeque<Media>,
    pub(super) leaving: CancellationToken,
    /// The owner leaves.
    pub(super) stop: CancellationToken,
    pub(super) encoding: Arc<AtomicBool>,
    pub(super) sent: Arc<AtomicU64>,
    /// The store asks for patience; shown until something arrives.
    pub(super) patience: Arc<std::sync::Mutex<Option<Failure>>>,
    pub(super) teller: Teller,
    /// Objects of this job were stored by an earlier run.
    pub(super) goes_on: bool,
    pub(super) claimed: Arc<tokio::sync::OnceCell<()>>,
    pub(super) over: bool,
    /// What was begun cannot be removed now.
    pub(super) stuck: bool,
}

impl Driver {
    pub(super) async fn new(
        engine: Engine,
        row: JobRow,
        limits: Limits,
        events: mpsc::UnboundedSender<Event>,
        encoding: Arc<AtomicBool>,
        stop: CancellationToken,
    ) -> Result<Self, Error> {
        let (job, name) = (row.job.clone(), row.destination.clone());
        let (mut machine, destination) = engine
            .inner
            .journal
            .read(move |t| Ok((object_rows::load(t, &job)?, setting_rows::destination(t, &name)?)))
            .await?;
        machine.budget = limits.waiting_bytes / u64::from(limits.encodes.max(1));
        let teller = Teller::new(&row);
        let goes_on = machine.objects().any(|(_, _, stored)| stored.is_some());
        Ok(Self {
            engine,
            row,
            machine,
            destination,
            store: None,
            uploads: None,
            events,
            worker: None,
            tasks: JoinSet::new(),
            waiting: VecDeque::new(),
            leaving: CancellationToken::new(),
            stop,
            encoding,
            sent: Arc::default(),
            patience: Arc::default(),
            teller,
            goes_on,
            claimed: Arc::default(),
            over: false,
            stuck: false,
        })
    }

    pub(super) fn key(&self, path: &str) -> ObjectKey {
        ObjectKey::of(&self.destination.prefix, &self.row.video, path)
    }

    pub(super) fn key_in_generation(&self, path: &str) -> ObjectKey {
        self.key(&format!("{}/{path}", self.machine.generation))
    }

    /// The uploads, or what it means that there are none.
    pub(super) async fn uploads_or_tell(&mut self) -> Option<Uploads> {
        match self.uploads().await {
            Ok(uploads) => Some(uploads),
            Err(why) => {
                let _ = self.events.send(Event::Suspended(why));
                None
            }
        }
    }

    pub(super) fn work(&self) -> PathBuf {
        self.engine.inner.work().join(self.row.job.as_str())
    }

    pub(super) fn attempt_folder(&self, attempt: u32) -> PathBuf {
        self.work().join(attempt.to_string())
    }

    /// Sends what became of a task.
    pub(super) fn spawn(&mut self, task: impl Future<Output = Option<Event>> + Send + 'static) {
        let events = self.events.clone();
        self.tasks.spawn(async move {
            if let Some(event) = task.await {
                // The driver may be gone; then the journal says what is to be done again.
                let _ = events.send(event);
            }
        });
    }

    pub(super) fn set_patience(&self, why: Option<Failure>) {
        *self.patience.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = why;
    }

    /// The uploads of this job; opens the destination's bucket the first time.
    pub(super) async fn uploads(&mut self) -> Result<Uploads, Failure> {
        if let Some(uploads) = &self.uploads {
            return Ok(uploads.clone());
        }
        let inner = &self.engine.inner;
        let store = self.engine.store(&self.destination).await.map_err(|e| e.failure())?;
        let patience = self.patience.clone();
        let uploads = Uploads {
            journal: inner.journal.clone(),
            clock: inner.config.clock.clone(),
            jitter: inner.jitter.clone(),
            pool: inner.pool.clone(),
            store: store.clone(),
            destination: self.destination.name.clone(),
            job: self.row.job.clone(),
            policy: Policy::JOB,
            leaving: self.leaving.clone(),
            sent: self.sent.clone(),
            told: Arc::new(move |error, tries| {
                if tries >= 3 {
                    *patience.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
                        Some(Cause::from(error).into());
                }
            }),
        };
        self.store = Some(store);
        self.uploads = Some(uploads.clone());
        Ok(uploads)
    }
}

/// What an upload that came to nothing means for the job.
pub(super) fn stopped(stopped: Stopped) -> Option<Event> {
    match stopped {
        Stopped::Leaving => None,
        Stopped::Store(error) => Some(hopeless(&error)),
        Stopped::Here(error) => {
            let why = error.failure();
            Some(if why.code == Cause::JournalFull.code() {
                Event::Suspended(why)
            } else {
                Event::Refused(why)
            })
        }
    }
}

fn hopeless(error: &StoreError) -> Event {
    match error.class {
        Class::Credentials | Class::Clock(_) | Class::Later | Class::Full => {
            Event::Suspended(Cause::from(error).into())
        }
        _ => Event::Refused(Cause::from(error).into()),
    }
}
