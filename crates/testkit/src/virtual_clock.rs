//! A clock that waits for nobody.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use screener_store::Clock;

/// Time that passes only by being waited for: a sleep moves the clock and returns.
#[derive(Debug)]
pub struct VirtualClock {
    state: Mutex<(i64, Vec<Duration>)>,
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self {
            state: Mutex::new((1_800_000_000_000, Vec::new())),
        }
    }
}

impl VirtualClock {
    /// One that stands `ahead` of the machine's.
    pub fn ahead(ahead: Duration) -> Self {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from((now + ahead).as_millis()).unwrap_or(i64::MAX);
        Self {
            state: Mutex::new((now, Vec::new())),
        }
    }

    /// Every wait so far.
    pub fn waits(&self) -> Vec<Duration> {
        self.state
            .lock()
            .expect("no test panics while it holds the clock")
            .1
            .clone()
    }

    /// Time waited in all.
    pub fn waited(&self) -> Duration {
        self.waits().iter().sum()
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> i64 {
        self.state.lock().expect("no test panics while it holds the clock").0
    }

    async fn sleep(&self, duration: Duration) {
        {
            let mut state = self.state.lock().expect("no test panics while it holds the clock");
            state.0 += i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
            state.1.push(duration);
        }
        // Others get their turn, and a loop that waits for them does not spin.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
