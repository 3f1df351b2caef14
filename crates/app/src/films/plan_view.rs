//! A file: what it is, and what would be made of it.

use serde::{Deserialize, Serialize};

/// Segment format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Fragmented MP4.
    #[default]
    Cmaf,
    /// MPEG transport stream.
    Ts,
}

/// How much time is spent on how small the files become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
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
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct WishesView {
    /// Segment format.
    pub format: Format,
    /// Preset.
    pub preset: Preset,
    /// Heights of the rungs wanted; `None` is the default ladder.
    pub heights: Option<Vec<u32>>,
    /// Poster, storyboard, trick play and captions.
    pub extras: bool,
    /// A single-file MP4 beside the stream.
    pub mp4: bool,
    /// May what is already right be copied?
    pub copy: bool,
    /// Encoder by name; `auto` chooses.
    pub encoder: String,
}

/// Picture facts of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PictureView {
    /// Codec's short name.
    pub codec: String,
    /// As a viewer sees it, in square pixels.
    pub width: u32,
    /// As a viewer sees it, in square pixels.
    pub height: u32,
    /// Frames per second.
    pub frame_rate: f64,
    /// HDR10 or HLG.
    pub hdr: bool,
    /// Coded as fields.
    pub interlaced: bool,
    /// Degrees, clockwise.
    pub rotation: u32,
    /// Bits per second.
    pub bit_rate: Option<f64>,
}

/// One audio stream of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SoundView {
    /// Codec's short name.
    pub codec: String,
    /// Channels.
    pub channels: u32,
    /// Samples per second.
    pub sample_rate: u32,
    /// BCP 47, where tagged.
    pub language: Option<String>,
    /// Where tagged.
    pub title: Option<String>,
}

/// One text track of a source or beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaptionsView {
    /// BCP 47, where known.
    pub language: Option<String>,
    /// Where tagged.
    pub title: Option<String>,
    /// The file beside the source.
    pub file: Option<String>,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProbeView {
    /// Path.
    pub file: String,
    /// File name.
    pub name: String,
    /// Title in the file.
    pub title: Option<String>,
    /// Container's short name.
    pub container: String,
    /// Size.
    pub bytes: f64,
    /// Seconds.
    pub duration: Option<f64>,
    /// Picture; `None` for audio alone.
    pub picture: Option<PictureView>,
    /// Audio streams.
    pub sound: Vec<SoundView>,
    /// Text tracks.
    pub captions: Vec<CaptionsView>,
}

/// One rung, audio rendition or captions of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlanRungView {
    /// `1080p`, `audio-en`.
    pub name: String,
    /// `video`, `audio` or `captions`.
    pub kind: String,
    /// Video only.
    pub width: Option<u32>,
    /// Video only.
    pub height: Option<u32>,
    /// Video only.
    pub frame_rate: Option<f64>,
    /// Expected average, bits per second.
    pub bit_rate: Option<f64>,
    /// BCP 47, where known.
    pub language: Option<String>,
    /// Copied, not re-encoded.
    pub copied: bool,
}

/// What will be made of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlanView {
    /// The file.
    pub source: ProbeView,
    /// Title that would be used.
    pub title: String,
    /// The wishes it follows.
    pub wishes: WishesView,
    /// Rungs, audio and captions.
    pub rungs: Vec<PlanRungView>,
    /// Seconds.
    pub segment_duration: f64,
    /// Expected size of everything that is made.
    pub expected_bytes: f64,
    /// Expected time, least and most seconds, from earlier jobs on this computer; `None` before the first.
    pub expected_seconds: Option<(f64, f64)>,
    /// What is notable, in words.
    pub notes: Vec<String>,
}

impl Default for WishesView {
    fn default() -> Self {
        screener_ladder::Wishes::default().into()
    }
}
