//! The app as the window holds it: opened behind the first picture, so that the window never waits for it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use screener_app::view::{Appearance, JobState, JobView, Update};
use screener_app::{App, AppError, Options};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_specta::Event as _;
use tokio::sync::{broadcast, watch};

use crate::queue::{Ended, Queue};
use crate::{news, system, tray};

type Outcome = Option<Result<App, AppError>>;

/// What came before the pages listened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Early {
    /// Absolute paths of files and folders.
    pub paths: Vec<String>,
    /// The video of a `screener://` link.
    pub video: Option<String>,
}

/// The opened app, and the jobs as they were last told.
pub struct Desk {
    outcome: watch::Sender<Outcome>,
    jobs: Mutex<Vec<JobView>>,
    queue: Mutex<Queue>,
    early: Mutex<Early>,
    language: Mutex<Option<String>>,
    asked: Mutex<Option<Instant>>,
    zoom: Mutex<f64>,
    dressed: Mutex<Appearance>,
}

impl Desk {
    /// A desk whose app is still opening.
    pub fn new() -> Self {
        Self {
            outcome: watch::channel(None).0,
            jobs: Mutex::default(),
            queue: Mutex::default(),
            early: Mutex::default(),
            language: Mutex::default(),
            asked: Mutex::default(),
            zoom: Mutex::new(1.0),
            dressed: Mutex::new(Appearance::System),
        }
    }

    /// The app, as soon as it is open.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn app(&self) -> Result<App, AppError> {
        let mut outcome = self.outcome.subscribe();
        let opened = outcome.wait_for(Option::is_some).await.map_err(AppError::internal)?;
        match &*opened {
            Some(result) => result.clone(),
            None => Err(AppError::internal("Screener did not open.")),
        }
    }

    /// The app where it is open already.
    pub fn opened(&self) -> Option<App> {
        match &*self.outcome.borrow() {
            Some(Ok(app)) => Some(app.clone()),
            _ => None,
        }
    }

    /// Jobs that would stop when Screener is left now.
    pub fn unfinished(&self) -> usize {
        self.jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter(|job| matches!(job.state, JobState::Running | JobState::Queued))
            .count()
    }

    /// Keeps paths that came before the pages listened.
    pub fn keep_given(&self, paths: &[String]) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        early.paths.extend_from_slice(paths);
    }

    /// Keeps the video of a link that came before the pages listened.
    pub fn keep_opened(&self, video: String) {
        self.early.lock().unwrap_or_else(PoisonError::into_inner).video = Some(video);
    }

    /// Hands out what was kept.
    pub fn take_given(&self) -> Early {
        std::mem::take(&mut *self.early.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The language that was chosen; `None`: the system's.
    pub fn language(&self) -> Option<String> {
        self.language.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Speaks a language from now on. True where it was another one before.
    pub fn speak(&self, language: Option<String>) -> bool {
        let mut spoken = self.language.lock().unwrap_or_else(PoisonError::into_inner);
        let other = *spoken != language;
        *spoken = language;
        other
    }

    /// Notes that the pages were asked to leave; true where they were asked a while ago and have not answered.
    pub fn asked_in_vain(&self, patience: Duration) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let vain = asked.is_some_and(|at| at.elapsed() > patience);
        asked.get_or_insert_with(Instant::now);
        vain
    }

    /// Changes how large the pages are drawn, and answers it.
    pub fn zoom(&self, step: Option<f64>) -> f64 {
        let mut zoom = self.zoom.lock().unwrap_or_else(PoisonError::into_inner);
        *zoom = step.map_or(1.0, |step| (*zoom + step).clamp(0.5, 3.0));
        *zoom
    }

    /// Wears an appearance from now on. True where it was another one before.
    pub fn dress(&self, appearance: Appearance) -> bool {
        let mut dressed = self.dressed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *dressed, appearance) != appearance
    }

    /// What is worn.
    pub fn dressed(&self) -> Appearance {
        *self.dressed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pages have answered.
    pub fn answered(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn set_jobs(&self, jobs: &[JobView]) {
        jobs.clone_into(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What has ended, once the queue is at rest.
    fn ended(&self, jobs: &[JobView]) -> Option<Ended> {
        let states = jobs.iter().map(|job| (job.job.as_str(), job.state));
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).look(states)
    }

    /// Takes over the jobs that went on, and answers all.
    fn advance(&self, changed: &[JobView]) -> Vec<JobView> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        for job in changed {
            if let Some(known) = jobs.iter_mut().find(|known| known.job == job.job) {
                known.clone_from(job);
            }
        }
        jobs.clone()
    }
}

/// Opens the app and passes on what it tells.
pub fn open(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let result = App::open(Options::from_environment()).await;
        if let Err(error) = &result {
            tracing::error!(code = error.code, "could not open: {}", error.message);
        }
        handle.state::<Desk>().outcome.send_replace(Some(result));
        let Some(app) = handle.state::<Desk>().opened() else {
            system::show_window(&handle);
            return;
        };
        if let Ok(settings) = app.settings().await {
            system::wear(&handle, &settings);
        }
        system::show_window(&handle);
        let mut updates = app.subscribe();
        if let Err(error) = app.start().await {
            tracing::error!(code = error.code, "could not start: {}", error.message);
        }
        tell_all(&handle, &app).await;
        loop {
            match updates.recv().await {
                Ok(update) => tell(&handle, update),
                // Whatever was missed, the whole of it as it is now.
                Err(broadcast::error::RecvError::Lagged(_)) => tell_all(&handle, &app).await,
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    });
}

async fn tell_all(handle: &AppHandle, app: &App) {
    for all in [
        app.jobs().await.map(|jobs| Update::Jobs { jobs }),
        app.library().await.map(|videos| Update::Library { videos }),
    ] {
        match all {
            Ok(update) => tell(handle, update),
            Err(error) => tracing::warn!(code = error.code, "{}", error.message),
        }
    }
}

fn tell(handle: &AppHandle, update: Update) {
    match &update {
        Update::Jobs { jobs } => {
            handle.state::<Desk>().set_jobs(jobs);
            show(handle, jobs);
        }
        Update::Progress { jobs } => show(handle, &handle.state::<Desk>().advance(jobs)),
        Update::Library { .. } => {}
    }
    if let Err(error) = news::Changed(update).emit(handle) {
        tracing::warn!("the window was not told: {error}");
    }
}

/// What stands outside the pages: the tray, and the word when the queue is done.
fn show(handle: &AppHandle, jobs: &[JobView]) {
    tray::show(handle, jobs);
    if let Some(ended) = handle.state::<Desk>().ended(jobs) {
        system::notify(handle, ended);
    }
}
