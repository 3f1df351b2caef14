//! `edge.json`: the small file by which other processes find the edge, and which keeps port and credentials between
//! starts.

use std::{
    fmt,
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use data_encoding::{BASE32, BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};

use crate::{BUCKET, REGION, error::Error};

/// How to upload to an edge's bucket. Path style, plain HTTP on loopback, signature version 4.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Access {
    /// `http://127.0.0.1:PORT`
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region that signatures name.
    pub region: String,
    /// The access key id.
    pub access_key: String,
    /// The secret that signs.
    pub secret_key: String,
}

impl fmt::Debug for S3Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Access")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
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

/// The file's content.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) version: u32,
    pub(crate) port: u16,
    pub(crate) s3_port: u16,
    pub(crate) prefix: String,
    pub(crate) s3: S3Access,
    /// Who serves; absent while nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) instance: Option<Instance>,
}

/// The process that serves, and the word by which it proves that it does.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) pid: u32,
    pub(crate) token: String,
}

/// The path under which the S3 port answers its token. No bucket's name begins with a dot.
pub(crate) const PING: &str = "/.screener/instance";

pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("edge.json")
}

impl Record {
    /// A record for a folder's first start: new credentials, no ports yet.
    pub(crate) fn first(prefix: &str) -> Self {
        Self {
            version: 1,
            port: 0,
            s3_port: 0,
            prefix: prefix.to_owned(),
            s3: S3Access {
                endpoint: String::new(),
                bucket: BUCKET.to_owned(),
                region: REGION.to_owned(),
                access_key: format!("SCRN{}", BASE32.encode(&random::<10>())),
                secret_key: BASE64URL_NOPAD.encode(&random::<30>()),
            },
            instance: None,
        }
    }

    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = path(folder);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Io { path, source }),
        };
        let record: Self = serde_json::from_slice(&text).map_err(|error| Error::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        if record.version != 1 {
            return Err(Error::Damaged {
                path,
                reason: format!("unknown version {}", record.version),
            });
        }
        Ok(Some(record))
    }

    /// Replaces the file in one step; readable by its owner alone, because it holds the bucket's secret.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Error> {
        let path = path(folder);
        let next = folder.join(format!("edge.json.{}", std::process::id()));
        let written = (|| {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt as _;
                options.mode(0o600);
            }
            let mut file = options.open(&next)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            std::fs::rename(&next, &path)
        })();
        written.map_err(Error::io(path))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }
}

pub(crate) fn new_instance() -> Instance {
    Instance {
        pid: std::process::id(),
        token: HEXLOWER.encode(&random::<16>()),
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// The edge that serves `folder`, if one answers. Reads `edge.json` and asks the process that it names: a record may outlive
/// its process, and its port may by then belong to another program.
pub async fn find(folder: impl AsRef<Path>) -> Option<Running> {
    let record = Record::read(folder.as_ref()).ok().flatten()?;
    let instance = record.instance.as_ref()?;
    let asked = tokio::time::timeout(Duration::from_secs(3), ping(record.s3_port));
    let token = asked.await.ok()?.ok()?;
    (token == instance.token).then(|| Running {
        address: record.address(),
        s3: record.s3.clone(),
        prefix: record.prefix.clone(),
        pid: instance.pid,
    })
}

/// Host and port that the links of `folder` name, whether its edge runs or not. `None` before its first start.
pub fn domain(folder: impl AsRef<Path>) -> Option<String> {
    let record = Record::read(folder.as_ref()).ok().flatten()?;
    Some(record.address().to_string())
}

async fn ping(port: u16) -> anyhow::Result<String> {
    use http_body_util::BodyExt as _;
    let stream = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let request = http::Request::get(PING)
        .header(http::header::HOST, format!("127.0.0.1:{port}"))
        .body(http_body_util::Empty::<bytes::Bytes>::new())?;
    let answer = sender.send_request(request).await;
    let text = match answer {
        Ok(answer) => http_body_util::Limited::new(answer.into_body(), 256)
            .collect()
            .await
            .map_err(|e| anyhow::anyhow!(e)),
        Err(error) => Err(error.into()),
    };
    driver.abort();
    Ok(String::from_utf8(text?.to_bytes().to_vec())?)
}
