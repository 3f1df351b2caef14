//! Ids as people give them.

use screener_publish::{JobId, VideoId};

use crate::{AppError, Result};

/// A video's id.
///
/// # Errors
/// `no_such_video` for what cannot be one.
pub(crate) fn video_id(text: &str) -> Result<VideoId> {
    text.parse().map_err(|e| {
        AppError::new(
            "no_such_video",
            format!("{e}."),
            "`screener list` lists the videos there are.",
        )
    })
}

/// A job's id.
///
/// # Errors
/// `no_such_job` for what cannot be one.
pub(crate) fn job_id(text: &str) -> Result<JobId> {
    text.parse().map_err(|e| {
        AppError::new(
            "no_such_job",
            format!("{e}."),
            "`screener jobs` lists the jobs there are.",
        )
    })
}
