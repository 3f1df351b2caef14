//! CPU per playlist against the logic that the endpoint replaces (`benches/original.mjs`): Markdown.
//!
//! `benches/delivery.sh` runs it. Without `ORIGINAL`, the folder that has `original.mjs` and its packages, the columns of
//! the original stay empty.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may fail loudly, and prints its figures"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use screener_cloudfront::{Hash, KeyPairId, LinkId, PrivateKey, Target, Terms, link};
use screener_hls::rewrite::{Parameters, rewrite};
use screener_lambda::{Config, Endpoint, Object, Origin, OriginError};
use serde_json::{Value, json};

const SIZES: [usize; 4] = [10, 100, 1_200, 10_000];

fn playlist(segments: usize) -> Vec<u8> {
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n");
    for number in 1..=segments {
        let _ = write!(text, "#EXTINF:6.00000,\n{number:05}.m4s\n");
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text.into_bytes()
}

fn event(segments: usize, gzip: bool, copies: &[(String, String)]) -> Value {
    let query: serde_json::Map<String, Value> = copies
        .iter()
        .map(|(name, value)| (name.clone(), json!([value])))
        .collect();
    let headers = if gzip {
        json!({"accept-encoding": ["gzip"]})
    } else {
        json!({})
    };
    json!({
        "httpMethod": "GET", "path": format!("/videos/abc/{segments}.m3u8"), "multiValueHeaders": headers,
        "multiValueQueryStringParameters": query, "requestContext": {"requestId": "bench", "stage": "prod"},
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Median microseconds of one run, over batches of about a millisecond: shorter than a turn of the scheduler.
fn micros(mut run: impl FnMut()) -> f64 {
    let once = {
        let start = Instant::now();
        run();
        start.elapsed().max(Duration::from_nanos(50))
    };
    let batch = u32::try_from((1_000_000 / once.as_nanos()).clamp(1, 100_000)).unwrap();
    let times = (0..101).map(|_| {
        let start = Instant::now();
        (0..batch).for_each(|_| run());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(batch)
    });
    median(times.collect())
}

struct Memory(Vec<u8>);

impl Origin for Memory {
    async fn get(&self, _: &str, _: Option<&str>) -> Result<Object, OriginError> {
        Ok(Object::Found {
            body: self.0.clone(),
            etag: Some("\"e\"".into()),
        })
    }
}

fn original(folder: &Path, key: &str, segments: usize) -> f64 {
    let output = Command::new("node")
        .arg(folder.join("original.mjs"))
        .env("BENCH_SEGMENTS", segments.to_string())
        .env("PRIVATE_KEY_FILE", key)
        .output()
        .unwrap();
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    line["cpu_ms"].as_f64().unwrap()
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let key = PrivateKey::generate().unwrap();
    let key_file = folder.path().join("key.pem").to_str().unwrap().to_owned();
    let body = STANDARD.encode(&*key.to_pkcs8_der().unwrap());
    std::fs::write(
        &key_file,
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
    )
    .unwrap();
    let target = Target {
        domain: "d111111abcdef8.cloudfront.net",
        prefix: "videos",
        video_id: "abc",
        link: Some(LinkId::made(3_633_000, 7)),
    };
    let terms = Terms {
        ends: 2_000_000_000,
        opens: None,
        network: None,
    };
    let link = link(
        &key,
        &KeyPairId::new("K2JCJMDEHXQW5F").unwrap(),
        Hash::Sha1,
        &target,
        &terms,
    )
    .unwrap();
    let whole = link.playlist.expose().split_once('?').unwrap().1;
    let (first, query) = whole.split_once('&').unwrap();
    let other = query[query.find("&Policy=").unwrap() + 1..].to_owned();
    let copies: Vec<(String, String)> = whole
        .split('&')
        .filter(|pair| pair.starts_with("cf-") || *pair == first)
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let node = std::env::var_os("ORIGINAL").map(PathBuf::from);

    println!(
        "| segments | rewrite alone | memcpy of its output | whole answer | whole answer, gzip | original | original / rewrite |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for segments in SIZES {
        let input = playlist(segments);
        let parameters = Parameters {
            first,
            playlist: query,
            other: &other,
            distribution: None,
        };
        let mut out = Vec::new();
        let rewriting = micros(|| {
            out.clear();
            rewrite(black_box(&input), &parameters, &mut out);
        });
        let mut copy = Vec::with_capacity(out.len());
        let copying = micros(|| {
            copy.clear();
            copy.extend_from_slice(black_box(&out));
            black_box(&copy);
        });
        let mut config = Config::new("videos");
        config.largest_body = usize::MAX;
        let endpoint = Endpoint::new(config, Memory(input)).unwrap();
        let mut whole = [0.0; 2];
        for (gzip, slot) in [false, true].into_iter().zip(&mut whole) {
            let event = event(segments, gzip, &copies);
            *slot = micros(|| {
                let answer = futures_now(endpoint.respond(event.clone()));
                assert_eq!(black_box(answer).status_code, 200);
            });
        }
        let original = node
            .as_ref()
            .map(|folder| median((0..3).map(|_| original(folder, &key_file, segments)).collect()));
        let (ms, times) = original.map_or_else(
            || (String::new(), String::new()),
            |ms| (format!("{ms:.1} ms"), format!("{:.0} ×", ms * 1000.0 / rewriting)),
        );
        println!(
            "| {segments} | {rewriting:.1} µs ({:.1} GB/s) | {copying:.1} µs | {:.2} ms | {:.2} ms | {ms} | {times} |",
            out.len() as f64 / rewriting / 1000.0,
            whole[0] / 1000.0,
            whole[1] / 1000.0,
        );
    }
}

/// Drives a future that never waits.
fn futures_now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the origin in memory never waits"),
    }
}
