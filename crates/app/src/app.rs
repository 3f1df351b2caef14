//! What the shells hold: one handle over the wired parts. The rooms add their verbs to it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

use screener_publish::Engine;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::destinations::local_edge::Local;
use crate::key_pairs::chosen_store::Keys;
use crate::publishing::pace::Watched;
use crate::publishing::update_view::Update;
use crate::worker_process::Worker;

/// Screener, opened on one data folder. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

/// The wired parts of one opened data folder.
pub(crate) struct Inner {
    pub(crate) data: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) keys: Arc<Keys>,
    pub(crate) local: Arc<Local>,
    pub(crate) updates: broadcast::Sender<Update>,
    pub(crate) watch: Mutex<Option<JoinHandle<()>>>,
    pub(crate) watched: Mutex<Watched>,
    pub(crate) worker: Worker,
    /// Logs are read by one at a time, so that a first view is told once.
    pub(crate) reading_logs: tokio::sync::Mutex<()>,
}

impl App {
    /// Whole view models, each time one has changed. The first of each comes from [`App::jobs`] and [`App::library`].
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        self.inner.updates.subscribe()
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data
    }

    /// The app again, for what runs beside it and must not keep it open.
    pub(crate) fn again(weak: &Weak<Inner>) -> Option<Self> {
        weak.upgrade().map(|inner| Self { inner })
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
