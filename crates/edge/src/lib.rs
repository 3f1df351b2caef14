//! The local destination: S3 on disk and CloudFront's behaviours on loopback.
//!
//! Owns two servers that are bound to loopback and share one folder:
//!
//! * **S3** (s3s over s3s-fs, mended where an upload engine would be misled): where the engine uploads;
//! * **the edge**: what viewers meet of a template ([`screener_template::Delivery`]; Screener's own, unless another is given): its
//!   behaviors, key group, viewer-request function, policies, CORS and permissions, with CloudFront's, S3's, Lambda's and API
//!   Gateway's words where a piece refuses, and the playlist endpoint's own code behind it.
//!
//! What a behavior is stands in the template and nowhere here. It must not know jobs, ladders, keychains or windows: whoever starts
//! it hands it a folder. What it does differently from CloudFront is listed in `FIDELITY.md`; anything else that differs is a defect.

pub mod access_log;
mod answer;
mod behaviors;
mod bucket_origin;
mod cross_origin;
mod edge_json;
mod error;
mod fault;
mod js_function;
mod key_group;
mod link_store;
mod own_template;
pub mod page;
mod playlist_endpoint;
mod ranges;
mod route;
mod routing;
mod s3;
mod server;

use std::{io, path::PathBuf, sync::Arc};

use screener_template::delivery::Delivery;

pub use behaviors::{matches, normalize};
pub use edge_json::{Running, S3Access, domain, find};
pub use error::Error;
pub use fault::{Fault, Faults};
pub use js_function::{JsFunction, Store};
pub use link_store::{Entries, LinkStore};
pub use own_template::{EndpointKind, local_values, own_delivery};
pub use server::Edge;

/// The bucket that every edge has.
pub const BUCKET: &str = "screener";
/// The region that requests to the local S3 are signed for.
pub const REGION: &str = "us-east-1";
/// Where videos lie in a bucket unless the destination says otherwise.
pub const PREFIX: &str = "videos";

/// What an edge is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder that the edge owns: `edge.json`, `keys/`, `s3/`. Made when it does not exist.
    pub folder: PathBuf,
    /// The port that links name, 0 for any that is free. `None`: the one of last time, or a free one when this is the first
    /// time.
    pub port: Option<u16>,
    /// What viewers meet: a template, evaluated.
    pub delivery: Delivery,
    /// Defects switched on, for the tests of what finds them. Empty outside tests.
    pub faults: Faults,
    /// Where objects are looked for that this edge's own bucket does not have: the buckets of other stores that are
    /// watched through it.
    pub remote: Option<Arc<dyn Remote>>,
}

/// Buckets elsewhere that are watched through this edge.
#[async_trait::async_trait]
pub trait Remote: std::fmt::Debug + Send + Sync + 'static {
    /// The object under a key; `None` where there is none.
    async fn get(&self, key: &str) -> io::Result<Option<RemoteObject>>;
}

/// An object of a bucket elsewhere.
#[derive(Clone, Debug)]
pub struct RemoteObject {
    /// The whole of it.
    pub bytes: bytes::Bytes,
    /// Entity tag, with its quotes.
    pub tag: String,
    /// `Content-Type`
    pub content_type: String,
    /// `Cache-Control`
    pub cache_control: String,
}

impl Config {
    /// An edge over `folder` from Screener's own template, with everything else as usual.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            port: None,
            delivery: own_delivery(EndpointKind::default(), PREFIX),
            faults: Faults::default(),
            remote: None,
        }
    }
}
