//! Every verb of Screener once, wired to the real parts. Both shells, the terminal's and the window's, call only this.
//!
//! Owns the wiring: the worker's process, the edge, the data folder. Holds no logic of its own that a deeper crate could hold,
//! and knows neither a window nor a terminal.

mod convert;
mod error;
mod options;
pub mod view;
mod viewing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::broadcast;

pub use crate::error::AppError;
pub use crate::options::{KeyStoreChoice, Options};
use crate::view::{
    AcceptedView, CapabilitiesView, CheckView, DestinationForm, DestinationView, DoctorView, JobView, KeyView,
    LinkRecordView, LinkRequest, LinkView, PlacesView, PlanView, ProbeView, PublishRequest, ServingView, SettingsView,
    Update, VideoView, WishesView,
};

/// Every verb's result.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Screener, opened on one data folder. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    data: PathBuf,
    options: Options,
    updates: broadcast::Sender<Update>,
}

fn not_yet<T>(verb: &str) -> Result<T> {
    Err(AppError::new(
        "not_available",
        format!("{verb} is not wired yet."),
        "Use a later build.",
    ))
}

impl App {
    /// Opens the data folder, making it where it is not there. Starts nothing: jobs run after [`App::start`].
    ///
    /// # Errors
    /// Where the folder cannot be made or its journal not be read.
    #[expect(clippy::unused_async, reason = "the engine opens its journal here")]
    pub async fn open(options: Options) -> Result<Self> {
        let data = options.data_folder()?;
        Ok(Self {
            inner: Arc::new(Inner {
                data,
                options,
                updates: broadcast::channel(256).0,
            }),
        })
    }

    /// Starts what runs in the background: the local edge, and the queue, unless another process has them.
    pub async fn start(&self) -> Result<ServingView> {
        self.serve(None).await
    }

    /// Whole view models, each time one has changed. The first of each comes from [`App::jobs`] and [`App::library`].
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        self.inner.updates.subscribe()
    }

    /// Stops what runs here: jobs are paused at the last finished segment and go on at the next start.
    pub async fn stop(&self) {}

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data
    }
}

/// Files and plans.
impl App {
    /// What a file is.
    pub async fn probe(&self, file: PathBuf) -> Result<ProbeView> {
        let _ = file;
        not_yet("probe")
    }

    /// What would be made of a file.
    pub async fn plan(&self, file: PathBuf, wishes: WishesView) -> Result<PlanView> {
        let _ = (file, wishes);
        not_yet("plan")
    }

    /// A frame of a file, `at` seconds from its start, as a `data:image/jpeg` URL.
    pub async fn still(&self, file: PathBuf, at: f64) -> Result<String> {
        let _ = (file, at);
        not_yet("still")
    }

    /// What this computer can do.
    pub async fn capabilities(&self) -> Result<CapabilitiesView> {
        not_yet("capabilities")
    }

    /// Apple's rules against a folder, a playlist file or a URL.
    pub async fn check(&self, target: String) -> Result<CheckView> {
        let _ = target;
        not_yet("check")
    }
}

/// Jobs.
impl App {
    /// Puts files into the queue; folders become a batch. Each is durable when this answers.
    pub async fn publish(&self, request: PublishRequest) -> Result<Vec<AcceptedView>> {
        let _ = request;
        not_yet("publish")
    }

    /// Every job that has not gone live, and those that went live since the last clearing, in the queue's order.
    pub async fn jobs(&self) -> Result<Vec<JobView>> {
        not_yet("jobs")
    }

    /// Pauses a job.
    pub async fn pause(&self, job: String) -> Result<()> {
        let _ = job;
        not_yet("pause")
    }

    /// Lets a paused job go on.
    pub async fn resume(&self, job: String) -> Result<()> {
        let _ = job;
        not_yet("resume")
    }

    /// Cancels a job and removes what it left.
    pub async fn cancel(&self, job: String) -> Result<()> {
        let _ = job;
        not_yet("cancel")
    }

    /// Tries a failed job again.
    pub async fn retry(&self, job: String) -> Result<()> {
        let _ = job;
        not_yet("retry")
    }

    /// Moves a waiting job to a place of the queue, 0 is next.
    pub async fn move_to(&self, job: String, place: u32) -> Result<()> {
        let _ = (job, place);
        not_yet("move")
    }

