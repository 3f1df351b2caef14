//! Playlists that are too large, or too large for Lambda.

use std::fmt::Write as _;

use screener_lambda::{Config, Endpoint};

use crate::memory::{LINK, Memory, bytes, code, event};

fn long(segments: usize) -> Vec<u8> {
    let mut text = String::from("#EXTM3U\n");
    for number in 0..segments {
        let _ = write!(text, "#EXTINF:6,\n{number:06}.ts\n");
    }
    text.into_bytes()
}

fn with(body: Vec<u8>, edit: impl Fn(&mut Config)) -> Endpoint<Memory> {
    let mut config = Config::new("videos");
    edit(&mut config);
    let objects = [("videos/abc/index.m3u8".to_owned(), body)].into();
    Endpoint::new(
        config,
        Memory {
            objects,
            ..Memory::default()
        },
    )
    .unwrap()
}

#[tokio::test]
async fn past_six_megabytes_gzip_or_words() {
    let signature = "s".repeat(344);
    let policy = "p".repeat(216);
    let link = [("cf-Policy", policy.as_str()), ("cf-Signature", &signature), LINK[2]];
    let endpoint = with(long(100_000), |_| {});
    let path = "/videos/abc/index.m3u8";
    let plain = endpoint.respond(event("GET", path, &link, &[])).await;
    assert_eq!((plain.status_code, code(&plain).as_str()), (413, "answer_too_large"));
    assert!(plain.body.contains("Accept-Encoding: gzip"));

    let packed = endpoint
        .respond(event("GET", path, &link, &[("accept-encoding", "gzip")]))
        .await;
    assert_eq!(packed.status_code, 200);
    assert!(serde_json::to_vec(&packed).unwrap().len() < 6_000_000);
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*bytes(&packed)), &mut text).unwrap();
    assert!(text.len() > 60_000_000);
}

#[tokio::test]
async fn the_limits_hold_to_the_byte() {
    let body = long(10);
    let size = body.len();
    let ask = |endpoint: Endpoint<Memory>| async move {
        endpoint
            .respond(event("GET", "/videos/abc/index.m3u8", &LINK, &[]))
            .await
    };
    assert_eq!(
        ask(with(body.clone(), |config| config.largest_object = size))
            .await
            .status_code,
        200
    );
    let answer = ask(with(body.clone(), |config| config.largest_object = size - 1)).await;
    assert_eq!(
        (answer.status_code, code(&answer).as_str()),
        (413, "playlist_too_large")
    );
    let answer = ask(with(body.clone(), |config| config.largest_answer = size)).await;
    assert_eq!((answer.status_code, code(&answer).as_str()), (413, "answer_too_large"));

    // What counts is the JSON that carries it: line ends take two bytes there.
    let whole = ask(with(body.clone(), |_| {})).await;
    let carried = serde_json::to_string(&whole.body).unwrap().len() - 2;
    assert_eq!(
        ask(with(body.clone(), |config| config.largest_body = carried))
            .await
            .status_code,
        200
    );
    assert_eq!(
        ask(with(body, |config| config.largest_body = carried - 1))
            .await
            .status_code,
        413
    );
}
