//! What others see of a job under way.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::state::Driver;
use crate::engine::base::Update;
use crate::engine::shown::record;
use crate::job::Phase;
use crate::job_record::JobState;
use crate::journal::job_rows;

/// How often progress goes into the journal, for other processes.
const KEPT: Duration = Duration::from_secs(1);

impl Driver {
    pub(super) async fn tell(&mut self) {
        let m = &self.machine;
        let mut record = record(self.teller.template.clone(), true);
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
                .call(move |t| job_rows::set_progress(t, &kept))
                .await
            {
                tracing::debug!(%error, "progress is not kept");
            }
        }
        self.teller.last = Some(record);
    }
}
