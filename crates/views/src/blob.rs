//! What a view fetched, as a blob in a row of a database whose columns are its first and last request.
//!
//! ```text
//! version     1 byte, 1
//! generations number of them; then each, ascending:
//!   generation  less the one before
//!   picture     number of runs; then each: first less the end before, last less first
//!   sound       the same
//! check       4 bytes, little-endian: the lower half of the stable hash of all before
//! ```
//!
//! Numbers are unsigned LEB128. A film watched from begin to end takes about ten bytes.

use crate::hit::{MOST_GENERATIONS, MOST_SEGMENTS};
use crate::seen::stable_hash;
use crate::segment_set::SegmentSet;
use crate::view::{MOST_IN_VIEW, Parts, View};

const VERSION: u8 = 1;

/// A blob that this version did not write, or that is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored view is damaged, or of another version")]
pub struct Damaged;

impl View {
    /// What was fetched, as a blob. It holds neither first nor last.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        put(&mut bytes, u32::try_from(self.generations.len()).unwrap_or_default());
        let mut before = 0;
        for (generation, parts) in &self.generations {
            put(&mut bytes, u32::from(generation - before));
            before = *generation;
            put_set(&mut bytes, &parts.picture);
            put_set(&mut bytes, &parts.sound);
        }
        bytes.extend_from_slice(&check(&bytes));
        bytes
    }

    /// A view from its row. [`Damaged`] for what is no blob of [`to_bytes`](Self::to_bytes), or not whole, and for a last
    /// request before the first.
    pub fn from_bytes(first: u64, last: u64, bytes: &[u8]) -> Result<Self, Damaged> {
        let (body, mark) = bytes.split_last_chunk::<4>().ok_or(Damaged)?;
        let (&version, mut rest) = body.split_first().ok_or(Damaged)?;
        if first > last || version != VERSION || *mark != check(body) {
            return Err(Damaged);
        }
        let count = take(&mut rest, MOST_IN_VIEW)?;
        let mut generations = Vec::new();
        let mut generation = 0_u16;
        for _ in 0..count {
            let step = take(&mut rest, usize::from(MOST_GENERATIONS - generation))?;
            if step == 0 {
                return Err(Damaged);
            }
            generation += u16::try_from(step).map_err(|_| Damaged)?;
            let picture = take_set(&mut rest)?;
            let sound = take_set(&mut rest)?;
            generations.push((generation, Parts { picture, sound }));
        }
        if rest.is_empty() {
            Ok(Self {
                first,
                last,
                generations,
            })
        } else {
            Err(Damaged)
        }
    }
}

fn check(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = stable_hash(bytes).to_le_bytes();
    [a, b, c, d]
}

fn put(bytes: &mut Vec<u8>, mut number: u32) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low & 0x7f);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn take(bytes: &mut &[u8], most: usize) -> Result<u32, Damaged> {
    let mut number = 0_u32;
    for shift in [0, 7, 14] {
        let (&byte, rest) = bytes.split_first().ok_or(Damaged)?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return if number as usize <= most {
                Ok(number)
            } else {
                Err(Damaged)
            };
        }
    }
    Err(Damaged)
}

fn put_set(bytes: &mut Vec<u8>, set: &SegmentSet) {
    put(bytes, u32::try_from(set.runs().len()).unwrap_or_default());
    let mut before = 0;
    for run in set.runs() {
        put(bytes, run.start() - before);
        put(bytes, run.end() - run.start());
        before = *run.end();
    }
}

fn take_set(bytes: &mut &[u8]) -> Result<SegmentSet, Damaged> {
    let most = MOST_SEGMENTS as usize;
    let mut set = SegmentSet::default();
    let mut before = 0;
    for _ in 0..take(bytes, most)? {
        let first = before + take(bytes, most)?;
        let last = first + take(bytes, most)?;
        if last > MOST_SEGMENTS || !set.push(first, last) {
            return Err(Damaged);
        }
        before = last;
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hit::Mark;

    fn view(marks: &[(u16, u32, bool)]) -> View {
        let mut view = View::at(5);
        for &(generation, number, sound) in marks {
            view.insert(Mark {
                generation,
                number,
                sound,
            });
        }
        view
    }

    fn marks() -> impl Strategy<Value = Vec<(u16, u32, bool)>> {
        let generation = prop_oneof![1_u16..4, Just(10_000_u16)];
        let number = prop_oneof![1_u32..200, 99_990_u32..=100_000];
        prop::collection::vec((generation, number, any::<bool>()), 0..200)
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back(marks in marks()) {
            let view = view(&marks);
            prop_assert_eq!(View::from_bytes(5, 5, &view.to_bytes()), Ok(view));
        }

        #[test]
        fn a_changed_byte_is_found(marks in marks(), place: prop::sample::Index, other in 1_u8..=255) {
            let mut bytes = view(&marks).to_bytes();
            let place = place.index(bytes.len());
            bytes[place] ^= other;
            prop_assert_eq!(View::from_bytes(5, 5, &bytes), Err(Damaged));
            prop_assert_eq!(View::from_bytes(5, 5, &bytes[..place]), Err(Damaged));
        }

        #[test]
        fn bytes_of_no_view_are_refused_or_written_alike(mut bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            bytes.insert(0, VERSION);
            let mark = check(&bytes);
            bytes.extend_from_slice(&mark);
            // With a check that holds the rules behind it are asked.
            if let Ok(view) = View::from_bytes(5, 9, &bytes) {
                prop_assert_eq!(View::from_bytes(5, 9, &view.to_bytes()), Ok(view));
            }
        }
    }

    #[test]
    fn a_film_watched_to_its_end_is_a_dozen_bytes() {
        let marks: Vec<_> = (1..=1200).map(|number| (1, number, false)).collect();
        let bytes = view(&marks).to_bytes();
        assert!(bytes.len() <= 12, "{}", bytes.len());
        assert_eq!(View::from_bytes(6, 5, &bytes), Err(Damaged));
        assert_eq!(View::from_bytes(5, 5, &[]), Err(Damaged));
    }
}
