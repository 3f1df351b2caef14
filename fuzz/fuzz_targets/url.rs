//! Any text: written as AWS's signer writes it, it is written so already.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/url.rs"]
mod body;

fuzz_target!(|url: &str| body::check(url));
