//! The figures that a creator sees: of a link, and of a film over its links.
//!
//! Several generations: a film that was replaced has other segments. The newest generation of which anything was fetched is
//! the film's, and the curve is drawn over it. Views of older ones are views; of seconds and share the generation counts of
//! which the link fetched the largest share.
//!
//! **Watched to the end** is a link of whose film, in any one generation and over all its views, at least nine tenths of the
//! seconds were fetched, the last segment among them. Vimeo counts a finish within two seconds of the end, others a share
//! from 80 % on. Both are asked for here: players fetch half a minute ahead, so that the last segment alone may be fetched and
//! not seen, and who jumps to the end has not watched; and a film of which the end was never fetched has not ended.

use crate::segment_set::SegmentSet;
use crate::view::{Parts, View};
use crate::watched::Watched;

/// The share of the film's seconds from which a link has watched to the end, if the last segment is among them.
pub const TO_THE_END: f64 = 0.9;
/// The share of a stretch of the curve from which a view has fetched it.
const OF_A_STRETCH: f64 = 0.5;

/// One generation of a film, as its playlists have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    number: u16,
    sound_alone: bool,
    /// When each segment ends, in seconds; before the first stands 0.
    ends: Vec<f64>,
}

impl Generation {
    /// `seconds` are the segments' durations in order; what is no duration counts as none. `sound_alone`: there is no rung with
    /// pictures, so that sound is the film; where there is one, renditions of sound do not count.
    pub fn new(number: u16, seconds: &[f64], sound_alone: bool) -> Self {
        let mut end = 0.0;
        let ends = std::iter::once(0.0)
            .chain(seconds.iter().map(|seconds| {
                if seconds.is_finite() && *seconds > 0.0 {
                    end += seconds;
                }
                end
            }))
            .collect();
        Self {
            number,
            sound_alone,
            ends,
        }
    }

    /// Its number, from 1.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Its length in seconds.
    pub fn length(&self) -> f64 {
        self.ends.last().copied().unwrap_or_default()
    }

    /// How many segments it has.
    pub fn segments(&self) -> usize {
        self.ends.len() - 1
    }

    /// How many views fetched each segment, by segment.
    pub fn by_segment(&self, watched: &Watched) -> Vec<u32> {
        let mut counts = vec![0; self.segments()];
        for set in watched.views().filter_map(|view| self.fetched(view)) {
            for (first, last) in self.runs(set) {
                for count in &mut counts[first..last] {
                    *count += 1;
                }
            }
        }
        counts
    }

    fn film<'p>(&self, parts: &'p Parts) -> &'p SegmentSet {
        if self.sound_alone { &parts.sound } else { &parts.picture }
    }

    fn fetched<'v>(&self, view: &'v View) -> Option<&'v SegmentSet> {
        view.parts(self.number).map(|parts| self.film(parts))
    }

    fn has_any(&self, watched: &Watched) -> bool {
        let any = |set| self.runs(set).next().is_some();
        watched.views().filter_map(|view| self.fetched(view)).any(any)
    }

    /// Runs within the film's length: from a segment's index to the one behind the last.
    fn runs<'s>(&'s self, set: &'s SegmentSet) -> impl Iterator<Item = (usize, usize)> + 's {
        set.runs().map_while(|run| {
            let first = *run.start() as usize - 1;
            let last = (*run.end() as usize).min(self.segments());
            (first < last).then_some((first, last))
        })
    }

    fn seconds(&self, set: &SegmentSet) -> f64 {
        self.runs(set)
            .map(|(first, last)| self.ends[last] - self.ends[first])
            .sum()
    }

    /// Seconds fetched over all views, their share of the film, and whether it was watched to the end.
    fn sum(&self, watched: &Watched) -> (f64, f64, bool) {
        let mut all = SegmentSet::default();
        for set in watched.views().filter_map(|view| self.fetched(view)) {
            all.absorb(set);
        }
        let seconds = self.seconds(&all);
        let length = self.length();
        let share = if length > 0.0 {
            (seconds / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let last = u32::try_from(self.segments()).is_ok_and(|last| all.contains(last));
        // Sums of durations such as 6.006 are not exact.
        (seconds, share, last && share > TO_THE_END - 1e-9)
    }

    /// How many views fetched at least half of each of `stretches` equal parts of the film.
    fn curve(&self, watched: &Watched, stretches: usize) -> Vec<u32> {
        let mut counts = vec![0; stretches];
        let width = self.length() / stretches as f64;
        if width <= 0.0 {
            return counts;
        }
        let mut fetched = vec![0.0; stretches];
        for set in watched.views().filter_map(|view| self.fetched(view)) {
            fetched.fill(0.0);
            for (first, last) in self.runs(set) {
                add_stretch(&mut fetched, self.ends[first] / width, self.ends[last] / width);
            }
            for (count, part) in counts.iter_mut().zip(&fetched) {
                *count += u32::from(*part > OF_A_STRETCH - 1e-9);
            }
        }
        counts
    }
}

/// Adds what lies between two places, in widths of a part, to the parts between them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places lie between 0 and the number of parts"
)]
fn add_stretch(parts: &mut [f64], from: f64, to: f64) {
    let behind = (to.ceil() as usize).min(parts.len());
    for (index, part) in parts.iter_mut().enumerate().take(behind).skip(from as usize) {
        let place = index as f64;
        *part += (to.min(place + 1.0) - from.max(place)).max(0.0);
    }
}

