//! What the window remembers: the app, once it is open; its jobs as they were last told; what the pages have not taken
//! yet; how it is dressed. It holds, and acts on nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use screener_app::view::{Appearance, JobState, JobView};
use screener_app::{App, AppError};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::queue::{Ended, Queue};

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

    /// The app has opened, or cannot be.
    pub fn has_opened(&self, result: Result<App, AppError>) {
        self.outcome.send_replace(Some(result));
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

    /// Takes over every job.
    pub fn set_jobs(&self, jobs: &[JobView]) {
        jobs.clone_into(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What has ended, once the queue is at rest.
    pub fn ended(&self, jobs: &[JobView]) -> Option<Ended> {
        let states = jobs.iter().map(|job| (job.job.as_str(), job.state));
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).look(states)
    }

    /// Takes over the jobs that went on, and answers all.
    pub fn advance(&self, changed: &[JobView]) -> Vec<JobView> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        for job in changed {
            if let Some(known) = jobs.iter_mut().find(|known| known.job == job.job) {
                known.clone_from(job);
            }
        }
        jobs.clone()
    }
}
