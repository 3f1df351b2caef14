//! The loop of one job: events go into its state machine, what that asks for is kept, then carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use screener_wire::{self as wire, Failure};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::control::Control;
use super::running::{Running, TOGETHER};
use super::state::{Driver, Media};
use crate::cause::Cause;
use crate::engine::base::{Engine, Limits, Update};
use crate::engine::fingerprint::fingerprint;
use crate::error::Error;
use crate::job::{Effect, Entry, Event, Phase};
use crate::journal::job_rows::{self, JobRow};
use crate::journal::object_rows;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);

/// How often it is looked whether the source is still what was accepted.
const SOURCE: Duration = Duration::from_secs(2);

/// How long to wait before the journal is written again on a full disk.
const FULL: Duration = Duration::from_secs(2);

/// Drives one job until it is live, failed, paused, gone, or the owner leaves.
pub(in crate::engine) async fn drive(
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
            .call(move |t| object_rows::keep(t, &suspended, &Entry::Phase(Phase::Paused, Some(why))))
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
                event = Running::next(&mut self.worker) => events.push(event),
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
        // Queued again: its next try has another beginning.
        self.over
            || matches!(
                self.machine.phase,
                Phase::Queued | Phase::Paused | Phase::Failed | Phase::Live
            )
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
                .call(move |t| kept.iter().try_for_each(|entry| object_rows::keep(t, &job, entry)))
                .await;
            match result {
                Err(full) if full.is_full_journal() => {
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
            Effect::Upload { path, attempt, bytes } => self.waiting.push_back(Media { path, attempt, bytes }),
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
                    .call(move |t| job_rows::remove(t, &job))
                    .await?;
                self.engine.tell(Update::JobGone(self.row.job.clone()));
                self.over = true;
            }
        }
        Ok(())
    }

    /// Why the source is not what was accepted, if it is not.
    fn source_changed(&self) -> Option<Failure> {
        if !self.machine.needs_encoder() {
            return None;
        }
        match fingerprint(&self.row.file) {
            Ok(now) if now == self.row.fingerprint => None,
            Ok(_) => Some(
                Cause::SourceChanged {
                    path: self.row.file.display().to_string(),
                }
                .into(),
            ),
            Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Some(
                Cause::SourceRemoved {
                    path: self.row.file.display().to_string(),
                }
                .into(),
            ),
            Err(error) => Some(error.failure()),
        }
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
