//! What viewers get: playlists by the endpoint's own code, segments, ranges, conditions, CORS, compression.

use std::io::Read as _;

use screener_edge::{Config, Edge, Fault};

use crate::rig::{LINK, Rig, VIDEO, named, segment};

fn at(name: &str) -> String {
    format!("/videos/{VIDEO}/{name}")
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn playlists_carry_the_viewers_own_link_down_to_the_segment() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let signature = rig.sign(&rig.policy(60));
    let policy = signature.policy().unwrap().to_owned();
    let query = named(&format!("{}&{}", signature.forwarded_query(), signature.query()));
    let index = rig.get(&format!("{}?{query}", at("index.m3u8"))).await;
    assert_eq!(
        (index.status, index.header("content-type")),
        (200, "application/vnd.apple.mpegurl")
    );
    assert!(matches!(index.header("cache-control"), "no-cache" | "no-store"));
    let text = index.text();
    let variant = text.lines().find(|line| !line.starts_with('#')).unwrap();
    assert!(
        variant.contains(&format!("?l={LINK}&cf-Policy={policy}")) && variant.contains(&format!("&Policy={policy}"))
    );
    let media = rig.get(&at(variant)).await.text();
    let line = media.lines().find(|line| line.starts_with("00001.m4s?")).unwrap();
    assert!(line.contains(&format!("?l={LINK}&Policy={policy}")) && !line.contains("cf-"));
    assert!(media.contains(&format!("URI=\"init.mp4?l={LINK}&Policy=")));
    let got = rig.get(&at(&format!("1/1080p/{line}"))).await;
    assert_eq!((got.status, got.body.to_vec()), (200, segment()));
}

#[tokio::test]
async fn two_links_never_see_each_others_playlists() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    for ends in [60, 120, 60, 120] {
        let signature = rig.sign(&rig.policy(ends));
        let query = named(&format!("{}&{}", signature.forwarded_query(), signature.query()));
        let text = rig.get(&format!("{}?{query}", at("index.m3u8"))).await.text();
        assert!(text.contains(&format!("&Policy={}", signature.policy().unwrap())));
    }
}

#[tokio::test]
async fn of_a_query_only_the_copies_reach_the_endpoint() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    // CloudFront takes its own parameters off: with these alone the endpoint has no link.
    let alone = rig.get(&format!("{}?{}", at("index.m3u8"), rig.query())).await;
    assert_eq!(alone.status, 400);
    assert!(alone.text().contains("no_link"));
    assert_eq!(alone.header("access-control-allow-origin"), "*");
    // A distribution without the viewer-request function lets other parameters through, and no further.
    rig.edge.set_faults([Fault::NamesUnknown]);
    let more = rig
        .get(&format!("{}?{}&tracking=1", at("index.m3u8"), rig.both()))
        .await;
    assert_eq!(more.status, 200);
    assert!(!more.text().contains("tracking") && !more.text().contains("l="));
    assert_eq!(more.header("x-screener-endpoint"), "");
    rig.edge.set_faults([]);
    let index = rig.get(&format!("{}?{}", at("index.m3u8"), rig.both())).await;
    assert_eq!(
        index.header("x-screener-endpoint"),
        "2",
        "it knows links by their names"
    );
}

#[tokio::test]
async fn a_missing_playlist_is_404_and_a_missing_segment_403() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let playlist = rig.get(&format!("{}?{}", at("none.m3u8"), rig.both())).await;
    assert_eq!(playlist.status, 404);
    // It may be there in a second; without this CloudFront keeps an error for ten.
    assert!(matches!(playlist.header("cache-control"), "no-cache" | "no-store"));
    let segment = rig.get(&format!("{}?{}", at("1/none.m4s"), rig.query())).await;
    assert_eq!(segment.status, 403);
    assert!(
        segment.text().contains("<Message>Access Denied</Message>"),
        "S3's words, not CloudFront's"
    );
}

