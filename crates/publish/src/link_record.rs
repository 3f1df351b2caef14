//! Links that were made: their conditions, never their signatures.

use serde::{Deserialize, Serialize};

use crate::ids::VideoId;

/// A link that was made. Times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRecord {
    /// Video.
    pub video: VideoId,
    /// When it was made.
    pub made: i64,
    /// When it ends.
    pub expires: i64,
    /// When it opens.
    pub opens: Option<i64>,
    /// The one IPv4 network it works from, as CIDR.
    pub ip: Option<String>,
}
