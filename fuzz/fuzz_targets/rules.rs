//! Any text as an index and as a playlist of it: judged without a panic.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use screener_hls::facts::MediaFacts;
use screener_hls::rules::{Stream, judge};

fuzz_target!(|input: (&[u8], &[u8])| {
    let playlists = BTreeMap::from([("a.m3u8".to_owned(), input.1.to_vec())]);
    let facts = MediaFacts::default();
    let _ = judge(&Stream {
        index: input.0,
        playlists: &playlists,
        facts: Some(&facts),
        delivery: None,
    });
});
