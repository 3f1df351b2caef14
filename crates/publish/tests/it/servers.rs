//! The S3 servers that the conformance suite runs against, and what each cannot do.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use screener_edge::Edge;
use screener_publish::StoreConfig;

/// A server and what is known not to work on it.
pub struct Server {
    pub name: &'static str,
    pub config: StoreConfig,
    /// A whole that differs from its parts is refused. s3s-fs and moto keep no checksum of a whole made of parts: there the
    /// checksums of the parts and the size stand for it.
    pub checks: bool,
    /// An object made of parts can be fetched by a client that compares checksums. moto gives such an object a malformed one.
    pub returns_wholes: bool,
    /// Wrong credentials are refused.
    pub authenticates: bool,
    _keep: Keep,
}

enum Keep {
    Edge {
        _edge: Box<Edge>,
        _folder: tempfile::TempDir,
    },
    Process(Child),
    Outside,
}

impl Drop for Keep {
    fn drop(&mut self) {
        if let Self::Process(child) = self {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// s3s-fs as the local edge wraps it.
pub async fn edge() -> Server {
    let folder = tempfile::tempdir().unwrap();
    let edge = Edge::start(screener_edge::Config::new(folder.path().join("edge")))
        .await
        .unwrap();
    let s3 = edge.s3();
    Server {
        name: "s3s-fs",
        config: StoreConfig::with_keys(&s3.endpoint, &s3.bucket, &s3.region, &s3.access_key, &s3.secret_key),
        checks: false,
        returns_wholes: true,
        authenticates: true,
        _keep: Keep::Edge {
            _edge: Box::new(edge),
            _folder: folder,
        },
    }
}

/// moto: no authentication, and it stores whatever checksum it is told.
pub async fn moto() -> Option<Server> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let child = Command::new("moto_server")
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let keep = Keep::Process(child);
    let address = format!("127.0.0.1:{port}");
    // It says nothing when it is ready.
    for _ in 0..600 {
        if tokio::net::TcpStream::connect(&address).await.is_ok() {
            let config = StoreConfig::with_keys(&format!("http://{address}"), "screener", "us-east-1", "key", "secret");
            let client = aws_sdk_s3::Client::from_conf(
                aws_sdk_s3::Config::builder()
                    .behavior_version_latest()
                    .endpoint_url(format!("http://{address}"))
                    .force_path_style(true)
                    .region(aws_sdk_s3::config::Region::new("us-east-1"))
                    .credentials_provider(config.credentials.clone())
                    .build(),
            );
            client.create_bucket().bucket("screener").send().await.unwrap();
            return Some(Server {
                name: "moto",
                config,
                checks: false,
                returns_wholes: false,
                authenticates: false,
                _keep: keep,
            });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}

/// A server that is already there: `SCREENER_TEST_S3=endpoint,bucket,region,access key,secret key`; garage in the full tests.
/// Its `If-None-Match` silently overwrites.
pub fn outside() -> Option<Server> {
    let told = std::env::var("SCREENER_TEST_S3").ok()?;
    let words: Vec<&str> = told.split(',').collect();
    let [endpoint, bucket, region, access, secret] = words[..] else {
        panic!("SCREENER_TEST_S3 has five parts")
    };
    Some(Server {
        name: "outside",
        config: StoreConfig::with_keys(endpoint, bucket, region, access, secret),
        checks: true,
        returns_wholes: true,
        authenticates: true,
        _keep: Keep::Outside,
    })
}
