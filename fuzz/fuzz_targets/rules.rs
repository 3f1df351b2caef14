//! Any text as an index and as a playlist of it: judged without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/rules.rs"]
mod body;

fuzz_target!(|input: (&[u8], &[u8])| body::check(input.0, input.1));
