//! Worker to engine: [`Event`]s, one a line.

use screener_ladder::{Plan, SourceInfo, Track, TrackKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;

/// Worker to engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Facts of the source.
    Probed {
        /// Facts.
        source: Box<SourceInfo>,
    },
    /// The plan, before any media.
    Planned {
        /// Plan.
        plan: Box<Plan>,
    },
    /// Every track of the stream, once, before the first segment.
    Tracks {
        /// Tracks.
        tracks: Vec<Track>,
    },
    /// The multivariant playlist from the plan's rates: right to publish as soon as the first segment of every track is stored.
    Index {
        /// Text of `index.m3u8`.
        text: String,
    },
    /// A file that is no segment: an init segment, poster, storyboard, I-frame playlist, MP4. On disk and whole.
    File {
        /// Path relative to the generation folder.
        path: String,
        /// Size in bytes.
        bytes: u64,
    },
    /// A finished segment.
    Segment(Segment),
    /// A track has no more segments.
    TrackEnded {
        /// Track's name.
        track: String,
        /// How many segments it has in all.
        segments: u32,
    },
    /// Words for [`crate::Resume::checkpoint`]; replaces the one before.
    Checkpoint {
        /// Opaque to the engine.
        state: Value,
    },
    /// How far it is.
    Progress {
        /// 0 to 1.
        done: f64,
        /// Position in the film, seconds.
        position: f64,
        /// Film seconds per second of wall time.
        speed: f64,
    },
    /// Something worth a line to the creator ("VideoToolbox is not available, x264 is used").
    Note {
        /// Words.
        text: String,
    },
    /// All is written.
    Finished {
        /// Text of the final `index.m3u8`, rates as measured.
        index: String,
        /// Duration of the film, seconds.
        duration: f64,
        /// Each track as measured.
        measured: Vec<Measured>,
    },
    /// Answer of a task that is no transcode.
    Answer {
        /// Shape as the task says.
        value: Value,
    },
    /// It could not be done.
    Failed(Failure),
}

/// One finished segment: on disk, whole, its name durable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Track's name.
    pub track: String,
    /// From 1, without gaps.
    pub number: u32,
    /// Path relative to the generation folder: `1080p/00001.m4s`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Start in the film, seconds.
    pub start: f64,
    /// Duration, seconds.
    pub duration: f64,
    /// The playlist's lines for this segment, each ends with a newline.
    pub entry: String,
    /// Opaque words of the worker, wanted back in [`crate::Resume::segments`]: what it needs to go on behind this segment.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub state: Value,
}

/// A track as measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Track's name.
    pub track: String,
    /// Kind of media.
    pub kind: TrackKind,
    /// RFC 6381 codecs string, empty for captions.
    pub codecs: String,
    /// Width in pixels, video only.
    pub width: Option<u32>,
    /// Height in pixels, video only.
    pub height: Option<u32>,
    /// Copied from the source.
    pub copied: bool,
    /// Bytes in all.
    pub bytes: u64,
    /// Highest rate of a segment, bits per second.
    pub peak: u64,
    /// Average rate, bits per second.
    pub average: u64,
}
