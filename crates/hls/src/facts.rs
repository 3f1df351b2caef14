//! What the worker measured in the media of a stream: the half of the authoring rules that no playlist tells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Facts of the media files of one stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MediaFacts {
    /// Each media segment by its [`piece`]: its path relative to the folder of the playlist that was checked, `/` between
    /// names (`1080p/00001.m4s`), and its bytes where it is a part of a file. Init segments are not listed.
    pub segments: BTreeMap<String, SegmentFacts>,
}

/// The name of a segment among the facts: its file, and the range (length and offset in bytes) where it is not all of it.
pub fn piece(path: &str, range: Option<(u64, u64)>) -> String {
    match range {
        None => path.to_owned(),
        Some((length, offset)) => format!("{path} bytes {length}@{offset}"),
    }
}

/// Facts of one media segment. What was not looked at, or has no meaning for the file, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SegmentFacts {
    /// Size in bytes.
    pub bytes: u64,
    /// When its first picture (its first sound, where there is no picture) is shown: seconds on the media's own clock.
    pub start: Option<f64>,
    /// Duration in seconds, summed from its samples.
    pub duration: f64,
    /// Continuity counters of its first and last packet of media, MPEG-TS only.
    pub counters: Option<(u8, u8)>,
    /// Container: `fmp4`, `mpegts`, `aac`, `webvtt`.
    pub container: Option<String>,
    /// The video in it.
    pub video: Option<VideoFacts>,
    /// The audio in it.
    pub audio: Option<AudioFacts>,
    /// Why it could not be read, where it could not.
    pub error: Option<String>,
}

/// Facts of the video in a segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VideoFacts {
    /// Codec's short name: `h264`, `hevc`, `av1`.
    pub codec: String,
    /// RFC 6381 name: `avc1.640028`.
    pub codecs: Option<String>,
    /// Profile's name: `High`.
    pub profile: Option<String>,
    /// Level times ten: 40 for 4.0.
    pub level: Option<u32>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames per second, average.
    pub frame_rate: f64,
    /// Are frames unevenly spaced, be it only once?
    pub uneven: bool,
    /// Frames per second where they stand closest.
    pub peak_frame_rate: f64,
    /// Does its first frame decode without an earlier one (an IDR)?
    pub starts_with_key_frame: bool,
    /// Presentation times of its key frames, seconds from the segment's start.
    pub key_frames: Vec<f64>,
    /// Coded as fields?
    pub interlaced: bool,
}

/// Facts of the audio in a segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AudioFacts {
    /// Codec's short name: `aac`, `ac3`.
    pub codec: String,
    /// RFC 6381 name: `mp4a.40.2`.
    pub codecs: Option<String>,
    /// Channels.
    pub channels: u16,
    /// Samples per second.
    pub sample_rate: u32,
}
