//! Verbs about videos and jobs.

use std::fmt::Write as _;
use std::future::Future;

use screener_app::view::{JobView, VideoState, VideoView};
use screener_app::{App, Result, film_time};
use serde_json::json;

use crate::out::{Out, clock, size};
use crate::progress;

/// Every video.
pub async fn list(app: &App, out: Out, refresh: bool) -> Result<bool> {
    let videos = if refresh {
        app.refresh().await?
    } else {
        app.library().await?
    };
    for video in &videos {
        out.either(video, || {
            format!(
                "{}  {:>8}  {:<10}  {}",
                video.id,
                clock(video.duration),
                state(video.state),
                video.title
            )
        });
    }
    if videos.is_empty() {
        out.hint("Nothing is published yet. `screener publish FILE` publishes a film.");
    }
    Ok(true)
}

fn state(state: VideoState) -> &'static str {
    match state {
        VideoState::Publishing => "publishing",
        VideoState::Live => "live",
    }
}

/// One video.
pub async fn show(app: &App, out: Out, id: String) -> Result<bool> {
    let video = app.show(id.clone()).await?;
    let links = app.links(Some(id)).await?;
    let mut whole = serde_json::to_value(&video).unwrap_or_default();
    if let Some(fields) = whole.as_object_mut() {
        fields.insert("links".into(), json!(links));
    }
    out.either(&whole, || {
        let mut text = words(&video);
        for link in &links {
            let _ = write!(text, "\n  link      made {}, ends {}", link.made, link.expires);
            if let Some(opens) = &link.opens {
                let _ = write!(text, ", opens {opens}");
            }
            if let Some(ip) = &link.ip {
                let _ = write!(text, ", for {ip}");
            }
        }
        text
    });
    Ok(true)
}

fn words(video: &VideoView) -> String {
    let mut text = format!(
        "{}\n  id        {}\n  state     {}\n  duration  {}\n  created   {}\n  stored    {} at {}",
        video.title,
        video.id,
        state(video.state),
        clock(video.duration),
        video.created,
        size(video.bytes),
        video.destination,
    );
    for rung in &video.rungs {
        let _ = write!(text, "\n  {:<9}", rung.name);
        if let Some(rate) = rung.bit_rate {
            let _ = write!(text, " {:.0} kbit/s", rate / 1000.0);
        }
        if let Some(bytes) = rung.bytes {
            let _ = write!(text, " {}", size(bytes));
        }
        if rung.copied {
            text.push_str(" (copied)");
        }
    }
    text
}

/// Another title.
pub async fn rename(app: &App, out: Out, id: String, title: String) -> Result<bool> {
    let video = app.rename(id, title).await?;
    out.either(&video, || format!("{} is now called {}", video.id, video.title));
    Ok(true)
}

/// Another poster.
pub async fn poster(app: &App, out: Out, id: String, time: &str) -> Result<bool> {
    let at = film_time(time)?;
    app.set_poster(id.clone(), at).await?;
    out.either(&json!({ "id": id, "poster": at }), || {
        format!("The poster of {id} is the frame at {}", clock(at))
    });
    Ok(true)
}

/// Removes videos.
pub async fn remove(app: &App, out: Out, ids: Vec<String>) -> Result<bool> {
    let mut whole = true;
    for id in ids {
        match app.remove(id.clone()).await {
            Ok(()) => out.either(&json!({ "event": "removed", "id": id }), || format!("{id} is removed")),
            Err(error) => {
                whole = false;
                out.error(&error);
            }
        }
    }
    Ok(whole)
}

/// Every job.
pub async fn jobs(app: &App, out: Out) -> Result<bool> {
    let jobs = app.jobs().await?;
    for job in &jobs {
        out.either(job, || line(job));
    }
    if jobs.is_empty() {
        out.hint("There are no jobs. `screener publish FILE` makes one.");
    }
    Ok(true)
}

fn line(job: &JobView) -> String {
    let mut text = format!(
        "{}  {:>3.0} %  {}  {}",
        job.job,
        job.done * 100.0,
        job.title,
        progress::words(job)
    );
    if let Some(error) = &job.error {
        let _ = write!(text, "\n  {}\n  {}", error.message, error.mend);
    }
    text
}

/// Something is done with a job.
pub async fn steer(out: Out, job: &str, word: &str, done: impl Future<Output = Result<()>>) -> Result<bool> {
    done.await?;
    out.either(&json!({ "event": word, "job": job }), || format!("{job} is {word}"));
    Ok(true)
}
