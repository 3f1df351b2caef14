//! Checksums: CRC64NVME, which Screener keeps of everything it stores, and those that go over the wire in its place where a
//! store does not take it.
//!
//! Which of them can be combined to one of the whole object:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::{CrcAlgorithm, checksum_combine};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// CRC64NVME as S3 writes it.
pub fn crc_text(crc: u64) -> String {
    STANDARD.encode(crc.to_be_bytes())
}

/// The value of what [`crc_text`] wrote.
pub fn crc_value(text: &str) -> Option<u64> {
    let bytes = STANDARD.decode(text).ok()?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

/// CRC64NVME of bytes.
pub fn crc64(bytes: &[u8]) -> u64 {
    crc_fast::checksum(CrcAlgorithm::Crc64Nvme, bytes)
}

/// What goes over the wire with stored bytes, so that the store can compare. In the order in which they are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checksum {
    /// `x-amz-checksum-crc64nvme`.
    #[default]
    Crc64Nvme,
    /// `x-amz-checksum-crc32c`.
    Crc32c,
    /// `x-amz-checksum-crc32`.
    Crc32,
    /// `x-amz-checksum-sha256`; of an object in parts it is one over the parts' checksums (`COMPOSITE`).
    Sha256,
    /// `Content-MD5`, which every store knows; of an object in parts there is none, only of each part.
    Md5,
}

impl Checksum {
    /// All, the first tried first.
    pub const ALL: [Self; 5] = [Self::Crc64Nvme, Self::Crc32c, Self::Crc32, Self::Sha256, Self::Md5];

    /// Its name in the field: `CRC64NVME`, `Content-MD5`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc64Nvme => "CRC64NVME",
            Self::Crc32c => "CRC32C",
            Self::Crc32 => "CRC32",
            Self::Sha256 => "SHA256",
            Self::Md5 => "Content-MD5",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The one that is tried after it; after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|one| *one == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// This one first, then the others in their order.
    pub(crate) fn ladder(self) -> impl Iterator<Item = Self> {
        std::iter::once(self).chain(Self::ALL.into_iter().filter(move |one| *one != self))
    }

    /// Of bytes, in base64 as S3 writes it.
    pub fn of(self, bytes: &[u8]) -> String {
        match self {
            Self::Crc64Nvme => crc_text(crc64(bytes)),
            Self::Crc32c => crc32_text(crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, bytes)),
            Self::Crc32 => crc32_text(crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, bytes)),
            Self::Sha256 => STANDARD.encode(Sha256::digest(bytes)),
            Self::Md5 => STANDARD.encode(Md5::digest(bytes)),
        }
    }

    /// Of an object that is made of parts, by each part's own and its size; `None` where such an object has none, or where a
    /// part's cannot be read.
    pub fn of_parts<'a>(self, parts: impl Iterator<Item = (&'a str, u64)>) -> Option<String> {
        let (algorithm, width) = match self {
            Self::Crc64Nvme => (CrcAlgorithm::Crc64Nvme, 8),
            Self::Crc32c => (CrcAlgorithm::Crc32Iscsi, 4),
            Self::Crc32 => (CrcAlgorithm::Crc32IsoHdlc, 4),
            Self::Sha256 => return composite(parts),
            Self::Md5 => return None,
        };
        let mut whole = None;
        for (text, bytes) in parts {
            let read = STANDARD.decode(text).ok().filter(|read| read.len() == width)?;
            let part = read.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            whole = Some(whole.map_or(part, |before| checksum_combine(algorithm, before, part, bytes)));
        }
        let bytes = whole?.to_be_bytes();
        Some(STANDARD.encode(&bytes[8 - width..]))
    }

    /// Whether what a store says of an object agrees with the parts that it was made of, by their own checksums: as one value of
    /// the whole, or as one over the parts, which some stores keep although the other was asked for, with or without the number of
    /// parts. `None` where it is neither and cannot be told: moto says four bytes of CRC64NVME.
    pub(crate) fn agrees<'a>(
        self,
        said: &str,
        whole: Option<&str>,
        parts: impl Iterator<Item = &'a str>,
    ) -> Option<bool> {
        let (digest, by_parts) = said.split_once('-').map_or((said, false), |(digest, _)| (digest, true));
        let width = match self {
            Self::Crc64Nvme => 8,
            Self::Crc32c | Self::Crc32 => 4,
            Self::Sha256 => 32,
            Self::Md5 => 16,
        };
        if STANDARD.decode(digest).map_or(0, |bytes| bytes.len()) != width {
            return None;
        }
        let mut read = Vec::new();
        for part in parts {
            read.extend(STANDARD.decode(part).ok()?);
        }
        if whole == Some(digest) || self.of(&read) == digest {
            return Some(true);
        }
        // Of the whole there is no SHA256 here to hold it against.
        (by_parts || self != Self::Sha256).then_some(false)
    }
}

