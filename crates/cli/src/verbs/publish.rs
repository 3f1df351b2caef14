//! Verbs that put jobs into the queue and watch them to their end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use screener_app::view::{AcceptedView, JobState, JobView, LinkRequest, PublishRequest, Update};
use screener_app::{App, AppError, Cause, Result};
use serde_json::json;

use crate::args::Wishes;
use crate::out::Out;
use crate::progress::Progress;

/// Longest wait for a destination to give up what a cancelled job left there.
const CLEAN_UP: Duration = Duration::from_secs(30);

/// How watching ended.
enum End {
    /// Every job has ended; true when all are live.
    All(bool),
    /// Ctrl-C.
    Interrupted,
}

/// Publishes files and folders.
pub async fn publish(
    app: &App,
    out: Out,
    files: Vec<PathBuf>,
    destination: Option<String>,
    title: Option<String>,
    serve: bool,
    mut wishes: Wishes,
) -> Result<bool> {
    let destination = destination.or_else(|| wishes.take_destination());
    let wishes = wishes.over(app.settings().await?.wishes)?;
    let accepted = app
        .publish(PublishRequest {
            files,
            title,
            destination,
            wishes,
        })
        .await?;
    let (jobs, refused) = tell_accepted(out, accepted);
    if jobs.is_empty() {
        return Ok(false);
    }
    app.start_jobs().await?;
    match follow(app, out, jobs).await? {
        End::Interrupted => Err(Cause::Paused.into()),
        End::All(whole) => {
            if serve {
                super::places::serve(app, out, None, None).await?;
            } else if let Some(hint) = app.serving_hint().await {
                out.hint(&hint);
            }
            app.stop().await;
            Ok(whole && refused == 0)
        }
    }
}

/// Tells what was accepted; answers the jobs, and how many files were refused.
fn tell_accepted(out: Out, accepted: Vec<AcceptedView>) -> (BTreeMap<String, String>, usize) {
    let mut jobs = BTreeMap::new();
    let mut refused = 0;
    for one in accepted {
        match (one.job, one.id, one.error) {
            (Some(job), Some(id), _) => {
                out.line(&json!({ "event": "accepted", "job": job, "id": id, "file": one.file }));
                jobs.insert(job, id);
            }
            (_, _, error) => {
                refused += 1;
                let error = error.unwrap_or_else(|| AppError::internal(format!("{} was not accepted.", one.file)));
                out.line(&json!({ "event": "refused", "file": one.file, "error": error }));
                out.error(&error);
            }
        }
    }
    (jobs, refused)
}

/// Replaces the file behind a video.
pub async fn replace(app: &App, out: Out, id: String, file: PathBuf, wishes: Wishes) -> Result<bool> {
    let wishes = wishes.over(app.settings().await?.wishes)?;
    let accepted = app.replace(id, file, wishes).await?;
    let (jobs, _) = tell_accepted(out, vec![accepted]);
    go_on(app, out, jobs).await
}

/// Tries a failed job again, and watches it.
pub async fn retry(app: &App, out: Out, job: String) -> Result<bool> {
    app.retry(job.clone()).await?;
    let jobs = named(app, |one| one.job == job).await?;
    go_on(app, out, jobs).await
}

/// Cancels a job, and sees to it that what it left is removed, whoever runs jobs.
pub async fn cancel(app: &App, out: Out, job: String) -> Result<bool> {
    app.cancel(job.clone()).await?;
    app.start_jobs().await?;
    let gone = tokio::time::timeout(CLEAN_UP, app.tidied(job.clone())).await;
    app.stop().await;
    match gone {
        Ok(gone) => gone?,
        Err(_) => out.hint("The destination does not answer; what the job left there goes at the next start."),
    }
    out.either(&json!({ "event": "cancelled", "job": job }), || {
        format!("{job} is cancelled")
    });
    Ok(true)
}

/// Goes on with what was paused or interrupted.
pub async fn resume(app: &App, out: Out, jobs: Vec<String>) -> Result<bool> {
    let waiting = named(app, |one| {
        (jobs.is_empty() || jobs.contains(&one.job))
            && matches!(one.state, JobState::Paused | JobState::Queued | JobState::Running)
    })
    .await?;
    if let Some(unknown) = jobs.iter().find(|job| !waiting.contains_key(*job)) {
        return Err(Cause::NoJobWaits { job: unknown.clone() }.into());
    }
    if waiting.is_empty() {
        // What a kill left of a deletion or of a cancelled job is finished all the same.
        app.tidy().await?;
        app.stop().await;
        out.hint("Nothing waits to go on.");
        return Ok(true);
    }
    app.start_jobs().await?;
    for job in waiting.keys() {
        app.resume(job.clone()).await?;
    }
    go_on(app, out, waiting).await
}

