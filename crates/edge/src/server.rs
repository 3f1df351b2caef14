//! The two servers: accepting, the way of a request through the edge, starting and stopping.

mod first_look;
mod listen;
mod request;
mod shared;

use std::{
    fs::{File, TryLockError},
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use screener_template::delivery::Delivery;
use shared::{Served, Shared};

use crate::{
    Config, Error, Fault, Running, S3Access,
    access_log::AccessLog,
    bucket_origin::Bucket,
    edge_json::{self, Record},
    fault,
    js_function::Store,
    key_group::KeyGroup,
    link_store::Watched,
    routing::Routing,
    s3::Disk,
};

/// A running edge. Dropping it stops it at once; [`Edge::stop`] lets answers under way finish first.
pub struct Edge {
    folder: PathBuf,
    record: Record,
    delivery: Delivery,
    shared: Arc<Shared>,
    stopping: CancellationToken,
    connections: TaskTracker,
    /// Cancelled when no line of the access log comes any more.
    closing: CancellationToken,
    logging: Mutex<Option<tokio::task::JoinHandle<()>>>,
    /// Held for as long as the edge lives: one edge per folder.
    _lock: File,
}

impl Edge {
    /// Starts both servers on loopback and writes `edge.json`.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyRunning`] when this or another process serves the folder, [`Error::PortTaken`] when the port of
    /// last time (or the one asked for) is in use, [`Error::Io`] and [`Error::Damaged`] for the folder,
    /// [`Error::Settings`], [`Error::SignMode`] and [`Error::Function`] for a delivery that loopback cannot have.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let Config {
            folder,
            port,
            delivery,
            faults,
            remote,
        } = config;
        for folder in [&folder, &folder.join("keys")] {
            std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        let lock = lock(&folder)?;
        // A viewer is a connection and often an open file, and many systems begin with 1,024 for all of a process.
        if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
            tracing::debug!(%error, "the limit of open files stays as it is");
        }
        let mut record = Record::read(&folder)?.unwrap_or_else(|| Record::first(&delivery.prefix));
        record.prefix.clone_from(&delivery.prefix);
        let viewers = bind(port.unwrap_or(record.port)).await?;
        record.port = listening_on(&viewers, &folder)?;
        // The S3 port stands in no link, so another one will do when it is taken.
        let uploads = match bind(record.s3_port).await {
            Err(Error::PortTaken { .. }) => bind(0).await,
            bound => bound,
        }?;
        record.s3_port = listening_on(&uploads, &folder)?;
        record.s3.endpoint = format!("http://{}", SocketAddr::from((Ipv4Addr::LOCALHOST, record.s3_port)));
        let instance = edge_json::new_instance();
        record.instance = Some(instance.clone());

        let disk = Disk::open(&folder, &record.s3.bucket)?;
        let bucket = Bucket::new(disk.clone(), &record.s3.bucket, &folder, remote);
        let closing = CancellationToken::new();
        let objects = folder.join("s3").join(&record.s3.bucket);
        let logs = delivery
            .log
            .as_ref()
            .map(|prefix| objects.join(prefix.trim_matches('/')));
        let taken_back = Arc::new(Watched::new(&folder));
        let asked = Arc::clone(&taken_back);
        let served = Served {
            routing: Arc::new(Routing::new(
                &fault::mistaken(delivery.clone(), &faults),
                &bucket,
                &(Arc::new(move |name: &str| asked.get(name)) as Store),
                record.address(),
            )?),
            faults: Arc::new(faults),
        };
        let (log, logging) = AccessLog::start(&folder, logs, closing.clone());
        let shared = Arc::new(Shared {
            port: record.port,
            bucket,
            key_group: KeyGroup::new(folder.join("keys")),
            taken_back,
            log,
            served: RwLock::new(served),
        });
        let stopping = CancellationToken::new();
        let connections = TaskTracker::new();
        let s3 = {
            let mut builder = S3ServiceBuilder::new(disk);
            builder.set_auth(SimpleAuth::from_single(
                record.s3.access_key.clone(),
                record.s3.secret_key.clone(),
            ));
            builder.build()
        };
        listen::uploads(uploads, s3, instance.token, &stopping, &connections);
        listen::viewers(viewers, Arc::clone(&shared), &stopping, &connections);
        record.write(&folder)?;
        tracing::info!(address = %record.address(), "the edge answers");
        Ok(Self {
            folder,
            record,
            delivery,
            shared,
            stopping,
            connections,
            closing,
            logging: Mutex::new(Some(logging)),
            _lock: lock,
        })
    }

    /// Where viewers ask.
    pub fn address(&self) -> SocketAddr {
        self.record.address()
    }

    /// Host and port as links name them.
    pub fn domain(&self) -> String {
        self.address().to_string()
    }

    /// How to upload.
    pub fn s3(&self) -> S3Access {
        self.record.s3.clone()
    }

    /// What [`crate::find`] tells others about this edge.
    pub fn running(&self) -> Running {
        Running {
            address: self.address(),
            s3: self.s3(),
            prefix: self.record.prefix.clone(),
            pid: std::process::id(),
        }
    }

    /// Switches defects on and off while the edge runs.
    ///
    /// # Panics
    /// Never: no defect changes what a start refuses.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter().collect();
        let asked = Arc::clone(&self.shared.taken_back);
        let routing = Routing::new(
            &fault::mistaken(self.delivery.clone(), &faults),
            &self.shared.bucket,
            &(Arc::new(move |name: &str| asked.get(name)) as Store),
            self.address(),
        );
        let served = Served {
            routing: Arc::new(routing.expect("no defect changes what the endpoint and the function are made of")),
            faults: Arc::new(faults),
        };
        *self.shared.served.write().unwrap_or_else(PoisonError::into_inner) = served;
    }

    /// Takes no more requests, lets answers under way finish for two seconds, then ends.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.connections.close();
        if tokio::time::timeout(std::time::Duration::from_secs(2), self.connections.wait())
            .await
            .is_err()
        {
            tracing::info!("a viewer's download was cut off because the edge stops");
        }
        self.closing.cancel();
        let logging = self.logging.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(logging) = logging {
            // What it cannot write it has said itself.
            let _ = logging.await;
        }
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.stopping.cancel();
        self.closing.cancel();
        self.record.instance = None;
        if let Err(error) = self.record.write(&self.folder) {
            // Nobody is misled: whoever reads the file asks the port before believing it.
            tracing::warn!(%error, "the edge could not write down that it stopped");
        }
    }
}

fn lock(folder: &std::path::Path) -> Result<File, Error> {
    let path = folder.join("edge.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(Error::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::AlreadyRunning {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(Error::Io { path, source }),
    }
}

async fn bind(port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse | std::io::ErrorKind::PermissionDenied if port != 0 => {
                Error::PortTaken { port }
            }
            _ => Error::Io {
                path: PathBuf::from(format!("127.0.0.1:{port}")),
                source,
            },
        })
}

fn listening_on(listener: &TcpListener, folder: &std::path::Path) -> Result<u16, Error> {
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(Error::io(folder))
}
