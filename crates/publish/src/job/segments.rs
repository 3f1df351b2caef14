//! What one track has made. A long film has tens of thousands of segments, so each is kept small: what only a worker needs
//! again lies in the journal.

use screener_wire as wire;

/// Segments of a track in their order, from number 1 without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segments {
    /// All but the last are full.
    blocks: Vec<Block>,
    /// So many, counted from the first, are stored.
    stored: usize,
    /// So many, counted from the first, are stored or on their way.
    asked: usize,
}

/// So many segments lie together. A list that grows in one piece moves again and again, and leaves a larger hole each time.
const BLOCK: usize = 256;

#[derive(Clone, Debug, Default, PartialEq)]
struct Block {
    /// Paths, one behind the other.
    paths: String,
    /// The playlist's lines, one behind the other.
    entries: String,
    list: Vec<Kept>,
}

#[derive(Clone, Debug, PartialEq)]
struct Kept {
    path_end: u32,
    entry_end: u32,
    attempt: u32,
    is_stored: bool,
    bytes: u64,
    duration: f64,
    /// Means something once it is stored.
    crc: u64,
}

impl Kept {
    fn stored(&self) -> Option<u64> {
        self.is_stored.then_some(self.crc)
    }
}

/// One segment, as far as it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment<'a> {
    /// From 1.
    pub number: u32,
    /// Path below the generation folder.
    pub path: &'a str,
    /// In whose folder it lies.
    pub attempt: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// Duration, seconds.
    pub duration: f64,
    /// CRC64NVME, once stored and verified.
    pub stored: Option<u64>,
}

impl Segments {
    /// Adds the next one. Its number is that of its place: whoever calls has looked.
    pub fn push(&mut self, segment: &wire::Segment, attempt: u32, stored: Option<u64>) {
        if self.blocks.last().is_none_or(|block| block.list.len() == BLOCK) {
            self.blocks.push(Block::with_room_for_such_as(segment));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.paths.push_str(&segment.path);
            block.entries.push_str(&segment.entry);
            block.list.push(Kept {
                path_end: number(block.paths.len()),
                entry_end: number(block.entries.len()),
                attempt,
                is_stored: stored.is_some(),
                bytes: segment.bytes,
                duration: segment.duration,
                crc: stored.unwrap_or_default(),
            });
        }
        self.count_stored();
    }

    fn count(&self) -> usize {
        self.blocks
            .last()
            .map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.list.len())
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        number(self.count())
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// How many are stored, counted from the first without a gap.
    pub fn stored_run(&self) -> u32 {
        number(self.stored)
    }

    /// True where every one is stored.
    pub fn are_stored(&self) -> bool {
        self.stored == self.count()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Segment<'_>> {
        (0..self.count()).map(|at| self.at(at))
    }

    /// The playlist's lines of the first so many, in pieces.
    pub fn entries(&self, first: u32) -> impl Iterator<Item = &str> {
        let first = first as usize;
        self.blocks.iter().enumerate().map_while(move |(n, block)| {
            let wanted = first.saturating_sub(n * BLOCK).min(block.list.len());
            let last = block.list.get(wanted.checked_sub(1)?)?;
            Some(&block.entries[..last.entry_end as usize])
        })
    }

    /// A segment by its path, where it is not stored yet.
    fn unstored(&self, path: &str) -> Option<usize> {
        (self.stored..self.count()).find(|at| self.path(*at) == path && !self.kept(*at).is_stored)
    }

    /// Notes that one is stored; answers with its attempt, or with nothing where that is known, or it is not.
    pub fn store(&mut self, path: &str, crc: u64) -> Option<u32> {
        let at = self.unstored(path)?;
        let kept = &mut self.blocks[at / BLOCK].list[at % BLOCK];
        (kept.is_stored, kept.crc) = (true, crc);
        let attempt = kept.attempt;
        self.count_stored();
        Some(attempt)
    }

    /// Those that were never asked for and are not stored. From now on they are asked for.
    pub(super) fn ask(&mut self) -> impl Iterator<Item = Segment<'_>> {
        let all = self.count();
        let from = std::mem::replace(&mut self.asked, all);
        let these = (from..all).map(|at| self.at(at));
        these.filter(|segment| segment.stored.is_none())
    }

    /// The place of a path, which is looked for from `hint` on and then from the first.
    pub fn position(&self, path: &str, hint: usize) -> Option<usize> {
        let hint = hint.min(self.count());
        (hint..self.count()).chain(0..hint).find(|at| self.path(*at) == path)
    }

    /// The one at a place that there is.
    pub fn at(&self, at: usize) -> Segment<'_> {
        let kept = self.kept(at);
        Segment {
            number: number(at + 1),
            path: self.path(at),
            attempt: kept.attempt,
            bytes: kept.bytes,
            duration: kept.duration,
            stored: kept.stored(),
        }
    }

    fn kept(&self, at: usize) -> &Kept {
        &self.blocks[at / BLOCK].list[at % BLOCK]
    }

    fn path(&self, at: usize) -> &str {
        let (block, at) = (&self.blocks[at / BLOCK], at % BLOCK);
        let from = at.checked_sub(1).map_or(0, |before| block.list[before].path_end) as usize;
        &block.paths[from..block.list[at].path_end as usize]
    }

    fn count_stored(&mut self) {
        let more = (self.stored..self.count()).take_while(|at| self.kept(*at).is_stored);
        self.stored += more.count();
    }
}

