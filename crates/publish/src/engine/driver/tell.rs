//! What others see of a job under way.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Driver;
use crate::Update;
use crate::job::Phase;
use crate::journal::{self, JobRow};
use crate::record::{JobRecord, JobState};

/// How often progress goes into the journal, for other processes.
const KEPT: Duration = Duration::from_secs(1);

pub(super) struct Teller {
    begun: Instant,
    begun_done: Option<f64>,
    kept: Option<Instant>,
    measured: Option<(Instant, u64)>,
    rate: Option<f64>,
    last: Option<JobRecord>,
    hurried: bool,
    template: JobRow,
}

impl Teller {
    pub(super) fn new(row: &JobRow) -> Self {
        Self {
            begun: Instant::now(),
            begun_done: None,
            kept: None,
            measured: None,
            rate: None,
            last: None,
            hurried: true,
            template: row.clone(),
        }
    }

    /// The next telling goes into the journal at once.
    pub(super) fn hurry(&mut self) {
        self.hurried = true;
    }

    fn upload_rate(&mut self, sent: u64) -> Option<f64> {
        let now = Instant::now();
        match self.measured {
            Some((then, before)) if now - then >= Duration::from_millis(900) => {
                let rate = (sent - before) as f64 / (now - then).as_secs_f64();
                self.rate = Some(self.rate.map_or(rate, |old| 0.6 * old + 0.4 * rate));
                self.measured = Some((now, sent));
            }
            None => self.measured = Some((now, sent)),
            Some(_) => {}
        }
        self.rate
    }
}

impl Driver {
    pub(super) async fn tell(&mut self) {
        let m = &self.machine;
        let mut record = super::super::record(self.teller.template.clone(), true);
        record.state = match m.phase {
            Phase::Queued => JobState::Queued,
            Phase::Running => JobState::Running,
            Phase::Paused => JobState::Paused,
            Phase::Failing | Phase::Cancelling if !self.stuck => JobState::Running,
            Phase::Failing | Phase::Cancelling | Phase::Failed => JobState::Failed,
            Phase::Live => JobState::Live,
        };
        record.stage = m.stage();
        record.done = m.done();
        record.duration = m.duration();
        record.tracks = m.track_progress();
        record.playable = m.playable();
        record.notes.clone_from(&m.notes);
        let patience = self
            .patience
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        record.error = m.error.clone().or(patience);
        if record.state == JobState::Running {
            record.speed = m.is_encoding().then_some(m.speed).flatten();
            record.upload_rate = self.teller.upload_rate(self.sent.load(Ordering::Relaxed));
            let begun_done = *self.teller.begun_done.get_or_insert(record.done);
            let gained = record.done - begun_done;
            let elapsed = self.teller.begun.elapsed().as_secs_f64();
            record.seconds_left = (gained > 0.02 && elapsed > 2.0).then(|| elapsed * (1.0 - record.done) / gained);
        }
        let due = self.teller.hurried || self.teller.kept.is_none_or(|kept| kept.elapsed() >= KEPT);
        if self.teller.last.as_ref() == Some(&record) {
            return;
        }
        // One that is given up is gone for everybody who looks.
        if m.phase != Phase::Cancelling {
            self.engine.tell(Update::Job(Box::new(record.clone())));
        }
        if due {
            self.teller.hurried = false;
            self.teller.kept = Some(Instant::now());
            let kept = record.clone();
            if let Err(error) = self
                .engine
                .inner
                .journal
                .call(move |t| journal::jobs::set_progress(t, &kept))
                .await
            {
                tracing::debug!(%error, "progress is not kept");
            }
        }
        self.teller.last = Some(record);
    }
}
