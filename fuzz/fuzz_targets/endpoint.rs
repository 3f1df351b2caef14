//! Any event: the endpoint asks for nothing but a plain playlist of the prefix, and no word of the event that is not
//! sound comes back.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies/endpoint.rs"]
mod body;

fuzz_target!(|text: (&str, &str, &str)| body::check(text.0, text.1, text.2));
