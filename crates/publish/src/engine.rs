//! The engine's public face: what the shells' common floor calls.

mod awake;
mod bucket;
mod claims;
mod cleanup;
mod driver;
mod orphans;
mod owner;
mod shelf;
mod turn;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use screener_ladder::Wishes;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::clock::Clock;
use crate::destination::Access;
use crate::encoder::Encoder;
use crate::error::{Error, failure};
use crate::job::Phase;
use crate::journal::{self, Journal, Wish};
use crate::record::{JobRecord, JobState, Stage};
use crate::retry::Jitter;
use crate::upload::Pool;
use crate::{JobId, VideoId};

/// How often a process looks whether another one has written into the journal.
const LOOK: Duration = Duration::from_millis(200);

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

/// A key pair, as far as it is no secret. The private half is in the key store under [`KeyPair::secret_name`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// Key pair id, as CloudFront knows the public half.
    pub id: String,
    /// Destination's name that it signs for.
    pub destination: String,
    /// Public half, PEM.
    pub public_pem: String,
    /// When it was made, milliseconds since the Unix epoch.
    pub made: i64,
    /// The one that new links are signed with.
    pub current: bool,
}

impl KeyPair {
    /// Name of the private half in the key store; PKCS#8 DER.
    pub fn secret_name(&self) -> String {
        format!("key-pair/{}/private-key", self.id)
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
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    journal: Journal,
    updates: broadcast::Sender<Update>,
    turn: turn::Turn,
    pool: Arc<Pool>,
    jitter: Arc<Jitter>,
    runner: owner::Runner,
    watching: std::sync::Once,
    tidied: tokio::sync::watch::Sender<bool>,
}

impl Inner {
    fn work(&self) -> PathBuf {
        self.config.data_dir.join("work")
    }
}

impl Engine {
    /// Opens the journal in the data folder. Nothing runs until [`Engine::start`].
    pub fn open(config: Config) -> Result<Self, Error> {
        std::fs::create_dir_all(&config.data_dir).map_err(Error::file(&config.data_dir))?;
        let journal = Journal::open(&config.data_dir.join("journal.sqlite"))?;
        let (updates, _) = broadcast::channel(1024);
        let turn = turn::Turn::new(&config.data_dir);
        let pool = Pool::new(config.limits.uploads, config.limits.bandwidth);
        let jitter = Arc::new(Jitter::random());
        let (runner, watching) = (owner::Runner::default(), std::sync::Once::new());
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
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Accepts a file. When this returns, the job survives anything short of the disk's death.
    pub async fn accept(&self, new: NewJob) -> Result<Accepted, Error> {
        self.accept_as(new, None).await
    }

    async fn accept_as(&self, new: NewJob, replaces: Option<(VideoId, u32)>) -> Result<Accepted, Error> {
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
        let row = journal::JobRow {
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
                journal::shelf::destination(t, &row.destination)?;
                journal::jobs::add(t, &row, generation)
            })
            .await?;
        self.changed(&accepted.job).await;
        Ok(accepted)
    }

    /// Every job, in the queue's order.
    pub async fn jobs(&self) -> Result<Vec<JobRecord>, Error> {
        let rows = self.inner.journal.read(journal::jobs::all).await?;
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
        let row = self.inner.journal.read(move |t| journal::jobs::one(t, &job)).await?;
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
            self.inner
                .journal
                .call(move |t| journal::jobs::remove(t, &gone))
                .await?;
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
            .call(move |t| journal::jobs::move_to(t, &moved, place))
            .await?;
        self.changed(job).await;
        Ok(())
    }

    /// Updates from now on, wherever the jobs run: in this process or in another one. A slow listener misses some; what
    /// it needs then is in [`Engine::jobs`]. Must be called inside a tokio runtime.
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        let receiver = self.inner.updates.subscribe();
        self.watch();
        receiver
    }

    async fn phase(&self, job: &JobId) -> Result<Phase, Error> {
        let job = job.clone();
        Ok(self
            .inner
            .journal
            .read(move |t| journal::jobs::one(t, &job))
            .await?
            .phase)
    }

    async fn wish(&self, job: &JobId, wish: Wish) -> Result<(), Error> {
        let wished = job.clone();
        self.inner
            .journal
            .call(move |t| journal::jobs::wish(t, &wished, wish))
            .await?;
        self.changed(job).await;
        Ok(())
    }

    fn tell(&self, update: Update) {
        // Nobody has to listen.
        let _ = self.inner.updates.send(update);
    }

    async fn changed(&self, job: &JobId) {
        self.inner.turn.wake();
        if let Ok(record) = self.job(job).await {
            self.tell(Update::Job(Box::new(record)));
        }
    }
}

/// What tells one state of a file from another: size and time of the last change.
pub(crate) fn fingerprint(file: &std::path::Path) -> Result<String, Error> {
    let facts = std::fs::metadata(file).map_err(Error::file(file))?;
    if facts.is_dir() {
        return Err(Error::Refused(failure(
            "is_a_folder",
            format!("{} is a folder.", file.display()),
            "Choose the films inside it.",
        )));
    }
    if facts.len() == 0 {
        return Err(Error::Refused(failure(
            "empty",
            format!("{} is empty.", file.display()),
            "Check that the copy or the recording was finished.",
        )));
    }
    std::fs::File::open(file).map_err(Error::file(file))?;
    let changed = facts
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |d| d.as_nanos());
    Ok(format!("{}/{changed}", facts.len()))
}

/// A row as it is shown. A job that runs in no process was interrupted.
fn record(row: journal::JobRow, owned: bool) -> JobRecord {
    let mut record = row.progress.unwrap_or_else(|| JobRecord {
        job: row.job,
        video: row.video,
        title: String::new(),
        file: row.file,
        destination: row.destination,
        accepted: row.accepted,
        replaces: row.replaces.is_some(),
        state: JobState::Queued,
        stage: Stage::Probe,
        done: 0.0,
        speed: None,
        upload_rate: None,
        seconds_left: None,
        duration: None,
        tracks: Vec::new(),
        playable: false,
        error: None,
        notes: Vec::new(),
    });
    record.title = row.title;
    record.error = row.error;
    record.playable = row.visible;
    let told = record.state;
    record.state = match row.phase {
        Phase::Queued => JobState::Queued,
        Phase::Running => JobState::Running,
        Phase::Paused => JobState::Paused,
        // It has failed when nothing of it is left, or when nothing more can be done about that now.
        Phase::Failing | Phase::Cancelling if told != JobState::Failed => JobState::Running,
        Phase::Failing | Phase::Cancelling | Phase::Failed => JobState::Failed,
        Phase::Live => JobState::Live,
    };
    if record.state == JobState::Running && !owned {
        record.state = JobState::Paused;
        record.error = Some(failure(
            "interrupted",
            "Screener was closed while this was under way.",
            "Resume it: it goes on at the first segment that is not finished.",
        ));
    }
    if record.state != JobState::Running {
        (record.speed, record.upload_rate, record.seconds_left) = (None, None, None);
    }
    if record.state == JobState::Live {
        (record.stage, record.done, record.playable) = (Stage::Live, 1.0, true);
    }
    record
}
