//! AWS's list prices, in US dollars without taxes, with the page that each comes from and the day on which it was seen to say so.
//!
//! **Confirmed** are those with a day: they were read in AWS's own pages, or in AWS's price list (`pricing.us-east-1.amazonaws.com`) as
//! others have cited it with its date of publication. Those marked *not confirmed* are from memory of the same pages, and are chosen so
//! that they are rather too high. Whoever changes one changes its day, and [`AS_OF`] to the oldest day that a price of weight has.

use super::world::World;

/// The day whose prices these are: what is said beside every figure. ISO 8601.
pub const AS_OF: &str = "2026-08-31";

/// Bytes of a GB, as AWS bills it: S3, CloudFront and Lambda count in powers of two.
/// Source: <https://aws.amazon.com/s3/pricing/>, "GB … 2^30 bytes".
pub const GB: f64 = 1_073_741_824.0;
/// Bytes of a TB.
pub const TB: f64 = 1024.0 * GB;

/// What every account is given every month, for ever; for all that it runs together.
pub mod free {
    use super::{GB, TB};

    // <https://aws.amazon.com/cloudfront/pricing/>, "Always Free Tier"; read 2026.
    /// Bytes from CloudFront to viewers.
    pub const TRANSFER: f64 = TB;
    /// Requests to CloudFront.
    pub const REQUESTS: f64 = 10_000_000.0;
    /// Runs of CloudFront functions.
    pub const FUNCTION: f64 = 2_000_000.0;
    /// Reads of the store of what is taken back, a CloudFront `KeyValueStore`.
    pub const LINK_STORE: f64 = 2_000_000.0;
    /// Paths in invalidations. <https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/cloudfront.html>.
    pub const INVALIDATIONS: f64 = 1000.0;

    // <https://aws.amazon.com/lambda/pricing/>; read 2026.
    /// Calls of Lambda functions.
    pub const ENDPOINT_CALLS: f64 = 1_000_000.0;
    /// GB-seconds of Lambda functions.
    pub const ENDPOINT_SECONDS: f64 = 400_000.0;

    /// Bytes of logs into CloudWatch. <https://aws.amazon.com/cloudwatch/pricing/>; not confirmed.
    pub const ENDPOINT_LOG: f64 = 5.0 * GB;
}

/// Where a tier of CloudFront's transfer ends, in TB a month and part of the world; the last has no end.
const TIER_ENDS: [f64; 6] = [10.0, 50.0, 150.0, 500.0, 1024.0, 5120.0];

/// Dollars a GB from CloudFront to viewers, by tier. <https://aws.amazon.com/cloudfront/pricing/>, "Regional Data Transfer Out to Internet";
/// the price list of 2026-08-31 has the same for Europe.
const TRANSFER: [(World, [f64; 7]); 8] = [
    (World::NorthAmerica, [0.085, 0.080, 0.060, 0.040, 0.030, 0.025, 0.020]),
    (World::Europe, [0.085, 0.080, 0.060, 0.040, 0.030, 0.025, 0.020]),
    (
        World::AfricaMiddleEast,
        [0.110, 0.105, 0.090, 0.080, 0.060, 0.050, 0.040],
    ),
    (World::SouthAmerica, [0.110, 0.105, 0.090, 0.080, 0.060, 0.050, 0.040]),
    (World::Japan, [0.114, 0.089, 0.086, 0.084, 0.080, 0.070, 0.060]),
    (World::Australia, [0.114, 0.098, 0.094, 0.092, 0.090, 0.085, 0.080]),
    (World::Asia, [0.120, 0.100, 0.095, 0.090, 0.080, 0.070, 0.060]),
    (World::India, [0.109, 0.085, 0.082, 0.080, 0.078, 0.075, 0.072]),
];

/// What `bytes` from CloudFront to viewers in one part of the world cost in a month.
pub fn transfer(world: World, bytes: f64) -> f64 {
    let tiers = TRANSFER
        .iter()
        .find_map(|(one, tiers)| (*one == world).then_some(tiers))
        .unwrap_or(&TRANSFER[0].1);
    let mut begin = 0.0;
    let mut cost = 0.0;
    for (price, end) in tiers.iter().zip(TIER_ENDS.into_iter().chain([f64::INFINITY])) {
        let end = end * TB;
        cost += (bytes.min(end) - begin).max(0.0) / GB * price;
        begin = end;
    }
    cost
}

/// Dollars for an HTTPS request to CloudFront. <https://aws.amazon.com/cloudfront/pricing/>, "Request Pricing for All HTTP Methods", which
/// is by ten thousand. All columns as Infracost reads them from the price list; the United States also as a bill of 2026 has it.
pub fn request(world: World) -> f64 {
    let ten_thousand = match world {
        World::NorthAmerica => 0.0100,
        World::SouthAmerica => 0.0220,
        World::Australia => 0.0125,
        World::Europe | World::AfricaMiddleEast | World::Japan | World::Asia | World::India => 0.0120,
    };
    ten_thousand / 10_000.0
}

/// Dollars for a run of a CloudFront function. <https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/>: 0.10 a million.
pub const FUNCTION: f64 = 0.10 / 1e6;
/// Dollars for a read of a CloudFront `KeyValueStore` within a function. The same page: 0.03 a million.
pub const LINK_STORE: f64 = 0.03 / 1e6;
/// Dollars for a path in an invalidation, past the free ones.
/// <https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/cloudfront.html>.
pub const INVALIDATION: f64 = 0.005;

