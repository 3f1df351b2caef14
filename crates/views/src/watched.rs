//! What one link of one video was watched: its views. Lines come in any order, some late and some twice, and make the same.

use std::collections::BTreeMap;

use crate::hit::Mark;
use crate::view::{GAP, View};

/// Views that are kept of one link. A link is one viewer: five years of a view every half hour.
pub const MOST_VIEWS: usize = 100_000;

/// The views of one link of one video. Adding the same twice, or in another order, makes no difference; only a link with
/// more than [`MOST_VIEWS`] keeps those that came first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// By first request; between two of them lies more than [`GAP`].
    views: BTreeMap<u64, View>,
}

impl Watched {
    /// The views, by time.
    pub fn views(&self) -> impl ExactSizeIterator<Item = &View> + DoubleEndedIterator {
        self.views.values()
    }

    /// The views, by time: for the rows of a database.
    pub fn into_views(self) -> impl ExactSizeIterator<Item = View> {
        self.views.into_values()
    }

    /// How many views.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether nobody has watched.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// Adds a request at `at` (milliseconds since 1970) and the segment that it fetched, if it was for one. False where this
    /// surely needs no more room than before.
    pub fn add(&mut self, at: u64, mark: Option<Mark>) -> bool {
        let near = self.views.range_mut(..=at.saturating_add(GAP)).next_back();
        if let Some((&first, view)) = near
            && first <= at
            && at <= view.last.saturating_add(GAP)
        {
            // By far the most: what is watched on. Going on, it comes to no later view: that one would be the nearest.
            view.last = view.last.max(at);
            return mark.is_some_and(|mark| view.insert(mark));
        }
        let mut view = View::at(at);
        if let Some(mark) = mark {
            view.insert(mark);
        }
        self.absorb(view);
        true
    }

    /// Adds a view, as a row of a database has it.
    pub fn add_view(&mut self, view: View) {
        self.absorb(view);
    }

    /// Adds all that another has.
    pub fn merge(&mut self, other: Self) {
        for view in other.into_views() {
            self.absorb(view);
        }
    }

    /// From the latest on back: what touches the view becomes one with it.
    fn absorb(&mut self, mut view: View) {
        while let Some((&first, near)) = self.views.range(..=view.last.saturating_add(GAP)).next_back() {
            if !near.touches(&view) {
                break;
            }
            if let Some(near) = self.views.remove(&first) {
                view.absorb(near);
            }
        }
        if self.views.len() < MOST_VIEWS {
            self.views.insert(view.first, view);
        }
    }
}

impl FromIterator<View> for Watched {
    fn from_iter<I: IntoIterator<Item = View>>(views: I) -> Self {
        let mut watched = Self::default();
        for view in views {
            watched.add_view(view);
        }
        watched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The protocol's own number, not this crate's.
    #[test]
    fn half_an_hour_is_one_view_and_a_moment_more_is_two() {
        let views = |apart: u64| {
            let mut watched = Watched::default();
            watched.add(1_795_847_400_000, None);
            watched.add(1_795_847_400_000 + apart, None);
            watched.len()
        };
        assert_eq!((views(1_800_000), views(1_800_001)), (1, 2));
    }
}
