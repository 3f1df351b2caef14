//! A link's own name, which its policy is bound to.

use std::fmt;
use std::str::FromStr;

use rand_core::{OsRng, RngCore as _};

/// Name of the parameter that carries a link's name; the first of every URL of a named link.
pub const PARAMETER: &str = "l";

/// The name of a link that nobody has: every store of what is taken back holds it, so that it can be tried whether a link that was taken
/// back is refused. Its minute is one of 2020, so no link is ever given it.
pub const TRIED: &str = "aaaaatried";

/// 2020-01-01T00:00:00Z, in minutes since 1970: where the minutes of links begin.
const FIRST_MINUTE: i64 = 1_577_836_800 / 60;
/// Each half has five letters of five bits.
const HALF: u32 = 25;
const LENGTH: usize = 10;
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Ten letters of lower-case base32 (RFC 4648): five are the minute of the link's making (25 bits from 2020 on, enough until
/// 2083), five are random. No secret: it stands in every URL of the link, and in access logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkId([u8; LENGTH]);

/// A text that is no link's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no link: ten of the letters a to z and the digits 2 to 7")]
pub struct NotALinkId(String);

impl LinkId {
    /// A new one, made at `now` (seconds since 1970).
    pub fn random(now: i64) -> Self {
        Self::made(minute_of(now), OsRng.next_u32())
    }

    /// From a minute of its making ([`minute_of`]) and the lowest 25 bits of `random`.
    pub fn made(minute: u32, random: u32) -> Self {
        let bits = (u64::from(minute & mask()) << HALF) | u64::from(random & mask());
        let mut letters = [0; LENGTH];
        for (at, letter) in letters.iter_mut().enumerate() {
            let five = (bits >> (5 * (LENGTH - 1 - at))) & 31;
            *letter = LETTERS[usize::try_from(five).unwrap_or(0)];
        }
        Self(letters)
    }

    /// The minute of its making, counted from 2020 on.
    pub fn minute(&self) -> u32 {
        bits(&self.0[..LENGTH / 2])
    }

    /// The 25 random bits.
    pub fn random_part(&self) -> u32 {
        bits(&self.0[LENGTH / 2..])
    }

    /// The ten letters.
    pub fn as_str(&self) -> &str {
        // Only letters of ASCII get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// `l=<the letters>`
    pub fn query(&self) -> String {
        format!("{PARAMETER}={self}")
    }
}

/// The minute that a link made at `now` (seconds since 1970) carries: counted from 2020 on; before it, 0.
pub fn minute_of(now: i64) -> u32 {
    u32::try_from((now.div_euclid(60) - FIRST_MINUTE).clamp(0, i64::from(mask()))).unwrap_or(0)
}

fn bits(letters: &[u8]) -> u32 {
    letters
        .iter()
        .fold(0, |bits, letter| (bits << 5) | u32::from(value(*letter).unwrap_or(0)))
}

fn mask() -> u32 {
    (1 << HALF) - 1
}

fn value(letter: u8) -> Option<u8> {
    match letter {
        b'a'..=b'z' => Some(letter - b'a'),
        b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    }
}

impl FromStr for LinkId {
    type Err = NotALinkId;

    fn from_str(text: &str) -> Result<Self, NotALinkId> {
        <[u8; LENGTH]>::try_from(text.as_bytes())
            .ok()
            .filter(|letters| letters.iter().all(|letter| value(*letter).is_some()))
            .map(Self)
            .ok_or_else(|| NotALinkId(text.to_owned()))
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_minute_of_its_making() {
        // 2026-11-28T06:30:00Z
        let now = 1_795_847_400;
        let id = LinkId::random(now);
        assert_eq!(id.minute(), minute_of(now));
        assert_eq!(id.as_str().len(), 10);
        assert_eq!(id.as_str().parse(), Ok(id));
        assert_eq!(LinkId::made(id.minute(), id.random_part()), id);
        assert_eq!(LinkId::made(0, 0).as_str(), "aaaaaaaaaa");
        assert_eq!(LinkId::made(u32::MAX, u32::MAX).as_str(), "7777777777");
        assert_eq!(LinkId::made(1, 2).as_str(), "aaaabaaaac");
        assert_ne!(
            LinkId::random(now),
            LinkId::random(now),
            "five letters of it are random"
        );
    }

    #[test]
    fn names_sort_as_they_were_made_where_letters_come_before_digits() {
        assert_eq!(minute_of(0), 0);
        assert_eq!(minute_of(FIRST_MINUTE * 60 + 59), 0);
        assert_eq!(minute_of(FIRST_MINUTE * 60 + 60), 1);
        assert_eq!(minute_of(i64::MAX), mask());
    }

    #[test]
    fn other_texts_are_no_names() {
        for text in [
            "",
            "abcdefghi",
            "abcdefghijk",
            "abcdefghi1",
            "ABCDEFGHIJ",
            "abcdefgh=j",
            "abcdefghé",
        ] {
            assert_eq!(text.parse::<LinkId>(), Err(NotALinkId(text.to_owned())), "{text}");
        }
    }
}
