//! The worker of one attempt: its folder, its task, what it goes on behind.

use std::collections::HashSet;
use std::io::ErrorKind;

use screener_wire::{self as wire, Playlists, Resume, Task, Transcode};

use super::running::Running;
use super::state::Driver;
use crate::error::Error;
use crate::job::Event;
use crate::journal::object_rows;

impl Driver {
    /// Starts the worker in a fresh folder.
    pub(super) async fn encode(&mut self, attempt: u32, credits: u32, resume: bool) {
        if let Err(event) = self.try_encode(attempt, credits, resume).await {
            let _ = self.events.send(event);
        }
    }

    async fn try_encode(&mut self, attempt: u32, credits: u32, resume: bool) -> Result<(), Event> {
        self.sweep();
        let folder = self.attempt_folder(attempt);
        let refused = |error: std::io::Error| {
            let full = error.kind() == ErrorKind::StorageFull;
            let why = Error::file(&folder)(error).failure();
            if full {
                Event::Suspended(why)
            } else {
                Event::Refused(why)
            }
        };
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(refused(error)),
            _ => {}
        }
        std::fs::create_dir_all(&folder).map_err(refused)?;
        let resume = if resume { Some(self.resume().await?) } else { None };
        let task = Task::Transcode(Box::new(Transcode {
            version: wire::VERSION,
            file: self.row.file.to_string_lossy().into_owned(),
            out: folder.to_string_lossy().into_owned(),
            wishes: self.row.wishes.clone(),
            playlists: Playlists::Told {
                generation: self.machine.generation,
            },
            credits: Some(credits),
            resume,
        }));
        match self.engine.inner.config.encoder.start(task).await {
            Ok(started) => {
                self.worker = Some(Running::new(started));
                Ok(())
            }
            Err(why) => Err(Event::Refused(why)),
        }
    }

    /// What earlier attempts finished.
    async fn resume(&self) -> Result<Resume, Event> {
        let job = self.row.job.clone();
        let segments = self
            .engine
            .inner
            .journal
            .read(move |t| object_rows::segments(t, &job))
            .await;
        Ok(Resume {
            plan: self.machine.plan.as_deref().cloned(),
            segments: segments.map_err(|error| Event::Suspended(error.failure()))?,
            checkpoint: self.machine.checkpoint.clone(),
        })
    }

    /// Removes what a worker wrote before a kill and nobody was told of: it is made again.
    fn sweep(&self) {
        let segments = self.machine.segments.values().flat_map(|list| list.iter());
        let segments = segments.map(|s| (s.attempt, s.path, s.stored));
        let files = self
            .machine
            .files
            .iter()
            .map(|(path, m)| (m.attempt, path.as_str(), m.stored));
        let waiting = segments.chain(files).filter(|(_, _, stored)| stored.is_none());
        let wanted: HashSet<_> = waiting.map(|(attempt, path, _)| (attempt.to_string(), path)).collect();
        let Ok(attempts) = std::fs::read_dir(self.work()) else {
            return;
        };
        for attempt in attempts.flatten() {
            let name = attempt.file_name().to_string_lossy().into_owned();
            for file in files_below(&attempt.path()) {
                let path = file
                    .strip_prefix(attempt.path())
                    .map(|p| p.to_string_lossy().replace('\\', "/"))
                    .unwrap_or_default();
                if !wanted.contains(&(name.clone(), path.as_str())) {
                    let _ = std::fs::remove_file(&file);
                }
            }
        }
    }

    pub(super) async fn remove_work(&mut self) {
        self.worker = None;
        let work = self.work();
        if let Err(error) = tokio::fs::remove_dir_all(&work).await
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, folder = %work.display(), "the work folder stays until the next start");
        }
    }
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => files.push(entry.path()),
            }
        }
    }
    files
}
