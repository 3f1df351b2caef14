//! Any bytes as a key: read or refused in words, and what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/pem.rs"]
mod body;

fuzz_target!(|input: &[u8]| body::check(input));
