//! What is made of a source, said before anything is made.

use serde::{Deserialize, Serialize};

use crate::{Rung, SourceInfo};

/// Segment format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Fragmented MP4.
    #[default]
    Cmaf,
    /// MPEG transport stream.
    Ts,
}

/// How much time is spent on how small the files become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Quickest.
    Fast,
    /// The default.
    #[default]
    Balanced,
    /// Smallest.
    Best,
}

/// What the creator asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// Segment format.
    pub format: Format,
    /// Preset.
    pub preset: Preset,
    /// Heights of the rungs wanted; `None` is the default ladder.
    pub heights: Option<Vec<u32>>,
    /// Poster, storyboard, I-frame playlists and captions.
    pub extras: bool,
    /// A single-file MP4 beside the stream.
    pub mp4: bool,
    /// May the top rung and the audio be copied where the source allows it?
    pub copy: bool,
    /// Encoder by name: `auto`, `x264`, `nvenc`, …
    pub encoder: String,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            format: Format::Cmaf,
            preset: Preset::Balanced,
            heights: None,
            extras: true,
            mp4: false,
            copy: true,
            encoder: "auto".into(),
        }
    }
}

/// The plan for one source: rungs from the largest down, audio and captions as they will be named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The source.
    pub source: SourceInfo,
    /// The wishes it follows.
    pub wishes: Wishes,
    /// Rungs, largest first. Empty for audio alone.
    pub rungs: Vec<Rung>,
    /// Audio renditions.
    pub audio: Vec<AudioPlan>,
    /// Caption renditions.
    pub captions: Vec<CaptionsPlan>,
    /// Full segment length in seconds.
    pub segment_duration: f64,
    /// `EXT-X-TARGETDURATION`, fixed.
    pub target_duration: u32,
    /// Expected size of everything that is made, in bytes.
    pub expected_bytes: u64,
    /// What is notable, in words for the creator: "1080p is copied, not re-encoded".
    pub notes: Vec<String>,
}

/// One audio rendition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioPlan {
    /// Folder: `audio`, `audio-en`.
    pub name: String,
    /// The source's stream.
    pub index: usize,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// Human name.
    pub label: String,
    /// Default rendition of the group.
    pub default: bool,
    /// Bits per second.
    pub bit_rate: u64,
    /// Copied, not encoded.
    pub copied: bool,
}

/// One caption rendition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionsPlan {
    /// Folder: `captions-en`.
    pub name: String,
    /// The source's stream; `None` for a file beside it.
    pub index: Option<usize>,
    /// Path of the file beside the source.
    pub file: Option<String>,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// Human name.
    pub label: String,
}
