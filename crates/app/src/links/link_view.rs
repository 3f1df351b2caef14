//! A link, as it is asked for and as it is shown.

use serde::{Deserialize, Serialize};

/// Conditions of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkRequest {
    /// Video.
    pub id: String,
    /// `7d`, `12h`, `30m`, RFC 3339 or seconds since 1970; `None` is 7 days.
    pub expires: Option<String>,
    /// As `expires`.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
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