/// Dollars for a call of a Lambda function. <https://aws.amazon.com/lambda/pricing/>: 0.20 a million.
pub const ENDPOINT_CALL: f64 = 0.20 / 1e6;
/// Dollars for a GB-second of Lambda on arm64. The same page, US East (N. Virginia). Most regions ask as much; Cape Town, Hong Kong, Milan
/// and Bahrain about a third more (not confirmed).
pub const ENDPOINT_SECOND: f64 = 0.000_013_333_4;
/// Dollars for a byte of the endpoint's log in CloudWatch: what Tokyo asks, as the dearest that is known; Virginia 0.50 a GB.
/// <https://aws.amazon.com/cloudwatch/pricing/>; not confirmed.
pub const ENDPOINT_LOG: f64 = 0.76 / GB;

/// Dollars for a call of a REST API of API Gateway, the first 333 million of a month. <https://aws.amazon.com/api-gateway/pricing/>: 3.50 a
/// million in Virginia, Ohio, Oregon and Mumbai. Ireland, Frankfurt and the rest are not confirmed.
pub fn gateway_call(region: &str) -> f64 {
    let million = match region {
        "us-east-1" | "us-east-2" | "us-west-2" | "ap-south-1" | "eu-west-1" => 3.50,
        "eu-central-1" => 3.70,
        _ => 4.25,
    };
    million / 1e6
}

/// Of a region's S3, storage class Standard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct S3 {
    /// Dollars a GB and month, the first 50 TB.
    pub storage: f64,
    /// Dollars for a thousand PUT, COPY, POST and LIST.
    pub writes: f64,
    /// Dollars for a thousand GET.
    pub reads: f64,
}

/// <https://aws.amazon.com/s3/pricing/>. Storage: the price list of 2026-07-01, but for Hong Kong, Osaka, Milan and `GovCloud`, which are not
/// confirmed. Requests: Virginia and Frankfurt (2026-08-31) are confirmed, the rest are not.
const S3_PRICES: [(&str, f64, f64, f64); 24] = [
    ("af-south-1", 0.0274, 0.0060, 0.000_48),
    ("ap-east-1", 0.0250, 0.0055, 0.000_44),
    ("ap-northeast-1", 0.0250, 0.0047, 0.000_37),
    ("ap-northeast-2", 0.0250, 0.0045, 0.000_35),
    ("ap-northeast-3", 0.0250, 0.0047, 0.000_37),
    ("ap-south-1", 0.0250, 0.0050, 0.000_40),
    ("ap-southeast-1", 0.0250, 0.0050, 0.000_40),
    ("ap-southeast-2", 0.0250, 0.0055, 0.000_44),
    ("ap-southeast-3", 0.0250, 0.0050, 0.000_40),
    ("ca-central-1", 0.0250, 0.0055, 0.000_44),
    ("eu-central-1", 0.0245, 0.0054, 0.000_43),
    ("eu-north-1", 0.0230, 0.0050, 0.000_40),
    ("eu-south-1", 0.0240, 0.0053, 0.000_42),
    ("eu-west-1", 0.0230, 0.0050, 0.000_40),
    ("eu-west-2", 0.0240, 0.0053, 0.000_42),
    ("eu-west-3", 0.0240, 0.0053, 0.000_42),
    ("me-south-1", 0.0250, 0.0055, 0.000_44),
    ("sa-east-1", 0.0405, 0.0070, 0.000_56),
    ("us-east-1", 0.0230, 0.0050, 0.000_40),
    ("us-east-2", 0.0230, 0.0050, 0.000_40),
    ("us-gov-east-1", 0.0390, 0.0050, 0.000_40),
    ("us-gov-west-1", 0.0390, 0.0050, 0.000_40),
    ("us-west-1", 0.0260, 0.0055, 0.000_44),
    ("us-west-2", 0.0230, 0.0050, 0.000_40),
];

/// The prices of a region's S3; `None` where they are not known.
pub fn s3(region: &str) -> Option<S3> {
    let (_, storage, writes, reads) = *S3_PRICES.iter().find(|(name, ..)| *name == region)?;
    Some(S3 { storage, writes, reads })
}

/// CloudFront's flat plan *Pro*: <https://aws.amazon.com/cloudfront/pricing/>, announced 2025-11-18.
pub mod pro {
    use super::TB;

    /// Dollars a month and distribution.
    pub const MONTH: f64 = 15.0;
    /// Bytes to viewers that are in it. (Its credit of 50 GB of storage is left out.)
    pub const TRANSFER: f64 = 50.0 * TB;
    /// Requests that are in it.
    pub const REQUESTS: f64 = 10_000_000.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_end_where_the_next_begins() {
        let about = |one: f64, other: f64| (one - other).abs() < 1e-9 * other.max(1.0);
        assert!(about(transfer(World::Europe, GB), 0.085));
        assert!(about(transfer(World::Europe, 10.0 * TB), 10_240.0 * 0.085));
        assert!(about(
            transfer(World::Europe, 50.0 * TB),
            10_240.0 * 0.085 + 40_960.0 * 0.080
        ));
        // Each part of the world has a price, and none is cheaper than further on in its own tiers.
        for world in World::ALL {
            let (_, tiers) = TRANSFER
                .iter()
                .find(|(one, _)| *one == world)
                .expect("every part of the world");
            assert!(tiers.is_sorted_by(|one, next| one >= next), "{world:?}");
        }
    }

    #[test]
    fn regions_stand_once_and_in_order() {
        assert!(S3_PRICES.is_sorted_by(|one, next| one.0 < next.0));
        assert_eq!(s3("mars-north-1"), None);
    }
}
