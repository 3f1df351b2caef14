//! What changes a video that is in its bucket.

use bytes::Bytes;

use super::Engine;
use crate::VideoId;
use crate::error::{Error, failure};

fn not_yet<T>() -> Result<T, Error> {
    Err(Error::Refused(failure(
        "not_yet",
        "This part of the engine is being built.",
        "Wait for the next change.",
    )))
}

impl Engine {
    /// Reads what a destination's bucket says into the cache; all destinations when `None`. Those that cannot be reached keep what the cache has.
    pub async fn refresh(&self, destination: Option<&str>) -> Result<(), Error> {
        let _ = destination;
        not_yet()
    }

    /// Gives a video another title.
    pub async fn rename(&self, video: &VideoId, title: &str) -> Result<(), Error> {
        let _ = (video, title);
        not_yet()
    }

    /// Deletes everything of a video, index first. Resumable: a kill in its middle is finished at the next start.
    pub async fn remove_video(&self, video: &VideoId) -> Result<(), Error> {
        let _ = video;
        not_yet()
    }

    /// Stores a JPEG as the video's poster.
    pub async fn set_poster(&self, video: &VideoId, jpeg: Bytes) -> Result<(), Error> {
        let _ = (video, jpeg);
        not_yet()
    }

    /// Starts to run jobs in this process as soon as no other one does. Returns at once; must be called inside a tokio runtime.
    pub fn start(&self) {}

    /// Stops running jobs: workers end, uploads are left; the next start goes on. Returns when the turn is given back.
    pub async fn stop(&self) {}
}
