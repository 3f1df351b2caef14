//! The events of `lambda/events`, whole as AWS sends them.

use std::io::Read as _;

use screener_lambda::Config;
use screener_lambda::proxy_event::Request;
use serde_json::Value;

use crate::memory::{bytes, endpoint};

pub fn event(name: &str) -> Value {
    let path = format!("{}/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn every_kind_of_event_gets_the_same_playlist() {
    let mut config = Config::new("videos");
    config.origin_secrets = vec!["a-secret-of-the-distribution".into()];
    let endpoint = endpoint(config);
    let mut answers = Vec::new();
    for (name, id) in [
        ("rest-get", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"),
        ("http-api-get", "JKJaXmPLvHcESHA="),
        ("function-url-get", "d290f1ee-6c54-4b01-90e6-d701748f0851"),
    ] {
        let answer = endpoint.respond(event(name)).await;
        assert_eq!(answer.status_code, 200, "{name}: {}", answer.body);
        assert_eq!(answer.headers["x-request-id"], id);
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*bytes(&answer))
            .read_to_string(&mut text)
            .unwrap();
        assert!(
            text.contains("00001.m4s?Policy=eyJ-UG9_&Signature=c2ln~A__&Key-Pair-Id=K2JCJMDEHXQW5F\r\n"),
            "{text}"
        );
        answers.push(text);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    for (name, status) in [
        ("rest-head", 200),
        ("function-url-head", 200),
        ("rest-options", 204),
        ("function-url-options", 204),
    ] {
        let answer = endpoint.respond(event(name)).await;
        assert_eq!((answer.status_code, answer.body.as_str()), (status, ""), "{name}");
    }
    assert_eq!(endpoint.origin().asked.lock().unwrap().len(), 5);
}

/// As CloudFront asks a function URL that is for it alone (`AWS_IAM`, origin access control): no secret, and a link with a name.
#[tokio::test]
async fn a_function_url_behind_cloudfronts_own_signature_needs_no_secret() {
    let mut event = event("function-url-iam-get");
    event["headers"].as_object_mut().unwrap().remove("x-origin-verify");
    let answer = endpoint(Config::new("videos")).respond(event).await;
    assert_eq!(answer.status_code, 200, "{}", answer.body);
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*bytes(&answer))
        .read_to_string(&mut text)
        .unwrap();
    let segment = "00001.m4s?l=qebdrn5a2k&Policy=eyJ-UG9_&Signature=c2ln~A__&Key-Pair-Id=K2JCJMDEHXQW5F\r\n";
    assert!(text.contains(segment), "{text}");
}

#[test]
fn the_answer_has_the_gateways_shape() {
    let answer = screener_lambda::Response {
        status_code: 200,
        headers: [("a".to_owned(), "b".to_owned())].into(),
        body: "x".into(),
        is_base64_encoded: false,
    };
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        serde_json::json!({"statusCode": 200, "headers": {"a": "b"}, "body": "x", "isBase64Encoded": false})
    );
}

#[test]
fn the_stage_is_no_part_of_the_path_and_queries_are_decoded_once() {
    let mut event = event("http-api-get");
    event["rawQueryString"] = "a=%2541&b=c+d&&e&f=g=h&%78=y&bad=%ff".into();
    let request = Request::from_event(event.clone()).unwrap();
    assert_eq!(request.path, "/videos/abc/1/720p/index.m3u8");
    let pairs: Vec<(&str, &str)> = request
        .query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("a", "%41"),
            ("b", "c+d"),
            ("e", ""),
            ("f", "g=h"),
            ("x", "y"),
            ("bad", "\u{fffd}")
        ]
    );
    // A stage is a whole name: `/production/…` does not begin with the stage `prod`.
    event["rawPath"] = "/production/abc/index.m3u8".into();
    assert_eq!(Request::from_event(event).unwrap().path, "/production/abc/index.m3u8");
}

#[test]
fn what_is_no_event_is_none() {
    for text in [
        "null",
        "[]",
        "\"GET\"",
        "{}",
        r#"{"httpMethod":"GET"}"#,
        r#"{"rawPath":"/"}"#,
        r#"{"rawPath":"/","requestContext":{"http":{}}}"#,
    ] {
        assert_eq!(Request::from_event(serde_json::from_str(text).unwrap()), None, "{text}");
    }
}
