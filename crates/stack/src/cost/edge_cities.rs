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
