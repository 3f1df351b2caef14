//! The engine as every verb has it: what it is made of, what its listeners hear, and how a change is told.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use screener_store::retry::Jitter;
use screener_store::{Clock, Pool};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::runner::Runner;
use super::shown::record;
use super::turn::Turn;
use crate::destination::Access;
use crate::encoder::Encoder;
use crate::error::Error;
use crate::ids::JobId;
use crate::job_record::JobRecord;
use crate::journal::{Journal, job_rows};

/// How often a process looks whether another one has written into the journal.
pub(super) const LOOK: Duration = Duration::from_millis(200);

/// What an engine is made of.
pub struct Config {
    /// The data folder. Made when it is not there.
    pub data_dir: PathBuf,
    /// Starts workers.
    pub encoder: Arc<dyn Encoder>,
    /// Opens buckets.
    pub access: Arc<dyn Access>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Bounds. What the settings say goes before.
    pub limits: Limits,
}

/// Bounds of what runs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Jobs that encode at once.
    pub encodes: u32,
    /// Uploads at once, over all jobs; how many of them are used is found out by measuring.
    pub uploads: u32,
    /// Bytes per second that all uploads may use together.
    pub bandwidth: Option<u64>,
    /// Bytes of segments on disk that are not stored yet, over all jobs.
    pub waiting_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            encodes: 1,
            uploads: 16,
            bandwidth: None,
            waiting_bytes: 2 << 30,
        }
    }
}

/// What subscribers hear.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// A job is new or has changed.
    Job(Box<JobRecord>),
    /// A job is gone.
    JobGone(JobId),
    /// The library has changed.
    Library,
    /// Links, or who has watched, have changed.
    Links,
}

/// A stand of the journal. Says only whether anything may have changed since another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    elsewhere: i64,
    here: u64,
    /// Jobs under way are interrupted where no process runs them.
    owned: bool,
}

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) config: Config,
    pub(super) journal: Journal,
    pub(super) updates: broadcast::Sender<Update>,
    pub(super) turn: Turn,
    pub(super) pool: Arc<Pool>,
    pub(super) jitter: Arc<Jitter>,
    pub(super) runner: Runner,
    pub(super) watching: std::sync::Once,
    pub(super) tidied: tokio::sync::watch::Sender<bool>,
    /// What was found out of stores, on its way into the journal.
    pub(super) learning: std::sync::Mutex<tokio::task::JoinSet<()>>,
}

impl Inner {
    /// Where segments lie on their way up.
    pub(super) fn work(&self) -> PathBuf {
        self.config.data_dir.join("work")
    }
}

impl Engine {
    /// Opens the journal in the data folder. Nothing runs until [`Engine::start`].
    pub fn open(config: Config) -> Result<Self, Error> {
        std::fs::create_dir_all(&config.data_dir).map_err(Error::file(&config.data_dir))?;
        let journal = Journal::open(&config.data_dir.join("journal.sqlite"))?;
        let (updates, _) = broadcast::channel(1024);
        let turn = Turn::new(&config.data_dir);
        let pool = Pool::new(config.limits.uploads, config.limits.bandwidth);
        let jitter = Arc::new(Jitter::random());
        let (runner, watching) = (Runner::default(), std::sync::Once::new());
        let inner = Inner {
            config,
            journal,
            updates,
            turn,
            pool,
            jitter,
            runner,
            watching,
            tidied: tokio::sync::watch::Sender::new(false),
            learning: std::sync::Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Every job, in the queue's order.
    pub async fn jobs(&self) -> Result<Vec<JobRecord>, Error> {
        let rows = self.inner.journal.read(job_rows::all).await?;
        let owned = self.inner.turn.is_taken();
        // One that is given up is gone for everybody but the process that tidies up after it.
        Ok(rows
            .into_iter()
            .filter(|row| !row.is_given_up())
            .map(|row| record(row, owned))
            .collect())
    }

    /// One job.
    pub async fn job(&self, job: &JobId) -> Result<JobRecord, Error> {
        let job = job.clone();
        let row = self.inner.journal.read(move |t| job_rows::one(t, &job)).await?;
        Ok(record(row, self.inner.turn.is_taken()))
    }

    /// Where the journal stands. While two stands are equal, so are [`Engine::jobs`] and the library between them: asking for
    /// it costs far less than reading them.
    pub async fn stand(&self) -> Result<Stand, Error> {
        let (elsewhere, here) = self.inner.journal.stand().await?;
        Ok(Stand {
            elsewhere,
            here,
            owned: self.inner.turn.is_taken(),
        })
    }

    /// Tells subscribers.
    pub(super) fn tell(&self, update: Update) {
        // Nobody has to listen.
        let _ = self.inner.updates.send(update);
    }

    /// A job has changed: who runs jobs looks at it, who listens hears of it.
    pub(super) async fn changed(&self, job: &JobId) {
        self.inner.turn.wake();
        if let Ok(record) = self.job(job).await {
            self.tell(Update::Job(Box::new(record)));
        }
    }
}
