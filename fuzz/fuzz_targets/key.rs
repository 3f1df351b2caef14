//! Any path: what passes is a plain key of the prefix, and ends with .m3u8.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/key.rs"]
mod body;

fuzz_target!(|path: &str| body::check(path));
