//! Regions, and the parts of AWS that are worlds of their own.

use crate::Cause;

/// CloudFront, its certificates and its logs are at home here, wherever a stack is.
pub const GLOBAL: &str = "us-east-1";

/// Whether a stack of Screener's can be in a region: of the usual partition, and written as regions are.
///
/// # Errors
/// China, `GovCloud`, closed partitions, and what is no region's name.
pub fn usable(region: &str) -> Result<(), Cause> {
    let region = region.to_owned();
    if region.starts_with("cn-") {
        return Err(Cause::China { region });
    }
    if region.starts_with("us-gov-") {
        return Err(Cause::GovCloud { region });
    }
    if ["us-iso", "eu-iso", "eusc-"]
        .iter()
        .any(|start| region.starts_with(start))
    {
        return Err(Cause::OtherPartition { region });
    }
    let parts: Vec<&str> = region.split('-').collect();
    let letters = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase());
    let known = match parts.as_slice() {
        [area, side, number] => area.len() == 2 && letters(area) && letters(side) && number.parse::<u8>().is_ok(),
        _ => false,
    };
    if known { Ok(()) } else { Err(Cause::NoRegion { region }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_partition_is_taken() {
        for region in ["eu-central-1", "us-east-1", "ap-southeast-2", "il-central-1"] {
            assert!(usable(region).is_ok(), "{region}");
        }
        for (region, code) in [
            ("cn-north-1", "partition"),
            ("us-gov-west-1", "partition"),
            ("us-iso-east-1", "partition"),
            ("eusc-de-east-1", "partition"),
            ("frankfurt", "wrong_region"),
            ("eu-central", "wrong_region"),
            ("EU-central-1", "wrong_region"),
            ("", "wrong_region"),
        ] {
            assert_eq!(usable(region).map_err(|cause| cause.code()), Err(code), "{region}");
        }
    }
}