#[tokio::test]
async fn ranges_are_served() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let (path, whole) = (format!("{}?{}", at("1/1080p/00001.m4s"), rig.query()), segment());
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=100-299999", 100, 299_999),
        ("bytes=299990-", 299_990, 299_999),
        ("bytes=-10", 299_990, 299_999),
    ] {
        let got = rig.ask("GET", &path, &[("range", range)]).await;
        assert_eq!(got.status, 206, "{range}");
        assert_eq!(got.header("content-range"), format!("bytes {first}-{last}/300000"));
        assert_eq!(got.body, whole[first..=last], "{range}");
        assert_eq!(got.header("content-length"), (last - first + 1).to_string());
    }
    let past = rig.ask("GET", &path, &[("range", "bytes=300000-")]).await;
    assert_eq!((past.status, past.header("content-range")), (416, "bytes */300000"));
    let several = rig.ask("GET", &path, &[("range", "bytes=0-1,5-6")]).await;
    assert_eq!((several.status, several.body.len()), (200, 300_000));
    let tag = rig.get(&path).await.header("etag").to_owned();
    let same = rig
        .ask("GET", &path, &[("range", "bytes=0-1"), ("if-range", &tag)])
        .await;
    assert_eq!(same.status, 206);
    let changed = rig
        .ask("GET", &path, &[("range", "bytes=0-1"), ("if-range", "\"other\"")])
        .await;
    assert_eq!(changed.status, 200);
}

#[tokio::test]
async fn conditions_are_judged() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let path = format!("{}?{}", at("1/1080p/00001.m4s"), rig.query());
    let first = rig.get(&path).await;
    let (tag, modified) = (
        first.header("etag").to_owned(),
        first.header("last-modified").to_owned(),
    );
    for (name, value, expected) in [
        ("if-none-match", tag.as_str(), 304),
        ("if-none-match", "\"other\"", 200),
        ("if-none-match", "*", 304),
        ("if-modified-since", modified.as_str(), 304),
        ("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("if-match", "\"other\"", 412),
        ("if-match", tag.as_str(), 200),
        ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT", 412),
    ] {
        let got = rig.ask("GET", &path, &[(name, value)]).await;
        assert_eq!(got.status, expected, "{name}: {value}");
        assert_eq!(got.body.is_empty(), expected == 304);
    }
    let playlist = format!("{}?{}", at("index.m3u8"), rig.both());
    let tag = rig.get(&playlist).await.header("etag").to_owned();
    assert_eq!(rig.ask("GET", &playlist, &[("if-none-match", &tag)]).await.status, 304);
}

#[tokio::test]
async fn head_is_get_without_the_bytes() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let segment = format!("{}?{}", at("1/1080p/00001.m4s"), rig.query());
    for path in [
        segment,
        format!("{}?{}", at("index.m3u8"), rig.both()),
        "/watch/index.html".to_owned(),
    ] {
        let (head, get) = (rig.ask("HEAD", &path, &[]).await, rig.get(&path).await);
        assert_eq!((head.status, head.body.len()), (get.status, 0));
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.header("etag"), get.header("etag"));
    }
}

#[tokio::test]
async fn what_was_stored_with_an_object_is_served_with_it() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let got = rig.get(&format!("{}?{}", at("1/1080p/00001.m4s"), rig.query())).await;
    assert_eq!(got.header("content-type"), "video/iso.segment");
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(got.header("accept-ranges"), "bytes");
    rig.put(
        &format!("videos/{VIDEO}/video.json"),
        "application/json",
        "{\"state\":\"publishing\"}",
    )
    .await;
    let path = format!("{}?{}", at("video.json"), rig.query());
    let first = rig.get(&path).await;
    assert_eq!(first.header("cache-control"), "no-cache");
    rig.put(
        &format!("videos/{VIDEO}/video.json"),
        "application/json",
        "{\"state\":\"finished!!\"}",
    )
    .await;
    let second = rig.get(&path).await;
    assert_ne!(
        (first.text(), first.header("etag")),
        (second.text(), second.header("etag"))
    );
}

