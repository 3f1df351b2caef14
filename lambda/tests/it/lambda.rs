//! The executable itself, behind a Runtime API, with a real S3 server.

use std::io::Read as _;
use std::net::SocketAddr;
use std::process::Child;

use screener_cloudfront::PrivateKey;
use serde_json::Value;

use crate::memory::{LINK, PLAYLIST, event};
use crate::runtime::{Runtime, bootstrap, put, s3};

const BOOTSTRAP: &str = env!("CARGO_BIN_EXE_bootstrap");
const PATH: &str = "/videos/abc/1/720p/index.m3u8";
const SECRET: &str = "a-secret-of-the-distribution";

async fn bucket(folder: &std::path::Path) -> SocketAddr {
    let address = s3(folder).await;
    let objects = [
        ("videos/abc/1/720p/index.m3u8", PLAYLIST.as_bytes().to_vec()),
        ("videos/abc/video.json", b"{}".to_vec()),
        ("other/abc/index.m3u8", PLAYLIST.as_bytes().to_vec()),
    ];
    put(address, &objects).await;
    address
}

/// Ends it; what it wrote.
fn ended(mut child: Child) -> (String, String) {
    let _ = child.kill();
    let mut written = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut written.0).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut written.1).unwrap();
    child.wait().unwrap();
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn forward_mode_from_the_event_to_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = bucket(folder.path()).await;
    let mut runtime = Runtime::start([].into()).await;
    let child = bootstrap(BOOTSTRAP, &runtime, s3, &[("SCREENER_ORIGIN_SECRET", SECRET)]);
    let headers = [("X-Origin-Verify", SECRET)];

    let answer = runtime.invoke(event("GET", PATH, &LINK, &headers)).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let text = answer["body"].as_str().unwrap();
    assert!(
        text.ends_with("00001.m4s?Policy=eyJ-UG9_&Signature=c2ln~A__&Key-Pair-Id=K1\r\n"),
        "{text}"
    );

    let etag = answer["headers"]["etag"].as_str().unwrap();
    let again = runtime
        .invoke(event("GET", PATH, &LINK, &[headers[0], ("If-None-Match", etag)]))
        .await;
    assert_eq!(again["statusCode"], 304, "{again}");

    for (path, headers, status) in [
        ("/videos/abc/none.m3u8", &headers[..], 404),
        ("/videos/abc/video.json", &headers[..], 404),
        ("/other/abc/index.m3u8", &headers[..], 404),
        ("/videos/abc/../../other/abc/index.m3u8", &headers[..], 400),
        (PATH, &[], 403),
    ] {
        let answer = runtime.invoke(event("GET", path, &LINK, headers)).await;
        assert_eq!(answer["statusCode"], status, "{path}: {answer}");
        assert_eq!(answer["headers"]["access-control-allow-origin"], "*");
    }

    for (name, status) in [
        ("rest-get", 200),
        ("rest-options", 204),
        ("function-url-get", 200),
        ("function-url-iam-get", 200),
        ("function-url-head", 200),
        ("function-url-options", 204),
    ] {
        let answer = runtime.invoke(crate::events::event(name)).await;
        assert_eq!(answer["statusCode"], status, "{name}: {answer}");
    }

    let (log, errors) = ended(child);
    assert_eq!(errors, "");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 13);
    assert!(lines[0]["ColdStart"].as_f64().unwrap() > 0.0 && lines[1].get("ColdStart").is_none());
    assert!(
        lines
            .iter()
            .all(|line| line["_aws"]["Timestamp"].is_u64() && line["Duration"].is_f64())
    );
    for secret in [SECRET, LINK[0].1, LINK[1].1] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_mode_with_its_key_from_either_store() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = bucket(folder.path()).await;
    let key = PrivateKey::generate_p256();
    let pem = crate::runtime::pem(&key.to_pkcs8_der().unwrap());
    let mut runtime = Runtime::start([("/screener/key".to_owned(), pem)].into()).await;
    for variable in ["SCREENER_KEY_PARAMETER", "SCREENER_KEY_SECRET"] {
        let variables = [
            ("SCREENER_MODE", "sign"),
            ("SCREENER_ORIGIN_SECRET", SECRET),
            ("SCREENER_DISTRIBUTION", "d1.cloudfront.net"),
            ("SCREENER_KEY_PAIR_ID", "K1"),
            (variable, "/screener/key"),
        ];
        let child = bootstrap(BOOTSTRAP, &runtime, s3, &variables);
        let answer = runtime
            .invoke(event("GET", PATH, &[], &[("x-origin-verify", SECRET)]))
            .await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
        let text = answer["body"].as_str().unwrap();
        let query = text.lines().last().unwrap().split_once('?').unwrap().1;
        let request = screener_cloudfront::Request {
            scheme: "https",
            host: "d1.cloudfront.net",
            path: "/videos/abc/1/720p/00001.m4s",
            query,
            client: [192, 0, 2, 1].into(),
            now: 1,
        };
        assert_eq!(screener_cloudfront::verify(&request, |_| Some(key.public())), Ok(()));
        let (log, errors) = ended(child);
        assert!(errors.is_empty() && !log.contains("PRIVATE KEY"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_start_says_why() {
    let runtime = Runtime::start([].into()).await;
    let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
    let table: [(&[(&str, &str)], &str); 5] = [
        (&[("SCREENER_BUCKET", "")], "SCREENER_BUCKET is not set"),
        (&[("SCREENER_PREFIX", "../x")], "the prefix"),
        (&[("SCREENER_MODE", "other")], "it can be forward or sign"),
        (
            &[("SCREENER_MODE", "sign")],
            "set SCREENER_KEY_PARAMETER or SCREENER_KEY_SECRET",
        ),
        (
            &[("SCREENER_MODE", "sign"), ("SCREENER_KEY_PARAMETER", "/nothing")],
            "ssm did not give the private key: 400, ParameterNotFound",
        ),
    ];
    for (variables, words) in table {
        let child = bootstrap(BOOTSTRAP, &runtime, nobody, variables);
        let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap())
            .await
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && errors.contains(words), "{errors}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_gone_is_a_502_in_words() {
    let mut runtime = Runtime::start([].into()).await;
    let child = bootstrap(BOOTSTRAP, &runtime, SocketAddr::from(([127, 0, 0, 1], 9)), &[]);
    let answer = runtime.invoke(event("GET", PATH, &LINK, &[])).await;
    assert_eq!(answer["statusCode"], 502, "{answer}");
    assert!(answer["body"].as_str().unwrap().contains("origin_failed"));
    let (log, _) = ended(child);
    assert!(
        log.contains("\"level\":\"error\"") && log.contains("dispatch failure"),
        "{log}"
    );
}
