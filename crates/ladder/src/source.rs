//! What a source file is, as the worker's probe reports it.

use serde::{Deserialize, Serialize};

use crate::chapters::Chapter;

/// The facts of one source file. Times are in seconds, rates in bits per second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceInfo {
    /// Container, by its short format name (`mov`, `matroska`, `mpegts`, …).
    pub container: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Declared duration in seconds, where the container declares one.
    pub duration: Option<f64>,
    /// Title from the container's metadata.
    pub title: Option<String>,
    /// The video stream that is used, if any (attached pictures are not video).
    pub video: Option<VideoStream>,
    /// Every audio stream that can be decoded.
    pub audio: Vec<AudioStream>,
    /// Every text subtitle stream, embedded or found beside the file.
    pub subtitles: Vec<SubtitleStream>,
    /// True where the pictures carry closed captions.
    pub closed_captions: bool,
    /// Its chapters, in order.
    pub chapters: Vec<Chapter>,
    /// Streams that are left aside, in words: what they are and why.
    pub left_aside: Vec<String>,
}

/// A ratio of two integers: a frame rate in frames per second, or a sample aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// Numerator.
    pub num: u32,
    /// Denominator; never 0.
    pub den: u32,
}

impl Default for Ratio {
    fn default() -> Self {
        Self { num: 1, den: 1 }
    }
}

impl Ratio {
    /// `num / den`, in lowest terms; a denominator of 0 becomes 1.
    pub fn new(num: u32, den: u32) -> Self {
        let den = den.max(1);
        let (mut a, mut b) = (num, den);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let a = a.max(1);
        Self {
            num: num / a,
            den: den / a,
        }
    }

    /// The value as a float.
    pub fn value(self) -> f64 {
        f64::from(self.num) / f64::from(self.den.max(1))
    }
}

/// Pixels at the edges of a picture, as it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edges {
    /// At the top.
    pub top: u32,
    /// At the bottom.
    pub bottom: u32,
    /// At the left.
    pub left: u32,
    /// At the right.
    pub right: u32,
}

/// One video stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact of the stream")]
pub struct VideoStream {
    /// Index in the container.
    pub index: usize,
    /// Codec's short name (`h264`, `hevc`, `vp9`, …).
    pub codec: String,
    /// Profile's name, where the codec has one.
    pub profile: Option<String>,
    /// Coded width in pixels, as stored.
    pub width: u32,
    /// Coded height in pixels, as stored.
    pub height: u32,
    /// What the container asks to cut off.
    pub crop: Option<Edges>,
    /// Width in square pixels as a viewer sees it: after rotation and sample aspect ratio.
    pub display_width: u32,
    /// Height in square pixels as a viewer sees it.
    pub display_height: u32,
    /// Sample aspect ratio as stored, before rotation; 1:1 where none is declared.
    pub sample_aspect: Ratio,
    /// True where the picture must be mirrored upside down before it is turned (front cameras, scanners).
    pub mirrored: bool,
    /// Clockwise rotation that must be applied, in degrees: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Average frame rate.
    pub frame_rate: Ratio,
    /// True where frames are not evenly spaced.
    pub variable_frame_rate: bool,
    /// Frame rate that most frames of an unevenly spaced stream keep, frames per second.
    pub usual_frame_rate: Option<f64>,
    /// Pixel format's name (`yuv420p`, `yuv420p10le`, …).
    pub pixel_format: String,
    /// Bits per component.
    pub bit_depth: u8,
    /// True where the stream is coded as fields.
    pub interlaced: bool,
    /// Transfer characteristics' name (`bt709`, `smpte2084`, `arib-std-b67`, …).
    pub transfer: Option<String>,
    /// Colour primaries' name (`bt709`, `bt2020`, …).
    pub primaries: Option<String>,
    /// True for HDR10 and HLG.
    pub hdr: bool,
    /// True where pictures have transparency.
    pub alpha: bool,
    /// True where the container holds pictures that it says not to show and that others need: an edit list cuts within a group.
    pub hidden: bool,
    /// True where parameter sets change in mid-film: films that were joined.
    pub changes: bool,
    /// Bit rate of the stream, declared or computed.
    pub bit_rate: Option<u64>,
    /// Longest distance between two key frames seen while probing, where it was looked at. Seconds.
    pub key_frame_interval: Option<f64>,
}

/// One audio stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AudioStream {
    /// Index in the container.
    pub index: usize,
    /// Codec's short name.
    pub codec: String,
    /// Profile's name, where the codec has one (`LC`, `HE-AAC`).
    pub profile: Option<String>,
    /// Channels.
    pub channels: u16,
    /// Samples per second.
    pub sample_rate: u32,
    /// BCP 47 language, where tagged.
    pub language: Option<String>,
    /// Title, where tagged.
    pub title: Option<String>,
    /// True where the container marks the stream as default.
    pub default: bool,
    /// Bit rate, where known.
    pub bit_rate: Option<u64>,
    /// Length in seconds, where its header says it.
    pub duration: Option<f64>,
    /// Where its only channel stands, if it says so, by FFmpeg's short names: `FL`, `FR`, `FC`, `LFE`, `SL`, ….
    pub place: Option<String>,
    /// True where nothing says which of its channels is which.
    pub unnamed: bool,
    /// True where the container holds sound that it says not to play, apart from what warms up a decoder.
    pub hidden: bool,
}

/// One text subtitle stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubtitleStream {
    /// Index in the container; `None` for a file beside the source.
    pub index: Option<usize>,
    /// Path of the file beside the source.
    pub file: Option<String>,
    /// Codec's short name (`subrip`, `webvtt`, `mov_text`, `ass`).
    pub codec: String,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// Title, where tagged.
    pub title: Option<String>,
    /// Only what everybody must read: signs, and what is said in another language.
    pub forced: bool,
    /// For those who do not hear: says also who speaks, and what sounds.
    pub hearing_impaired: bool,
    /// Closed captions (CEA-608): their channel, 1 to 4. Those of the picture have the index of its stream.
    pub channel: Option<u8>,
}
