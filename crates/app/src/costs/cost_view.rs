//! What it costs, as it is shown. Money is US dollars, taxes not among it; nothing is rounded.

use serde::{Deserialize, Serialize};

/// Who bills for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CostPlace {
    /// Nobody: it is this computer.
    Nothing,
    /// AWS, at its list prices.
    Aws,
    /// Somebody whose prices are not known here.
    Unknown,
}

/// What films cost, and the month so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CostView {
    /// The day whose list prices these are, `2026-08-31`: to be said beside every figure.
    pub prices_of: String,
    /// This month in UTC, `2026-11`.
    pub month: String,
    /// What the destinations on AWS cost this month; none where one film was asked for.
    pub places: Vec<PlaceCostView>,
    /// Films, newest first.
    pub films: Vec<FilmCostView>,
}

/// What one destination on AWS costs this month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlaceCostView {
    /// Its name.
    pub destination: String,
    /// To keep all its films for a month.
    pub storage: f64,
    /// What was watched this month, as far as logs are read, past what AWS gives every account for nothing.
    pub sent: f64,
    /// The same if nothing were free.
    pub listed: f64,
    /// How much of CloudFront's free terabyte is left this month, 0 to 1.
    pub free_left: f64,
    /// The whole month, with storage, if it goes on as it began; `None` on its first day.
    pub projected: Option<f64>,
    /// What CloudFront's flat plan Pro would save if it goes on so; `None` where it saves nothing or holds too little.
    pub plan_saves: Option<f64>,
}

/// What one film costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmCostView {
    /// Video.
    pub id: String,
    /// Title.
    pub title: String,
    /// Destination's name.
    pub destination: String,
    /// Who bills for it. Where nobody's prices are known, every figure is `None`.
    pub place: CostPlace,
    /// A month, to keep it.
    pub storage: Option<f64>,
    /// Once, to put its objects into the bucket.
    pub publishing: Option<f64>,
    /// How many views the next two are of: whole ones, in the average of its rungs.
    pub views: u32,
    /// So many views, if nothing were free.
    pub views_cost: Option<f64>,
    /// So many views in a month in which nothing else is watched: what is free comes first.
    pub views_cost_alone: Option<f64>,
    /// Bytes of one view.
    pub view_bytes: Option<f64>,
    /// The same on its smallest rung.
    pub view_least: Option<f64>,
    /// The same on its largest.
    pub view_most: Option<f64>,
    /// How many views a month CloudFront gives for nothing.
    pub free_views: Option<f64>,
    /// From how many views a month on CloudFront's flat plan Pro would be cheaper; `None` where it never is.
    pub plan_from: Option<f64>,
    /// What it was watched has cost, as far as logs are read: of each month its share, past what is free.
    pub so_far: Option<f64>,
}
