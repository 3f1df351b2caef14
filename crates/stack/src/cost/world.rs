//! The parts of the world that CloudFront prices apart: by where the edge lies that answers, not by where the viewer is.

/// A column of CloudFront's price list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum World {
    /// United States, Mexico and Canada.
    NorthAmerica,
    /// Europe, Israel and Türkiye.
    Europe,
    /// South Africa, Kenya, Nigeria and the Middle East.
    AfricaMiddleEast,
    /// South America.
    SouthAmerica,
    /// Japan.
    Japan,
    /// Australia and New Zealand.
    Australia,
    /// Hong Kong, Indonesia, Philippines, Singapore, South Korea, Taiwan, Thailand, Malaysia and Vietnam.
    Asia,
    /// India.
    India,
}

impl World {
    /// All of them, in the order of the price list.
    pub const ALL: [Self; 8] = [
        Self::NorthAmerica,
        Self::Europe,
        Self::AfricaMiddleEast,
        Self::SouthAmerica,
        Self::Japan,
        Self::Australia,
        Self::Asia,
        Self::India,
    ];

    /// Where a region of AWS lies: what is assumed of viewers of whom nothing is known, for who publishes there is mostly watched there.
    pub fn of_region(region: &str) -> Self {
        let begins = |words: &[&str]| words.iter().any(|word| region.starts_with(word));
        if begins(&["eu-", "eusc-", "il-"]) {
            Self::Europe
        } else if begins(&["af-", "me-"]) {
            Self::AfricaMiddleEast
        } else if begins(&["sa-"]) {
            Self::SouthAmerica
        } else if begins(&["ap-northeast-1", "ap-northeast-3"]) {
            Self::Japan
        } else if begins(&["ap-southeast-2", "ap-southeast-4", "ap-southeast-6"]) {
            Self::Australia
        } else if begins(&["ap-south-"]) {
            Self::India
        } else if begins(&["ap-"]) {
            Self::Asia
        } else {
            Self::NorthAmerica
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_lies_somewhere() {
        for (region, world) in [
            ("eu-central-1", World::Europe),
            ("ap-south-1", World::India),
            ("ap-southeast-1", World::Asia),
            ("ap-southeast-2", World::Australia),
            ("ap-northeast-2", World::Asia),
            ("us-east-1", World::NorthAmerica),
        ] {
            assert_eq!(World::of_region(region), world, "{region}");
        }
    }
}
