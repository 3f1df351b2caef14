//! Back-pressure: how many segment groups the worker may be ahead of the bucket, so that what waits on disk stays bounded.

use super::{Effect, Publication};

/// Groups before the plan is known.
const FIRST: u32 = 4;

/// Never more: what waits is remembered one by one, and small segments do not fill a disk. Three hours of film and more.
const MOST: u64 = 2_000;

/// Never fewer: one is being written while another is being stored.
const LEAST: u64 = 2;

#[derive(Clone, Debug, Default)]
pub(crate) struct Credit {
    /// Groups that were made before this attempt.
    base: u32,
    /// Given to this attempt.
    given: u32,
    /// Largest segment seen.
    largest: u64,
}

impl Credit {
    pub(super) fn saw(&mut self, bytes: u64) {
        self.largest = self.largest.max(bytes);
    }
}

impl Publication {
    /// Groups that may wait on disk.
    fn window(&self) -> u32 {
        let Some(plan) = &self.plan else { return FIRST };
        let video: u64 = plan.rungs.iter().map(|r| r.max_rate.max(r.bit_rate)).sum();
        let audio: u64 = plan.audio.iter().map(|a| a.bit_rate).sum();
        let seconds = u64::from(plan.target_duration).max(1);
        let planned = (video + audio).saturating_mul(seconds) / 8;
        // Rates of copied rungs are guesses: what was seen counts too.
        let group = planned.max(self.credit.largest).max(1);
        u32::try_from((self.budget / group).clamp(LEAST, MOST)).unwrap_or(u32::MAX)
    }

    /// Credits of a new attempt.
    pub(super) fn first_credits(&mut self) -> u32 {
        let paced = || self.tracks.iter().filter(|t| Self::is_paced(t.kind));
        let made = paced().map(|t| self.made_run(&t.name)).min().unwrap_or(0);
        let allowed = (self.in_step() + self.window()).saturating_sub(made).max(1);
        self.credit = Credit {
            base: made,
            given: allowed,
            largest: self.credit.largest,
        };
        allowed
    }

    /// Credits that have come free.
    pub(super) fn more_credits(&mut self, effects: &mut Vec<Effect>) {
        let allowed = (self.in_step() + self.window()).saturating_sub(self.credit.base);
        if let Some(more) = allowed.checked_sub(self.credit.given).filter(|more| *more > 0) {
            self.credit.given += more;
            effects.push(Effect::Credit(more));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_small_segments_are_not_more_wait_than_can_be_remembered() {
        let mut job = Publication {
            budget: 2 << 30,
            ..Publication::default()
        };
        assert_eq!(job.window(), FIRST, "the plan is not known");
        job.plan = Some(Box::default());
        assert_eq!(job.window(), 2_000, "nothing is known of their size");
        job.credit.saw(16 << 20);
        assert_eq!(job.window(), 128);
        job.credit.saw(4 << 30);
        assert_eq!(job.window(), 2);
    }
}
