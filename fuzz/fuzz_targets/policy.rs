//! Any text: what is read as a policy is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/policy.rs"]
mod body;

fuzz_target!(|json: &str| body::check(json));
