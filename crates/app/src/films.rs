//! Verbs about files: asked of the worker, because no byte of a creator's media is parsed in this process.

use std::path::{Path, PathBuf};

use screener_wire::{Event, Measured, Playlists, Task, Transcode, VERSION};

use crate::settings::file_error;
use crate::view::{
    CapabilitiesView, EncoderView, FilmView, JobState, JobView, PlanView, ProbeView, ReadyView, RungView, Stage,
    TranscodeView, WishesView,
};
use crate::{App, AppError, Result, convert, intake};

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn unexpected() -> AppError {
    AppError::new(
        "worker_speech",
        "The encoder answered something else than it was asked.",
        "Install Screener again: its parts are of different versions.",
    )
}

impl App {
    /// What a file is.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub async fn probe(&self, file: PathBuf) -> Result<ProbeView> {
        let file = intake::film(&file)?;
        match self
            .worker()
            .ask(Task::Probe {
                version: VERSION,
                file: text(&file),
            })
            .await?
        {
            Event::Probed { source } => Ok(convert::probe(&file, &source)),
            _ => Err(unexpected()),
        }
    }

    /// What would be made of a file.
    ///
    /// # Errors
    /// What is wrong with the file or the wishes.
    pub async fn plan(&self, file: PathBuf, wishes: WishesView) -> Result<PlanView> {
        let file = intake::film(&file)?;
        let preset = wishes.preset;
        let task = Task::Plan {
            version: VERSION,
            file: text(&file),
            wishes: wishes.into(),
        };
        match self.worker().ask(task).await? {
            Event::Planned { plan } => {
                let expected = self.expected_seconds(&plan, preset).await?;
                Ok(convert::plan(&file, &plan, expected))
            }
            _ => Err(unexpected()),
        }
    }

    /// The films that dropped files and folders mean, each once, after a look that needs no parsing.
    pub async fn films(&self, paths: Vec<PathBuf>) -> Result<Vec<FilmView>> {
        tokio::task::spawn_blocking(move || intake::all(&paths))
            .await
            .map_err(AppError::internal)
    }

    /// A frame of a file, `at` seconds from its start, as a `data:image/jpeg` URL.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub async fn still(&self, file: PathBuf, at: f64) -> Result<String> {
        let jpeg = self.still_bytes(&file, at).await?;
        Ok(data_url(&jpeg))
    }

    pub(crate) async fn still_bytes(&self, file: &Path, at: f64) -> Result<Vec<u8>> {
        let file = intake::film(file)?;
        if !at.is_finite() || at < 0.0 {
            return Err(AppError::new(
                "wrong_time",
                "A film has no frame before its start.",
                "Choose a time from 0 on.",
            ));
        }
        let folder = self.scratch()?;
        let out = folder.path().join("still.jpg");
        let task = Task::Still {
            version: VERSION,
            file: text(&file),
            at,
            out: text(&out),
        };
        self.worker().ask(task).await?;
        tokio::fs::read(&out).await.map_err(|e| file_error(&out, &e))
    }

    /// A folder for one question, gone when it is dropped.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir> {
        let below = self.data_dir().join("work");
        std::fs::create_dir_all(&below).map_err(|e| file_error(&below, &e))?;
        tempfile::Builder::new()
            .prefix("scratch-")
            .tempdir_in(&below)
            .map_err(|e| file_error(&below, &e))
    }

    /// Writes the stream of a file into a folder, finished playlists and all. `tell` hears how far it is.
    ///
    /// # Errors
    /// What is wrong with the file, the wishes or the folder. The folder is then as it was.
    pub async fn transcode(
        &self,
        file: PathBuf,
        out: PathBuf,
        wishes: WishesView,
        tell: impl Fn(&JobView),
    ) -> Result<TranscodeView> {
        let file = intake::film(&file)?;
        let out = std::path::absolute(&out).map_err(|e| file_error(&out, &e))?;
        let mut place = Place::take(&out)?;
        let task = Task::Transcode(Box::new(Transcode {
            version: VERSION,
            file: text(&file),
            out: text(&out),
            wishes: wishes.into(),
            playlists: Playlists::Files,
            credits: None,
            resume: None,
        }));
        let mut job = blank(&file);
        let end = self
            .worker()
            .ask_with(task, |event| {
                if hear(&mut job, event) {
                    tell(&job);
                }
            })
            .await?;
        let Event::Finished { duration, measured, .. } = end else {
            return Err(unexpected());
        };
        place.keep = true;
        Ok(TranscodeView {
            index: text(&out.join("index.m3u8")),
            duration,
            rungs: measured.iter().map(rung).collect(),
            notes: job.notes,
        })
    }

    /// What this computer can do.
    ///
    /// # Errors
    /// None: what does not work is part of the answer.
    pub async fn capabilities(&self) -> Result<CapabilitiesView> {
        let answer = self.worker().ask(Task::Capabilities { version: VERSION }).await;
        let (encoders, cage, ready) = match answer {
            Ok(Event::Answer { value }) => {
                let (encoders, cage) = (encoders(&value), cage(&value));
                let ready = ReadyView {
                    name: "encoder".into(),
                    ok: true,
                    message: "The encoder works.".into(),
                    mend: None,
                };
                (encoders, cage, ready)
            }
            Ok(_) => (Vec::new(), Vec::new(), not_ready("encoder", &unexpected())),
            Err(failure) => (Vec::new(), Vec::new(), not_ready("encoder", &failure.into())),
        };
        let keys = match self.keystore().await {
            Ok(store) => ReadyView {
                name: "keychain".into(),
                ok: true,
                message: match store.kind() {
                    "file" => "Private keys are kept in an encrypted file.".into(),
                    _ => "Private keys are kept in the keychain.".into(),
                },
                mend: None,
            },
            Err(error) => not_ready("keychain", &error),
        };
        Ok(CapabilitiesView {
            version: env!("CARGO_PKG_VERSION").into(),
            encoders,
            cage,
            checks: vec![keys, ready],
        })
    }
}

