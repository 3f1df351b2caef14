//! Opens the app behind the first picture, so that the window never waits for it, and passes on what the app tells.

use screener_app::view::{JobView, Update};
use screener_app::{App, Options};
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast;

use crate::desk::Desk;
use crate::{appearance, news, notification, tray, window};

/// Opens the app and passes on what it tells.
pub fn open(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let result = App::open(Options::from_environment()).await;
        if let Err(error) = &result {
            tracing::error!(code = error.code, "could not open: {}", error.message);
        }
        handle.state::<Desk>().has_opened(result);
        let Some(app) = handle.state::<Desk>().opened() else {
            window::show(&handle);
            return;
        };
        if let Ok(settings) = app.settings().await {
            appearance::wear(&handle, &settings);
        }
        window::show(&handle);
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
        Update::Opened { name, title, .. } => notification::opened(handle, name, title),
        Update::Library { .. } | Update::Links => {}
    }
    news::tell(handle, &news::Changed(update));
}

/// What stands outside the pages: the tray, and the word when the queue is done.
fn show(handle: &AppHandle, jobs: &[JobView]) {
    tray::show(handle, jobs);
    if let Some(ended) = handle.state::<Desk>().ended(jobs) {
        notification::show(handle, ended);
    }
}
