//! Any request: nothing that was not signed passes, and what is taken off a query is taken off once and for all.

use std::net::IpAddr;
use std::sync::LazyLock;

use screener_cloudfront::verify::{PARAMETERS, matches, stripped, verify_with_cookies};
use screener_cloudfront::{PrivateKey, PublicKey, Request, verify};

static KEY: LazyLock<PublicKey> = LazyLock::new(|| PrivateKey::generate_p256().public());

pub fn check(host: &str, path: &str, query: &str) {
    let signed = format!("{query}&Key-Pair-Id=K");
    for query in [query, &signed] {
        let request = Request {
            scheme: "https",
            host,
            path,
            query,
            client: IpAddr::from([192, 0, 2, 1]),
            now: 0,
        };
        assert!(verify(&request, |_| Some(KEY.clone())).is_err());
        assert!(verify_with_cookies(&request, host, |_| Some(KEY.clone())).is_err());
    }
    let rest = stripped(query);
    assert_eq!(stripped(&rest), rest);
    assert!(
        rest.split('&')
            .all(|pair| !PARAMETERS.contains(&pair.split('=').next().unwrap_or(pair)))
    );
    let _ = matches(host, path);
}
