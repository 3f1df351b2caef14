//! `video.json`, the catalog record that stands beside a video's playlists.

use std::collections::BTreeMap;

use screener_ladder::{Chapter, TrackKind};
use serde::{Deserialize, Serialize};

use crate::ids::VideoId;

/// Version of the record's shape.
pub const FORMAT: u32 = 1;

/// State of a video in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoState {
    /// Can be watched, still grows.
    Publishing,
    /// Whole.
    Live,
}

/// One track of the record. A rung of the ladder, an audio or a captions rendition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackRecord {
    /// Folder below the generation: `1080p`.
    pub name: String,
    /// Kind of media.
    pub kind: TrackKind,
    /// RFC 6381 codecs string, empty until measured.
    #[serde(default)]
    pub codecs: String,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// BCP 47 language.
    #[serde(default)]
    pub language: Option<String>,
    /// Copied from the source.
    #[serde(default)]
    pub copied: bool,
    /// Bytes in all.
    pub bytes: u64,
    /// Highest rate of a segment, bits per second.
    pub peak: u64,
    /// Average rate, bits per second.
    pub average: u64,
    /// Segments.
    pub segments: u32,
}

/// An object as it was stored and verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Size in bytes.
    pub bytes: u64,
    /// CRC64NVME of the whole object, base64 of the big-endian value, as S3 writes it.
    pub crc64nvme: String,
}

/// The record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoRecord {
    /// See [`FORMAT`].
    pub format: u32,
    /// The video.
    pub id: VideoId,
    /// State.
    pub state: VideoState,
    /// Number of the generation folder that `index.m3u8` names.
    pub generation: u32,
    /// Title.
    pub title: String,
    /// Duration in seconds.
    pub duration: f64,
    /// RFC 3339.
    pub created: String,
    /// RFC 3339; when the record was last written.
    #[serde(default)]
    pub updated: String,
    /// Path of the poster below the video's folder: `1/poster.jpg`.
    #[serde(default)]
    pub poster: Option<String>,
    /// Path of the storyboard's index below the video's folder: `1/storyboard.vtt`.
    #[serde(default)]
    pub storyboard: Option<String>,
    /// Bytes of everything below the generation folder.
    pub bytes: u64,
    /// Rungs and renditions.
    pub rungs: Vec<TrackRecord>,
    /// Chapters in order: `start` and `end` in seconds of the film, and a `title` of one line. Left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
    /// Every media object by its path below the video's folder. Filled when `live`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<String, Stored>,
}

/// One video of the library: what a bucket says, as the journal caches it.
#[derive(Clone, Debug, PartialEq)]
pub struct Video {
    /// Destination's name.
    pub destination: String,
    /// Entity tag of its `video.json`.
    pub etag: String,
    /// Its record. The checksums are left in the bucket.
    pub record: VideoRecord,
    /// When the newest link ends, seconds since the Unix epoch.
    pub newest_link_ends: Option<i64>,
}
