//! The loop above one attempt: full jitter, no token bucket, each class of error in its own way.
//!
//! Full jitter: <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.

use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Clock;
use crate::connection::Store;
use crate::error::{Class, StoreError};

/// How long and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Upper bound of the first wait.
    pub base: Duration,
    /// Upper bound of any wait.
    pub cap: Duration,
    /// Attempts in all for errors that pass by themselves; `None`: until it works or is stopped.
    pub attempts: Option<u32>,
}

impl Policy {
    /// For jobs: an outage of any length is waited out.
    pub const JOB: Self = Self {
        base: Duration::from_millis(250),
        cap: Duration::from_secs(20),
        attempts: None,
    };
    /// For somebody who waits for the answer.
    pub const ASKED: Self = Self {
        base: Duration::from_millis(200),
        cap: Duration::from_secs(3),
        attempts: Some(5),
    };
}

/// Attempts in all where what arrived is not what was sent, and where another write was under way.
pub const ATTEMPTS_AT_ODDS: u32 = 5;

/// Random numbers for jitter: splitmix64, seeded, so that a test's waits can be repeated.
#[derive(Debug)]
pub struct Jitter(Mutex<u64>);

impl Jitter {
    /// From a seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// From the operating system's random numbers.
    pub fn random() -> Self {
        Self::seeded(getrandom::u64().unwrap_or(0x5eed))
    }

    /// Uniform in `0..=upper`.
    pub fn below(&self, upper: Duration) -> Duration {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let nanoseconds = u64::try_from(upper.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(if nanoseconds == u64::MAX {
            z
        } else {
            z % (nanoseconds + 1)
        })
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Wait at most so long, then try again.
    Wait(Duration),
    /// Correct the clock by so many seconds, then try again.
    CorrectClock(i64),
    /// Go to that region, then try again.
    Move(String),
    /// Give up.
    GiveUp,
}

/// The memory of one loop. Pure.
#[derive(Clone, Debug, Default)]
pub struct Tries {
    later: u32,
    odds: u32,
    clock_corrected: bool,
    moved: bool,
}

impl Tries {
    /// What to do after this error.
    pub fn after(&mut self, policy: Policy, class: &Class) -> Next {
        match class {
            Class::Later => {
                self.later += 1;
                if policy.attempts.is_some_and(|most| self.later >= most) {
                    Next::GiveUp
                } else {
                    Next::Wait(bound(policy, self.later))
                }
            }
            Class::Conflict | Class::Integrity => {
                self.odds += 1;
                if self.odds >= ATTEMPTS_AT_ODDS {
                    Next::GiveUp
                } else {
                    Next::Wait(bound(policy, self.odds))
                }
            }
            Class::Clock(seconds) if !self.clock_corrected => {
                self.clock_corrected = true;
                Next::CorrectClock(*seconds)
            }
            Class::Region(region) if !self.moved => {
                self.moved = true;
                Next::Move(region.clone())
            }
            _ => Next::GiveUp,
        }
    }

    /// Failed attempts so far that only asked for patience.
    pub fn patience(&self) -> u32 {
        self.later
    }
}

fn bound(policy: Policy, tries: u32) -> Duration {
    policy.base.saturating_mul(1 << (tries - 1).min(20)).min(policy.cap)
}

/// Attempts until one succeeds or the policy gives up. `told` hears of each failed attempt.
pub async fn run<T, F: Future<Output = Result<T, StoreError>>>(
    clock: &dyn Clock,
    jitter: &Jitter,
    policy: Policy,
    store: &Store,
    told: impl Fn(&StoreError, u32),
    mut attempt: impl FnMut() -> F,
) -> Result<T, StoreError> {
    let mut tries = Tries::default();
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let next = tries.after(policy, &error.class);
        told(&error, tries.patience());
        tracing::debug!(%error, ?next, "an attempt failed");
        match next {
            Next::Wait(most) => clock.sleep(jitter.below(most)).await,
            Next::CorrectClock(seconds) => store.correct_clock(seconds),
            Next::Move(region) => store.move_to_region(&region),
            Next::GiveUp => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_wait_out_any_outage_with_a_bounded_wait() {
        let mut tries = Tries::default();
        for n in 1..10_000_u32 {
            let Next::Wait(most) = tries.after(Policy::JOB, &Class::Later) else {
                panic!("gave up after {n}")
            };
            assert!(most <= Policy::JOB.cap);
            assert_eq!(
                most,
                Policy::JOB
                    .base
                    .saturating_mul(1 << (n - 1).min(20))
                    .min(Policy::JOB.cap)
            );
        }
    }

    #[test]
    fn each_class_has_its_exact_number_of_attempts() {
        let attempts = |class: Class| {
            let mut tries = Tries::default();
            (1..100).find(|_| tries.after(Policy::ASKED, &class) == Next::GiveUp)
        };
        assert_eq!(attempts(Class::Later), Some(5));
        assert_eq!(attempts(Class::Integrity), Some(5));
        assert_eq!(attempts(Class::Conflict), Some(5));
        assert_eq!(attempts(Class::Clock(3600)), Some(2));
        assert_eq!(attempts(Class::Region("x".into())), Some(2));
        for class in [
            Class::Denied,
            Class::NoBucket,
            Class::Kms,
            Class::Credentials,
            Class::Full,
            Class::NotFound,
            Class::Precondition,
            Class::Unsupported,
            Class::Unconditional,
            Class::OtherChecksum,
            Class::Other,
        ] {
            assert_eq!(attempts(class), Some(1));
        }
    }

    #[test]
    fn jitter_fills_its_range_and_repeats_by_seed() {
        let (a, b) = (Jitter::seeded(7), Jitter::seeded(7));
        let most = Duration::from_millis(100);
        let drawn: Vec<_> = (0..1000).map(|_| a.below(most)).collect();
        assert!(drawn.iter().all(|d| *d <= most && *d == b.below(most)));
        assert!(drawn.iter().any(|d| *d < most / 10) && drawn.iter().any(|d| *d > most * 9 / 10));
    }
}
