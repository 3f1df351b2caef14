//! Jobs, and what is put into the queue.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::WishesView;
use crate::AppError;

/// State of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Is being made.
    Running,
    /// Stopped by the creator, or until credentials are back.
    Paused,
    /// Could not be done; see the error.
    Failed,
    /// Published.
    Live,
}

/// Where a running job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A stream that was written into a folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscodeView {
    /// Path of the multivariant playlist.
    pub index: String,
    /// Seconds.
    pub duration: f64,
    /// Rungs as measured.
    pub rungs: Vec<RungView>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}

/// One rung of a job or a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RungView {
    /// `1080p`, `audio-en`.
    pub name: String,
    /// `video`, `audio` or `captions`.
    pub kind: String,
    /// 0 to 1, encoded.
    pub encoded: f64,
    /// 0 to 1, stored.
    pub stored: f64,
    /// Copied, not re-encoded.
    pub copied: bool,
    /// Average bits per second, once measured.
    pub bit_rate: Option<f64>,
    /// Bytes, once measured.
    pub bytes: Option<f64>,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobView {
    /// Job.
    pub job: String,
    /// The video it makes.
    pub id: String,
    /// Title.
    pub title: String,
    /// Source path.
    pub file: String,
    /// Destination's name.
    pub destination: String,
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
    /// Seconds left, smoothed.
    pub seconds_left: Option<f64>,
    /// Duration of the film.
    pub duration: Option<f64>,
    /// Rungs.
    pub rungs: Vec<RungView>,
    /// True as soon as a link plays.
    pub playable: bool,
    /// Why it failed or why it is paused.
    pub error: Option<AppError>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}

/// What to publish.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PublishRequest {
    /// Files and folders; folders become a batch.
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub files: Vec<PathBuf>,
    /// Title, for a single file.
    pub title: Option<String>,
    /// Destination's name; `None` is the default one.
    pub destination: Option<String>,
    /// How.
    pub wishes: WishesView,
}

/// One file of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AcceptedView {
    /// Path.
    pub file: String,
    /// The job, once durable.
    pub job: Option<String>,
    /// The video it makes.
    pub id: Option<String>,
    /// Why it was not accepted.
    pub error: Option<AppError>,
}