impl Block {
    /// Paths and lines of one track are of much the same length.
    fn with_room_for_such_as(segment: &wire::Segment) -> Self {
        Self {
            paths: String::with_capacity(segment.path.len() * BLOCK),
            entries: String::with_capacity(segment.entry.len() * BLOCK),
            list: Vec::with_capacity(BLOCK),
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(numbers: std::ops::RangeInclusive<u32>) -> Segments {
        let mut list = Segments::default();
        for number in numbers {
            let segment = wire::Segment {
                number,
                path: format!("v/{number}.m4s"),
                bytes: u64::from(number),
                duration: 6.0,
                entry: format!("#EXTINF:6,\n{number}.m4s\n"),
                ..wire::Segment::default()
            };
            list.push(&segment, 2, None);
        }
        list
    }

    #[test]
    fn each_has_its_own_words() {
        let list = made(1..=12);
        let all: Vec<_> = list
            .iter()
            .map(|s| (s.number, s.path.to_owned(), s.attempt, s.bytes))
            .collect();
        let expected: Vec<_> = (1..=12).map(|n| (n, format!("v/{n}.m4s"), 2, u64::from(n))).collect();
        assert_eq!(all, expected);
        let entries = |first| list.entries(first).collect::<String>();
        assert_eq!(entries(0), "");
        assert_eq!(entries(2), "#EXTINF:6,\n1.m4s\n#EXTINF:6,\n2.m4s\n");
        assert_eq!(entries(12), entries(99));
    }

    #[test]
    fn nothing_changes_where_a_block_ends() {
        let block = number(BLOCK);
        for all in [block - 1, block, block + 1, 2 * block, 3 * block + 7] {
            let mut list = made(1..=all);
            assert_eq!((list.len(), list.ask().count()), (all, all as usize));
            for first in [all.min(block - 1), all.min(block), all.min(block + 1), all] {
                let expected: Vec<_> = (1..=first).map(|n| format!("#EXTINF:6,\n{n}.m4s\n")).collect();
                assert_eq!(
                    list.entries(first).collect::<String>(),
                    expected.concat(),
                    "{first} of {all}"
                );
            }
            for n in (1..=all).rev() {
                assert_eq!(list.stored_run(), 0, "{n} of {all}");
                assert_eq!(list.store(&format!("v/{n}.m4s"), 7), Some(2));
                assert_eq!(list.at(n as usize - 1).stored, Some(7));
            }
            assert_eq!((list.stored_run(), list.are_stored()), (all, true));
            assert_eq!(list.position(&format!("v/{all}.m4s"), 0), Some(all as usize - 1));
        }
    }

    #[test]
    fn a_run_ends_at_the_first_gap() {
        let mut list = made(1..=4);
        assert_eq!(list.store("v/2.m4s", 7), Some(2));
        assert_eq!((list.stored_run(), list.are_stored()), (0, false));
        assert_eq!(list.store("v/1.m4s", 7), Some(2));
        assert_eq!(list.stored_run(), 2);
        assert_eq!(list.store("v/1.m4s", 7), None, "it is known");
        assert_eq!(list.store("v/2.m4s", 7), None, "it is known");
        assert_eq!(list.store("v/9.m4s", 7), None, "there is none");
        assert_eq!(list.store("v/4.m4s", 7), Some(2));
        assert_eq!(list.store("v/3.m4s", 7), Some(2));
        assert_eq!((list.stored_run(), list.are_stored()), (4, true));
    }

    #[test]
    fn each_is_asked_for_once() {
        let mut list = made(1..=3);
        list.store("v/2.m4s", 7);
        let asked = |list: &mut Segments| list.ask().map(|s| s.number).collect::<Vec<_>>();
        assert_eq!(asked(&mut list), [1, 3]);
        assert_eq!(asked(&mut list), [0; 0]);
        let next = wire::Segment {
            path: "v/4.m4s".into(),
            ..wire::Segment::default()
        };
        list.push(&next, 2, None);
        assert_eq!(asked(&mut list), [4]);
    }

    #[test]
    fn a_path_is_found_from_any_hint() {
        let list = made(1..=5);
        for hint in [0, 2, 4, 5, 99] {
            assert_eq!(list.position("v/3.m4s", hint), Some(2));
            assert_eq!(list.position("v/30.m4s", hint), None);
        }
    }
}
