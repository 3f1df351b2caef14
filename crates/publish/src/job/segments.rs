//! What one track has made. A long film has tens of thousands of segments, so each is kept small: what only a worker needs
//! again lies in the journal.

use screener_ladder::wire;

/// Segments of a track in their order, from number 1 without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segments {
    /// Paths of all, one behind the other.
    paths: String,
    /// The playlist's lines of all, one behind the other.
    entries: String,
    list: Vec<Kept>,
    /// So many, counted from the first, are stored.
    stored: usize,
    /// So many, counted from the first, are stored or on their way.
    asked: usize,
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

/// Room is made for so many more at a time: lists that double hold twice what they need.
const ROOM: usize = 512;

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
        append(&mut self.paths, &segment.path);
        append(&mut self.entries, &segment.entry);
        if self.list.len() == self.list.capacity() {
            self.list.reserve_exact(ROOM);
        }
        self.list.push(Kept {
            path_end: number(self.paths.len()),
            entry_end: number(self.entries.len()),
            attempt,
            is_stored: stored.is_some(),
            bytes: segment.bytes,
            duration: segment.duration,
            crc: stored.unwrap_or_default(),
        });
        self.count_stored();
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        number(self.list.len())
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many are stored, counted from the first without a gap.
    pub fn stored_run(&self) -> u32 {
        number(self.stored)
    }

    /// True where every one is stored.
    pub fn are_stored(&self) -> bool {
        self.stored == self.list.len()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Segment<'_>> {
        (0..self.list.len()).map(|at| self.at(at))
    }

    /// The playlist's lines of the first so many.
    pub fn entries(&self, first: u32) -> &str {
        let last = (first as usize).min(self.list.len()).checked_sub(1);
        last.map_or("", |last| &self.entries[..self.list[last].entry_end as usize])
    }

    /// A segment by its path, where it is not stored yet.
    fn unstored(&self, path: &str) -> Option<usize> {
        (self.stored..self.list.len()).find(|at| self.path(*at) == path && !self.list[*at].is_stored)
    }

    /// Notes that one is stored; answers with its attempt, or with nothing where that is known, or it is not.
    pub fn store(&mut self, path: &str, crc: u64) -> Option<u32> {
        let at = self.unstored(path)?;
        self.list[at].is_stored = true;
        self.list[at].crc = crc;
        self.count_stored();
        Some(self.list[at].attempt)
    }

    /// Those that were never asked for and are not stored. From now on they are asked for.
    pub(super) fn ask(&mut self) -> impl Iterator<Item = Segment<'_>> {
        let from = std::mem::replace(&mut self.asked, self.list.len());
        let these = (from..self.list.len()).map(|at| self.at(at));
        these.filter(|segment| segment.stored.is_none())
    }

    /// The place of a path, which is looked for from `hint` on and then from the first.
    pub fn position(&self, path: &str, hint: usize) -> Option<usize> {
        let hint = hint.min(self.list.len());
        (hint..self.list.len()).chain(0..hint).find(|at| self.path(*at) == path)
    }

    /// The one at a place that there is.
    pub fn at(&self, at: usize) -> Segment<'_> {
        let kept = &self.list[at];
        Segment {
            number: number(at + 1),
            path: self.path(at),
            attempt: kept.attempt,
            bytes: kept.bytes,
            duration: kept.duration,
            stored: kept.stored(),
        }
    }

    fn path(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.list[before].path_end) as usize;
        &self.paths[from..self.list[at].path_end as usize]
    }

    fn count_stored(&mut self) {
        let more = self.list[self.stored..].iter().take_while(|kept| kept.is_stored);
        self.stored += more.count();
    }
}

fn append(text: &mut String, more: &str) {
    if text.len() + more.len() > text.capacity() {
        text.reserve_exact(more.len() * ROOM);
    }
    text.push_str(more);
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
        assert_eq!(list.entries(0), "");
        assert_eq!(list.entries(2), "#EXTINF:6,\n1.m4s\n#EXTINF:6,\n2.m4s\n");
        assert_eq!(list.entries(12), list.entries(99));
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