/// The generation that is the film's: the newest of which any link fetched a segment. `None` where none did.
pub fn shown<'g, 'w>(
    generations: &'g [Generation],
    watched: impl IntoIterator<Item = &'w Watched>,
) -> Option<&'g Generation> {
    let mut newest: Option<&Generation> = None;
    for watched in watched {
        let newer = generations
            .iter()
            .filter(|one| newest.is_none_or(|newest| one.number > newest.number) && one.has_any(watched))
            .max_by_key(|one| one.number);
        newest = newer.or(newest);
    }
    newest
}

/// The figures of one link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// The first request of its first view, in milliseconds since 1970.
    pub first: Option<u64>,
    /// The last request of its last view, in milliseconds since 1970.
    pub last: Option<u64>,
    /// Views, those that fetched nothing of the film among them.
    pub views: u32,
    /// Seconds of the film that were fetched, each once, over all views and rungs.
    pub seconds: f64,
    /// The same as a share of the film, 0 to 1.
    pub share: f64,
    /// Whether the film was watched to the end; the rule stands above.
    pub to_the_end: bool,
    /// Of each of so many equal parts of the film how many views fetched at least half.
    pub curve: Vec<u32>,
}

impl Figures {
    /// The figures of a link. `generations` are those of its film, `shown` the one of them over which the curve is drawn
    /// ([`shown()`]; empty curve without one), `stretches` its number of parts, 100 perhaps.
    pub fn of(watched: &Watched, generations: &[Generation], shown: Option<&Generation>, stretches: usize) -> Self {
        let sums = || generations.iter().map(|generation| generation.sum(watched));
        let (seconds, share, _) = sums()
            .max_by(|one, other| one.1.total_cmp(&other.1).then(one.0.total_cmp(&other.0)))
            .unwrap_or_default();
        Self {
            first: watched.views().next().map(View::first),
            last: watched.views().next_back().map(View::last),
            views: u32::try_from(watched.len()).unwrap_or(u32::MAX),
            seconds,
            share,
            to_the_end: sums().any(|sum| sum.2),
            curve: shown.map(|shown| shown.curve(watched, stretches)).unwrap_or_default(),
        }
    }
}

/// The figures of a film: sums over its links.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Links that were watched at least once. One link is one viewer.
    pub viewers: u32,
    /// The first request of all.
    pub first: Option<u64>,
    /// The last request of all.
    pub last: Option<u64>,
    /// Views of all links.
    pub views: u64,
    /// Seconds of all links: a second that two of them fetched counts twice.
    pub seconds: f64,
    /// Links that watched to the end.
    pub to_the_end: u32,
    /// Of each part of the film how many views fetched it.
    pub curve: Vec<u32>,
    shares: f64,
}

impl Sums {
    /// Adds a link. Curves are to have the same number of parts.
    pub fn add(&mut self, link: &Figures) {
        if link.views == 0 {
            return;
        }
        self.viewers = self.viewers.saturating_add(1);
        self.first = self.first.into_iter().chain(link.first).min();
        self.last = self.last.into_iter().chain(link.last).max();
        self.views = self.views.saturating_add(u64::from(link.views));
        self.seconds += link.seconds;
        self.shares += link.share;
        self.to_the_end = self.to_the_end.saturating_add(u32::from(link.to_the_end));
        if self.curve.len() < link.curve.len() {
            self.curve.resize(link.curve.len(), 0);
        }
        for (sum, views) in self.curve.iter_mut().zip(&link.curve) {
            *sum = sum.saturating_add(*views);
        }
    }

    /// The share of the film that a viewer fetched on average, 0 to 1.
    pub fn average_share(&self) -> f64 {
        if self.viewers == 0 {
            0.0
        } else {
            self.shares / f64::from(self.viewers)
        }
    }
}
