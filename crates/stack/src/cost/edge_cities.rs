//! Where CloudFront's edges are.
//!
//! An edge is called by the airport code of the city that it is in or near, and a number (CloudFront Developer Guide, "Standard logging
//! reference", `x-edge-location`). AWS publishes the cities (<https://aws.amazon.com/cloudfront/features/>), not the codes: these are the
//! airports of those cities. What is missing is priced as if it lay where the bucket does.

use super::world::World;

/// Codes by the part of the world whose prices they have.
pub const CITIES: [(World, &str); 8] = [
    (
        World::NorthAmerica,
        "ATL AUS BNA BOS BUF CLT CMH DEN DFW DTW EWR HIO HNL IAD IAH IND JAX JFK LAS LAX MCI MEX MIA MSP ORD PDX PHL PHX PIT QRO SAN SEA \
         SFO SJC SLC STL TPA YTO YUL YVR YYC YYZ",
    ),
    (
        World::Europe,
        "AMS ARN ATH BCN BEG BER BRU BUD CDG CPH DUB DUS EDI FCO FRA GVA HAM HEL IST LHR LIS LYS MAD MAN MRS MUC MXP ORY OSL OTP PMO PRG \
         RIX SOF STN TLL TLV TXL VIE VNO WAW ZAG ZRH",
    ),
    (
        World::AfricaMiddleEast,
        "AUH BAH CPT DOH DXB FJR JED JNB KWI LOS MCT NBO RUH",
    ),
    (World::SouthAmerica, "BOG BSB CWB EZE FOR GIG GRU LIM POA REC SCL"),
    (World::Japan, "FUK HND KIX NRT"),
    (World::Australia, "ADL AKL BNE MEL PER SYD"),
    (World::Asia, "BKK CGK DMK HAN HKG ICN KUL MNL PUS SGN SIN TPE"),
    (World::India, "BLR BOM CCU DEL HYD MAA PNQ"),
];

/// Where an edge lies, by the three letters that its name in the log begins with (`FRA` of `FRA56-P3`). `None` for one that is not
/// known here.
pub fn world_of(city: &str) -> Option<World> {
    let in_list = |cities: &str| cities.split_ascii_whitespace().any(|one| one == city);
    CITIES
        .iter()
        .find(|(_, cities)| in_list(cities))
        .map(|(world, _)| *world)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_lies_somewhere() {
        for (city, world) in [
            ("FRA", Some(World::Europe)),
            ("IAD", Some(World::NorthAmerica)),
            ("BOM", Some(World::India)),
            ("NRT", Some(World::Japan)),
            ("fra", None),
            ("ZZZ", None),
            ("", None),
        ] {
            assert_eq!(world_of(city), world, "{city}");
        }
    }

    #[test]
    fn no_city_is_in_two_parts_of_the_world() {
        let mut cities: Vec<&str> = CITIES
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
