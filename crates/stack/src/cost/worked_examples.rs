//! Prices against AWS's own sums, and the rules that every bill keeps.

use proptest::prelude::*;

use super::flat_plan::pays_from;
use super::prices::{GB, TB, free};
use super::*;

fn setup(region: &str) -> Setup {
    Setup {
        region: region.into(),
        gateway: false,
        revocation: true,
        logged: true,
    }
}

#[track_caller]
fn about(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 0.005, "{found} is not {wanted}");
}

fn dollars(bill: &Bill, item: Item) -> f64 {
    bill.line(item).map_or(0.0, |line| line.dollars)
}

/// AWS's pricing calculator, on a workload of 2026 in Virginia without what is free: 9,804 GB 833.34, 81,700,000 HTTPS requests 81.70,
/// 4,085,000 reads of S3 1.63, 36 GB kept 0.83, 817,000 calls of Lambda 0.16.
#[test]
fn sums_are_those_of_aws_pricing_calculator() {
    let sent = |requests: f64, playlists: f64, bytes: f64| {
        let sent = Sent {
            requests,
            playlists,
            bytes,
        };
        bill(&setup("us-east-1"), &Used::sent(World::NorthAmerica, sent), Free::None).expect("a region with prices")
    };
    let all = sent(81_700_000.0, 817_000.0, 9_804.0 * GB);
    about(dollars(&all, Item::Transfer), 833.34);
    about(dollars(&all, Item::Requests), 81.70);
    about(dollars(&all, Item::EndpointCalls), 0.16);
    about(dollars(&sent(4_085_000.0, 0.0, 0.0), Item::BucketReads), 1.63);
    let kept = bill(&setup("us-east-1"), &Used::stored(36.0 * GB), Free::Monthly).expect("a region with prices");
    about(kept.total(), 0.83);
}

/// <https://aws.amazon.com/lambda/pricing/>: three million calls are 0.40, as the first million is free.
/// <https://aws.amazon.com/api-gateway/pricing/>: five million calls of a REST API in Virginia are 17.50.
/// "How AWS Pricing Works": paths in invalidations are 0.005 each past the first thousand of a month.
#[test]
fn sums_are_those_of_aws_pages() {
    let calls = |count: f64| Sent {
        playlists: count,
        ..Sent::default()
    };
    let behind_gateway = Setup {
        gateway: true,
        ..setup("us-east-1")
    };
    let lambda = bill(&behind_gateway, &Used::sent(World::Europe, calls(3e6)), Free::Monthly).expect("prices");
    about(dollars(&lambda, Item::EndpointCalls), 0.40);
    let gateway = bill(&behind_gateway, &Used::sent(World::Europe, calls(5e6)), Free::Monthly).expect("prices");
    about(dollars(&gateway, Item::GatewayCalls), 17.50);
    let invalidated = Used {
        invalidated: 1_200.0,
        ..Used::default()
    };
    let paths = bill(&behind_gateway, &invalidated, Free::Monthly).expect("prices");
    about(paths.total(), 1.00);
}

#[test]
fn who_pays_for_less_has_fewer_lines() {
    let one = Used::sent(
        World::Europe,
        Sent {
            requests: 1000.0,
            playlists: 10.0,
            bytes: GB,
        },
    );
    let plain = Setup {
        revocation: false,
        logged: false,
        ..setup("eu-central-1")
    };
    let bill = bill(&plain, &one, Free::None).expect("prices");
    for item in [
        Item::Function,
        Item::LinkStore,
        Item::LogStorage,
        Item::GatewayCalls,
        Item::Storage,
    ] {
        assert_eq!(bill.line(item), None, "{item:?}");
    }
    assert_eq!(super::bill(&setup("mars-north-1"), &one, Free::None), None);
}

/// An hour in four rungs, with sound beside them, 2.2 GB in the largest.
fn an_hour() -> Vec<Rendition> {
    let rung = |kind, bytes| Rendition {
        kind,
        bytes,
        segments: 600,
    };
    vec![
        rung(Kind::Pictures, 2_200_000_000),
        rung(Kind::Pictures, 1_100_000_000),
        rung(Kind::Pictures, 500_000_000),
        rung(Kind::Pictures, 200_000_000),
        rung(Kind::Sound, 60_000_000),
        rung(Kind::Sound, 50_000_000),
        rung(Kind::Captions, 50_000),
    ]
}

#[test]
fn a_view_is_the_average_rung_and_the_sound() {
    let view = OneView::of(&an_hour()).expect("there is something to watch");
    assert!((view.sent.bytes - 1_060_000_000.0).abs() < 3_000_000.0, "{view:?}");
    assert!(view.least < view.sent.bytes && view.sent.bytes < view.most);
    assert!((1200.0..1230.0).contains(&view.sent.requests), "{view:?}");
    // MPEG-TS has its sound in the rungs; sound alone has no rungs.
    assert!(OneView::of(&an_hour()[..1]).expect("pictures").sent.bytes > 2_200_000_000.0);
    assert!(OneView::of(&an_hour()[4..]).expect("sound").sent.bytes < 65_000_000.0);
    assert_eq!(OneView::of(&an_hour()[6..]), None);
}