#[tokio::test]
async fn text_is_compressed_for_those_who_ask_and_media_never() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let long = format!("{{\"title\":\"{}\"}}", "x".repeat(5000));
    rig.put(&format!("videos/{VIDEO}/video.json"), "application/json", long.clone())
        .await;
    let gzip = [("accept-encoding", "gzip, deflate, br")];
    let record = rig
        .ask("GET", &format!("{}?{}", at("video.json"), rig.query()), &gzip)
        .await;
    assert_eq!(record.header("content-encoding"), "gzip");
    assert!(record.header("etag").starts_with("W/"));
    assert_eq!(gunzip(&record.body), long);
    let playlist = rig
        .ask("GET", &format!("{}?{}", at("index.m3u8"), rig.both()), &gzip)
        .await;
    assert_eq!(playlist.header("content-encoding"), "gzip");
    assert!(gunzip(&playlist.body).starts_with("#EXTM3U"));
    let media = rig
        .ask("GET", &format!("{}?{}", at("1/1080p/00001.m4s"), rig.query()), &gzip)
        .await;
    assert_eq!((media.header("content-encoding"), media.body.len()), ("", 300_000));
    for refusal in ["identity", "gzip;q=0", "gzip; Q=0.0, *", "*;q=0", ""] {
        let plain = rig
            .ask(
                "GET",
                &format!("{}?{}", at("video.json"), rig.query()),
                &[("accept-encoding", refusal)],
            )
            .await;
        assert_eq!(plain.header("content-encoding"), "", "{refusal}");
    }
}

#[tokio::test]
async fn players_on_other_pages_may_read() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let playlist = format!("{}?{}", at("index.m3u8"), rig.both());
    let segment = format!("{}?{}", at("1/1080p/00001.m4s"), rig.query());
    for origin in ["tauri://localhost", "http://tauri.localhost", "https://blog.example"] {
        for path in [&playlist, &segment] {
            let got = rig.ask("GET", path, &[("origin", origin)]).await;
            assert_eq!((got.status, got.header("access-control-allow-origin")), (200, "*"));
            let asked = [
                ("origin", origin),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", "range"),
            ];
            let preflight = rig.ask("OPTIONS", path, &asked).await;
            assert!(matches!(preflight.status, 200 | 204), "{}", preflight.status);
            assert_eq!(preflight.header("access-control-allow-origin"), "*");
            assert!(preflight.header("access-control-allow-methods").contains("GET"));
            assert!(matches!(
                preflight.header("access-control-allow-headers"),
                "range" | "*"
            ));
        }
    }
    let refused = rig.ask(
        "OPTIONS",
        &segment,
        &[
            ("origin", "https://a.example"),
            ("access-control-request-method", "PUT"),
        ],
    );
    assert_eq!(refused.await.status, 403);
    assert_eq!(rig.ask("OPTIONS", &segment, &[]).await.status, 400);
}

#[tokio::test]
async fn the_page_is_strict_and_may_be_framed() {
    let rig = Rig::start(super::ENDPOINT).await;
    let page = rig.get("/watch/index.html").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"));
    assert_eq!(page.header("x-frame-options"), "");
    assert_eq!(
        (page.header("referrer-policy"), page.header("set-cookie")),
        ("no-referrer", "")
    );
    let again = rig
        .ask("GET", "/watch/index.html", &[("if-none-match", page.header("etag"))])
        .await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn a_url_longer_than_cloudfront_takes_is_refused() {
    let rig = Rig::start(super::ENDPOINT).await;
    let answer = rig.get(&format!("{}?{}", at("index.m3u8"), "x".repeat(8200))).await;
    assert_eq!(answer.status, 414);
}

#[tokio::test]
async fn links_outlive_a_restart() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let path = format!("{}?{}", at("1/1080p/00001.m4s"), rig.query());
    let folder = rig.folder;
    rig.edge.stop().await;
    let edge = Edge::start(Config::new(folder.path())).await.unwrap();
    let answer = crate::rig::ask(edge.address(), "GET", &path, &[]).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "video/iso.segment")
    );
}

#[tokio::test]
async fn defects_are_off_until_they_are_switched_on() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let path = format!("{}?l={LINK}", at("1/1080p/00001.m4s"));
    assert_eq!(rig.get(&path).await.status, 403);
    rig.edge.set_faults([Fault::NotRestricted]);
    assert_eq!(rig.get(&path).await.status, 200);
    rig.edge.set_faults([]);
    assert_eq!(rig.get(&path).await.status, 403);
}
