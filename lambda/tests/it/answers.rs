//! What is answered to whom.

use std::io::Read as _;
use std::time::Duration;

use screener_lambda::Config;

use crate::memory::{LINK, bytes, code, endpoint, event, get};

#[tokio::test]
async fn the_viewers_link_goes_behind_every_uri() {
    let endpoint = endpoint(Config::new("videos"));
    let plain = "Policy=eyJ-UG9_&Signature=c2ln~A__&Key-Pair-Id=K1";
    let copies = "cf-Policy=eyJ-UG9_&cf-Signature=c2ln~A__&cf-Key-Pair-Id=K1";

    let index = get(&endpoint, "/videos/abc/index.m3u8").await;
    assert_eq!(index.status_code, 200);
    assert_eq!(index.headers["content-type"], "application/vnd.apple.mpegurl");
    assert_eq!(
        index.body,
        format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n1/720p/index.m3u8?{copies}&{plain}\n")
    );
    let media = get(&endpoint, "/videos/abc/1/720p/index.m3u8").await;
    assert_eq!(
        media.body,
        format!("#EXTM3U\r\n#EXT-X-MAP:URI=\"init.mp4?{plain}\"\r\n#EXTINF:6,\r\n00001.m4s?{plain}\r\n")
    );
}

#[tokio::test]
async fn the_digest_and_the_order_are_kept() {
    let endpoint = endpoint(Config::new("videos"));
    let query = [LINK[2], ("cf-Hash-Algorithm", "SHA256"), LINK[0], ("own", "x"), LINK[1]];
    let answer = endpoint
        .respond(event("GET", "/videos/abc/1/720p/index.m3u8", &query, &[]))
        .await;
    assert!(
        answer
            .body
            .contains("00001.m4s?Policy=eyJ-UG9_&Signature=c2ln~A__&Key-Pair-Id=K1&Hash-Algorithm=SHA256\r\n")
    );
}

#[tokio::test]
async fn gzip_for_those_who_take_it() {
    let endpoint = endpoint(Config::new("videos"));
    let path = "/videos/abc/1/720p/index.m3u8";
    let plain = get(&endpoint, path).await;
    for (accept, packed) in [
        ("gzip", true),
        ("br;q=1.0, GZIP;q=0.5", true),
        ("*", true),
        ("gzip;q=0", false),
        ("identity, gzip;q=0.0, *;q=1", false),
        ("gzip; Q=0", false),
        ("gzip;q=bad", false),
        ("br;q=1, *;q=0", false),
        ("br", false),
        ("", false),
    ] {
        let answer = endpoint
            .respond(event("GET", path, &LINK, &[("Accept-Encoding", accept)]))
            .await;
        assert_eq!(
            answer.headers.get("content-encoding").map(String::as_str),
            packed.then_some("gzip"),
            "{accept}"
        );
        assert_eq!(answer.is_base64_encoded, packed);
        if packed {
            let mut text = String::new();
            flate2::read::GzDecoder::new(&*bytes(&answer))
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, plain.body);
        }
        assert_eq!(answer.headers["vary"], "Accept-Encoding");
    }
}

#[tokio::test]
async fn a_list_in_several_headers_is_one_list() {
    let endpoint = endpoint(Config::new("videos"));
    let path = "/videos/abc/1/720p/index.m3u8";
    let etag = get(&endpoint, path).await.headers["etag"].clone();
    let split = [("Accept-Encoding", "br"), ("Accept-Encoding", "gzip")];
    let answer = endpoint.respond(event("GET", path, &LINK, &split)).await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let split = [("If-None-Match", "\"other\""), ("If-None-Match", &*etag)];
    let answer = endpoint.respond(event("GET", path, &LINK, &split)).await;
    assert_eq!(answer.status_code, 304);
    assert_eq!(answer.headers["vary"], "Accept-Encoding");
}

