//! Any request: nothing that was not signed passes, and nothing panics.
#![no_main]

use std::net::IpAddr;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use screener_cloudfront::{PrivateKey, PublicKey, Request, verify};

static KEY: LazyLock<PublicKey> = LazyLock::new(|| PrivateKey::generate_p256().public());

fuzz_target!(|text: (&str, &str, &str)| {
    let (host, path, query) = text;
    let query = format!("{query}&Key-Pair-Id=K");
    let client = IpAddr::from([192, 0, 2, 1]);
    let request = Request {
        scheme: "https",
        host,
        path,
        query: &query,
        client,
        now: 0,
    };
    assert!(verify(&request, |_| Some(KEY.clone())).is_err());
});
