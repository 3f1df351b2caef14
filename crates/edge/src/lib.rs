//! The local destination: S3 on disk and CloudFront's behaviours on loopback.
//!
//! Owns two servers that are bound to loopback and share one folder:
//!
//! * **S3** (s3s over s3s-fs, mended where an upload engine would be misled): where the engine uploads;
//! * **the edge**: CloudFront's path patterns, key group, parameter stripping, CORS and error bodies in front of that
//!   bucket, with the playlist endpoint's own code behind `*.m3u8`.
//!
//! It must not know jobs, ladders, keychains or windows: whoever starts it hands it a folder. What it does differently
//! from CloudFront is listed in `FIDELITY.md`; anything else that differs is a defect.

mod answer;
mod api_gateway;
mod behaviors;
mod bucket;
mod fault;
mod gate;
pub mod page;
mod ranges;
mod record;
mod s3;
mod server;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use behaviors::{Behavior, Matched, Origin, matches, normalize};
pub use fault::{Fault, Faults};
pub use record::S3Access;
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
    /// The port that links name. `None`: the one of last time, or a free one when this is the first time.
    pub port: Option<u16>,
    /// Where videos lie in the bucket, without slashes at its ends.
    pub prefix: String,
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
    /// An edge over `folder` with everything else as usual.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            port: None,
            prefix: PREFIX.to_owned(),
            faults: Faults::default(),
            remote: None,
        }
    }
}

/// An edge that answers on this computer, started by this process or by another.
#[derive(Clone, Debug)]
pub struct Running {
    /// Where viewers ask.
    pub address: SocketAddr,
    /// How to upload.
    pub s3: S3Access,
    /// Where videos lie in the bucket.
    pub prefix: String,
    /// The process that serves.
    pub pid: u32,
}

impl Running {
    /// Host and port as links name them.
    pub fn domain(&self) -> String {
        self.address.to_string()
    }
}

/// Why an edge could not be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process serves this folder. [`find`] tells where.
    #[error("another process already serves {}", folder.display())]
    AlreadyRunning {
        /// The folder that is served.
        folder: PathBuf,
    },
    /// The port that the links of this folder name is in use by another program.
    #[error("port {port} on this computer is in use by another program")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The folder or a file in it cannot be used.
    #[error("{} cannot be used: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The prefix is no path.
    #[error("the playlist endpoint refuses its settings: {0}")]
    Settings(#[from] screener_lambda::ConfigError),
    /// `edge.json` exists and is not what this program writes.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// A short word that programs may branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRunning { .. } => "edge-already-running",
            Self::PortTaken { .. } => "edge-port-taken",
            Self::Io { .. } => "edge-folder",
            Self::Settings(_) => "edge-settings",
            Self::Damaged { .. } => "edge-record-damaged",
        }
    }

    /// What a person can do about it.
    pub fn mend(&self) -> String {
        match self {
            Self::AlreadyRunning { .. } => "Use the one that runs, or stop it first.".to_owned(),
            Self::PortTaken { port } => format!(
                "Stop the program that uses port {port}, or choose another port; links made before then stop working."
            ),
            Self::Io { path, .. } => format!(
                "Check that {} can be written and that the disk has room.",
                path.display()
            ),
            Self::Settings(_) => "Choose a prefix of letters, digits, `.`, `_` and `-`.".to_owned(),
            Self::Damaged { path, .. } => {
                format!(
                    "Move {} away and start again; links made before then stop working.",
                    path.display()
                )
            }
        }
    }

    pub(crate) fn io(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.as_ref().to_owned(),
            source,
        }
    }
}

/// The edge that serves `folder`, if one answers. Reads `edge.json` and asks the process that it names.
pub async fn find(folder: impl AsRef<Path>) -> Option<Running> {
    record::find(folder.as_ref()).await
}

/// Host and port that the links of `folder` name, whether its edge runs or not. `None` before its first start.
pub fn domain(folder: impl AsRef<Path>) -> Option<String> {
    let record = record::Record::read(folder.as_ref()).ok().flatten()?;
    Some(record.address().to_string())
}
