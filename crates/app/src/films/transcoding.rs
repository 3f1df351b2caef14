//! A film's stream in a folder of the creator's, made without a job.

use std::path::{Path, PathBuf};

use screener_ladder::Wishes;
use screener_publish::{JobState, Stage};
use screener_wire::{Event, Measured, Playlists, Task, Transcode, VERSION};
use serde::{Deserialize, Serialize};

use super::out_folder::OutFolder;
use super::source_view::title_of;
use super::text;
use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::publishing::intake;
use crate::publishing::job_view::{JobView, RungView, kind};
use crate::{App, Result};

/// A stream that was written into a folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscodeView {
    /// Path of the multivariant playlist.
    pub index: String,
    /// Seconds.
    pub duration: f64,
    /// Rungs as measured.
    pub rungs: Vec<RungView>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}

impl App {
    /// Writes the stream of a file into a folder, finished playlists and all. `tell` hears how far it is.
    ///
    /// # Errors
    /// What is wrong with the file, the wishes or the folder. The folder is then as it was.
    pub async fn transcode(
        &self,
        file: PathBuf,
        out: PathBuf,
        wishes: Wishes,
        tell: impl Fn(&JobView),
    ) -> Result<TranscodeView> {
        let file = intake::film(&file)?;
        let out = std::path::absolute(&out).map_err(|e| file_error(&out, &e))?;
        let mut job = blank(&file);
        let mut encoded_anew = false;
        let (mut place, end) = loop {
            let place = OutFolder::take(&out)?;
            let task = Task::Transcode(Box::new(Transcode {
                version: VERSION,
                file: text(&file),
                out: text(&out),
                wishes: Wishes {
                    copy: wishes.copy && !encoded_anew,
                    ..wishes.clone()
                },
                playlists: Playlists::Files,
                credits: None,
                resume: None,
            }));
            let told = self
                .worker()
                .ask_with(task, |event| {
                    if hear(&mut job, event) {
                        tell(&job);
                    }
                })
                .await;
            match told {
                Ok(end) => break (place, end),
                // What cannot be copied can be encoded.
                Err(why) if !encoded_anew && why.asks_for_encoding() => encoded_anew = true,
                Err(why) => return Err(why.into()),
            }
        };
        if encoded_anew {
            job.notes.push(screener_publish::ENCODED_ANEW.into());
        }
        let Event::Finished { duration, measured, .. } = end else {
            return Err(Cause::OtherAnswer.into());
        };
        place.keep = true;
        Ok(TranscodeView {
            index: text(&out.join("index.m3u8")),
            duration,
            rungs: measured.iter().map(rung).collect(),
            notes: job.notes,
        })
    }
}

fn blank(file: &Path) -> JobView {
    JobView {
        job: "transcode".into(),
        id: String::new(),
        title: title_of(file, None),
        file: text(file),
        destination: String::new(),
        state: JobState::Running,
        stage: Stage::Probe,
        done: 0.0,
        speed: None,
        upload_rate: None,
        seconds_left: None,
        duration: None,
        rungs: Vec::new(),
        playable: false,
        error: None,
        notes: Vec::new(),
    }
}

/// True when something changed that is worth a line.
fn hear(job: &mut JobView, event: &Event) -> bool {
    match event {
        Event::Planned { plan } => {
            job.stage = Stage::Encode;
            job.duration = plan.duration();
            job.notes.clone_from(&plan.notes);
        }
        Event::Progress { done, speed, position } => {
            job.stage = Stage::Encode;
            job.done = *done;
            job.speed = Some(*speed);
            job.seconds_left = job
                .duration
                .filter(|_| *speed > 0.0)
                .map(|all| ((all - position) / speed).max(0.0));
        }
        Event::Note { text } => job.notes.push(text.clone()),
        Event::Finished { duration, .. } => {
            job.done = 1.0;
            job.stage = Stage::Live;
            job.state = JobState::Live;
            job.seconds_left = None;
            job.duration = Some(*duration);
        }
        _ => return false,
    }
    true
}

fn rung(measured: &Measured) -> RungView {
    RungView {
        name: measured.track.clone(),
        kind: kind(measured.kind).into(),
        encoded: 1.0,
        stored: 0.0,
        copied: measured.copied,
        bit_rate: Some(measured.average as f64),
        bytes: Some(measured.bytes as f64),
    }
}
