//! Any bytes: the empty rewrite gives them back, and a rewrite only adds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use screener_hls::rewrite::{Parameters, rewrite};

fuzz_target!(|input: &[u8]| {
    let mut same = Vec::new();
    rewrite(
        input,
        &Parameters {
            distribution: Some("d1"),
            ..Parameters::default()
        },
        &mut same,
    );
    assert_eq!(same, input);
    let mut more = Vec::new();
    rewrite(
        input,
        &Parameters {
            playlist: "cf-P=1&P=1",
            other: "P=1",
            distribution: Some("d1"),
        },
        &mut more,
    );
    assert!(more.len() >= input.len());
    let mut rest = more.iter();
    assert!(input.iter().all(|byte| rest.any(|other| other == byte)));
});
