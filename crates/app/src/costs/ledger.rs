//! What was sent has cost: of each month and destination the bill, and of each film and link its share of it.
//!
//! Each destination is taken for an account of its own: two in one account share what is free, and then cost a little more than is told.

use std::collections::BTreeMap;

use screener_publish::TrafficRow;
use screener_stack::cost::{Bill, Free, Used};

use super::tariff::Tariff;
use crate::{App, Result};

/// A destination's month.
#[derive(Default)]
struct MonthOf {
    used: Used,
    /// With what is free taken off; nothing where nobody's prices are known.
    bill: Bill,
}

/// Everything that was counted, priced.
pub(crate) struct Ledger {
    tariffs: BTreeMap<String, Tariff>,
    /// The destination of each video, and its bytes.
    homes: BTreeMap<String, (String, u64)>,
    months: BTreeMap<(String, u32), MonthOf>,
    rows: Vec<TrafficRow>,
}

impl Ledger {
    pub(crate) async fn of(app: &App) -> Result<Self> {
        let counted = app.settings().await?.count_views;
        let destinations = app.engine().destinations().await?;
        let mut ledger = Self {
            tariffs: destinations
                .iter()
                .map(|destination| (destination.name.clone(), Tariff::of(destination, counted)))
                .collect(),
            homes: BTreeMap::new(),
            months: BTreeMap::new(),
            rows: app.engine().traffic(None).await?,
        };
        for video in app.engine().videos(None).await? {
            let home = (video.destination, video.record.bytes);
            ledger.homes.insert(video.record.id.to_string(), home);
        }
        ledger.price();
        Ok(ledger)
    }

    fn price(&mut self) {
        for row in &self.rows {
            if let Some((destination, _)) = self.homes.get(&row.video)
                && let Some(tariff) = self.tariffs.get(destination)
            {
                let month = self.months.entry((destination.clone(), row.month)).or_default();
                month.used += &tariff.used(row);
            }
        }
        for ((destination, _), month) in &mut self.months {
            let tariff = self.tariffs.get(destination).unwrap_or(&Tariff::Unknown);
            month.bill = tariff.bill(&month.used, Free::Monthly).unwrap_or_default();
        }
    }

    /// Every destination's prices.
    pub(crate) fn tariffs(&self) -> impl Iterator<Item = (&String, &Tariff)> {
        self.tariffs.iter()
    }

    pub(crate) fn tariff(&self, destination: &str) -> &Tariff {
        self.tariffs.get(destination).unwrap_or(&Tariff::Unknown)
    }

    /// What was sent from a destination in a month.
    pub(crate) fn month(&self, destination: &str, month: u32) -> Used {
        let found = self.months.get(&(destination.to_owned(), month));
        found.map(|month| month.used.clone()).unwrap_or_default()
    }

    /// Bytes of all films of a destination.
    pub(crate) fn stored(&self, destination: &str) -> f64 {
        let there = self.homes.values().filter(|(home, _)| home == destination);
        there.map(|(_, bytes)| *bytes as f64).sum()
    }

    /// What a row of traffic has cost: its share of its month. `None` where nobody knows.
    pub(crate) fn of_row(&self, row: &TrafficRow) -> Option<f64> {
        let (destination, _) = self.homes.get(&row.video)?;
        let month = self.months.get(&(destination.clone(), row.month))?;
        self.tariffs.get(destination)?.share(&month.bill, row, &month.used)
    }

    /// What a video has cost, over all its links and months.
    pub(crate) fn of_video(&self, video: &str) -> Option<f64> {
        let (destination, _) = self.homes.get(video)?;
        self.tariff(destination).price(&Used::default(), Free::None)?;
        let rows = self.rows.iter().filter(|row| row.video == video);
        Some(rows.filter_map(|row| self.of_row(row)).sum())
    }

    /// What was counted, all of it or of one video.
    pub(crate) fn rows(&self, video: Option<&str>) -> impl Iterator<Item = &TrafficRow> {
        self.rows
            .iter()
            .filter(move |row| video.is_none_or(|video| row.video == video))
    }
}

#[cfg(test)]
mod tests {
    use screener_publish::{Destination, Place};

    use super::*;

    fn row(video: &str, link: &str, month: u32, bytes: u64) -> TrafficRow {
        TrafficRow {
            video: video.into(),
            link: link.into(),
            month,
            city: "FRA".into(),
            requests: bytes / 1_000_000,
            playlists: 4,
            bytes,
        }
    }

    #[test]
    fn films_and_links_share_what_their_month_has_cost() {
        let aws = Destination {
            name: "aws".into(),
            prefix: "videos".into(),
            place: Place::Aws {
                bucket: "films".into(),
                region: "eu-central-1".into(),
                domain: "d111111abcdef8.cloudfront.net".into(),
                distribution: None,
                key_pair_id: "K2JCJMDEHXQW5F".into(),
                hash: screener_publish::destination::Digest::default(),
                credentials: screener_publish::destination::Credentials::default(),
                names: true,
                deployed: None,
            },
        };
        let (few, many) = (10_000_000_000, 2_000_000_000_000);
        let mut ledger = Ledger {
            tariffs: [
                ("aws".to_owned(), Tariff::of(&aws, true)),
                ("local".to_owned(), Tariff::Nothing),
            ]
            .into(),
            homes: [("a", "aws"), ("b", "aws"), ("c", "local")]
                .map(|(video, home)| (video.to_owned(), (home.to_owned(), 1 << 30)))
                .into(),
            months: BTreeMap::new(),
            rows: vec![
                row("a", "one", 202_610, few),
                row("a", "one", 202_611, many),
                row("a", "two", 202_611, few),
                row("b", "", 202_611, few),
                row("c", "", 202_611, many),
                row("gone", "", 202_611, many),
            ],
        };
        ledger.price();
        let november = ledger.tariff("aws").price(&ledger.month("aws", 202_611), Free::Monthly);
        let told: f64 = ledger.rows[1..4].iter().filter_map(|row| ledger.of_row(row)).sum();
        assert!((told - november.expect("known")).abs() < 1e-9, "{told} {november:?}");
        // Within what is free a month costs next to nothing; past it, the same bytes cost their share.
        let [october, two] = [0, 2].map(|at| ledger.of_row(&ledger.rows[at]).expect("known"));
        assert!(october < 0.02 && two > 10.0 * october, "{october} {two}");
        let film = ledger.of_video("a").expect("known");
        assert!(film > 0.9 * told && film < told + october, "{film} {told}");
        assert_eq!((ledger.of_video("c"), ledger.of_video("gone")), (Some(0.0), None));
        assert!(ledger.stored("aws").to_bits() == (2.0_f64 * 1_073_741_824.0).to_bits());
    }
}
