//! The parts of the world that CloudFront prices apart: by where the edge lies that answers, not by where the viewer is.

use super::edge_cities;

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

    /// Where an edge lies, by the three letters that its name in the log begins with (`FRA` of `FRA56-P3`). `None` for one that is not
    /// known here.
    pub fn of_edge(city: &str) -> Option<Self> {
        let in_list = |cities: &str| cities.split_ascii_whitespace().any(|one| one == city);
        edge_cities::CITIES
            .iter()
            .find(|(_, cities)| in_list(cities))
            .map(|(world, _)| *world)
    }

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
    fn an_edge_and_a_region_lie_somewhere() {
        for (city, world) in [
            ("FRA", Some(World::Europe)),
            ("IAD", Some(World::NorthAmerica)),
            ("BOM", Some(World::India)),
            ("NRT", Some(World::Japan)),
            ("fra", None),
            ("ZZZ", None),
            ("", None),
        ] {
            assert_eq!(World::of_edge(city), world, "{city}");
        }
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

    #[test]
    fn no_city_is_in_two_parts_of_the_world() {
        let mut cities: Vec<&str> = edge_cities::CITIES
            .iter()
            .flat_map(|(_, cities)| cities.split_ascii_whitespace())
            .collect();
        assert!(
            cities
                .iter()
                .all(|city| city.len() == 3 && city.bytes().all(|b| b.is_ascii_uppercase()))
        );
        let all = cities.len();
        cities.sort_unstable();
        cities.dedup();
        assert_eq!(cities.len(), all);
    }
}
