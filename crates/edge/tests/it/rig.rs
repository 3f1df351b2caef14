//! One edge with a key of its own, the real SDK and an HTTP client that sends paths as they are given.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Region},
    primitives::ByteStream,
};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use screener_cloudfront::{Hash, KeyPairId, Policy, PrivateKey, Signature, sign_custom};
use screener_edge::{Config, Edge, EndpointKind, S3Access, own_delivery};
use screener_template::delivery::Delivery;
use tempfile::TempDir;

pub const VIDEO: &str = "abcdefghijklmnopqrstuvwxyz";
pub const LINK: &str = "aaaamqx7ab";

pub struct Rig {
    pub folder: TempDir,
    pub edge: Edge,
    pub s3: Client,
    pub key: PrivateKey,
    pub id: KeyPairId,
}

pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Rig {
    pub async fn start(endpoint: EndpointKind) -> Self {
        Self::of(own_delivery(endpoint, "videos")).await
    }

    /// An edge of another template.
    pub async fn of(delivery: Delivery) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            delivery,
            ..Config::new(folder.path())
        };
        let edge = Edge::start(config).await.unwrap();
        // P-256 is made at once; RSA takes a second, and one test of its own is enough for it.
        let key = PrivateKey::generate_p256();
        let id = KeyPairId::new("KTEST1").unwrap();
        trust(&folder, &id, &key);
        let s3 = client(&edge.s3());
        Self {
            folder,
            edge,
            s3,
            key,
            id,
        }
    }

    pub async fn put(&self, key: &str, kind: &str, body: impl Into<Vec<u8>>) {
        let grows = matches!(key.rsplit_once('.'), Some((_, "m3u8" | "json")));
        let cache = if grows {
            "no-cache"
        } else {
            "public, max-age=31536000, immutable"
        };
        let put = self
            .s3
            .put_object()
            .bucket("screener")
            .key(key)
            .content_type(kind)
            .cache_control(cache);
        put.body(ByteStream::from(body.into())).send().await.unwrap();
    }

    /// A video of one rung.
    pub async fn video(&self) {
        let folder = format!("videos/{VIDEO}");
        let playlist = "application/vnd.apple.mpegurl";
        self.put(&format!("{folder}/1/1080p/00001.m4s"), "video/iso.segment", segment())
            .await;
        self.put(&format!("{folder}/1/1080p/init.mp4"), "video/mp4", "init")
            .await;
        let media = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:6.0,\n\
                     00001.m4s\n#EXT-X-ENDLIST\n";
        self.put(&format!("{folder}/1/1080p/index.m3u8"), playlist, media).await;
        let index = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n1/1080p/index.m3u8\n";
        self.put(&format!("{folder}/index.m3u8"), playlist, index).await;
    }

    pub fn sign(&self, policy: &Policy) -> Signature {
        sign_custom(&self.key, &self.id, Hash::Sha256, policy).unwrap()
    }

    pub fn policy(&self, ends_in: i64) -> Policy {
        let resource = format!("http://{}/videos/{VIDEO}/*?l={LINK}*", self.edge.domain());
        Policy {
            resource,
            ends: now() + ends_in,
            opens: None,
            network: None,
        }
    }

    /// Query of a link over the video's folder.
    pub fn query(&self) -> String {
        named(&self.sign(&self.policy(3600)).query())
    }

    /// Both copies, as a playlist's URL carries them.
    pub fn both(&self) -> String {
        let signature = self.sign(&self.policy(3600));
        named(&format!("{}&{}", signature.forwarded_query(), signature.query()))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(self.edge.address(), method, path, headers).await
    }
}

/// A query as every URL of a named link has it.
pub fn named(query: &str) -> String {
    format!("l={LINK}&{query}")
}

pub fn segment() -> Vec<u8> {
    (0..300_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

pub fn trust(folder: &TempDir, id: &KeyPairId, key: &PrivateKey) {
    let path = folder.path().join("keys").join(format!("{id}.pem"));
    std::fs::write(path, key.public().to_pem().unwrap()).unwrap();
}

pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The SDK as the engine uses it: integrity settings are the SDK's own.
pub fn client(access: &S3Access) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&access.endpoint)
        .region(Region::new(access.region.clone()))
        .credentials_provider(Credentials::from_keys(&access.access_key, &access.secret_key, None))
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

/// `Host` is the address unless a header says otherwise.
pub async fn ask(address: std::net::SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let stream = hyper_util::rt::TokioIo::new(tokio::net::TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request = request.header("host", address.to_string());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = sender
        .send_request(request.body(Empty::<Bytes>::new()).unwrap())
        .await
        .unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}
