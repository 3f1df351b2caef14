//! A job and its rungs, as they are shown.

use screener_ladder::TrackKind;
use screener_publish::{JobRecord, JobState, Stage};
use serde::{Deserialize, Serialize};

use crate::AppError;

// Not the engine's record of a track: that counts in integers which a page of the window cannot hold, and what is live or only written
// into a folder has rungs as well.
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

pub(crate) fn view(record: JobRecord) -> JobView {
    JobView {
        job: record.job.to_string(),
        id: record.video.to_string(),
        title: record.title,
        file: record.file.display().to_string(),
        destination: record.destination,
        state: record.state,
        stage: record.stage,
        done: record.done,
        speed: record.speed,
        upload_rate: record.upload_rate,
        seconds_left: record.seconds_left,
        duration: record.duration,
        rungs: record
            .tracks
            .into_iter()
            .map(|track| RungView {
                name: track.name,
                kind: kind(track.kind).into(),
                encoded: track.encoded,
                stored: track.stored,
                copied: track.copied,
                bit_rate: track.bit_rate.map(|rate| rate as f64),
                bytes: track.bytes.map(|bytes| bytes as f64),
            })
            .collect(),
        playable: record.playable,
        error: record.error.map(AppError::from),
        notes: record.notes,
    }
}

/// Kind of a track, as views name it.
pub(crate) fn kind(kind: TrackKind) -> &'static str {
    match kind {
        TrackKind::Video => "video",
        TrackKind::Audio => "audio",
        TrackKind::Captions => "captions",
    }
}
