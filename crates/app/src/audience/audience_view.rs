//! Who has watched a film, as it is shown.

use screener_views::{Generation, Sums};
use serde::{Deserialize, Serialize};

use crate::moment;

/// Who has watched a film, over all its links.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AudienceView {
    /// Video.
    pub id: String,
    /// Whether views are counted here: plain links are not, nor is anything where it is switched off.
    pub counted: bool,
    /// Links that were opened: one link is one viewer.
    pub viewers: u32,
    /// Visits: requests of a link with no gap of 30 minutes.
    pub views: u32,
    /// Viewers of the film to its end.
    pub to_the_end: u32,
    /// Seconds that were fetched, of all links together.
    pub seconds: f64,
    /// The share of the film that a viewer fetched on average, 0 to 1.
    pub share: f64,
    /// First and last request, RFC 3339.
    pub first_view: Option<String>,
    /// See `first_view`.
    pub last_view: Option<String>,
    /// Of each part of the film, all of the same length, how many visits fetched it. Empty before anybody watched.
    pub curve: Vec<u32>,
    /// Length of the film that the curve lies over, in seconds.
    pub length: f64,
    /// Requests, those of no link and the creator's own among them: they are paid for.
    pub requests: f64,
    /// Bytes that were sent, likewise.
    pub bytes: f64,
    /// US dollars that these have cost, past what AWS gives for nothing; `None` where no price is known.
    pub cost: Option<f64>,
    /// The day whose list prices these are, `2026-08-31`.
    pub prices_of: String,
}

impl AudienceView {
    pub(super) fn add(&mut self, sums: &Sums, shown: Option<&Generation>) {
        let told = |milliseconds: Option<u64>| {
            let seconds = i64::try_from(milliseconds? / 1000).ok()?;
            Some(moment::rfc3339(seconds))
        };
        self.viewers = sums.viewers;
        self.views = u32::try_from(sums.views).unwrap_or(u32::MAX);
        self.to_the_end = sums.to_the_end;
        self.seconds = sums.seconds;
        self.share = sums.average_share();
        self.first_view = told(sums.first);
        self.last_view = told(sums.last);
        self.curve.clone_from(&sums.curve);
        self.length = shown.map_or(0.0, Generation::length);
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no film has 2^53 requests, or is sent so many bytes"
    )]
    pub(super) fn add_traffic(&mut self, requests: u64, bytes: u64) {
        self.requests += requests as f64;
        self.bytes += bytes as f64;
    }
}