/// Names alone, or names with what the self-test said.
fn encoders(value: &serde_json::Value) -> Vec<EncoderView> {
    let list = value
        .get("encoders")
        .and_then(serde_json::Value::as_array)
        .cloned()
        .unwrap_or_default();
    list.into_iter()
        .filter_map(|one| match one {
            serde_json::Value::String(name) => Some(EncoderView {
                name,
                works: true,
                why: None,
            }),
            one => serde_json::from_value(one).ok(),
        })
        .collect()
}

/// What holds the worker, a line each.
fn cage(value: &serde_json::Value) -> Vec<String> {
    let Some(cage) = value.get("cage").and_then(serde_json::Value::as_object) else {
        return Vec::new();
    };
    cage.iter()
        .filter(|(_, held)| !held.is_null())
        .map(|(name, held)| {
            let held = held.as_str().map_or_else(|| held.to_string(), str::to_owned);
            format!("{}: {held}", name.replace('_', " "))
        })
        .collect()
}

fn not_ready(name: &str, error: &AppError) -> ReadyView {
    ReadyView {
        name: name.into(),
        ok: false,
        message: error.message.clone(),
        mend: Some(error.mend.clone()),
    }
}

/// Bytes of a JPEG as a URL.
pub(crate) fn data_url(jpeg: &[u8]) -> String {
    format!("data:image/jpeg;base64,{}", data_encoding::BASE64.encode(jpeg))
}

fn blank(file: &Path) -> JobView {
    JobView {
        job: "transcode".into(),
        id: String::new(),
        title: convert::title(file, None),
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
            job.duration = plan.source.duration;
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
        kind: convert::kind(measured.kind).into(),
        encoded: 1.0,
        stored: 0.0,
        copied: measured.copied,
        bit_rate: Some(measured.average as f64),
        bytes: Some(measured.bytes as f64),
    }
}

/// The folder that a stream is written into: new or empty, and again so when nothing came of it.
struct Place {
    folder: PathBuf,
    made: bool,
    keep: bool,
}

impl Place {
    fn take(folder: &Path) -> Result<Self> {
        let made = !folder.exists();
        std::fs::create_dir_all(folder).map_err(|e| file_error(folder, &e))?;
        let mut entries = std::fs::read_dir(folder).map_err(|e| file_error(folder, &e))?;
        if entries.next().is_some() {
            return Err(AppError::new(
                "not_empty",
                format!("The folder {} is not empty.", folder.display()),
                "Name a new folder: old segments among new ones would be played.",
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
            made,
            keep: false,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        if self.made {
            let _ = std::fs::remove_dir_all(&self.folder);
        } else if let Ok(entries) = std::fs::read_dir(&self.folder) {
            // It was empty when it was taken: all that is in it is the worker's.
            for entry in entries.flatten() {
                let path = entry.path();
                let _ = if path.is_dir() {
                    std::fs::remove_dir_all(&path)
                } else {
                    std::fs::remove_file(&path)
                };
            }
        }
    }
}