async fn named(app: &App, which: impl Fn(&JobView) -> bool) -> Result<BTreeMap<String, String>> {
    Ok(app
        .jobs()
        .await?
        .into_iter()
        .filter(|job| which(job))
        .map(|job| (job.job, job.id))
        .collect())
}

async fn go_on(app: &App, out: Out, jobs: BTreeMap<String, String>) -> Result<bool> {
    if jobs.is_empty() {
        return Ok(false);
    }
    app.start_jobs().await?;
    match follow(app, out, jobs).await? {
        End::Interrupted => Err(Cause::Paused.into()),
        End::All(whole) => {
            if let Some(hint) = app.serving_hint().await {
                out.hint(&hint);
            }
            app.stop().await;
            Ok(whole)
        }
    }
}

/// Watches jobs until each has ended. Ctrl-C pauses them.
async fn follow(app: &App, out: Out, mut jobs: BTreeMap<String, String>) -> Result<End> {
    let mut updates = app.subscribe();
    let stop = crate::stop::asked();
    tokio::pin!(stop);
    let mut progress = Progress::new(out);
    let mut whole = true;
    let mut seen = app.jobs().await?;
    let mut paused: Vec<String> = Vec::new();
    loop {
        let mut ended = Vec::new();
        for (job, id) in &jobs {
            let Some(view) = seen.iter().find(|view| view.job == *job) else {
                whole = false;
                ended.push(job.clone());
                out.line(&json!({ "event": "cancelled", "job": job, "id": id }));
                progress.words(&format!("{job} was cancelled"));
                continue;
            };
            progress.tell(view);
            match view.state {
                JobState::Live => {
                    ended.push(job.clone());
                    published(app, out, &progress, view).await?;
                }
                JobState::Failed => {
                    whole = false;
                    ended.push(job.clone());
                    failed(out, &progress, view);
                }
                JobState::Paused if !paused.contains(job) => {
                    paused.push(job.clone());
                    out.line(&json!({ "event": "paused", "job": job, "id": id, "error": view.error }));
                    if let Some(error) = &view.error {
                        progress.words(&format!("{}: {} {}", view.title, error.message, error.mend));
                    }
                }
                JobState::Paused => {}
                _ => paused.retain(|one| one != job),
            }
        }
        for job in ended {
            jobs.remove(&job);
        }
        if jobs.is_empty() {
            progress.clear();
            return Ok(End::All(whole));
        }
        tokio::select! {
            update = updates.recv() => match update {
                Ok(Update::Jobs { jobs }) => seen = jobs,
                Ok(Update::Progress { jobs }) => {
                    for job in jobs {
                        if let Some(known) = seen.iter_mut().find(|known| known.job == job.job) {
                            *known = job;
                        }
                    }
                }
                Ok(Update::Library { .. } | Update::Links | Update::Opened { .. }) => {}
                // Whole view models: what was missed does not matter, the newest does.
                Err(_) => seen = app.jobs().await?,
            },
            () = &mut stop => {
                progress.clear();
                for (job, id) in &jobs {
                    // One that ends in this very moment needs no pause.
                    if app.pause(job.clone()).await.is_ok() {
                        out.line(&json!({ "event": "paused", "job": job, "id": id }));
                    }
                }
                app.stop().await;
                return Ok(End::Interrupted);
            }
        }
    }
}

async fn published(app: &App, out: Out, progress: &Progress, view: &JobView) -> Result<()> {
    let request = LinkRequest {
        id: view.id.clone(),
        ..LinkRequest::default()
    };
    let link = app.link(request).await?;
    out.line(&json!({
        "event": "published", "job": view.job, "id": view.id, "title": view.title, "link": link.link, "page": link.page,
        "expires": link.expires, "notes": view.notes,
    }));
    progress.words(&format!(
        "{} is live\n  id    {}\n  page  {}\n  link  {}\n  ends  {}{}",
        view.title,
        view.id,
        link.page,
        link.link.as_deref().unwrap_or_default(),
        link.expires,
        super::files::noted(&view.notes)
    ));
    Ok(())
}

fn failed(out: Out, progress: &Progress, view: &JobView) {
    let error = view
        .error
        .clone()
        .unwrap_or_else(|| AppError::internal("The job failed without a word."));
    out.line(&json!({ "event": "failed", "job": view.job, "id": view.id, "error": error }));
    progress.clear();
    out.error(&AppError {
        message: format!("{}: {}", view.title, error.message),
        ..error
    });
}
