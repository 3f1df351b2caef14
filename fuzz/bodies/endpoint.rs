//! Any event: the endpoint asks for nothing but a plain playlist of the prefix, and no word of the event that is not
//! sound comes back.

use std::sync::Mutex;
use std::time::Duration;

use screener_lambda::{Config, Endpoint, Object, Origin, OriginError};
use serde_json::{Value, json};

const PLAYLIST: &str = "#EXTM3U\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXTINF:6,\n1.m4s\n#EXT-X-STREAM-INF:A=1\nv.m3u8\n";

#[derive(Default)]
struct Asked(Mutex<Vec<String>>);

impl Origin for Asked {
    async fn get(&self, key: &str, _: Option<&str>) -> Result<Object, OriginError> {
        self.0.lock().expect("nothing panics with it").push(key.to_owned());
        Ok(Object::Found {
            body: PLAYLIST.into(),
            etag: Some("\"e\"".into()),
        })
    }
}

/// An event as it came, or three texts put into one where anybody may write.
pub fn check(path: &str, query: &str, header: &str) {
    let events = [
        serde_json::from_str(path).unwrap_or(Value::Null),
        json!({
            "httpMethod": "GET", "path": path,
            "multiValueHeaders": {"Accept-Encoding": [header], "If-None-Match": [header, query]},
            "multiValueQueryStringParameters": {"cf-Policy": [query], "cf-Signature": ["S"], "cf-Key-Pair-Id": [header]},
            "requestContext": {"requestId": header},
        }),
        json!({
            "rawPath": path, "rawQueryString": query, "headers": {"accept-encoding": header, "if-none-match": header},
            "requestContext": {"http": {"method": "GET"}, "requestId": query, "stage": header},
        }),
    ];
    for event in events {
        ask(event);
    }
}

fn ask(event: Value) {
    let mut config = Config::new("videos");
    config.origin_timeout = Duration::from_secs(1);
    let endpoint = Endpoint::new(config, Asked::default()).expect("a sound configuration");
    let (answer, record) = now(endpoint.respond_and_record(event));
    assert!(
        answer
            .headers
            .values()
            .all(|value| value.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
    );
    for key in endpoint.origin().0.lock().expect("nothing panics with it").iter() {
        assert!(
            key.starts_with("videos/") && key.as_bytes().ends_with(b".m3u8") && !key.contains("/."),
            "{key}"
        );
    }
    match answer.status_code {
        200 if !answer.is_base64_encoded && !answer.body.is_empty() => {
            // Its own lines and nothing more.
            assert_eq!(answer.body.lines().count(), PLAYLIST.lines().count());
        }
        200 | 204 | 304 => {}
        400 | 403 | 404 | 405 => assert!(!answer.body.contains(char::is_control)),
        status => panic!("{status}: {record:?}"),
    }
}

/// Drives a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
