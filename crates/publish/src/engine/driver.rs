//! Carries out what a job's state machine asks for, and tells it what came of it.

mod claim;
mod put;
pub(super) mod remove;
mod tell;
mod verify;
mod worker;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use screener_wire::{self as wire, Failure};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::worker::Worker;
use super::{Engine, Limits};
use crate::destination::Destination;
use crate::error::{Error, failure, journal_is_full};
use crate::job::{Effect, Entry, Event, Phase, Publication};
use crate::journal::{self, JobRow, shelf};
use crate::retry::Policy;
use crate::store::{Class, Store, StoreError};
use crate::upload::{Stopped, Uploads};

/// Events that are taken together, so that one transaction keeps what they change.
const TOGETHER: usize = 64;

/// Tasks under way at most: more than the pool can ever be wide. What waits beyond them is a name, not a task of kilobytes.
const TASKS: usize = 96;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);

/// How often it is looked whether the source is still what was accepted.
const SOURCE: Duration = Duration::from_secs(2);

/// How long to wait before the journal is written again on a full disk.
const FULL: Duration = Duration::from_secs(2);

/// What the owner says to a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Pause,
    Cancel,
    /// Stop and leave the job as it is.
    Leave,
}

struct Driver {
    engine: Engine,
    row: JobRow,
    machine: Publication,
    destination: Destination,
    store: Option<Store>,
    uploads: Option<Uploads>,
    events: mpsc::UnboundedSender<Event>,
    worker: Option<Worker>,
    tasks: JoinSet<()>,
    /// Media that is not yet a task, in its order.
    waiting: VecDeque<put::Media>,
    leaving: CancellationToken,
    /// The owner leaves.
    stop: CancellationToken,
    encoding: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    /// The store asks for patience; shown until something arrives.
    patience: Arc<std::sync::Mutex<Option<Failure>>>,
    teller: tell::Teller,
    /// Objects of this job were stored by an earlier run.
    goes_on: bool,
    claimed: Arc<tokio::sync::OnceCell<()>>,
    over: bool,
    /// What was begun cannot be removed now.
    stuck: bool,
}

/// Drives one job until it is live, failed, paused, gone, or the owner leaves.
pub(super) async fn drive(
    engine: Engine,
    row: JobRow,
    limits: Limits,
    mut control: mpsc::UnboundedReceiver<Control>,
    encoding: Arc<AtomicBool>,
    stop: CancellationToken,
) {
    let job = row.job.clone();
    let (events, mut heard) = mpsc::unbounded_channel();
    let driver = Driver::new(engine.clone(), row, limits, events, encoding.clone(), stop).await;
    let ended = match driver {
        Ok(mut driver) => {
            let ended = driver.run(&mut control, &mut heard).await;
            driver.leave().await;
            ended
        }
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        tracing::error!(%job, %error, "the job cannot be driven");
        let why = error.failure();
        let suspended = job.clone();
        let kept = engine
            .inner
            .journal
            .call(move |t| journal::objects::keep(t, &suspended, &Entry::Phase(Phase::Paused, Some(why))))
            .await;
        if let Err(error) = kept {
            tracing::error!(%job, %error, "and that cannot be kept");
        }
    }
    encoding.store(false, Ordering::Release);
    engine.changed(&job).await;
    // The queue looks again once this task has ended.
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        engine.inner.turn.wake();
    });
}

