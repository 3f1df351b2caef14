//! What has ended since the queue was last at rest: one notification tells of all of it.

use std::collections::HashMap;

use screener_app::view::JobState;

/// How many jobs have ended, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Published.
    pub live: usize,
    /// Given up with an error.
    pub failed: usize,
}

/// The states in which jobs were last seen. Pure: fed with whole lists, however many changes lie between two of them.
#[derive(Debug, Default)]
pub struct Queue {
    states: Option<HashMap<String, JobState>>,
    ended: Ended,
}

impl Queue {
    /// Looks at every job and its state; answers what has ended once nothing is left to do.
    pub fn look<'a>(&mut self, jobs: impl IntoIterator<Item = (&'a str, JobState)>) -> Option<Ended> {
        let now: HashMap<String, JobState> = jobs.into_iter().map(|(job, state)| (job.to_owned(), state)).collect();
        let busy = now
            .values()
            .any(|state| matches!(state, JobState::Running | JobState::Queued));
        // What had ended before the first look is no news.
        if let Some(before) = &self.states {
            for (_, state) in now.iter().filter(|(job, state)| before.get(*job) != Some(state)) {
                match state {
                    JobState::Live => self.ended.live += 1,
                    JobState::Failed => self.ended.failed += 1,
                    _ => {}
                }
            }
        }
        self.states = Some(now);
        let ended = (!busy).then(|| std::mem::take(&mut self.ended))?;
        (ended != Ended::default()).then_some(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_that_end_one_by_one_are_told_together() {
        use JobState::{Failed, Live, Paused, Queued, Running};
        let mut queue = Queue::default();
        assert_eq!(queue.look([("old", Live)]), None);
        assert_eq!(queue.look([("old", Live), ("a", Running), ("b", Queued)]), None);
        assert_eq!(queue.look([("old", Live), ("a", Live), ("b", Running)]), None);
        // One that comes and ends between two looks counts as well; one that waits for its creator holds nothing up.
        let last = [("old", Live), ("a", Live), ("b", Live), ("c", Failed), ("d", Paused)];
        assert_eq!(queue.look(last), Some(Ended { live: 2, failed: 1 }));
        assert_eq!(queue.look(last), None);
    }
}
