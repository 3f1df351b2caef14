//! The endpoint's figures against the logic that it replaces (`benches/original.mjs`): cold start, memory, CPU.
//!
//! `benches/delivery.sh` runs it. Prints the Markdown of `benches/delivery.md`. Without `ORIGINAL`, the folder that has
//! `original.mjs` and its packages, the columns of the original stay empty. Linux: it reads `/proc`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may fail loudly, and prints its figures")]

#[path = "../tests/it/runtime.rs"]
mod runtime;

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use runtime::{BUCKET, Runtime, bootstrap, pem, put, s3};
use screener_cloudfront::{Hash, KeyPairId, PrivateKey, Target, Terms, link};
use screener_hls::rewrite::{Parameters, rewrite};
use screener_lambda::{Config, Endpoint, Object, Origin, OriginError};
use serde_json::{Value, json};

const SIZES: [usize; 4] = [10, 100, 1_200, 10_000];
const COLD_STARTS: usize = 11;

fn playlist(segments: usize) -> Vec<u8> {
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n");
    for number in 1..=segments {
        let _ = write!(text, "#EXTINF:6.00000,\n{number:05}.m4s\n");
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text.into_bytes()
}

fn event(segments: usize, gzip: bool, copies: &[(String, String)]) -> Value {
    let query: serde_json::Map<String, Value> =
        copies.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    let headers = if gzip { json!({"accept-encoding": ["gzip"]}) } else { json!({}) };
    json!({
        "httpMethod": "GET", "path": format!("/videos/abc/{segments}.m3u8"), "multiValueHeaders": headers,
        "multiValueQueryStringParameters": query, "requestContext": {"requestId": "bench", "stage": "prod"},
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Median microseconds of one run, over batches of about 10 ms.
fn micros(mut run: impl FnMut()) -> f64 {
    let once = {
        let start = Instant::now();
        run();
        start.elapsed().max(Duration::from_nanos(50))
    };
    let batch = u32::try_from((10_000_000 / once.as_nanos()).clamp(1, 100_000)).unwrap();
    let times = (0..31).map(|_| {
        let start = Instant::now();
        (0..batch).for_each(|_| run());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(batch)
    });
    median(times.collect())
}

struct Memory(Vec<u8>);

impl Origin for Memory {
    async fn get(&self, _: &str, _: Option<&str>) -> Result<Object, OriginError> {
        Ok(Object::Found { body: self.0.clone(), etag: Some("\"e\"".into()) })
    }
}

/// One program behind the Runtime API.
struct Peer {
    name: &'static str,
    executable: String,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Peer {
    fn start(&self, runtime: &Runtime, s3: std::net::SocketAddr) -> Child {
        if self.arguments.is_empty() {
            return bootstrap(&self.executable, runtime, s3, &[]);
        }
        let mut command = Command::new(&self.executable);
        command
            .args(&self.arguments)
            .env("AWS_LAMBDA_RUNTIME_API", runtime.address.to_string())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "a-secret-key-for-tests")
            .env("AWS_ENDPOINT_URL_S3", format!("http://{s3}"))
            .env("SCREENER_BUCKET", BUCKET)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.spawn().unwrap()
    }
}

/// Highest resident memory in MB.
fn peak_memory(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

#[derive(Default)]
struct Cold {
    first_answer: Vec<f64>,
    memory_small: Vec<f64>,
    memory_long: Vec<f64>,
}

async fn cold_starts(peers: &[Peer], runtime: &mut Runtime, s3: std::net::SocketAddr, copies: &[(String, String)]) -> Vec<Cold> {
    let mut found: Vec<Cold> = peers.iter().map(|_| Cold::default()).collect();
    // One after the other, so that whatever else the machine does meets both.
    for _ in 0..COLD_STARTS {
        for (peer, found) in peers.iter().zip(&mut found) {
            let start = Instant::now();
            let mut child = peer.start(runtime, s3);
            let answer = runtime.invoke(event(10, false, copies)).await;
            found.first_answer.push(start.elapsed().as_secs_f64() * 1000.0);
            assert_eq!(answer["statusCode"], 200, "{}: {answer}", peer.name);
            found.memory_small.push(peak_memory(&child));
            runtime.invoke(event(1_200, false, copies)).await;
            found.memory_long.push(peak_memory(&child));
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
    found
}

fn original(folder: &PathBuf, key: &str, segments: usize) -> f64 {
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
    std::fs::write(&key_file, pem(&key.to_pkcs8_der().unwrap())).unwrap();
    let target = Target { domain: "d111111abcdef8.cloudfront.net", prefix: "videos", video_id: "abc" };
    let terms = Terms { ends: 2_000_000_000, opens: None, network: None };
    let link = link(&key, &KeyPairId::new("K2JCJMDEHXQW5F").unwrap(), Hash::Sha1, &target, &terms).unwrap();
    let query = link.playlist.expose().split_once('?').unwrap().1;
    let other = query[query.find("&Policy=").unwrap() + 1..].to_owned();
    let copies: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| pair.starts_with("cf-"))
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let node = std::env::var_os("ORIGINAL").map(PathBuf::from);

    println!("## CPU per playlist\n");
    println!("| segments | rewrite alone | memcpy of its output | whole answer | whole answer, gzip | original | original / rewrite |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for segments in SIZES {
        let input = playlist(segments);
        let parameters = Parameters { playlist: query, other: &other, distribution: None };
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
        let original = node.as_ref().map(|folder| median((0..3).map(|_| original(folder, &key_file, segments)).collect()));
        let (ms, times) = original.map_or_else(
            || ("".to_owned(), "".to_owned()),
            |ms| (format!("{ms:.1} ms"), format!("{:.0} ×", ms * 1000.0 / rewriting)),
        );
        println!(
            "| {segments} | {rewriting:.1} µs ({:.1} GB/s) | {copying:.1} µs | {:.2} ms | {:.2} ms | {ms} | {times} |",
            out.len() as f64 / rewriting / 1000.0,
            whole[0] / 1000.0,
            whole[1] / 1000.0,
        );
    }

    let bucket = s3(folder.path()).await;
    let keys: Vec<String> = SIZES.iter().map(|size| format!("videos/abc/{size}.m3u8")).collect();
    let objects: Vec<(&str, Vec<u8>)> = keys.iter().map(String::as_str).zip(SIZES.map(playlist)).collect();
    put(bucket, &objects).await;
    let mut runtime = Runtime::start([].into()).await;
    let mut peers = vec![Peer {
        name: "Screener",
        executable: env!("CARGO_BIN_EXE_bootstrap").to_owned(),
        arguments: Vec::new(),
        variables: Vec::new(),
    }];
    if let Some(folder) = &node {
        peers.push(Peer {
            name: "original",
            executable: "node".to_owned(),
            arguments: vec![folder.join("original.mjs").to_str().unwrap().to_owned()],
            variables: vec![("PRIVATE_KEY_FILE".to_owned(), key_file.clone())],
        });
    }
    let found = cold_starts(&peers, &mut runtime, bucket, &copies).await;
    println!("\n## Cold start\n");
    println!("| | process start to first answer, one GET from S3 | quickest | peak memory then | peak memory after 1,200 segments |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (peer, cold) in peers.iter().zip(found) {
        let quickest = cold.first_answer.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "| {} | {:.1} ms | {quickest:.1} ms | {:.1} MB | {:.1} MB |",
            peer.name,
            median(cold.first_answer),
            median(cold.memory_small),
            median(cold.memory_long),
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