impl Driver {
    async fn new(
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
            .read(move |t| Ok((journal::objects::load(t, &job)?, shelf::destination(t, &name)?)))
            .await?;
        machine.budget = limits.waiting_bytes / u64::from(limits.encodes.max(1));
        let teller = tell::Teller::new(&row);
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

    async fn run(
        &mut self,
        control: &mut mpsc::UnboundedReceiver<Control>,
        heard: &mut mpsc::UnboundedReceiver<Event>,
    ) -> Result<(), Error> {
        let first = match control.try_recv() {
            Ok(Control::Cancel) => Some(Event::Cancel),
            Ok(Control::Pause) => Some(Event::Pause),
            Ok(Control::Leave) => return Ok(()),
            Err(_) => match self.machine.phase {
                Phase::Failing | Phase::Cancelling => None,
                _ => Some(self.source_changed().map_or(Event::Begin, Event::Refused)),
            },
        };
        self.step(first.into_iter().collect()).await?;
        let mut tell = tokio::time::interval(TELL);
        let mut source = tokio::time::interval(SOURCE);
        while !self.is_over() {
            self.begin_uploads().await;
            let mut events = Vec::new();
            tokio::select! {
                biased;
                said = control.recv() => match said {
                    Some(Control::Pause) => events.push(Event::Pause),
                    Some(Control::Cancel) => events.push(Event::Cancel),
                    Some(Control::Leave) | None => return Ok(()),
                },
                event = heard.recv() => events.extend(event),
                event = Worker::next(&mut self.worker) => events.push(event),
                _ = tell.tick() => {
                    self.tell().await;
                    continue;
                }
                _ = source.tick(), if self.machine.needs_encoder() => {
                    if let Some(why) = self.source_changed() {
                        events.push(Event::Refused(why));
                    } else {
                        continue;
                    }
                }
                Some(done) = self.tasks.join_next() => {
                    ended(done);
                    continue;
                }
            }
            while events.len() < TOGETHER
                && let Some(event) = heard.try_recv().ok().or_else(|| self.worker.as_mut()?.told())
            {
                events.push(event);
            }
            self.step(events).await?;
            // Events come first above, so while there are many nobody else lets go of what tasks held: tens of kilobytes each.
            while let Some(done) = self.tasks.try_join_next() {
                ended(done);
            }
        }
        self.tell().await;
        Ok(())
    }

    /// The destination does not let go of what was begun. The owner tries again from time to time.
    fn get_stuck(&mut self, event: &Event) {
        if let (Event::Refused(why) | Event::Suspended(why), true) = (event, self.machine.emptying) {
            tracing::error!(job = %self.row.job, "what was begun cannot be removed now: {}", why.message);
            (self.stuck, self.over) = (true, true);
            self.teller.hurry();
        }
    }

    fn is_over(&self) -> bool {
        self.over || matches!(self.machine.phase, Phase::Paused | Phase::Failed | Phase::Live)
    }

    /// One or more events: what they change is kept in one transaction, then the rest is carried out in order.
    async fn step(&mut self, events: Vec<Event>) -> Result<(), Error> {
        let mut effects = Vec::new();
        if events.is_empty() {
            self.machine.advance(&mut effects);
        }
        for event in events {
            // The last word of the worker counts only if the source was the same to the end.
            let event = match &event {
                Event::Worker(wire::Event::Finished { .. }) => self.source_changed().map_or(event, Event::Refused),
                _ => event,
            };
            if matches!(self.machine.phase, Phase::Failing | Phase::Cancelling)
                && matches!(event, Event::Refused(_) | Event::Suspended(_))
            {
                self.get_stuck(&event);
                continue;
            }
            effects.extend(self.machine.step(event));
        }
        let entries: Vec<Entry> = effects
            .iter()
            .filter_map(|e| {
                if let Effect::Keep(entry) = e {
                    Some(entry.clone())
                } else {
                    None
                }
            })
            .collect();
        if !entries.is_empty() {
            self.keep(entries).await?;
        }
        for effect in effects {
            self.carry_out(effect).await?;
        }
        Ok(())
    }

    /// Into the journal. A full disk is waited for: nothing may happen that the journal does not know.
    async fn keep(&mut self, entries: Vec<Entry>) -> Result<(), Error> {
        let entries = Arc::new(entries);
        loop {
            let (job, kept) = (self.row.job.clone(), entries.clone());
            let result = self
                .engine
                .inner
                .journal
                .call(move |t| kept.iter().try_for_each(|entry| journal::objects::keep(t, &job, entry)))
                .await;
            match result {
                Err(Error::Journal(error)) if journal_is_full(&error) => {
                    let full = Error::Journal(error);
                    let why = full.failure();
                    tracing::warn!(job = %self.row.job, "{}", why.message);
                    self.set_patience(Some(why));
                    self.tell().await;
                    tokio::select! {
                        () = self.engine.inner.config.clock.sleep(FULL) => {}
                        // The next run finds the job as the journal last knew it.
                        () = self.stop.cancelled() => return Err(full),
                    }
                }
                other => {
                    if entries
                        .iter()
                        .any(|e| matches!(e, Entry::Phase(..) | Entry::Visible(..) | Entry::Recorded(..)))
                    {
                        self.teller.hurry();
                    }
                    return other;
                }
            }
        }
    }

    async fn carry_out(&mut self, effect: Effect) -> Result<(), Error> {
        match effect {
            Effect::Keep(_) => {}
            Effect::Encode {
                attempt,
                credits,
                resume,
            } => self.encode(attempt, credits, resume).await,
            Effect::StopEncoder => {
                self.worker = None;
                self.encoding.store(false, Ordering::Release);
            }
            Effect::EncoderDone => {
                self.worker = None;
                self.encoding.store(false, Ordering::Release);
                self.engine.inner.turn.wake();
            }
            Effect::Credit(groups) => {
                if let Some(worker) = &self.worker {
                    worker.send(wire::Command::Credit { groups });
                }
            }
            Effect::Upload { path, attempt, bytes } => self.waiting.push_back(put::Media { path, attempt, bytes }),
            Effect::Discard { path, attempt } => {
                let file = self.attempt_folder(attempt).join(path);
                if let Err(error) = tokio::fs::remove_file(&file).await {
                    tracing::debug!(%error, file = %file.display(), "a file that is needed no more stays");
                }
            }
            Effect::Playlist { track, shown, text } => self.playlist(track, shown, text).await,
            Effect::Index { last, text, etag } => self.index(last, text, etag).await,
            Effect::Record { last } => self.record(last).await,
            Effect::Verify => self.verify().await,
            Effect::RemoveOld => self.remove_old().await,
            Effect::Empty => self.empty().await,
            Effect::RemoveWork => self.remove_work().await,
            Effect::Forget => {
                let job = self.row.job.clone();
                self.engine
                    .inner
                    .journal
                    .call(move |t| journal::jobs::remove(t, &job))
                    .await?;
                self.engine.tell(super::Update::JobGone(self.row.job.clone()));
                self.over = true;
            }
        }
        Ok(())
    }

    fn work(&self) -> PathBuf {
        self.engine.inner.work().join(self.row.job.as_str())
    }

    fn attempt_folder(&self, attempt: u32) -> PathBuf {
        self.work().join(attempt.to_string())
    }

    /// Why the source is not what was accepted, if it is not.
    fn source_changed(&self) -> Option<Failure> {
        if !self.machine.needs_encoder() {
            return None;
        }
        match super::fingerprint(&self.row.file) {
            Ok(now) if now == self.row.fingerprint => None,
            Ok(_) => Some(failure(
                "source_changed",
                format!("{} was changed after it was accepted.", self.row.file.display()),
                "Publish it again when nothing writes to it any more.",
            )),
            Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Some(failure(
                "source_removed",
                format!(
                    "{} is gone: it was moved, renamed or deleted after it was accepted.",
                    self.row.file.display()
                ),
                "Put it back and retry, or publish it from where it is now.",
            )),
            Err(error) => Some(error.failure()),
        }
    }

    /// Sends what became of a task.
    fn spawn(&mut self, task: impl Future<Output = Option<Event>> + Send + 'static) {
        let events = self.events.clone();
        self.tasks.spawn(async move {
            if let Some(event) = task.await {
                // The driver may be gone; then the journal says what is to be done again.
                let _ = events.send(event);
            }
        });
    }

    fn set_patience(&self, why: Option<Failure>) {
        *self.patience.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = why;
    }

    /// The uploads of this job; opens the destination's bucket the first time.
    async fn uploads(&mut self) -> Result<Uploads, Failure> {
        if let Some(uploads) = &self.uploads {
            return Ok(uploads.clone());
        }
        let inner = &self.engine.inner;
        let store = inner
            .config
            .access
            .store(&self.destination)
            .await
            .map_err(|e| e.failure())?;
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
                    *patience.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error.failure());
                }
            }),
        };
        self.store = Some(store);
        self.uploads = Some(uploads.clone());
        Ok(uploads)
    }

    /// Lets what is under way end, and begins nothing.
    async fn leave(&mut self) {
        self.leaving.cancel();
        self.worker = None;
        while self.tasks.join_next().await.is_some() {}
    }
}

/// A task's panic is the driver's.
fn ended(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done
        && error.is_panic()
    {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// What an upload that came to nothing means for the job.
fn stopped(stopped: Stopped) -> Option<Event> {
    match stopped {
        Stopped::Leaving => None,
        Stopped::Store(error) => Some(hopeless(&error)),
        Stopped::Here(error) => {
            let why = error.failure();
            Some(if why.code == "disk_full" {
                Event::Suspended(why)
            } else {
                Event::Refused(why)
            })
        }
    }
}

fn hopeless(error: &StoreError) -> Event {
    match error.class {
        Class::Credentials | Class::Clock(_) | Class::Later | Class::Full => Event::Suspended(error.failure()),
        _ => Event::Refused(error.failure()),
    }
}
