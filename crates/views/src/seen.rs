//! Which lines were counted before: a port, so that a database may remember them.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;

/// A line, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// [`stable_hash`] of the request's id; of the whole line where it has none.
    pub hash: u64,
    /// The answer: true where it was not remembered before.
    pub fresh: bool,
}

/// Remembers lines. A line that comes again has the same moment, so that hours can be forgotten as a whole: not before no
/// object that may hold lines of them is read again.
pub trait Seen {
    /// What can go wrong with remembering.
    type Error;

    /// Sets [`Id::fresh`] of each and remembers all. `hour` is hours since 1970; the hashes ascend and none comes twice. With
    /// about eight thousand lines read, this is called once for each of their hours, the hours ascending.
    fn fresh(&mut self, hour: u32, ids: &mut [Id]) -> Result<(), Self::Error>;
}

impl<S: Seen + ?Sized> Seen for &mut S {
    type Error = S::Error;

    fn fresh(&mut self, hour: u32, ids: &mut [Id]) -> Result<(), Self::Error> {
        (**self).fresh(hour, ids)
    }
}

/// Remembers in memory: for tests, and for logs that are read once.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    hours: BTreeMap<u32, HashSet<u64>>,
}

impl Recent {
    /// Forgets all hours before `hour`, hours since 1970.
    pub fn forget_before(&mut self, hour: u32) {
        self.hours = self.hours.split_off(&hour);
    }

    /// The latest hour with a line.
    pub fn latest_hour(&self) -> Option<u32> {
        self.hours.last_key_value().map(|(hour, _)| *hour)
    }
}

impl Seen for Recent {
    type Error = Infallible;

    fn fresh(&mut self, hour: u32, ids: &mut [Id]) -> Result<(), Infallible> {
        let known = self.hours.entry(hour).or_default();
        for id in ids {
            id.fresh = known.insert(id.hash);
        }
        Ok(())
    }
}

/// 64 bits that stand for these bytes, today and in ten years: FNV-1a with its 64-bit constants, and behind it the last
/// mixing of `MurmurHash3` (`fmix64`), so that all bits depend on all bytes. Two of ten million ids of one hour share a hash
/// with a chance of three in a million. No defence against somebody who chooses ids: CloudFront makes them.
pub fn stable_hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_stays_as_it_is() {
        // fmix64 of FNV's own vectors: "" and "a" are cbf29ce484222325 and af63dc4c8601ec8c.
        assert_eq!(stable_hash(b""), 0xefd0_1f60_ba99_2926);
        assert_eq!(stable_hash(b"a"), 0x82a2_a958_a9be_ce5b);
    }

    #[test]
    fn what_was_told_is_known() {
        let id = |hash| Id { hash, fresh: false };
        let mut recent = Recent::default();
        let mut ids = [id(1), id(2)];
        recent.fresh(7, &mut ids).unwrap();
        assert!(ids.iter().all(|id| id.fresh));
        let mut ids = [id(2), id(3)];
        recent.fresh(7, &mut ids).unwrap();
        assert_eq!(ids.map(|id| id.fresh), [false, true]);
        recent.forget_before(8);
        recent.fresh(7, &mut ids).unwrap();
        assert!(ids[0].fresh);
    }
}
