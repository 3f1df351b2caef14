//! The app as the window holds it: opened behind the first picture, so that the window never waits for it.

use std::sync::{Mutex, PoisonError};

use screener_app::view::{JobState, JobView, Update};
use screener_app::{App, AppError, Options};
use tauri::{AppHandle, Manager};
use tauri_specta::Event as _;
use tokio::sync::{broadcast, watch};

use crate::{news, system, tray};

type Outcome = Option<Result<App, AppError>>;

/// The opened app, and the jobs as they were last told.
pub struct Desk {
    outcome: watch::Sender<Outcome>,
    jobs: Mutex<Vec<JobView>>,
    given: Mutex<Vec<String>>,
}

impl Desk {
    /// A desk whose app is still opening.
    pub fn new() -> Self {
        Self {
            outcome: watch::channel(None).0,
            jobs: Mutex::default(),
            given: Mutex::default(),
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
        self.given
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(paths);
    }

    /// Hands out what [`Desk::keep_given`] kept.
    pub fn take_given(&self) -> Vec<String> {
        std::mem::take(&mut *self.given.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_jobs(&self, jobs: &[JobView]) -> Vec<JobView> {
        std::mem::replace(
            &mut *self.jobs.lock().unwrap_or_else(PoisonError::into_inner),
            jobs.to_vec(),
        )
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
            return;
        };
        let mut updates = app.subscribe();
        if let Err(error) = app.start().await {
            tracing::error!(code = error.code, "could not start: {}", error.message);
        }
        for first in [
            app.jobs().await.map(|jobs| Update::Jobs { jobs }),
            app.library().await.map(|videos| Update::Library { videos }),
        ] {
            match first {
                Ok(update) => tell(&handle, update),
                Err(error) => tracing::warn!(code = error.code, "{}", error.message),
            }
        }
        loop {
            match updates.recv().await {
                Ok(update) => tell(&handle, update),
                // Whole view models: the next one says it all.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    });
}

fn tell(handle: &AppHandle, update: Update) {
    if let Update::Jobs { jobs } = &update {
        let before = handle.state::<Desk>().set_jobs(jobs);
        tray::show(handle, jobs);
        system::queue_changed(handle, &before, jobs);
    }
    if let Err(error) = news::Changed(update).emit(handle) {
        tracing::warn!("the window was not told: {error}");
    }
}
