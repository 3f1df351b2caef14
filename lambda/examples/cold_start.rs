//! Cold start and memory of the Lambda against the logic that it replaces (`benches/original.mjs`): Markdown.
//!
//! `benches/delivery.sh` runs it with `BOOTSTRAP`, the executable that is measured, and `ORIGINAL`, the folder that has
//! `original.mjs` and its packages. Linux: it reads `/proc`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may fail loudly, and prints its figures"
)]

#[path = "../tests/it/runtime.rs"]
mod runtime;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use runtime::{BUCKET, Runtime, bootstrap, pem, put, s3};
use screener_cloudfront::PrivateKey;
use serde_json::{Value, json};

const SIZES: [usize; 2] = [10, 1_200];
/// Starts of each program, unless `RUNS` says otherwise.
const COLD_STARTS: usize = 15;

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
            .stdout(Stdio::null())
            .stderr(Stdio::null());
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

async fn cold_starts(
    peers: &[Peer],
    runtime: &mut Runtime,
    s3: std::net::SocketAddr,
    copies: &[(String, String)],
) -> Vec<Cold> {
    let mut found: Vec<Cold> = peers.iter().map(|_| Cold::default()).collect();
    // One after the other, so that whatever else the machine does meets both.
    let runs = std::env::var("RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(COLD_STARTS);
    for _ in 0..runs {
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

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let key = PrivateKey::generate().unwrap();
    let key_file = folder.path().join("key.pem").to_str().unwrap().to_owned();
    std::fs::write(&key_file, pem(&key.to_pkcs8_der().unwrap())).unwrap();
    let copies = [
        ("cf-Policy", "p".repeat(216)),
        ("cf-Signature", "s".repeat(344)),
        ("cf-Key-Pair-Id", "K1".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));

    let bucket = s3(folder.path()).await;
    let keys = SIZES.map(|size| format!("videos/abc/{size}.m3u8"));
    let objects: Vec<(&str, Vec<u8>)> = keys.iter().map(String::as_str).zip(SIZES.map(playlist)).collect();
    put(bucket, &objects).await;
    let mut runtime = Runtime::start([].into()).await;
    let mut peers = vec![Peer {
        name: "Screener",
        executable: std::env::var("BOOTSTRAP").unwrap_or_else(|_| "target/release/bootstrap".to_owned()),
        arguments: Vec::new(),
        variables: Vec::new(),
    }];
    if let Some(folder) = std::env::var_os("ORIGINAL").map(PathBuf::from) {
        peers.push(Peer {
            name: "original",
            executable: "node".to_owned(),
            arguments: vec![folder.join("original.mjs").to_str().unwrap().to_owned()],
            variables: vec![("PRIVATE_KEY_FILE".to_owned(), key_file.clone())],
        });
    }
    let found = cold_starts(&peers, &mut runtime, bucket, &copies).await;
    println!(
        "| | process start to first answer, one GET from S3 | quickest | peak memory then | peak memory after 1,200 segments |"
    );
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
