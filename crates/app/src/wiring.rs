//! From options to an app that runs, and its end: the one place where every part is wired to the others.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use screener_publish::{Config, Engine, Limits};
use screener_store::SystemClock;
use tokio::sync::broadcast;

use crate::app::Inner;
use crate::computer::options::Options;
use crate::computer::own_files::file_error;
use crate::destinations::access::Buckets;
use crate::destinations::elsewhere::Elsewhere;
use crate::destinations::local_edge::Local;
use crate::destinations::serving::ServingView;
use crate::key_pairs::chosen_store::Keys;
use crate::worker_process::Worker;
use crate::{App, AppError, Result};

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
            reading_logs: tokio::sync::Mutex::default(),
        };
        let app = Self { inner: Arc::new(inner) };
        app.local()
            .watch_through(Arc::new(Elsewhere::new(Arc::downgrade(&app.inner))));
        app.tell_updates();
        Ok(app)
    }

    /// Starts what runs in the background: the local edge, and the queue, unless another process has them.
    ///
    /// # Errors
    /// Where the edge cannot be started. The queue runs all the same.
    pub async fn start(&self) -> Result<ServingView> {
        self.start_jobs().await?;
        self.keep_reading_logs();
        self.tell_taken_back();
        self.serve(None).await
    }

    /// Stops what runs here: jobs are left at the last finished segment and go on at the next start.
    pub async fn stop(&self) {
        if let Some(watch) = self.inner.watch.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watch.abort();
        }
        self.engine().stop().await;
        self.local().stop().await;
    }
}

/// The data folder, open to its owner alone.
fn make_folder(data: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).map_err(|e| file_error(data, &e))
}
