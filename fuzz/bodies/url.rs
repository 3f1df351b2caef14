//! Any text: written as AWS's signer writes it, it is written so already.

use screener_cloudfront::encode;

pub fn check(url: &str) {
    let once = encode(url);
    assert_eq!(encode(&once), once, "{url:?}");
}