#[test]
fn a_hundred_views_of_an_hour() {
    let view = OneView::of(&an_hour()).expect("there is something to watch");
    let used = Used::sent(World::Europe, view.sent.times(100.0));
    let priced = |free| bill(&setup("eu-central-1"), &used, free).expect("prices").total();
    // 98.9 GB at 0.085, 121,000 requests at 0.012 a ten thousand, and what little stands behind.
    let listed = priced(Free::None);
    assert!((8.5..8.8).contains(&listed), "{listed}");
    // Of a month in which nothing else is watched CloudFront gives all of it: the bucket's reads and the log stay.
    let first = priced(Free::Monthly);
    assert!((0.01..0.10).contains(&first), "{first}");
}

#[test]
fn the_flat_plan_pays_past_what_is_free_and_not_past_what_it_holds() {
    let eu = setup("eu-central-1");
    let view = OneView::of(&an_hour()).expect("there is something to watch").sent;
    let from = pays_from(&eu, World::Europe, view).expect("it pays");
    // A terabyte is free, and 15 dollars more are 176 GB.
    assert!((1100..1300).contains(&from), "{from}");
    let month = |views: u64| {
        let used = Used::sent(World::Europe, view.times(views as f64));
        let bill = bill(&eu, &used, Free::Monthly).expect("prices");
        FlatPlan::pro(&used, &bill)
    };
    assert!(month(from).pays() && !month(from - 1).pays());
    let beyond = month(60_000);
    assert!(!beyond.fits && !beyond.pays(), "{beyond:?}");
    // Tiny requests use up the plan's ten million, which are free anyway, before they cost 15 dollars.
    let tiny = Sent {
        requests: 1000.0,
        playlists: 0.0,
        bytes: 1_000_000.0,
    };
    assert_eq!(pays_from(&eu, World::Europe, tiny), None);
    assert_eq!(pays_from(&eu, World::Europe, Sent::default()), None);
}

fn sent() -> impl Strategy<Value = Sent> {
    (0_u64..40_000_000, 0.0_f64..1.0, 0_u64..(3 << 40)).prop_map(|(requests, playlists, bytes)| Sent {
        requests: requests as f64,
        playlists: (requests as f64 * playlists).floor(),
        bytes: bytes as f64,
    })
}

fn used() -> impl Strategy<Value = Used> {
    let world = prop::sample::select(World::ALL.as_slice());
    let quantities = (0.0..TB, 0.0_f64..1e6, 0.0_f64..5000.0);
    (prop::collection::btree_map(world, sent(), 0..4), quantities).prop_map(|(sent, (stored, written, invalidated))| {
        Used {
            sent,
            stored,
            written,
            invalidated,
        }
    })
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_bill_keeps_the_rules(one in used(), two in used(), gateway: bool, revocation: bool) {
        let setup = Setup { gateway, revocation, ..setup("eu-central-1") };
        let mut both = one.clone();
        both += &two;
        for free in [Free::None, Free::Monthly] {
            let [first, second, all] = [&one, &two, &both].map(|used| bill(&setup, used, free).expect("prices"));
            for line in &all.lines {
                prop_assert!(line.dollars >= 0.0 && line.free >= 0.0 && line.free <= line.used, "{:?}", line);
                // More is never cheaper.
                let before = first.line(line.item).copied();
                prop_assert!(before.is_none_or(|before| before.dollars <= line.dollars + 1e-9), "{:?} {:?}", before, line);
            }
            let apart = first.total() + second.total();
            match free {
                // At list price, and below the first tier's end, two months are the sum of each. Past it they are less.
                Free::None if both.sent.values().all(|sent| sent.bytes <= 10.0 * TB) => prop_assert!(near(all.total(), apart)),
                Free::None => prop_assert!(all.total() <= apart + 1e-9),
                // What is free is given once.
                Free::Monthly => prop_assert!(all.total() >= apart - 1e-9),
            }
            let shares = [&one, &two].map(|part| all.share(&setup, part, &both).expect("prices"));
            prop_assert!(near(shares.iter().sum(), all.total()), "{:?}", shares);
        }
        let [listed, paid] = [Free::None, Free::Monthly].map(|free| bill(&setup, &both, free).expect("prices").total());
        prop_assert!(paid <= listed + 1e-9);
    }

    #[test]
    fn what_is_within_the_free_part_costs_nothing_of_cloudfront(world in prop::sample::select(World::ALL.as_slice()), share in 0.0_f64..=1.0) {
        let sent = Sent { requests: free::FUNCTION / 2.0 * share, playlists: 0.0, bytes: free::TRANSFER * share };
        let bill = bill(&setup("us-east-1"), &Used::sent(world, sent), Free::Monthly).expect("prices");
        let cloudfront: f64 = bill.lines.iter().filter(|line| line.item.in_flat_plans()).map(|line| line.dollars).sum();
        prop_assert!(cloudfront == 0.0, "{:?}", bill);
    }
}
