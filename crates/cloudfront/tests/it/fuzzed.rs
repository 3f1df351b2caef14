//! What `make fuzz` checks, for a moment and without a fuzzer.

#[path = "../../../../fuzz/bodies/mutate.rs"]
mod mutate;
#[path = "../../../../fuzz/bodies/pem.rs"]
mod pem;
#[path = "../../../../fuzz/bodies/policy.rs"]
mod policy;
#[path = "../../../../fuzz/bodies/url.rs"]
mod url;
#[path = "../../../../fuzz/bodies/verify.rs"]
mod verify;

use mutate::{Mutate, ROUNDS};
use screener_cloudfront::{Hash, KeyPairId, Policy, PrivateKey, sign_custom};

const WORDS: [&str; 28] = [
    "%",
    "%2f",
    "%2F",
    "%zz",
    "%c3%a4",
    "+",
    "&",
    "=",
    "?",
    "#",
    "/",
    "//",
    ":",
    "*",
    "\"",
    "\\",
    "{",
    "}",
    ",",
    "ä",
    "\0",
    "-",
    "9223372036854775808",
    "Policy=",
    "&Signature=",
    "&Key-Pair-Id=K",
    "\"IpAddress\":",
    "null",
];

fn sample() -> Policy {
    Policy {
        resource: "https://d1.cloudfront.net/v/*".into(),
        ends: 2_000_000_000,
        opens: Some(1),
        network: Some("192.0.2.0/24".parse().unwrap()),
    }
}

fn text(mutate: &mut Mutate<'_>) -> String {
    String::from_utf8_lossy(&mutate.bytes()).into_owned()
}

#[test]
fn mutated_policies_are_read_as_they_are_written() {
    let json = sample().to_json();
    let seeds = [json.as_bytes()];
    let mut mutate = Mutate::new(&seeds, &WORDS);
    for _ in 0..ROUNDS {
        policy::check(&text(&mut mutate));
    }
}

#[test]
fn mutated_urls_are_written_once_and_for_all() {
    let seeds: [&[u8]; 3] = [
        b"https://d1.cloudfront.net/a/b%20c/d.m3u8?size=large&license=yes",
        "http://127.0.0.1:80/ä b/+@:;,/x?a=%41&b&=c&d='e'".as_bytes(),
        b"//host/%2e%2e/%zz?",
    ];
    let mut mutate = Mutate::new(&seeds, &WORDS);
    for _ in 0..ROUNDS {
        url::check(&text(&mut mutate));
    }
}

#[test]
fn mutated_requests_never_pass() {
    let key = PrivateKey::generate_p256();
    let signed = sign_custom(&key, &KeyPairId::new("K").unwrap(), Hash::Sha256, &sample()).unwrap();
    let query = signed.query();
    let cookies = format!("CloudFront-{}", query.replace('&', "; CloudFront-"));
    let seeds = [
        query.as_bytes(),
        cookies.as_bytes(),
        b"/v/index.m3u8",
        b"d1.cloudfront.net",
    ];
    let mut mutate = Mutate::new(&seeds, &WORDS);
    for _ in 0..ROUNDS / 10 {
        verify::check(&text(&mut mutate), &text(&mut mutate), &text(&mut mutate));
    }
}

#[test]
fn mutated_keys_are_read_or_refused() {
    let p256 = PrivateKey::generate_p256();
    let der = p256.to_pkcs8_der().unwrap();
    let public = p256.public().to_der().unwrap();
    let pem = p256.public().to_pem().unwrap();
    let rsa = include_str!("key.pem");
    let seeds: [&[u8]; 5] = [
        &der,
        &public,
        pem.as_bytes(),
        rsa.as_bytes(),
        b"-----BEGIN EC PRIVATE KEY-----",
    ];
    let mut mutate = Mutate::new(&seeds, &WORDS);
    for _ in 0..ROUNDS / 20 {
        pem::check(&mutate.bytes());
    }
}
