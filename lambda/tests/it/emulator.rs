//! The executable in another's emulator of Lambda, `cargo lambda watch`: the events of `lambda/events` go in with
//! `cargo lambda invoke`, as anybody would try the endpoint without an account.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::Value;

use crate::memory::PLAYLIST;
use crate::runtime::{Runtime, bootstrap, put, s3};

/// Killed when the test ends, well or not.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn cargo_lambda() -> Command {
    // `make test` installs it, and puts it first on the path.
    let mut command = Command::new("cargo-lambda");
    command.arg("lambda").current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Starts the emulator; its address. It says nothing once it listens, so its port is tried until it answers.
fn watch() -> (Ended, SocketAddr) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let child = cargo_lambda()
        .args(["watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1"])
        .args(["--invoke-port", &address.port().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("cargo-lambda is installed by `make test`");
    let child = Ended(child);
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the emulator never listened");
        std::thread::sleep(Duration::from_millis(20));
    }
    (child, address)
}

fn invoke(address: SocketAddr, event: &str) -> Value {
    let output = cargo_lambda()
        .args(["invoke", "--invoke-address", "127.0.0.1"])
        .args(["--invoke-port", &address.port().to_string()])
        .args(["--data-file", &format!("events/{event}.json")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{event}: {error}: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

async fn bucket(folder: &Path) -> SocketAddr {
    let address = s3(folder).await;
    put(
        address,
        &[("videos/abc/1/720p/index.m3u8", PLAYLIST.as_bytes().to_vec())],
    )
    .await;
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_in_cargo_lambdas_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = bucket(folder.path()).await;
    let stores = Runtime::start([].into()).await;
    let (_emulator, address) = watch();
    let emulated = format!("http://{address}/.rt");
    let variables = [
        ("AWS_LAMBDA_RUNTIME_API", emulated.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "_"),
        ("SCREENER_ORIGIN_SECRET", "a-secret-of-the-distribution"),
    ];
    let _endpoint = Ended(bootstrap(env!("CARGO_BIN_EXE_bootstrap"), &stores, s3, &variables));

    // `invoke` waits until the function has come for its event.
    for event in ["rest-get", "http-api-get", "function-url-get"] {
        let answer = tokio::task::block_in_place(|| invoke(address, event));
        assert_eq!(answer["statusCode"], 200, "{event}: {answer}");
        assert_eq!(answer["headers"]["content-type"], "application/vnd.apple.mpegurl");
        assert_eq!(answer["isBase64Encoded"], true, "{event}: asked for gzip");
        let packed = base64::engine::general_purpose::STANDARD
            .decode(answer["body"].as_str().unwrap())
            .unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*packed)
            .read_to_string(&mut text)
            .unwrap();
        let last = text.lines().last().unwrap();
        assert_eq!(
            last, "00001.m4s?Policy=eyJ-UG9_&Signature=c2ln~A__&Key-Pair-Id=K2JCJMDEHXQW5F",
            "{event}"
        );
    }
    for (event, status) in [
        ("rest-head", 200),
        ("rest-options", 204),
        ("function-url-head", 200),
        ("function-url-options", 204),
    ] {
        let answer = tokio::task::block_in_place(|| invoke(address, event));
        assert_eq!(
            (&answer["statusCode"], &answer["body"]),
            (&status.into(), &"".into()),
            "{event}: {answer}"
        );
    }
}
