//! One encode target of a ladder, and the tracks that a player sees.

use serde::{Deserialize, Serialize};

use crate::source::Ratio;

/// One encode target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// Folder and label: `1080p`, `720p`.
    pub name: String,
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// Frame rate of the output.
    pub frame_rate: Ratio,
    /// Expected average bit rate, bits per second.
    pub bit_rate: u64,
    /// Cap of the rate control (VBV), bits per second.
    pub max_rate: u64,
    /// True where the source's packets are copied and nothing is encoded.
    pub copied: bool,
}

/// What kind of media a track carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackKind {
    /// A rung of the ladder.
    Video,
    /// An audio rendition.
    Audio,
    /// A WebVTT rendition.
    Captions,
}

/// One media playlist and its segments. A folder of its own: `1080p`, `audio-en`, `captions-de`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// Folder name, unique within a video.
    pub name: String,
    /// Kind of media.
    pub kind: TrackKind,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// Everything of the media playlist before the first segment, ends with a newline. `EXT-X-MAP` is part of it.
    pub head: String,
    /// Path, relative to the generation folder, of the init segment (CMAF video and audio only).
    pub init: Option<String>,
}
