//! What the parts of a destination cost.

use screener_ladder::TrackKind;
use screener_publish::catalog::TrackRecord;
use screener_publish::{Destination, Place, TrafficRow};
use screener_stack::cost::edge_cities::world_of;
use screener_stack::cost::flat_plan::pays_from;
use screener_stack::cost::prices::free;
use screener_stack::cost::{Bill, Free, Kind, OneView, Rendition, Sent, Setup, Used, World, bill};

use super::cost_view::CostPlace;

/// Objects of a film beside its segments and playlists: record, poster, storyboard, claim, and the playlists again as they grow.
const OBJECTS_AROUND: f64 = 12.0;

/// Prices of a destination.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tariff {
    /// This computer.
    Nothing,
    /// Whoever runs the store knows what it costs.
    Unknown,
    /// AWS.
    Aws {
        /// What stands there.
        setup: Setup,
        /// Where viewers are taken to be of whom the log does not say.
        world: World,
    },
}

impl Tariff {
    /// `counted`: whether views are.
    pub(crate) fn of(destination: &Destination, counted: bool) -> Self {
        match &destination.place {
            Place::Local => Self::Nothing,
            Place::S3 { .. } => Self::Unknown,
            Place::Aws { region, deployed, .. } => {
                let named = destination.names_links();
                let setup = Setup {
                    region: region.clone(),
                    // Screener's own stack has a function URL unless that is wished otherwise; of others the dearer one is assumed.
                    gateway: deployed.is_none(),
                    revocation: named,
                    logged: named && counted,
                };
                let tariff = Self::Aws {
                    world: World::of_region(region),
                    setup,
                };
                // A region whose prices are not known here has no figures at all, rather than some.
                let known = tariff.bill(&Used::default(), Free::None).is_some();
                if known { tariff } else { Self::Unknown }
            }
        }
    }

    pub(crate) fn place(&self) -> CostPlace {
        match self {
            Self::Nothing => CostPlace::Nothing,
            Self::Unknown => CostPlace::Unknown,
            Self::Aws { .. } => CostPlace::Aws,
        }
    }

    pub(crate) fn is_aws(&self) -> bool {
        matches!(self, Self::Aws { .. })
    }

    /// The bill of AWS.
    pub(crate) fn bill(&self, used: &Used, free: Free) -> Option<Bill> {
        match self {
            Self::Aws { setup, .. } => bill(setup, used, free),
            Self::Nothing | Self::Unknown => None,
        }
    }

    /// US dollars; `None` where the price is not known.
    pub(crate) fn price(&self, used: &Used, free: Free) -> Option<f64> {
        match self {
            Self::Nothing => Some(0.0),
            Self::Unknown => None,
            Self::Aws { .. } => self.bill(used, free).map(|bill| bill.total()),
        }
    }

    /// US dollars for a row of counted traffic: its share of the bill of the month in which `whole` was used.
    pub(crate) fn share(&self, of: &Bill, row: &TrafficRow, whole: &Used) -> Option<f64> {
        match self {
            Self::Nothing => Some(0.0),
            Self::Unknown => None,
            Self::Aws { setup, .. } => of.share(setup, &self.used(row), whole),
        }
    }

    /// US dollars a month to keep so many bytes.
    pub(crate) fn keep(&self, bytes: u64) -> Option<f64> {
        self.price(&Used::stored(bytes as f64), Free::None)
    }

    /// US dollars, once, to write a film's objects.
    pub(crate) fn publish(&self, rungs: &[TrackRecord]) -> Option<f64> {
        let written: f64 = rungs.iter().map(|rung| f64::from(rung.segments) + 2.0).sum();
        let used = Used {
            written: written + OBJECTS_AROUND,
            ..Used::default()
        };
        self.price(&used, Free::None)
    }

    /// US dollars for so many views.
    pub(crate) fn views(&self, view: &OneView, count: f64, free: Free) -> Option<f64> {
        let world = match self {
            Self::Aws { world, .. } => *world,
            Self::Nothing | Self::Unknown => World::NorthAmerica,
        };
        self.price(&Used::sent(world, view.sent.times(count)), free)
    }

    /// From how many views a month on the flat plan would be cheaper.
    pub(crate) fn plan_from(&self, view: &OneView) -> Option<f64> {
        match self {
            Self::Aws { setup, world } => pays_from(setup, *world, view.sent).map(|views| views as f64),
            Self::Nothing | Self::Unknown => None,
        }
    }

    /// What a row of counted traffic is of a month.
    pub(crate) fn used(&self, row: &TrafficRow) -> Used {
        let assumed = match self {
            Self::Aws { world, .. } => *world,
            Self::Nothing | Self::Unknown => World::NorthAmerica,
        };
        let sent = Sent {
            requests: row.requests as f64,
            playlists: row.playlists as f64,
            bytes: row.bytes as f64,
        };
        Used::sent(world_of(&row.city).unwrap_or(assumed), sent)
    }
}

/// A whole view of a film with these rungs.
pub(crate) fn one_view(rungs: &[TrackRecord]) -> Option<OneView> {
    let renditions: Vec<_> = rungs
        .iter()
        .map(|rung| Rendition {
            kind: match rung.kind {
                TrackKind::Video => Kind::Pictures,
                TrackKind::Audio => Kind::Sound,
                TrackKind::Captions => Kind::Captions,
            },
            bytes: rung.bytes,
            segments: rung.segments,
        })
        .collect();
    OneView::of(&renditions)
}

/// How many views of it CloudFront gives every month: as many as its terabyte and its requests last for.
pub(crate) fn free_views(view: &OneView) -> f64 {
    let bytes = free::TRANSFER / view.sent.bytes.max(1.0);
    bytes.min(free::REQUESTS / view.sent.requests.max(1.0)).floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_costs_nothing_and_a_region_without_prices_has_no_figure() {
        let local = Destination::local();
        assert_eq!(Tariff::of(&local, true).keep(1 << 40), Some(0.0));
        let on_aws = |region: &str| Destination {
            place: Place::Aws {
                bucket: "films".into(),
                region: region.into(),
                domain: "d111111abcdef8.cloudfront.net".into(),
                distribution: None,
                key_pair_id: "K2JCJMDEHXQW5F".into(),
                hash: screener_publish::destination::Digest::default(),
                credentials: screener_publish::destination::Credentials::default(),
                names: true,
                deployed: None,
            },
            ..local.clone()
        };
        let frankfurt = Tariff::of(&on_aws("eu-central-1"), true);
        // A GB is as AWS counts it.
        assert_eq!(frankfurt.keep(1 << 30), Some(0.0245));
        assert_eq!(Tariff::of(&on_aws("mars-north-1"), true), Tariff::Unknown);
        // Where the log says no city, it is the bucket's part of the world.
        let row = |city: &str| TrafficRow {
            video: String::new(),
            link: String::new(),
            month: 202_611,
            city: city.into(),
            requests: 1,
            playlists: 0,
            bytes: 1,
        };
        for (city, world) in [("", World::Europe), ("ZZZ", World::Europe), ("NRT", World::Japan)] {
            assert!(frankfurt.used(&row(city)).sent.contains_key(&world), "{city}");
        }
    }
}
