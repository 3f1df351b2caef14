//! What has changed, told to whoever shows it.

use std::time::Duration;

use screener_publish::JobState;
use screener_publish::Update as EngineUpdate;
use tokio::sync::broadcast::error::RecvError;

use super::job_view::JobView;
use super::update_view::Update;
use crate::App;

/// Views are told at most this often.
const PACE: Duration = Duration::from_millis(100);

/// Where nothing is told, it is looked this often whether the journal has changed all the same.
const LOOK: Duration = Duration::from_secs(1);

impl App {
    /// Tells whole views to whoever listens, whatever process runs the jobs. Ends with the last clone of the app.
    pub(crate) fn tell_updates(&self) {
        let weak = std::sync::Arc::downgrade(&self.inner);
        let mut engine = self.engine().subscribe();
        tokio::spawn(async move {
            let mut told: Option<Vec<JobView>> = None;
            let mut seen = None;
            loop {
                let (mut library, mut links) = (false, false);
                let heard = match tokio::time::timeout(LOOK, engine.recv()).await {
                    Ok(Ok(EngineUpdate::Library)) => {
                        library = true;
                        true
                    }
                    Ok(Ok(EngineUpdate::Links)) => {
                        links = true;
                        true
                    }
                    Ok(Ok(_) | Err(RecvError::Lagged(_))) => true,
                    Ok(Err(RecvError::Closed)) => return,
                    Err(_) => false,
                };
                if !heard {
                    let Some(inner) = weak.upgrade() else { return };
                    // While nothing happens one number is read, not the whole queue.
                    let stand = inner.engine.stand().await.ok();
                    if stand.is_some() && stand == seen && told.is_some() {
                        continue;
                    }
                }
                tokio::time::sleep(PACE).await;
                while let Ok(update) = engine.try_recv() {
                    library |= update == EngineUpdate::Library;
                    links |= update == EngineUpdate::Links;
                }
                let Some(app) = App::again(&weak) else { return };
                if app.inner.updates.receiver_count() == 0 {
                    told = None;
                    continue;
                }
                // Before the reading: what is written meanwhile is seen the next time.
                let stand = app.engine().stand().await.ok();
                let jobs = app.jobs().await.ok();
                seen = stand.filter(|_| jobs.is_some());
                if let Some(jobs) = jobs
                    && told.as_ref() != Some(&jobs)
                {
                    // A video that has gone live stands in the library as well.
                    library |= live(&jobs) != told.as_deref().map_or(0, live);
                    if let Err(error) = app.learn(&jobs).await {
                        tracing::debug!(code = error.code, "nothing learned: {}", error.message);
                    }
                    let update = difference(told.as_deref(), &jobs);
                    told = Some(jobs);
                    let _ = app.inner.updates.send(update);
                }
                if links {
                    let _ = app.inner.updates.send(Update::Links);
                }
                if library && let Ok(videos) = app.library().await {
                    let _ = app.inner.updates.send(Update::Library { videos });
                }
            }
        });
    }
}

/// The whole list where jobs came, went, moved or changed their state; else those alone that went on.
fn difference(told: Option<&[JobView]>, jobs: &[JobView]) -> Update {
    let same = |(old, new): (&JobView, &JobView)| old.job == new.job && old.state == new.state;
    match told {
        Some(told) if told.len() == jobs.len() && told.iter().zip(jobs).all(same) => Update::Progress {
            jobs: told
                .iter()
                .zip(jobs)
                .filter(|(old, new)| old != new)
                .map(|(_, new)| new.clone())
                .collect(),
        },
        _ => Update::Jobs { jobs: jobs.to_vec() },
    }
}

fn live(jobs: &[JobView]) -> usize {
    jobs.iter().filter(|job| job.state == JobState::Live).count()
}
