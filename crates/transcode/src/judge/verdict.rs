//! What the judge found: of a segment, and of all segments of a track.

use screener_wire::Cause;
use serde::{Deserialize, Serialize};

use super::meter::Heard;

/// What is wrong with a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be read back.
    Unreadable,
    /// It holds more or fewer samples than it should.
    Count,
    /// Its samples lie elsewhere in time.
    Times,
    /// Its bytes are others.
    Bytes,
    /// Its coded pictures are not the source's.
    Packets,
    /// A picture is of another size than the track's.
    Size,
    /// A picture cannot be decoded, or shows something else.
    Picture,
    /// Its sound cannot be decoded.
    Sound,
}

impl Fault {
    /// In words: in which track, from which second on.
    pub fn cause(self, track: &str, at: f64) -> Cause {
        let track = track.to_owned();
        match self {
            Self::Unreadable | Self::Count | Self::Times | Self::Bytes => Cause::BrokenSegment { track, at },
            Self::Packets | Self::Size | Self::Picture => Cause::BrokenPictures { track, at },
            Self::Sound => Cause::BrokenSound { track, at },
        }
    }
}

/// What passed: of one segment, or of several together. It stands in the journal with the segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Pictures.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pictures: u64,
    /// Sound that went into the encoder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<Heard>,
    /// Sound that came out of a decoder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Decibels by which sound may come out louder or quieter than it went in.
const LEVEL: f64 = 1.0;

/// Samples of both sides, two seconds or so, below which sound is too short for that: its edges weigh more than the rest.
const SHORT: u64 = 192_000;

/// Decibels by which so short a sound may differ.
const SHORT_LEVEL: f64 = 12.0;

impl Verdict {
    /// Together with the next segment's.
    pub fn add(&mut self, next: &Self) {
        self.pictures += next.pictures;
        let sum = |one: Option<Heard>, other: Option<Heard>| match (one, other) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
        self.meant = sum(self.meant, next.meant);
        self.heard = sum(self.heard, next.heard);
    }

    /// Whether the sound is as loud as it was meant to be.
    pub fn is_as_loud(&self) -> bool {
        match (self.meant, self.heard) {
            (Some(meant), Some(heard)) => {
                let most = if meant.sounding < SHORT { SHORT_LEVEL } else { LEVEL };
                heard.louder(meant).abs() <= most
            }
            _ => true,
        }
    }
}
