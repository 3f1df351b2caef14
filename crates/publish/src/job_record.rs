//! What is told of a job.

use std::path::PathBuf;

use screener_ladder::TrackKind;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

use crate::ids::{JobId, VideoId};

/// State of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Is being made.
    Running,
    /// Stopped by the creator, by a kill, or until credentials, a destination or disk room are back.
    Paused,
    /// Could not be done; see the error. Nothing of it is in the bucket.
    Failed,
    /// Published.
    Live,
}

impl JobState {
    /// True where nothing more happens unless somebody asks.
    pub fn ended(self) -> bool {
        matches!(self, Self::Failed | Self::Live)
    }
}

/// Where a running job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looking at the file.
    Probe,
    /// Encoding, and uploading what is encoded.
    Encode,
    /// Encoding is over, uploads go on.
    Upload,
    /// What is stored is compared with what was made.
    Verify,
    /// Published.
    Live,
}

/// One track of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackProgress {
    /// `1080p`, `audio-en`.
    pub name: String,
    /// Kind of media.
    pub kind: TrackKind,
    /// 0 to 1, encoded.
    pub encoded: f64,
    /// 0 to 1, stored.
    pub stored: f64,
    /// Copied, not re-encoded.
    pub copied: bool,
    /// Average bits per second of what is finished.
    pub bit_rate: Option<u64>,
    /// Bytes finished.
    pub bytes: Option<u64>,
}

/// One job, as the shells show it. Rates are per second, times milliseconds since the Unix epoch unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Job.
    pub job: JobId,
    /// The video it makes.
    pub video: VideoId,
    /// Title.
    pub title: String,
    /// Source path.
    pub file: PathBuf,
    /// Destination's name.
    pub destination: String,
    /// When it was accepted.
    pub accepted: i64,
    /// True where it replaces the file of a video that is live.
    pub replaces: bool,
    /// State.
    pub state: JobState,
    /// Stage.
    pub stage: Stage,
    /// 0 to 1, over everything.
    pub done: f64,
    /// Film seconds per second.
    pub speed: Option<f64>,
    /// Upload, bytes per second.
    pub upload_rate: Option<f64>,
    /// Seconds left.
    pub seconds_left: Option<f64>,
    /// Duration of the film in seconds.
    pub duration: Option<f64>,
    /// Tracks.
    pub tracks: Vec<TrackProgress>,
    /// True as soon as a link plays.
    pub playable: bool,
    /// Why it failed or why it is paused.
    pub error: Option<Failure>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}
