//! Ids as people give them.

use screener_cloudfront::LinkId;
use screener_publish::{JobId, VideoId};

use crate::Result;
use crate::cause::Cause;

/// A video's id.
///
/// # Errors
/// `no_such_video` for what cannot be one.
pub(crate) fn video_id(text: &str) -> Result<VideoId> {
    text.parse()
        .map_err(|_| Cause::NotAVideoId { id: text.to_owned() }.into())
}

/// A job's id.
///
/// # Errors
/// `no_such_job` for what cannot be one.
pub(crate) fn job_id(text: &str) -> Result<JobId> {
    text.parse()
        .map_err(|_| Cause::NotAJobId { id: text.to_owned() }.into())
}

/// A link's own name.
///
/// # Errors
/// `no_such_link` for what cannot be one.
pub(crate) fn link_id(text: &str) -> Result<LinkId> {
    text.parse()
        .map_err(|_| Cause::NotALinkName { link: text.to_owned() }.into())
}