fn crc32_text(crc: u64) -> String {
    STANDARD.encode(&crc.to_be_bytes()[4..])
}

/// The digest of the parts' digests, with their number.
fn composite<'a>(parts: impl Iterator<Item = (&'a str, u64)>) -> Option<String> {
    let (mut digest, mut count) = (Sha256::new(), 0);
    for (text, _) in parts {
        digest.update(STANDARD.decode(text).ok()?);
        count += 1;
    }
    Some(format!("{}-{count}", STANDARD.encode(digest.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the catalogues: <https://reveng.sourceforge.io/crc-catalogue/all.htm>, RFC 1321, FIPS 180-2.
    #[test]
    fn each_is_what_its_catalogue_says() {
        let hex = |text: String| {
            let bytes = STANDARD.decode(text).expect("base64");
            bytes
                .iter()
                .fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
        };
        assert_eq!(hex(Checksum::Crc64Nvme.of(b"123456789")), "ae8b14860a799888");
        assert_eq!(hex(Checksum::Crc32c.of(b"123456789")), "e3069283");
        assert_eq!(hex(Checksum::Crc32.of(b"123456789")), "cbf43926");
        assert_eq!(hex(Checksum::Md5.of(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(
            hex(Checksum::Sha256.of(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn checksums_of_parts_make_the_checksum_of_the_whole() {
        let whole: Vec<u8> = (0..100_000_u32)
            .flat_map(|n| n.wrapping_mul(7919).to_le_bytes())
            .collect();
        for kind in Checksum::ALL {
            let parts: Vec<(String, u64)> = whole.chunks(30_000).map(|c| (kind.of(c), c.len() as u64)).collect();
            let made = kind.of_parts(parts.iter().map(|(text, bytes)| (text.as_str(), *bytes)));
            match kind {
                Checksum::Md5 => assert_eq!(made, None),
                Checksum::Sha256 => {
                    assert!(made.is_some_and(|text| text.ends_with("-14")));
                }
                _ => assert_eq!(made, Some(kind.of(&whole)), "{kind:?}"),
            }
        }
        assert_eq!(Checksum::Crc32c.of_parts([("AAAA", 1)].into_iter()), None);
    }

    #[test]
    fn a_store_may_count_by_the_whole_or_by_the_parts() {
        let bytes = [&b"one part"[..], b"and another"];
        for kind in [Checksum::Crc64Nvme, Checksum::Crc32c, Checksum::Crc32, Checksum::Sha256] {
            let parts = bytes.map(|part| kind.of(part));
            let whole = kind.of(&bytes.concat());
            let by_parts = kind.of(&parts
                .iter()
                .flat_map(|part| STANDARD.decode(part).expect("base64"))
                .collect::<Vec<_>>());
            let own = kind.of_parts(
                parts
                    .iter()
                    .zip(bytes)
                    .map(|(text, part)| (text.as_str(), part.len() as u64)),
            );
            let agrees = |said: &str| kind.agrees(said, own.as_deref(), parts.iter().map(String::as_str));
            assert_eq!(agrees(&by_parts), Some(true), "{kind:?}");
            assert_eq!(agrees(&format!("{by_parts}-2")), Some(true), "{kind:?}");
            let of_another = kind.of(b"something else");
            assert_eq!(agrees(&format!("{of_another}-2")), Some(false), "{kind:?}");
            assert_eq!(agrees("AAAA"), None, "{kind:?}: three bytes");
            if kind == Checksum::Sha256 {
                assert_eq!(agrees(&whole), None, "of the whole there is none here");
            } else {
                assert_eq!(
                    (agrees(&whole), agrees(&of_another)),
                    (Some(true), Some(false)),
                    "{kind:?}"
                );
            }
        }
    }

    #[test]
    fn every_other_one_is_tried_once() {
        for first in Checksum::ALL {
            let tried: Vec<_> = first.ladder().collect();
            assert_eq!((tried.len(), tried[0]), (5, first));
            assert!(Checksum::ALL.iter().all(|one| tried.contains(one)));
            assert_eq!(Checksum::named(first.name()), Some(first));
        }
        assert_eq!(Checksum::Md5.next(), Checksum::Crc64Nvme);
    }
}
