//! A set of segments' numbers, as runs: a film watched on is one run, whatever its length.

use std::ops::RangeInclusive;

/// Numbers of segments, counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentSet {
    /// First and last, ascending; between two runs at least one number is missing.
    runs: Vec<(u32, u32)>,
}

impl SegmentSet {
    /// Takes a number in. True where the set now needs more room.
    pub(crate) fn insert(&mut self, number: u32) -> bool {
        // The first run that ends no earlier than just before the number.
        let index = self.runs.partition_point(|run| run.1 < number.saturating_sub(1));
        let Some(run) = self.runs.get_mut(index) else {
            self.runs.push((number, number));
            return true;
        };
        if run.0 > number.saturating_add(1) {
            self.runs.insert(index, (number, number));
            return true;
        }
        run.0 = run.0.min(number);
        run.1 = run.1.max(number);
        let end = run.1;
        if let Some(&(next, last)) = self.runs.get(index + 1)
            && next == end.saturating_add(1)
        {
            self.runs[index].1 = last;
            self.runs.remove(index + 1);
        }
        false
    }

    /// Takes all of another set in.
    pub(crate) fn absorb(&mut self, other: &Self) {
        if self.runs.is_empty() {
            self.runs.clone_from(&other.runs);
            return;
        }
        let mut all = Vec::with_capacity(self.runs.len() + other.runs.len());
        all.extend_from_slice(&self.runs);
        all.extend_from_slice(&other.runs);
        all.sort_unstable();
        self.runs.clear();
        for run in all {
            match self.runs.last_mut() {
                Some(last) if run.0 <= last.1.saturating_add(1) => last.1 = last.1.max(run.1),
                _ => self.runs.push(run),
            }
        }
    }

    /// Adds a run behind all others. False, and nothing added, where it is not behind them, or none.
    pub(crate) fn push(&mut self, first: u32, last: u32) -> bool {
        let behind = self.runs.last().is_none_or(|run| run.1 < first.saturating_sub(1));
        if first >= 1 && first <= last && behind {
            self.runs.push((first, last));
            true
        } else {
            false
        }
    }

    /// The runs, ascending; between two of them at least one number is missing.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = RangeInclusive<u32>> + '_ {
        self.runs.iter().map(|run| run.0..=run.1)
    }

    /// Whether the number is in.
    pub fn contains(&self, number: u32) -> bool {
        let index = self.runs.partition_point(|run| run.1 < number);
        self.runs.get(index).is_some_and(|run| run.0 <= number)
    }

    /// How many numbers are in.
    pub fn len(&self) -> u32 {
        self.runs.iter().map(|run| run.1 - run.0 + 1).sum()
    }

    /// Whether none is in.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_a_set_of_numbers(one in prop::collection::vec(1_u32..60, 0..60), two in prop::collection::vec(1_u32..60, 0..60)) {
            let set = |numbers: &[u32]| {
                let mut set = SegmentSet::default();
                for number in numbers {
                    set.insert(*number);
                }
                set
            };
            let mut both = set(&one);
            both.absorb(&set(&two));
            let naive: BTreeSet<u32> = one.iter().chain(&two).copied().collect();
            let all: Vec<u32> = both.runs().flatten().collect();
            prop_assert_eq!(&all, &naive.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(&both, &set(&all));
            prop_assert_eq!(both.len() as usize, naive.len());
            for number in 0..62 {
                prop_assert_eq!(both.contains(number), naive.contains(&number));
            }
            for pair in both.runs.windows(2) {
                prop_assert!(pair[0].1 + 1 < pair[1].0);
            }
        }
    }
}
