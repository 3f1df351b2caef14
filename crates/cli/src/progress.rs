//! Bars on a terminal, lines with `--json`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::IsTerminal;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use screener_app::view::{JobState, JobView, Stage};
use serde_json::json;

use crate::out::{Out, clock};

/// Shows jobs as they go on.
pub struct Progress {
    out: Out,
    bars: Option<MultiProgress>,
    shown: HashMap<String, ProgressBar>,
    told: HashMap<String, Told>,
}

/// What of a job is worth a line when it changes: thousandths done, stage, state, what it waits for.
type Told = (u32, Stage, JobState, Option<String>);

impl Progress {
    /// For JSON lines, or for bars when stderr is a terminal.
    pub fn new(out: Out) -> Self {
        let bars = (!out.json && std::io::stderr().is_terminal()).then(MultiProgress::new);
        Self {
            out,
            bars,
            shown: HashMap::new(),
            told: HashMap::new(),
        }
    }

    /// Tells one job, when something of it changed.
    pub fn tell(&mut self, job: &JobView) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let mille = (job.done.clamp(0.0, 1.0) * 1000.0) as u32;
        let now = (
            mille,
            job.stage,
            job.state,
            job.error.as_ref().map(|why| why.code.clone()),
        );
        let before = self.told.insert(job.job.clone(), now.clone());
        if before.as_ref() == Some(&now) {
            return;
        }
        let mut line = json!({
            "event": "progress", "job": job.job, "id": job.id, "state": job.state, "stage": job.stage, "done": job.done,
            "speed": job.speed, "upload_rate": job.upload_rate, "seconds_left": job.seconds_left, "playable": job.playable,
        });
        if let Some(why) = &job.error {
            line["error"] = json!(why);
            // A pause and a failure are told with their own words.
            if job.state == JobState::Running && before.is_none_or(|before| before.3 != now.3) {
                self.words(&format!("{}: {} {}", job.title, why.message, why.mend));
            }
        }
        self.out.line(&line);
        let Some(bars) = &self.bars else { return };
        let bar = self.shown.entry(job.job.clone()).or_insert_with(|| {
            let bar = bars.add(ProgressBar::new(1000));
            if let Ok(style) = ProgressStyle::with_template("{prefix:24!} {bar:30} {percent:>3} % {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(job.title.clone());
            bar
        });
        bar.set_position(u64::from(mille));
        bar.set_message(words(job));
        if matches!(job.state, JobState::Live | JobState::Failed) {
            bar.finish_and_clear();
            bars.remove(bar);
        }
    }

    /// Prints a line above the bars.
    pub fn words(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| self.out.words(text)),
            None => self.out.words(text),
        }
    }

    /// Takes the bars away.
    pub fn clear(&self) {
        if let Some(bars) = &self.bars {
            let _ = bars.clear();
        }
    }
}

/// What a job does, in a few words.
pub fn words(job: &JobView) -> String {
    let mut words = match (job.state, job.stage) {
        (JobState::Queued, _) => "waiting".to_owned(),
        (JobState::Paused, _) => "paused".to_owned(),
        (JobState::Failed, _) => "failed".to_owned(),
        (JobState::Live, _) | (_, Stage::Live) => "live".to_owned(),
        (_, Stage::Probe) => "looking at the file".to_owned(),
        (_, Stage::Encode) => "encoding".to_owned(),
        (_, Stage::Upload) => "uploading".to_owned(),
        (_, Stage::Verify) => "verifying".to_owned(),
    };
    if job.state == JobState::Running {
        if let Some(speed) = job.speed.filter(|_| job.stage == Stage::Encode) {
            let _ = write!(words, " {speed:.1}×");
        }
        if let Some(left) = job.seconds_left {
            let _ = write!(words, ", {} left", clock(left));
        }
    }
    words
}
