//! Any bytes: the empty rewrite gives them back, and a rewrite adds parameters and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/rewrite.rs"]
mod body;

fuzz_target!(|input: &[u8]| body::check(input));
