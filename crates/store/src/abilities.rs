//! What a store does otherwise than AWS S3, as far as it was found out: what is asked first, and what is asked instead.

use serde::{Deserialize, Serialize};

use crate::checksum::Checksum;

/// What was found out of a store. The default is what AWS S3 documents. Whoever opens a store gives it what an earlier run
/// learned ([`crate::Store::remembering`]) and hears of what is new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Abilities {
    /// What goes over the wire with an object that is stored whole.
    pub checksum: Checksum,
    /// The same with the parts of an object.
    pub parts: Checksum,
    /// What becomes of a write that must only happen under a condition.
    pub conditions: Conditions,
    /// How several objects are deleted.
    pub deletion: Deletion,
    /// How a listing goes on.
    pub pages: Pages,
}

/// What a store makes of `If-None-Match` and `If-Match` on a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conditions {
    /// Nobody has tried. It is asked as if they held.
    #[default]
    Unknown,
    /// They hold.
    Kept,
    /// The write happens whether they hold or not.
    Ignored,
    /// It refuses every such write.
    Refused,
}

impl Conditions {
    /// A write cannot be made to depend on what is there.
    pub fn are_missing(self) -> bool {
        matches!(self, Self::Ignored | Self::Refused)
    }
}

/// How several objects are deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deletion {
    /// `DeleteObjects` with `x-amz-checksum-crc32`.
    #[default]
    Batch,
    /// `DeleteObjects` with `Content-MD5`.
    Md5,
    /// `DeleteObject`, one a call.
    Single,
}

/// How a listing goes on after its first page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pages {
    /// `ListObjectsV2` with the token of the page before.
    #[default]
    Tokens,
    /// `ListObjects` with the last key of the page before.
    Markers,
}

/// One thing that was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// Objects go up with this checksum.
    Checksum(Checksum),
    /// Parts go up with this one.
    Parts(Checksum),
    /// What becomes of conditions.
    Conditions(Conditions),
    /// How several objects are deleted.
    Deletion(Deletion),
    /// How listings go on.
    Pages(Pages),
}

impl Abilities {
    /// Adds what was found out.
    pub fn learn(&mut self, learned: Learned) {
        match learned {
            Learned::Checksum(one) => self.checksum = one,
            Learned::Parts(one) => self.parts = one,
            Learned::Conditions(one) => self.conditions = one,
            Learned::Deletion(one) => self.deletion = one,
            Learned::Pages(one) => self.pages = one,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_learned_at_a_time() {
        let mut known = Abilities::default();
        for (learned, wanted) in [
            (
                Learned::Checksum(Checksum::Crc32c),
                Abilities {
                    checksum: Checksum::Crc32c,
                    ..known
                },
            ),
            (
                Learned::Parts(Checksum::Md5),
                Abilities {
                    checksum: Checksum::Crc32c,
                    parts: Checksum::Md5,
                    ..known
                },
            ),
        ] {
            known.learn(learned);
            assert_eq!(known, wanted);
        }
        assert!(!known.conditions.are_missing());
        known.learn(Learned::Conditions(Conditions::Ignored));
        assert!(known.conditions.are_missing());
    }
}
