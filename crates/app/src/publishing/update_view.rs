//! A change, as it is told.

use serde::{Deserialize, Serialize};

use super::job_view::JobView;
use crate::videos::video_view::VideoView;

/// A whole view model that has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Update {
    /// Every job, in the queue's order.
    Jobs {
        /// Jobs.
        jobs: Vec<JobView>,
    },
    /// Jobs of the list that have changed; the list itself has not: each stands where it stood.
    Progress {
        /// Whole jobs.
        jobs: Vec<JobView>,
    },
    /// Every video.
    Library {
        /// Videos, newest first.
        videos: Vec<VideoView>,
    },
    /// Links, or who has watched them, have changed: what is shown of them is to be asked for again.
    Links,
    /// A link that is for somebody was opened for the first time.
    Opened {
        /// For whom it is.
        name: String,
        /// Title of the video.
        title: String,
        /// The video.
        id: String,
    },
}
