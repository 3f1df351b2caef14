//! What it costs to keep a video: storage alone. What viewers fetch is billed by what they watch, which nobody knows beforehand.

use screener_publish::{Destination, Place};

/// US dollars a GB and month, S3 Standard, first 50 TB, as <https://aws.amazon.com/s3/pricing/> listed them in 2025.
const PRICES: [(&str, f64); 22] = [
    ("af-south-1", 0.0274),
    ("ap-east-1", 0.025),
    ("ap-northeast-1", 0.025),
    ("ap-northeast-2", 0.025),
    ("ap-northeast-3", 0.025),
    ("ap-south-1", 0.025),
    ("ap-southeast-1", 0.025),
    ("ap-southeast-2", 0.025),
    ("ca-central-1", 0.025),
    ("eu-central-1", 0.0245),
    ("eu-north-1", 0.023),
    ("eu-south-1", 0.024),
    ("eu-west-1", 0.023),
    ("eu-west-2", 0.024),
    ("eu-west-3", 0.024),
    ("me-south-1", 0.025),
    ("sa-east-1", 0.0405),
    ("us-east-1", 0.023),
    ("us-east-2", 0.023),
    ("us-gov-west-1", 0.039),
    ("us-west-1", 0.026),
    ("us-west-2", 0.023),
];

/// AWS bills by the GB of 2^30 bytes.
const GB: f64 = 1_073_741_824.0;

/// US dollars a month for `bytes` in a destination. Nothing on this computer; `None` where the price is not known.
pub(crate) fn monthly(destination: &Destination, bytes: u64) -> Option<f64> {
    match &destination.place {
        Place::Local => Some(0.0),
        Place::Aws { region, .. } => price(region).map(|price| bytes as f64 / GB * price),
        // Whoever runs the store knows what it costs.
        Place::S3 { .. } => None,
    }
}

fn price(region: &str) -> Option<f64> {
    PRICES.iter().find(|(name, _)| *name == region).map(|(_, price)| *price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_belongs_to_a_region_and_a_gigabyte_is_as_aws_counts_it() {
        assert_eq!(price("eu-central-1"), Some(0.0245));
        assert_eq!(price("mars-north-1"), None);
        let local = Destination::local();
        assert_eq!(monthly(&local, 1 << 40), Some(0.0));
    }
}
