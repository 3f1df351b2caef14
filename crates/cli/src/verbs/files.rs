//! Verbs about files.

use std::fmt::Write as _;
use std::path::PathBuf;

use screener_app::view::{Level, PlanView, ProbeView};
use screener_app::{App, Cause, Result};
use serde_json::json;

use crate::args::Wishes;
use crate::out::{Out, clock, size};
use crate::progress::Progress;

/// What a film is.
pub async fn probe(app: &App, out: Out, file: PathBuf) -> Result<bool> {
    let facts = app.probe(file).await?;
    out.either(&facts, || facts_in_words(&facts));
    Ok(true)
}

fn facts_in_words(facts: &ProbeView) -> String {
    let mut text = format!("{}\n  {}, {}", facts.name, facts.container, size(facts.bytes));
    if let Some(duration) = facts.duration {
        let _ = write!(text, ", {}", clock(duration));
    }
    if let Some(picture) = &facts.picture {
        let _ = write!(
            text,
            "\n  video     {}, {}×{}, {:.3} fps",
            picture.codec, picture.width, picture.height, picture.frame_rate
        );
        for (yes, word) in [
            (picture.hdr, "HDR"),
            (picture.interlaced, "interlaced"),
            (picture.rotation != 0, "turned"),
        ] {
            if yes {
                let _ = write!(text, ", {word}");
            }
        }
    }
    for sound in &facts.sound {
        let _ = write!(
            text,
            "\n  audio     {}, {} channels, {} Hz",
            sound.codec, sound.channels, sound.sample_rate
        );
        if let Some(language) = &sound.language {
            let _ = write!(text, ", {language}");
        }
    }
    for captions in &facts.captions {
        let _ = write!(
            text,
            "\n  captions  {}",
            captions.language.as_deref().unwrap_or("language unknown")
        );
        if let Some(file) = &captions.file {
            let _ = write!(text, ", {file}");
        }
    }
    text
}

/// What would be made of a film.
pub async fn ladder(app: &App, out: Out, file: PathBuf, wishes: Wishes) -> Result<bool> {
    let wishes = wishes.over(app.settings().await?.wishes)?;
    let plan = app.plan(file, wishes).await?;
    out.either(&plan, || plan_in_words(&plan));
    Ok(true)
}

fn plan_in_words(plan: &PlanView) -> String {
    let mut text = facts_in_words(&plan.source);
    text.push_str("\nwill become");
    for rung in &plan.rungs {
        let _ = write!(text, "\n  {:<12}", rung.name);
        if let (Some(width), Some(height)) = (rung.width, rung.height) {
            let _ = write!(text, " {width}×{height}");
        }
        if let Some(rate) = rung.frame_rate {
            let _ = write!(text, " {rate:.3} fps");
        }
        if let Some(rate) = rung.bit_rate {
            let _ = write!(text, " {:.0} kbit/s", rate / 1000.0);
        }
        if rung.copied {
            text.push_str(" (copied)");
        }
    }
    let _ = write!(text, "\nabout {}", size(plan.expected_bytes));
    text + &noted(&plan.notes)
}

/// What is worth a line to the creator, each on its own.
pub fn noted(notes: &[String]) -> String {
    notes.iter().flat_map(|note| ["\n· ", note]).collect()
}

/// The stream of a film, into a folder.
pub async fn transcode(app: &App, out: Out, file: PathBuf, folder: PathBuf, wishes: Wishes) -> Result<bool> {
    let wishes = wishes.over(app.settings().await?.wishes)?;
    let progress = std::sync::Mutex::new(Progress::new(out));
    let made = tokio::select! {
        made = app.transcode(file, folder.clone(), wishes, |job| {
            if let Ok(mut progress) = progress.lock() {
                progress.tell(job);
            }
        }) => made,
        () = crate::stop::asked() => Err(Cause::StreamUnfinished.into()),
    };
    if let Ok(progress) = progress.lock() {
        progress.clear();
    }
    let made = made?;
    out.either(
        &json!({
            "event": "finished", "out": folder, "index": made.index, "duration": made.duration, "rungs": made.rungs, "notes": made.notes,
        }),
        || format!("{}\n  {}{}", made.index, clock(made.duration), noted(&made.notes)),
    );
    Ok(true)
}

/// Apple's rules.
pub async fn check(app: &App, out: Out, target: String) -> Result<bool> {
    let report = app.check(target).await?;
    out.either(&report, || {
        let mut text = String::new();
        for finding in &report.findings {
            let level = match finding.level {
                Level::Must => "MUST",
                Level::Should => "SHOULD",
            };
            let _ = writeln!(
                text,
                "{level:<6} {:<8} {}\n       {}\n       found: {}\n       mend: {}",
                finding.rule, finding.playlist, finding.message, finding.value, finding.mend
            );
        }
        let musts = report
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Must)
            .count();
        let _ = write!(
            text,
            "{} playlists, {} rules: {musts} broken MUST, {} SHOULD",
            report.playlists,
            report.rules,
            report.findings.len() - musts
        );
        text
    });
    Ok(report.ok)
}
