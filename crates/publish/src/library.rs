//! What a destination holds, as its bucket says, cached in the journal.

use crate::catalog::VideoRecord;

/// One video of the library.
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
