//! The S3 servers that the conformance suite runs against, and what each cannot do.

use screener_edge::Edge;
use screener_store::StoreConfig;
use screener_testkit::servers::{self, Garage, Process};

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
    Moto {
        _process: Process,
    },
    Garage {
        _garage: Box<Garage>,
        _folder: tempfile::TempDir,
    },
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
pub async fn moto() -> Server {
    let process = servers::moto().await;
    let config = StoreConfig::with_keys(&process.endpoint(), "screener", "us-east-1", "key", "secret");
    let client = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::Config::builder()
            .behavior_version_latest()
            .endpoint_url(process.endpoint())
            .force_path_style(true)
            .region(aws_sdk_s3::config::Region::new("us-east-1"))
            .credentials_provider(config.credentials.clone())
            .build(),
    );
    client.create_bucket().bucket("screener").send().await.unwrap();
    Server {
        name: "moto",
        config,
        checks: false,
        returns_wholes: false,
        authenticates: false,
        _keep: Keep::Moto { _process: process },
    }
}

/// garage: its `If-None-Match` silently overwrites.
pub async fn garage() -> Server {
    let folder = tempfile::tempdir().unwrap();
    let garage = servers::garage(folder.path()).await;
    Server {
        name: "garage",
        config: StoreConfig::with_keys(
            &garage.process.endpoint(),
            garage.bucket,
            garage.region,
            garage.access_key,
            garage.secret_key,
        ),
        checks: true,
        returns_wholes: true,
        authenticates: true,
        _keep: Keep::Garage {
            _garage: Box::new(garage),
            _folder: folder,
        },
    }
}