#[tokio::test]
async fn head_and_preflight() {
    let endpoint = endpoint(Config::new("videos"));
    let path = "/videos/abc/index.m3u8";
    let head = endpoint.respond(event("HEAD", path, &LINK, &[])).await;
    let full = get(&endpoint, path).await;
    assert_eq!((head.status_code, &*head.body), (200, ""));
    assert_eq!(head.headers["content-length"], full.body.len().to_string());
    assert_eq!(head.headers["etag"], full.headers["etag"]);

    let preflight = endpoint
        .respond(event("OPTIONS", path, &[], &[("Origin", "https://a.example")]))
        .await;
    assert_eq!(preflight.status_code, 204);
    assert_eq!(preflight.headers["access-control-allow-methods"], "GET, HEAD, OPTIONS");
    assert_eq!(preflight.headers["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn what_the_viewer_has_is_not_sent_again() {
    let endpoint = endpoint(Config::new("videos"));
    let path = "/videos/abc/1/720p/index.m3u8";
    let etag = get(&endpoint, path).await.headers["etag"].clone();
    let again = endpoint
        .respond(event("GET", path, &LINK, &[("If-None-Match", &etag)]))
        .await;
    assert_eq!((again.status_code, &*again.body), (304, ""));
    assert_eq!(again.headers["etag"], etag);
    assert_eq!(again.headers["access-control-allow-origin"], "*");

    // The same playlist under another link is another answer.
    let other = [LINK[0], LINK[1], ("cf-Key-Pair-Id", "K2")];
    let answer = endpoint
        .respond(event("GET", path, &other, &[("If-None-Match", &etag)]))
        .await;
    assert_eq!(answer.status_code, 200);
    assert_ne!(answer.headers["etag"], etag);
}

#[tokio::test]
async fn each_refusal_has_its_status_its_words_and_cors() {
    let mut config = Config::new("videos");
    config.origin_timeout = Duration::from_millis(20);
    let endpoint = endpoint(config);
    let good = "/videos/abc/index.m3u8";
    let table = [
        (event("GET", good, &[], &[]), 400, "no_link"),
        (event("GET", good, &[LINK[0], LINK[1]], &[]), 400, "no_link"),
        (
            event("GET", good, &[LINK[1], LINK[2], ("cf-Expires", "1")], &[]),
            400,
            "canned_link",
        ),
        (
            event("GET", good, &[LINK[0], LINK[0], LINK[1], LINK[2]], &[]),
            400,
            "bad_link",
        ),
        (
            event("GET", good, &[LINK[0], ("cf-Signature", "a\"\nb"), LINK[2]], &[]),
            400,
            "bad_link",
        ),
        (
            event("GET", "/videos/abc/../abd/index.m3u8", &LINK, &[]),
            400,
            "bad_path",
        ),
        (event("GET", "/videos/abc/video.json", &LINK, &[]), 404, "not_found"),
        (event("GET", "/other/abc/index.m3u8", &LINK, &[]), 404, "not_found"),
        (event("GET", "/videos/abc/none.m3u8", &LINK, &[]), 404, "not_found"),
        (event("POST", good, &LINK, &[]), 405, "bad_method"),
        (
            event("GET", "/videos/large/index.m3u8", &LINK, &[]),
            413,
            "playlist_too_large",
        ),
        (
            event("GET", "/videos/abc/1/720p/broken.m3u8", &LINK, &[]),
            502,
            "not_a_playlist",
        ),
        (
            event("GET", "/videos/failing/index.m3u8", &LINK, &[]),
            502,
            "origin_failed",
        ),
        (
            event("GET", "/videos/stalled/index.m3u8", &LINK, &[]),
            504,
            "origin_timed_out",
        ),
        (serde_json::json!({"Records": []}), 400, "bad_event"),
    ];
    for (event, status, name) in table {
        let known = event.get("path").is_some();
        let (answer, record) = endpoint.respond_and_record(event).await;
        assert_eq!((answer.status_code, code(&answer).as_str()), (status, name));
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(answer.headers["content-type"], "application/json");
        assert_eq!(answer.headers.contains_key("x-request-id"), known);
        assert_eq!((record.status, record.code), (status, name));
    }
}
