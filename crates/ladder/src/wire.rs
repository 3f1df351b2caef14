//! The words that the engine and the worker's process exchange: one JSON object a line, over the worker's stdin and stdout.
//!
//! The engine sends one [`Task`] and then any number of [`Command`]s; the worker answers with [`Event`]s and ends after
//! [`Event::Finished`], [`Event::Answer`] or [`Event::Failed`]. It leaves when its stdin closes.
//!
//! The engine never interprets HLS: a track's playlist is its [`Track::head`], then the `entry` of each segment that is
//! stored, in order, then, at the end, [`PLAYLIST_END`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Plan, SourceInfo, Track, TrackKind, Wishes};

/// Version of these words. Both sides refuse another.
pub const VERSION: u32 = 1;

/// Last line of a finished media playlist.
pub const PLAYLIST_END: &str = "#EXT-X-ENDLIST\n";

/// The first line to the worker: what it is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Report the facts of a file. Answered by [`Event::Probed`], then [`Event::Finished`] is not sent: `Probed` ends it.
    Probe {
        /// See [`VERSION`].
        version: u32,
        /// Absolute path.
        file: String,
    },
    /// Report the plan for a file: ends with [`Event::Planned`].
    Plan {
        /// See [`VERSION`].
        version: u32,
        /// Absolute path.
        file: String,
        /// What the creator asked for.
        wishes: Wishes,
    },
    /// Make the stream.
    Transcode(Box<Transcode>),
    /// One JPEG at a time of the film; ends with [`Event::Answer`] of `{"file", "width", "height"}`.
    Still {
        /// See [`VERSION`].
        version: u32,
        /// Absolute path of the source, or of an HLS tree's `index.m3u8`' folder.
        file: String,
        /// Seconds from the start.
        at: f64,
        /// Absolute path of the JPEG to write.
        out: String,
    },
    /// Facts of the media segments below a folder, for the rules that need them; ends with [`Event::Answer`].
    Inspect {
        /// See [`VERSION`].
        version: u32,
        /// Absolute path of a folder that holds `index.m3u8` or a media playlist's segments.
        folder: String,
    },
    /// Which encoders work here, and which cage holds; ends with [`Event::Answer`].
    Capabilities {
        /// See [`VERSION`].
        version: u32,
    },
}

/// How one source becomes a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transcode {
    /// See [`VERSION`].
    pub version: u32,
    /// Absolute path of the source.
    pub file: String,
    /// Absolute path of this attempt's folder: empty, and nobody else's. Objects lie below it as they lie below the generation folder of the bucket.
    pub out: String,
    /// What the creator asked for.
    pub wishes: Wishes,
    /// How playlists are told.
    pub playlists: Playlists,
    /// Segment groups (one segment of each track) that may be written before the first [`Command::Credit`]; `None`: no limit.
    pub credits: Option<u32>,
    /// What an earlier attempt finished. Its segments are not made again.
    pub resume: Option<Resume>,
}

/// How playlists are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Playlists {
    /// The worker writes finished `VOD` playlists and `index.m3u8` into `out`, below no generation folder.
    Files,
    /// The worker tells heads, entries and indexes as text (`EVENT` playlists, `EXT-X-START`), and writes only I-frame playlists. URIs in the index begin with `prefix` (the generation, `1/`).
    Told {
        /// Number of the generation folder.
        generation: u32,
    },
}

/// What an earlier attempt finished.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// The plan that was followed: the same one is followed again.
    pub plan: Option<Plan>,
    /// Finished segments by track name, each list complete from number 1.
    pub segments: BTreeMap<String, Vec<Segment>>,
    /// Opaque words of the worker from the last [`Event::Checkpoint`] that the journal holds.
    pub checkpoint: Option<Value>,
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
    /// Opaque words of the worker, wanted back in [`Resume::segments`]: what it needs to go on behind this segment.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub state: Value,
}

/// Engine to worker, after the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// This many more segment groups may be written.
    Credit {
        /// Groups.
        groups: u32,
    },
    /// Stop now. Answered by [`Event::Failed`] with code `cancelled`.
    Cancel,
}

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
    /// Words for [`Resume::checkpoint`]; replaces the one before.
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

/// Why something could not be done: what and why in `message`, what to do next in `mend`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Stable name: `not_a_video`, `truncated`, `unsupported_codec`, `no_such_file`, `not_readable`, `empty`, `cancelled`, `disk_full`, `limits`, …
    pub code: String,
    /// What happened and why.
    pub message: String,
    /// What to do next.
    pub mend: String,
}
