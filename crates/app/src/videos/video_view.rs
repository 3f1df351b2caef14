//! One video of the library, as it is shown.

use screener_publish::catalog::VideoState as State;
use screener_publish::{Destination, Video};
use screener_stack::cost::{Free, prices};
use serde::{Deserialize, Serialize};

use crate::costs::tariff::{self, Tariff};
use crate::moment;
use crate::publishing::job_view::{RungView, kind};

// The record in the bucket has the same two words as its own: another version of Screener may have written it.
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
    /// US dollars for a whole view of it, if nothing were free; `None` likewise, and where there is nothing to watch yet.
    pub view_cost: Option<f64>,
    /// The day whose list prices these are, `2026-08-31`.
    pub prices_of: String,
}

pub(crate) fn view(video: Video, destinations: &[Destination]) -> VideoView {
    let record = video.record;
    let home = destinations.iter().find(|known| known.name == video.destination);
    let tariff = home.map_or(Tariff::Unknown, |home| Tariff::of(home, true));
    let view_cost = tariff::one_view(&record.rungs).and_then(|view| tariff.views(&view, 1.0, Free::None));
    VideoView {
        id: record.id.to_string(),
        title: record.title,
        state: match record.state {
            State::Publishing => VideoState::Publishing,
            State::Live => VideoState::Live,
        },
        duration: record.duration,
        created: record.created,
        destination: video.destination,
        bytes: record.bytes as f64,
        rungs: record
            .rungs
            .into_iter()
            .map(|track| RungView {
                name: track.name,
                kind: kind(track.kind).into(),
                encoded: 1.0,
                stored: 1.0,
                copied: track.copied,
                bit_rate: Some(track.average as f64),
                bytes: Some(track.bytes as f64),
            })
            .collect(),
        newest_link_ends: video.newest_link_ends.map(moment::rfc3339),
        monthly_cost: tariff.keep(record.bytes),
        view_cost,
        prices_of: prices::AS_OF.into(),
    }
}
