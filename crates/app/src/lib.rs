//! Every verb of Screener once, wired to the real parts. Both shells, the terminal's and the window's, call only this.
//!
//! Owns the wiring: the worker's process, the edge, the data folder. Holds no logic of its own that a deeper crate could hold,
//! and knows neither a window nor a terminal.

#[path = "destinations/access.rs"]
mod access;
#[path = "films/apple_rules.rs"]
mod check;
#[path = "films/source_view.rs"]
mod convert;
#[path = "videos/storage_price.rs"]
mod cost;
mod destinations;
#[path = "computer/diagnostics.rs"]
mod diagnostics;
#[path = "destinations/walk.rs"]
mod doctor;
mod error;
#[path = "films.rs"]
mod files;
#[path = "viewer.rs"]
mod http;
#[path = "publishing/intake.rs"]
mod intake;
#[path = "publishing/queued_jobs.rs"]
mod jobs;
#[path = "key_pairs.rs"]
mod keys;
#[path = "videos.rs"]
mod library;
mod links;
#[path = "destinations/local_edge.rs"]
mod local;
#[path = "computer/options.rs"]
mod options;
#[path = "publishing/pace.rs"]
mod pace;
#[path = "destinations/stored_page.rs"]
mod page;
#[path = "videos/poster_choice.rs"]
mod poster;
#[path = "links/qr.rs"]
mod qr;
#[path = "destinations/elsewhere.rs"]
mod remote;
#[path = "computer/sample_film.rs"]
mod sample;
#[path = "computer/settings.rs"]
mod settings;
#[path = "links/by_hand.rs"]
mod sign;
#[path = "computer/spoken.rs"]
mod spoken;
pub mod view;
#[path = "moment.rs"]
mod when;
#[path = "worker_process.rs"]
mod worker;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use screener_publish::{Config, Engine, Limits, SystemClock};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::access::Buckets;
pub use crate::error::AppError;
use crate::keys::Keys;
use crate::local::Local;
pub use crate::options::{KeyStoreChoice, Options};
pub use crate::qr::qr;
pub use crate::sign::{RewriteRequest, SignRequest, rewrite, sign};
pub use crate::spoken::spoken_in;
use crate::view::{ServingView, Update};
use crate::worker::Worker;

/// Every verb's result.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Screener, opened on one data folder. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    data: PathBuf,
    engine: Engine,
    keys: Arc<Keys>,
    local: Arc<Local>,
    updates: broadcast::Sender<Update>,
    watch: Mutex<Option<JoinHandle<()>>>,
    watched: Mutex<pace::Watched>,
    worker: Worker,
}

impl App {
    /// Opens the data folder, making it where it is not there. Starts nothing: jobs run after [`App::start`].
    ///
    /// # Errors
    /// Where the folder cannot be made or its journal not be read.
    pub async fn open(options: Options) -> Result<Self> {
        let data = options.data_folder()?;
        make_folder(&data)?;
        let worker = Worker::locate(options.worker.as_deref());
        let keys = Arc::new(Keys::new(&options, &data));
        let local = Arc::new(Local::new(data.join("edge")));
        let config = Config {
            data_dir: data.clone(),
            encoder: Arc::new(worker.clone()),
            access: Arc::new(Buckets {
                local: local.clone(),
                keys: keys.clone(),
            }),
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
        };
        let engine = tokio::task::spawn_blocking(|| Engine::open(config))
            .await
            .map_err(AppError::internal)??;
        let inner = Inner {
            data,
            engine,
            keys,
            local,
            updates: broadcast::channel(256).0,
            watch: Mutex::default(),
            watched: Mutex::default(),
            worker,
        };
        let app = Self { inner: Arc::new(inner) };
        app.local()
            .watch_through(Arc::new(remote::Elsewhere::new(Arc::downgrade(&app.inner))));
        app.tell_updates();
        Ok(app)
    }

    /// Starts what runs in the background: the local edge, and the queue, unless another process has them.
    ///
    /// # Errors
    /// Where the edge cannot be started. The queue runs all the same.
    pub async fn start(&self) -> Result<ServingView> {
        self.start_jobs().await?;
        self.serve(None).await
    }

    /// Finds the local edge or starts it here. The key pair that it trusts is made by the first link.
    ///
    /// # Errors
    /// `edge_elsewhere`, `edge_port_taken`, `edge_folder`.
    pub async fn serve(&self, port: Option<u16>) -> Result<ServingView> {
        let (running, own) = self.local().running(port).await?;
        Ok(ServingView {
            address: format!("http://{}", running.domain()),
            port: running.address.port(),
            own,
        })
    }

    /// Waits until the edge that serves is gone, when it runs in another process; for ever when it runs here.
    pub async fn edge_ended(&self) {
        loop {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            if self.local().find().await.is_none() {
                return;
            }
        }
    }

    /// Whole view models, each time one has changed. The first of each comes from [`App::jobs`] and [`App::library`].
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        self.inner.updates.subscribe()
    }

    /// Stops what runs here: jobs are left at the last finished segment and go on at the next start.
    pub async fn stop(&self) {
        if let Some(watch) = self.inner.watch.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watch.abort();
        }
        self.engine().stop().await;
        self.local().stop().await;
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn local(&self) -> &Local {
        &self.inner.local
    }

    pub(crate) fn worker(&self) -> &Worker {
        &self.inner.worker
    }
}

/// The data folder, open to its owner alone.
fn make_folder(data: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).map_err(|e| settings::file_error(data, &e))
}
