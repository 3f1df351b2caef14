//! A bound on bytes per second over all uploads.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

pub(crate) struct Bandwidth(Mutex<State>);

struct State {
    /// Bytes per second.
    rate: Option<u64>,
    /// When the line is free again, milliseconds since the Unix epoch.
    free_at: f64,
}

impl Bandwidth {
    pub(crate) fn new(rate: Option<u64>) -> Self {
        Self(Mutex::new(State { rate, free_at: 0.0 }))
    }

    pub(crate) fn bound(&self, rate: Option<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rate = rate;
    }

    /// Waits until the line is free, and takes it for so many bytes.
    pub(crate) async fn pace(&self, clock: &dyn Clock, bytes: u64) {
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// Passes only by being waited for, one after the other.
    #[derive(Default)]
    struct Watch(AtomicI64);

    #[async_trait::async_trait]
    impl Clock for Watch {
        fn now(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }

        async fn sleep(&self, duration: Duration) {
            let milliseconds = i64::try_from(duration.as_millis()).unwrap();
            self.0.fetch_add(milliseconds, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn bytes_leave_at_the_rate_and_a_new_rate_holds_from_the_next_on() {
        let (line, clock) = (Bandwidth::new(Some(1_000_000)), Watch::default());
        let send = async |bytes: u64| {
            line.pace(&clock, bytes).await;
            clock.now()
        };
        // The first finds the line free; each takes it for as long as its bytes need.
        assert_eq!(send(500_000).await, 0);
        assert_eq!(send(500_000).await, 500);
        assert_eq!(send(2_000_000).await, 1_000);
        line.bound(Some(500_000));
        assert_eq!(send(500_000).await, 3_000);
        assert_eq!(send(1).await, 4_000);
        line.bound(None);
        assert_eq!(send(u64::MAX).await, 4_000);
        // A line that was idle has not saved anything up.
        line.bound(Some(1_000));
        clock.sleep(Duration::from_secs(100)).await;
        assert_eq!(send(1_000).await, 104_000);
        assert_eq!(send(1_000).await, 105_000);
    }
}
