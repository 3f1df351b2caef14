//! A real edge with the sample video, and HTTP as it comes.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Region},
    primitives::ByteStream,
};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use screener_cloudfront::{Hash, KeyPairId, PrivateKey, link_id};
use screener_doctor::{Answer, Fetch, Request, Subject, Unreachable, sample};
use screener_edge::{Config, Edge, EndpointKind, own_delivery};
use screener_template::delivery::Delivery;

pub const VIDEO: &str = "abcdefghijklmnopqrstuvwxyz";

pub struct Rig {
    _folder: tempfile::TempDir,
    pub edge: Edge,
    pub subject: Subject,
}

impl Rig {
    pub async fn start() -> Self {
        Self::of(own_delivery(EndpointKind::FunctionUrl, "videos")).await
    }

    /// An edge of another template.
    pub async fn of(delivery: Delivery) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            delivery,
            ..Config::new(folder.path())
        };
        let edge = Edge::start(config).await.unwrap();
        let (key, id) = (PrivateKey::generate_p256(), KeyPairId::new("KTEST").unwrap());
        std::fs::write(folder.path().join("keys/KTEST.pem"), key.public().to_pem().unwrap()).unwrap();
        let access = edge.s3();
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&access.endpoint)
            .region(Region::new(access.region.clone()))
            .credentials_provider(Credentials::from_keys(&access.access_key, &access.secret_key, None))
            .force_path_style(true);
        let s3 = Client::from_conf(config.build());
        for object in sample("videos", VIDEO) {
            let put = s3
                .put_object()
                .bucket(&access.bucket)
                .key(object.key)
                .content_type(object.content_type);
            put.cache_control(object.cache_control)
                .body(ByteStream::from(object.body))
                .send()
                .await
                .unwrap();
        }
        let subject = Subject {
            domain: edge.domain(),
            prefix: "videos".to_owned(),
            video_id: VIDEO.to_owned(),
            key_pair_id: id,
            hash: Hash::Sha256,
            key: Ok(key),
            endpoint: None,
            origins: vec!["tauri://localhost".to_owned()],
            page: true,
            taken_back: Some(link_id::TRIED.parse().unwrap()),
            now: i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap(),
        };
        Self {
            _folder: folder,
            edge,
            subject,
        }
    }
}

/// HTTP/1.1 without a cache, a cookie or a redirect.
pub struct Http;

impl Fetch for Http {
    async fn fetch(&self, request: Request) -> Result<Answer, Unreachable> {
        let broken = |error: String| Unreachable(error);
        let rest = request.url.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let stream = tokio::net::TcpStream::connect(host)
            .await
            .map_err(|error| broken(error.to_string()))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        let mut wire = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("/{path}"));
        wire = wire.header("host", host);
        for (name, value) in &request.headers {
            wire = wire.header(*name, value);
        }
        let answer = sender.send_request(wire.body(Empty::<Bytes>::new()).unwrap()).await;
        let (parts, body) = answer.map_err(|error| broken(error.to_string()))?.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| broken(error.to_string()))?
            .to_bytes()
            .to_vec();
        let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        Ok(Answer {
            status: parts.status.as_u16(),
            headers,
            body,
        })
    }
}
