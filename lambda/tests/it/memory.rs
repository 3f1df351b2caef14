//! An origin in memory, which remembers what it was asked for.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine as _;
use screener_lambda::{Config, Endpoint, Object, Origin, OriginError, Response};
use serde_json::{Value, json};

/// Objects by key. A key that begins with `fault/` answers with that fault.
#[derive(Default)]
pub struct Memory {
    pub objects: BTreeMap<String, Vec<u8>>,
    pub asked: Mutex<Vec<String>>,
}

impl Origin for Memory {
    async fn get(&self, key: &str, if_none_match: Option<&str>) -> Result<Object, OriginError> {
        self.asked.lock().unwrap().push(key.to_owned());
        if key.contains("/failing/") {
            return Err(OriginError::Failed("a fault\nwith a line end".into()));
        }
        if key.contains("/stalled/") {
            std::future::pending::<()>().await;
        }
        if key.contains("/large/") {
            return Err(OriginError::TooLarge(1 << 40));
        }
        let body = self.objects.get(key).ok_or(OriginError::NotFound)?.clone();
        let etag = format!("\"{:x}\"", body.len());
        if if_none_match == Some(&*etag) {
            return Ok(Object::NotModified);
        }
        Ok(Object::Found { body, etag: Some(etag) })
    }
}

pub const PLAYLIST: &str = "#EXTM3U\r\n#EXT-X-MAP:URI=\"init.mp4\"\r\n#EXTINF:6,\r\n00001.m4s\r\n";

pub fn endpoint(config: Config) -> Endpoint<Memory> {
    let objects = [
        (
            "videos/abc/index.m3u8",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n1/720p/index.m3u8\n",
        ),
        ("videos/abc/1/720p/index.m3u8", PLAYLIST),
        ("videos/abc/1/720p/broken.m3u8", "<html>"),
        ("videos/abc/video.json", "{}"),
        ("other/abc/index.m3u8", PLAYLIST),
    ];
    let objects = objects
        .map(|(key, text)| (key.to_owned(), text.as_bytes().to_vec()))
        .into();
    Endpoint::new(
        config,
        Memory {
            objects,
            asked: Mutex::default(),
        },
    )
    .unwrap()
}

pub const LINK: [(&str, &str); 3] = [
    ("cf-Policy", "eyJ-UG9_"),
    ("cf-Signature", "c2ln~A__"),
    ("cf-Key-Pair-Id", "K1"),
];

/// A REST API proxy event.
pub fn event(method: &str, path: &str, query: &[(&str, &str)], headers: &[(&str, &str)]) -> Value {
    let many = |pairs: &[(&str, &str)]| {
        let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            map.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        map
    };
    json!({
        "resource": "/{proxy+}", "path": path, "httpMethod": method,
        "headers": null, "multiValueHeaders": many(headers),
        "queryStringParameters": null, "multiValueQueryStringParameters": many(query),
        "requestContext": {"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "stage": "prod"},
        "body": null, "isBase64Encoded": false,
    })
}

pub async fn get(endpoint: &Endpoint<Memory>, path: &str) -> Response {
    endpoint.respond(event("GET", path, &LINK, &[])).await
}

/// The body's bytes, as API Gateway would send them.
pub fn bytes(response: &Response) -> Vec<u8> {
    if response.is_base64_encoded {
        base64::engine::general_purpose::STANDARD
            .decode(&response.body)
            .unwrap()
    } else {
        response.body.clone().into_bytes()
    }
}

pub fn code(response: &Response) -> String {
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["error"]["code"].as_str().unwrap().to_owned()
}
