//! What `make fuzz` checks, for a moment and without a fuzzer.

#[path = "../../../../fuzz/bodies/mutate.rs"]
mod mutate;
#[path = "../../../../fuzz/bodies/rewrite.rs"]
mod rewrite;
#[path = "../../../../fuzz/bodies/rules.rs"]
mod rules;

use mutate::{Mutate, ROUNDS};

const SEEDS: [&[u8]; 7] = [
    include_bytes!("corpus/iframes.m3u8"),
    include_bytes!("corpus/images.m3u8"),
    include_bytes!("corpus/low-latency.m3u8"),
    include_bytes!("corpus/media.m3u8"),
    include_bytes!("corpus/multivariant.m3u8"),
    include_bytes!("corpus/variables.m3u8"),
    include_bytes!("corpus/windows.m3u8"),
];
const WORDS: [&str; 24] = [
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "\"",
    ",",
    "=",
    " ",
    "\t",
    "\0",
    "?",
    "&",
    "#",
    "/",
    "//",
    "\\",
    "{$own}",
    "{$token}",
    "{$",
    "URI=\"",
    "https://d1/",
    "data:",
    ".m3u8",
    "#EXT-X-DEFINE:NAME=\"own\",VALUE=\"//e\"\n",
];

#[test]
fn mutated_playlists_are_rewritten_without_a_loss() {
    let mut mutate = Mutate::new(&SEEDS, &WORDS);
    for _ in 0..ROUNDS {
        rewrite::check(&mutate.bytes());
    }
}

#[test]
fn mutated_playlists_are_judged_without_a_panic() {
    let mut mutate = Mutate::new(&SEEDS, &WORDS);
    for _ in 0..ROUNDS / 10 {
        rules::check(&mutate.bytes(), &mutate.bytes());
    }
}
