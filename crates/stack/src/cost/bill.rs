//! From what was used to what it costs.

use super::assumed;
use super::prices::{self, GB, free};
use super::used::{Setup, Used};
use super::world::World;

/// Whether what AWS gives every account every month is taken off first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Free {
    /// It is: what is priced is all that the account uses in a month.
    Monthly,
    /// It is not: list prices.
    None,
}

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// Bytes from CloudFront to viewers.
    Transfer,
    /// Requests to CloudFront.
    Requests,
    /// Runs of the function that asks whether a link is taken back.
    Function,
    /// Its reads of the store.
    LinkStore,
    /// Calls of the endpoint.
    EndpointCalls,
    /// Its GB-seconds.
    EndpointSeconds,
    /// Bytes of its log.
    EndpointLog,
    /// Calls of API Gateway, where the endpoint is behind it.
    GatewayCalls,
    /// Objects read from the bucket.
    BucketReads,
    /// Objects written into it.
    BucketWrites,
    /// Bytes kept in the bucket for a month.
    Storage,
    /// Bytes of the access log kept there for a month.
    LogStorage,
    /// Paths in invalidations.
    Invalidations,
}

impl Item {
    /// Whether CloudFront's flat plans have it in their price.
    pub fn in_flat_plans(self) -> bool {
        matches!(
            self,
            Self::Transfer | Self::Requests | Self::Function | Self::LinkStore | Self::Invalidations
        )
    }
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// For what.
    pub item: Item,
    /// How much was used, in the item's unit.
    pub used: f64,
    /// How much of it was free; at most as much as was used.
    pub free: f64,
    /// US dollars for the rest.
    pub dollars: f64,
}

/// What something costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bill {
    /// Its lines, each item once, in the order of [`Item`]; none of which nothing was used.
    pub lines: Vec<Line>,
}

impl Bill {
    /// US dollars in all.
    pub fn total(&self) -> f64 {
        self.lines.iter().map(|line| line.dollars).sum()
    }

    /// The line of an item.
    pub fn line(&self, item: Item) -> Option<&Line> {
        self.lines.iter().find(|line| line.item == item)
    }

    /// What a part of what was used costs in the month of which this is the bill: its share of the whole by list price, whatever was free.
    /// The shares of all parts are the whole. `None` where the region's prices are not known.
    pub fn share(&self, setup: &Setup, part: &Used, whole: &Used) -> Option<f64> {
        let all = bill(setup, whole, Free::None)?.total();
        let own = bill(setup, part, Free::None)?.total();
        Some(if all > 0.0 {
            self.total() * (own / all).min(1.0)
        } else {
            0.0
        })
    }

    fn add(&mut self, item: Item, used: f64, free: f64, price: impl FnOnce(f64) -> f64) {
        if used > 0.0 {
            let free = free.min(used);
            let dollars = price(used - free);
            self.lines.push(Line {
                item,
                used,
                free,
                dollars,
            });
        }
    }
}

/// What `used` costs. `None` where the region's prices are not known.
pub fn bill(setup: &Setup, used: &Used, free: Free) -> Option<Bill> {
    let s3 = prices::s3(&setup.region)?;
    let given = |amount: f64| match free {
        Free::Monthly => amount,
        Free::None => 0.0,
    };
    let all = used.all_sent();
    let behind = |there: bool, amount: f64| if there { amount } else { 0.0 };
    let calls = all.playlists;
    let log_line = behind(setup.logged, assumed::LOG_LINE);
    let mut bill = Bill::default();

    // Which part of the world the free part is taken from, AWS does not say: of each as much as it has of the whole.
    let transferred = |paid: f64| by_world(used, prices::transfer, paid, |sent| sent.bytes);
    bill.add(Item::Transfer, all.bytes, given(free::TRANSFER), transferred);
    let requested = |paid: f64| {
        by_world(
            used,
            |world, count| prices::request(world) * count,
            paid,
            |sent| sent.requests,
        )
    };
    bill.add(Item::Requests, all.requests, given(free::REQUESTS), requested);
    let runs = behind(setup.revocation, all.requests);
    bill.add(Item::Function, runs, given(free::FUNCTION), |paid| {
        paid * prices::FUNCTION
    });
    let reads = runs * assumed::STORE_READS;
    bill.add(Item::LinkStore, reads, given(free::LINK_STORE), |paid| {
        paid * prices::LINK_STORE
    });
    bill.add(Item::EndpointCalls, calls, given(free::ENDPOINT_CALLS), |paid| {
        paid * prices::ENDPOINT_CALL
    });
    let seconds = calls * assumed::ENDPOINT_MEMORY * assumed::ENDPOINT_SECONDS;
    bill.add(Item::EndpointSeconds, seconds, given(free::ENDPOINT_SECONDS), |paid| {
        paid * prices::ENDPOINT_SECOND
    });
    let written = calls * assumed::ENDPOINT_LINE;
    bill.add(Item::EndpointLog, written, given(free::ENDPOINT_LOG), |paid| {
        paid * prices::ENDPOINT_LOG
    });
    let gateway = behind(setup.gateway, calls);
    bill.add(Item::GatewayCalls, gateway, 0.0, |paid| {
        paid * prices::gateway_call(&setup.region)
    });
    bill.add(Item::BucketReads, all.requests * assumed::BUCKET_READS, 0.0, |paid| {
        paid * s3.reads / 1000.0
    });
    bill.add(Item::BucketWrites, used.written, 0.0, |paid| paid * s3.writes / 1000.0);
    bill.add(Item::Storage, used.stored, 0.0, |paid| paid / GB * s3.storage);
    bill.add(Item::LogStorage, all.requests * log_line, 0.0, |paid| {
        paid / GB * s3.storage
    });
    let invalidated = used.invalidated;
    bill.add(Item::Invalidations, invalidated, given(free::INVALIDATIONS), |paid| {
        paid * prices::INVALIDATION
    });
    Some(bill)
}

/// The price of `paid` of all that was sent, from each part of the world as much as it has of the whole.
fn by_world(
    used: &Used,
    price: impl Fn(World, f64) -> f64,
    paid: f64,
    amount: impl Fn(&super::used::Sent) -> f64,
) -> f64 {
    let whole: f64 = used.sent.values().map(&amount).sum();
    let part = if whole > 0.0 { paid / whole } else { 0.0 };
    used.sent
        .iter()
        .map(|(world, sent)| price(*world, amount(sent) * part))
        .sum()
}