    /// Forgets an ended job.
    pub async fn forget(&self, job: String) -> Result<()> {
        let _ = job;
        not_yet("forget")
    }
}

/// The library.
impl App {
    /// Every video, newest first, as last seen; [`App::refresh`] looks again.
    pub async fn library(&self) -> Result<Vec<VideoView>> {
        not_yet("list")
    }

    /// Looks at every destination again.
    pub async fn refresh(&self) -> Result<Vec<VideoView>> {
        not_yet("list")
    }

    /// One video.
    pub async fn show(&self, id: String) -> Result<VideoView> {
        let _ = id;
        not_yet("show")
    }

    /// Gives a video another title.
    pub async fn rename(&self, id: String, title: String) -> Result<VideoView> {
        let _ = (id, title);
        not_yet("rename")
    }

    /// Replaces the file behind a video; links stay.
    pub async fn replace(&self, id: String, file: PathBuf, wishes: WishesView) -> Result<AcceptedView> {
        let _ = (id, file, wishes);
        not_yet("replace")
    }

    /// Makes the frame at a time, seconds, the poster.
    pub async fn set_poster(&self, id: String, at: f64) -> Result<()> {
        let _ = (id, at);
        not_yet("poster")
    }

    /// Removes a video: at once unwatchable, then every object.
    pub async fn remove(&self, id: String) -> Result<()> {
        let _ = id;
        not_yet("rm")
    }
}

/// Links.
impl App {
    /// Makes a link.
    pub async fn link(&self, request: LinkRequest) -> Result<LinkView> {
        let _ = request;
        not_yet("link")
    }

    /// Links made, newest first; of one video or of all.
    pub async fn links(&self, id: Option<String>) -> Result<Vec<LinkRecordView>> {
        let _ = id;
        not_yet("links")
    }
}

/// Destinations, keys, the edge.
impl App {
    /// Every destination.
    pub async fn destinations(&self) -> Result<Vec<DestinationView>> {
        not_yet("destination list")
    }

    /// Adds a destination.
    pub async fn add_destination(&self, form: DestinationForm) -> Result<DestinationView> {
        let _ = form;
        not_yet("destination add")
    }

    /// Forgets a destination; what is stored there stays.
    pub async fn remove_destination(&self, name: String) -> Result<()> {
        let _ = name;
        not_yet("destination remove")
    }

    /// Uploads, reads back, signs, fetches as a viewer, cleans up.
    pub async fn test_destination(&self, name: String) -> Result<DoctorView> {
        let _ = name;
        not_yet("destination test")
    }

    /// The delivery chain as a viewer walks it; `None` is the default destination.
    pub async fn doctor(&self, destination: Option<String>) -> Result<DoctorView> {
        let _ = destination;
        not_yet("doctor")
    }

    /// Keys.
    pub async fn keys(&self) -> Result<Vec<KeyView>> {
        not_yet("key list")
    }

    /// Makes a key pair.
    pub async fn new_key(&self) -> Result<KeyView> {
        not_yet("key new")
    }

    /// Makes a new key pair the one that signs; the old one stays trusted until it is removed.
    pub async fn rotate_key(&self) -> Result<KeyView> {
        not_yet("key rotate")
    }

    /// Removes a key pair: its links end.
    pub async fn remove_key(&self, id: String) -> Result<()> {
        let _ = id;
        not_yet("key remove")
    }

    /// Finds the local edge or starts it here.
    pub async fn serve(&self, port: Option<u16>) -> Result<ServingView> {
        let _ = port;
        not_yet("serve")
    }
}

/// Settings.
impl App {
    /// What the creator chose.
    pub async fn settings(&self) -> Result<SettingsView> {
        not_yet("settings")
    }

    /// Keeps what the creator chose.
    pub async fn set_settings(&self, settings: SettingsView) -> Result<SettingsView> {
        let _ = settings;
        not_yet("settings")
    }

    /// Where things lie.
    pub async fn places(&self) -> Result<PlacesView> {
        let _ = &self.inner.options;
        not_yet("places")
    }

    /// Writes a bundle for the makers, without secrets, and answers its path.
    pub async fn diagnostics(&self, out: PathBuf) -> Result<String> {
        let _ = out;
        not_yet("diagnostics")
    }
}
