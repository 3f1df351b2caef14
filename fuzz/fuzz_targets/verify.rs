//! Any request: nothing that was not signed passes, and what is taken off a query is taken off once and for all.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/verify.rs"]
mod body;

fuzz_target!(|text: (&str, &str, &str)| body::check(text.0, text.1, text.2));
