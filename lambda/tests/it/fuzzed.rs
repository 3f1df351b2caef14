//! What `make fuzz` checks, for a moment and without a fuzzer.

#[path = "../../../fuzz/bodies/endpoint.rs"]
mod endpoint;
#[path = "../../../fuzz/bodies/key.rs"]
mod key;
#[path = "../../../fuzz/bodies/mutate.rs"]
mod mutate;

use mutate::{Mutate, ROUNDS};

const SEEDS: [&[u8]; 5] = [
    b"/videos/abcdefghijklmnopqrstuvwxyz/index.m3u8",
    b"/videos/abc/1/1080p/index.m3u8",
    b"/live/videos/abc/index.m3u8",
    b"cf-Policy=eyJ-UG9_&cf-Signature=c2ln~A__&cf-Key-Pair-Id=K1&cf-Hash-Algorithm=SHA256",
    b"gzip;q=0.5, W/\"e.0123456789abcdef\", *",
];
const EVENTS: [&[u8]; 5] = [
    include_bytes!("../../events/rest-get.json"),
    include_bytes!("../../events/rest-head.json"),
    include_bytes!("../../events/rest-options.json"),
    include_bytes!("../../events/http-api-get.json"),
    include_bytes!("../../events/function-url-get.json"),
];
const WORDS: [&str; 24] = [
    "..", "../", "%2e%2e/", "%2f", "//", "\\", "\0", "%00", "\r\n", "%0d%0a", "\"", "ä", "é/", "?", "#", "&", "=",
    "cf-", ".m3u8", ".M3U8", "null", "[]", "{}", "1e999",
];

fn text(mutate: &mut Mutate<'_>) -> String {
    String::from_utf8_lossy(&mutate.bytes()).into_owned()
}

#[test]
fn mutated_paths_are_plain_or_refused() {
    let mut mutate = Mutate::new(&SEEDS, &WORDS);
    for _ in 0..ROUNDS {
        key::check(&text(&mut mutate));
    }
}

#[test]
fn mutated_requests_get_sound_answers() {
    let mut mutate = Mutate::new(&SEEDS, &WORDS);
    for _ in 0..ROUNDS / 10 {
        endpoint::check(&text(&mut mutate), &text(&mut mutate), &text(&mut mutate));
    }
}

#[test]
fn mutated_events_get_sound_answers() {
    let mut mutate = Mutate::new(&EVENTS, &WORDS);
    for _ in 0..ROUNDS / 10 {
        endpoint::check(&text(&mut mutate), "", "");
    }
}
