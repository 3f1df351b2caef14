//! Videos that are published, and links to them.

use serde::{Deserialize, Serialize};

use super::RungView;
use crate::AppError;

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
    /// US dollars a month to keep it, storage alone; `None` where the destination's price is not known.
    pub monthly_cost: Option<f64>,
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

/// A QR code as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QrView {
    /// Modules on each side.
    pub size: u32,
    /// The dark ones, as an SVG path whose unit is a module.
    pub path: String,
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

/// One film of what was dropped: folders are taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmView {
    /// Path of the film, or of what is none.
    pub file: String,
    /// Why it cannot be published.
    pub error: Option<AppError>,
}

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
