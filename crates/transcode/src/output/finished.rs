//! What is known of a track and its segments: before the first, as a thread hands them over, and once they are written.

use screener_ladder::Track;

use crate::judge::verdict::Verdict;
use crate::judge::{Depth, Expected};
use crate::mux::playlists::Pace;
use crate::mux::track::{Description, KeyRange, Sample};

/// What is known of a track before its first segment.
pub struct Planned {
    /// As players see it.
    pub track: Track,
    /// As containers see it; `None` for captions.
    pub description: Option<Description>,
    /// Copied from the source.
    pub copied: bool,
    /// How much of it is decoded when it is read back.
    pub depth: Depth,
}

/// A segment as a track's thread hands it over.
pub struct Made {
    /// From 1.
    pub number: u32,
    /// Where it ends, in the track's ticks.
    pub end: i64,
    /// Its samples; the first one's decode time is its start.
    pub samples: Vec<Sample>,
    /// Where sound stood before its end.
    pub anchor: Option<Anchor>,
    /// What it has to show.
    pub expected: Expected,
}

/// One segment as its playlist sees it.
#[derive(Clone, Debug, Default)]
pub struct Finished {
    /// From 1.
    pub number: u32,
    /// File name within the track's folder.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// Seconds.
    pub start: f64,
    /// Seconds.
    pub duration: f64,
    /// Key pictures.
    pub keys: Vec<KeyRange>,
    /// How its pictures stand in time; `None` for sound and captions.
    pub pace: Option<Pace>,
    /// Where sound stood before its end.
    pub anchor: Option<Anchor>,
    /// What was found when it was read back.
    pub verdict: Verdict,
}

/// Where the sound of a source's frame was laid: what a later run needs to lay its frames on the same samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The frame's time stamp as the source has it.
    pub time: i64,
    /// First output sample that it fills.
    pub at: i64,
}
