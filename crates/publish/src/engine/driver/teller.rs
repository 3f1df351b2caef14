//! What was told of a job last, and how fast it went.

use std::time::{Duration, Instant};

use crate::job_record::JobRecord;
use crate::journal::job_rows::JobRow;

pub(super) struct Teller {
    pub(super) begun: Instant,
    pub(super) begun_done: Option<f64>,
    pub(super) kept: Option<Instant>,
    pub(super) measured: Option<(Instant, u64)>,
    pub(super) rate: Option<f64>,
    pub(super) last: Option<JobRecord>,
    pub(super) hurried: bool,
    pub(super) template: JobRow,
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

    /// Bytes a second, smoothed.
    pub(super) fn upload_rate(&mut self, sent: u64) -> Option<f64> {
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
