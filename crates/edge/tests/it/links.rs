//! Named links: bound to their names, taken back, and told of in the access log.

use std::io::Read as _;

use screener_edge::{LinkStore, access_log};

use crate::rig::{LINK, Rig, VIDEO};

fn segment() -> String {
    format!("/videos/{VIDEO}/1/1080p/00001.m4s")
}

#[tokio::test]
async fn a_link_opens_under_its_own_name_alone() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let good = rig.query();
    assert_eq!(rig.get(&format!("{}?{good}", segment())).await.status, 200);
    for query in [
        good.replace(LINK, "otherother"),
        good.replace(&format!("l={LINK}&"), ""),
        format!("{}&l={LINK}", good.replace(&format!("l={LINK}&"), "")),
        format!("l=otherother&x{good}"),
        format!("{good}&own=1"),
        format!("{good}&l={LINK}"),
    ] {
        for path in [segment(), format!("/videos/{VIDEO}/index.m3u8")] {
            let elsewhere = [("origin", "https://blog.example")];
            let answer = rig.ask("GET", &format!("{path}?{query}"), &elsewhere).await;
            assert_eq!(answer.status, 403, "{path}?{query}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn a_link_that_is_taken_back_opens_nothing_until_it_is_given_back() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let store = LinkStore::at(rig.folder.path());
    let index = format!("/videos/{VIDEO}/index.m3u8");
    let minute = LINK.parse::<screener_cloudfront::LinkId>().unwrap().minute();
    let open = format!("{}?{}", segment(), rig.query());
    assert_eq!(rig.get(&open).await.status, 200);
    for (name, value) in [(LINK, String::new()), (VIDEO, (minute + 1).to_string())] {
        store
            .change(|entries| drop(entries.insert(name.to_owned(), value)))
            .unwrap();
        // What was seen is believed for a tenth of a second.
        refused_within_a_second(&rig, &open).await;
        for path in [&open, &format!("{index}?{}", rig.both())] {
            let answer = rig.get(path).await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (403, "application/json")
            );
            assert_eq!(
                answer.text(),
                r#"{"error":{"code":"taken_back","message":"This link was taken back."}}"#
            );
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        // A preflight is not judged by it.
        let headers = [
            ("origin", "https://a.example"),
            ("access-control-request-method", "GET"),
        ];
        assert_eq!(rig.ask("OPTIONS", &open, &headers).await.status, 200);
        store.change(|entries| drop(entries.remove(name))).unwrap();
        let begun = std::time::Instant::now();
        while rig.get(&open).await.status != 200 {
            assert!(begun.elapsed().as_secs() < 1, "given back, and still refused");
        }
    }
    // Links of later minutes are others.
    store
        .change(|entries| drop(entries.insert(VIDEO.to_owned(), minute.to_string())))
        .unwrap();
    std::fs::write(rig.folder.path().join("taken-back.json"), "damaged").unwrap();
    refused_within_a_second(&rig, &open).await;
    assert!(
        rig.get(&open).await.text().contains("unsure"),
        "a store that cannot be read refuses"
    );
}

async fn refused_within_a_second(rig: &Rig, path: &str) {
    let begun = std::time::Instant::now();
    while rig.get(path).await.status != 403 {
        assert!(begun.elapsed().as_secs() < 1, "still served");
    }
}

/// Every line in the bucket's log, in the order of their requests.
fn logged(rig: &Rig) -> Vec<serde_json::Value> {
    let logs = rig.folder.path().join("s3/screener/logs/edge");
    let mut text = String::new();
    for entry in std::fs::read_dir(logs).into_iter().flatten() {
        let file = std::fs::File::open(entry.unwrap().path()).unwrap();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    }
    let mut lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["x-edge-request-id"].to_string());
    lines
}

#[tokio::test]
async fn each_request_is_a_line_and_no_line_opens_anything() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let signature = rig.sign(&rig.policy(3600));
    rig.ask(
        "GET",
        &format!("{}?{}", segment(), rig.query()),
        &[("user-agent", "A \"Player\"/1")],
    )
    .await;
    rig.ask(
        "GET",
        &format!("{}?{}", segment(), rig.query()),
        &[("range", "bytes=0-99")],
    )
    .await;
    rig.get(&format!("/videos/{VIDEO}/index.m3u8?{}", rig.both())).await;
    rig.get(&segment()).await;
    let Rig {
        folder,
        edge,
        s3,
        key,
        id,
    } = rig;
    edge.stop().await;
    let edge = screener_edge::Edge::start(screener_edge::Config::new(folder.path()))
        .await
        .unwrap();
    let rig = Rig {
        folder,
        edge,
        s3,
        key,
        id,
    };
    let lines = logged(&rig);
    assert_eq!(lines.len(), 4, "{lines:?}");
    let texts = |name: &str| {
        lines
            .iter()
            .map(|line| line[name].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts("sc-status"), ["200", "206", "200", "403"]);
    assert_eq!(texts("cs-uri-stem")[0], segment());
    assert_eq!(
        texts("cs-uri-query")[0],
        format!("l={LINK}&Policy=-&Signature=-&Key-Pair-Id=-&Hash-Algorithm=-")
    );
    assert_eq!(texts("cs-uri-query")[3], "-");
    assert_eq!(texts("cs(User-Agent)")[0], "A%20%22Player%22/1");
    let bytes: Vec<u64> = texts("sc-bytes").iter().map(|bytes| bytes.parse().unwrap()).collect();
    assert!(bytes[0] > 300_000 && bytes[0] < 301_000, "{bytes:?}");
    assert!(bytes[1] > 100 && bytes[1] < 1_200, "{bytes:?}");
    let all = serde_json::to_string(&lines).unwrap();
    assert!(!all.contains(signature.policy().unwrap()) && !all.contains(rig.id.as_str()));
    // It lies in the bucket, and no link reaches it.
    let listed = rig
        .s3
        .list_objects_v2()
        .bucket("screener")
        .prefix("logs/")
        .send()
        .await
        .unwrap();
    assert_eq!(listed.key_count(), Some(1));
    let object = listed.contents()[0].key().unwrap();
    let got = rig.s3.get_object().bucket("screener").key(object).send().await.unwrap();
    assert!(got.body.collect().await.unwrap().to_vec().starts_with(&[0x1f, 0x8b]));
    assert_eq!(rig.get(&format!("/{object}?{}", rig.query())).await.status, 403);
}

#[tokio::test]
async fn nothing_is_logged_where_that_is_switched_off() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    std::fs::write(rig.folder.path().join(access_log::OFF), "").unwrap();
    rig.get(&format!("{}?{}", segment(), rig.query())).await;
    let Rig { folder, edge, .. } = rig;
    edge.stop().await;
    assert!(!folder.path().join("s3/screener/logs/edge").exists());
}
