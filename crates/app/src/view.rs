//! What the shells show: whole view models, ready to draw or to print. Times are seconds or RFC 3339, sizes bytes; no number leaves 2^53.

use serde::{Deserialize, Serialize};

/// What happened, why, and what to do next. The shells branch on `code`, never on text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ErrorView {
    /// Stable name.
    pub code: String,
    /// What happened and why.
    pub message: String,
    /// What to do next.
    pub mend: String,
}

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
    pub error: Option<ErrorView>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}

/// State of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum VideoState {
    /// Still coming.
    Publishing,
    /// Whole.
    Live,
}

/// One video of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VideoView {
    /// Video.
    pub id: String,
    /// Title.
    pub title: String,
    /// State.
    pub state: VideoState,
    /// Duration in seconds.
    pub duration: f64,
    /// RFC 3339.
    pub created: String,
    /// Destination's name.
    pub destination: String,
    /// Bytes in all.
    pub bytes: f64,
    /// Rungs.
    pub rungs: Vec<RungView>,
    /// When the newest link ends, RFC 3339.
    pub newest_link_ends: Option<String>,
}

/// A link as it is shown when it is made. It is not stored: only its conditions are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkView {
    /// Video.
    pub id: String,
    /// The playlist's signed URL.
    pub link: String,
    /// The viewer's page with the signature behind `#`.
    pub page: String,
    /// RFC 3339.
    pub expires: String,
    /// RFC 3339.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
    /// True when not every segment of the video is stored yet.
    pub still_publishing: bool,
}

/// A link that was made, without its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkRecordView {
    /// Video.
    pub id: String,
    /// RFC 3339.
    pub made: String,
    /// RFC 3339.
    pub expires: String,
    /// RFC 3339.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
}
