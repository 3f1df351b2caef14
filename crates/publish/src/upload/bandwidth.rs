//! A bound on bytes per second over all uploads.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

pub(super) struct Bandwidth(Mutex<State>);

struct State {
    /// Bytes per second.
    rate: Option<u64>,
    /// When the line is free again, milliseconds since the Unix epoch.
    free_at: f64,
}

impl Bandwidth {
    pub(super) fn new(rate: Option<u64>) -> Self {
        Self(Mutex::new(State { rate, free_at: 0.0 }))
    }

    pub(super) fn bound(&self, rate: Option<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rate = rate;
    }

    /// Waits until the line is free, and takes it for so many bytes.
    pub(super) async fn pace(&self, clock: &dyn Clock, bytes: u64) {
        let wait = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(rate) = state.rate.filter(|r| *r > 0) else {
                return;
            };
            let now = clock.now() as f64;
            let begins = state.free_at.max(now);
            state.free_at = begins + bytes as f64 * 1000.0 / rate as f64;
            begins - now
        };
        if wait > 0.0 {
            clock.sleep(Duration::from_secs_f64(wait / 1000.0)).await;
        }
    }
}
