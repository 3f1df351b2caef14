//! What a file is, as it is shown.

use std::path::Path;

use screener_ladder::SourceInfo;
use serde::{Deserialize, Serialize};

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

pub(crate) fn probed(file: &Path, source: &SourceInfo) -> ProbeView {
    ProbeView {
        file: file.display().to_string(),
        name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        title: source.title.clone(),
        container: source.container.clone(),
        bytes: source.bytes as f64,
        duration: source.duration,
        picture: source.video.as_ref().map(|video| PictureView {
            codec: video.codec.clone(),
            width: video.display_width,
            height: video.display_height,
            frame_rate: video.frame_rate.value(),
            hdr: video.hdr,
            interlaced: video.interlaced,
            rotation: u32::from(video.rotation),
            bit_rate: video.bit_rate.map(|rate| rate as f64),
        }),
        sound: source
            .audio
            .iter()
            .map(|audio| SoundView {
                codec: audio.codec.clone(),
                channels: u32::from(audio.channels),
                sample_rate: audio.sample_rate,
                language: audio.language.clone(),
                title: audio.title.clone(),
            })
            .collect(),
        captions: source
            .subtitles
            .iter()
            .map(|text| CaptionsView {
                language: text.language.clone(),
                title: text.title.clone(),
                file: text.file.clone(),
            })
            .collect(),
    }
}

/// The title of a file that nobody named: what its container says, else its name in words.
pub(crate) fn title_of(file: &Path, tagged: Option<&str>) -> String {
    match tagged.map(str::trim) {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('_', " ")
            .trim()
            .to_owned(),
    }
}
