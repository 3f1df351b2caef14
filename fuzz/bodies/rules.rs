//! Any text as an index and as a playlist of it: judged without a panic.

use std::collections::BTreeMap;

use screener_hls::facts::MediaFacts;
use screener_hls::rules::{Stream, judge};

pub fn check(index: &[u8], playlist: &[u8]) {
    let playlists = BTreeMap::from([("a.m3u8".to_owned(), playlist.to_vec())]);
    let facts = MediaFacts::default();
    let _ = judge(&Stream {
        index,
        playlists: &playlists,
        facts: Some(&facts),
        delivery: None,
    });
}
