//! A view: requests of one link with no gap of more than half an hour.

use crate::hit::{MOST_GENERATIONS, MOST_SEGMENTS, Mark};
use crate::segment_set::SegmentSet;

/// The longest pause within a view, in milliseconds: exactly half an hour is still the same one.
pub const GAP: u64 = 30 * 60 * 1000;
/// Generations that a view remembers: the newest. A film is hardly replaced twice while somebody watches.
pub const MOST_IN_VIEW: usize = 64;

/// What was fetched of one generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Segments of any rung with pictures.
    pub picture: SegmentSet,
    /// Segments of any rendition of sound alone.
    pub sound: SegmentSet,
}

impl Parts {
    fn insert(&mut self, mark: Mark) -> bool {
        let set = if mark.sound { &mut self.sound } else { &mut self.picture };
        set.insert(mark.number)
    }

    pub(crate) fn absorb(&mut self, other: &Self) {
        self.picture.absorb(&other.picture);
        self.sound.absorb(&other.sound);
    }
}

/// One view of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// Ascending by generation, each once, at most [`MOST_IN_VIEW`].
    pub(crate) generations: Vec<(u16, Parts)>,
}

impl View {
    /// A view with one request that fetched nothing of the film.
    pub(crate) fn at(at: u64) -> Self {
        Self {
            first: at,
            last: at,
            generations: Vec::new(),
        }
    }

    /// The first request, in milliseconds since 1970.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The last request, in milliseconds since 1970.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// What was fetched, by generation, ascending. Empty where nothing but playlists and the like was.
    pub fn generations(&self) -> impl ExactSizeIterator<Item = (u16, &Parts)> {
        self.generations.iter().map(|(generation, parts)| (*generation, parts))
    }

    /// What was fetched of one generation.
    pub fn parts(&self, generation: u16) -> Option<&Parts> {
        let index = self
            .generations
            .binary_search_by_key(&generation, |entry| entry.0)
            .ok()?;
        Some(&self.generations[index].1)
    }

    /// Whether both are one view: no more than [`GAP`] lies between them. What a database holds of a link has to be merged
    /// with a new view when its first request is at most `last + GAP` and its last at least `first - GAP`.
    pub fn touches(&self, other: &Self) -> bool {
        self.first <= other.last.saturating_add(GAP) && other.first <= self.last.saturating_add(GAP)
    }

    /// Takes a segment in. True where the view now needs more room. What no log says ([`MOST_SEGMENTS`],
    /// [`MOST_GENERATIONS`]) is left out.
    pub(crate) fn insert(&mut self, mark: Mark) -> bool {
        let real = (1..=MOST_SEGMENTS).contains(&mark.number) && (1..=MOST_GENERATIONS).contains(&mark.generation);
        if !real {
            return false;
        }
        match self.generations.binary_search_by_key(&mark.generation, |entry| entry.0) {
            Ok(index) => self.generations[index].1.insert(mark),
            Err(index) => {
                let mut parts = Parts::default();
                parts.insert(mark);
                self.generations.insert(index, (mark.generation, parts));
                self.keep_newest();
                true
            }
        }
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (generation, parts) in other.generations {
            match self.generations.binary_search_by_key(&generation, |entry| entry.0) {
                Ok(index) => self.generations[index].1.absorb(&parts),
                Err(index) => self.generations.insert(index, (generation, parts)),
            }
        }
        self.keep_newest();
    }

    /// The newest of a set are the same in whatever order it came together.
    fn keep_newest(&mut self) {
        let surplus = self.generations.len().saturating_sub(MOST_IN_VIEW);
        self.generations.drain(..surplus);
    }
}
