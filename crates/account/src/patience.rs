//! How long one goes on asking: pauses that grow, for what is refused for the moment and for what takes its time.

use std::future::Future;
use std::time::Duration;

use crate::Fault;

/// Pauses between questions. Tests make them short.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The first one.
    pub first: Duration,
    /// The longest one.
    pub most: Duration,
    /// How often a call that was throttled or cut is tried.
    pub tries: u32,
}

impl Default for Pace {
    /// From two seconds to ten: CloudFormation counts the questions of an account.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            most: Duration::from_secs(10),
            tries: 8,
        }
    }
}

impl Pace {
    /// Pauses of a test: a millisecond.
    pub fn brief() -> Self {
        Self {
            first: Duration::from_millis(1),
            most: Duration::from_millis(4),
            tries: 8,
        }
    }

    /// The pause after so many questions.
    pub fn pause(&self, asked: u32) -> Duration {
        let grown = self.first.saturating_mul(3_u32.saturating_pow(asked.min(12)));
        let shrunk = grown / 2_u32.saturating_pow(asked.min(12));
        shrunk.min(self.most)
    }

    /// Asks until there is an answer that another try would not change. A call that makes something must be one that is not made twice.
    ///
    /// # Errors
    /// The last refusal.
    pub async fn calling<T, F: Future<Output = Result<T, Fault>>>(
        &self,
        mut call: impl FnMut() -> F,
    ) -> Result<T, Fault> {
        let mut asked = 0;
        loop {
            match call().await {
                Err(fault) if fault.passes() && asked + 1 < self.tries => {
                    tracing::debug!(call = fault.call, code = fault.code, asked, "asked again");
                    tokio::time::sleep(self.pause(asked)).await;
                    asked += 1;
                }
                answer => return answer,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn pauses_grow_to_the_longest() {
        let pace = Pace::default();
        let pauses: Vec<_> = (0..20).map(|n| pace.pause(n).as_millis()).collect();
        assert_eq!(&pauses[..4], &[2000, 3000, 4500, 6750]);
        assert!(
            pauses.windows(2).all(|two| two[0] <= two[1]) && pauses[19] == 10_000,
            "{pauses:?}"
        );
    }

    #[tokio::test]
    async fn what_passes_is_asked_again_and_what_stays_is_not() {
        let fault = |kind| Fault::told("DescribeStacks", kind, "Code", "words");
        for (kind, times) in [
            (Kind::Throttled, 8),
            (Kind::Cut, 8),
            (Kind::Denied, 1),
            (Kind::Other, 1),
        ] {
            let asked = std::cell::Cell::new(0);
            let answer: Result<(), _> = Pace::brief()
                .calling(|| {
                    asked.set(asked.get() + 1);
                    let fault = fault(kind);
                    async move { Err(fault) }
                })
                .await;
            assert_eq!((asked.get(), answer.unwrap_err().kind), (times, kind));
        }
    }
}
