//! What the shells show: whole view models, ready to draw or to print. Times are seconds or RFC 3339, sizes bytes; no number leaves 2^53.

#[path = "destinations/walk_view.rs"]
mod checks;
#[path = "films/plan_view.rs"]
mod films;
#[path = "publishing/job_view.rs"]
mod jobs;
#[path = "videos/video_view.rs"]
mod library;
#[path = "destinations/destination_view.rs"]
mod places;
#[path = "computer/settings_view.rs"]
mod system;

use serde::{Deserialize, Serialize};

pub use checks::*;
pub use films::*;
pub use jobs::*;
pub use library::*;
pub use places::*;
pub use system::*;

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
}
