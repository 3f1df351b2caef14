//! The worker's process, seen from outside: found, spawned, fed, watched and ended.
//!
//! No byte of a creator's media is parsed on this side. What the worker says is read with bounds, because a hostile file
//! may speak through it.

mod attempt;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use screener_publish::{Attempt, Encoder};
use screener_wire::{Event, Failure, Task};
use tokio::process::Command;

use self::attempt::Running;
use crate::cause::Cause;

/// Environment that the worker may see: where its libraries are, and what the systems themselves ask for.
const KEPT: [&str; 8] = [
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SystemRoot",
    "LIBVA_DRIVER_NAME",
    "RUST_LOG",
    "RUST_BACKTRACE",
    "TMPDIR",
    "TEMP",
];

/// Faults that a worker can be asked for, so that what notices them can be seen at work. Not in releases.
const FAULTS: Option<&str> = if cfg!(debug_assertions) {
    Some("SCREENER_SPOIL")
} else {
    None
};

/// How long a worker may be silent before it is ended.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Between two words of a transcode that is not waiting for credits.
    pub transcode: Duration,
    /// For a probe, a plan or a still.
    pub question: Duration,
    /// For the facts of a whole tree.
    pub inspect: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            transcode: Duration::from_mins(3),
            question: Duration::from_secs(90),
            inspect: Duration::from_mins(30),
        }
    }
}

/// Starts worker processes.
#[derive(Clone, Debug)]
pub struct Worker {
    executable: PathBuf,
    patience: Patience,
}

impl Worker {
    /// The worker at `executable`, or else the one beside this program.
    pub fn locate(executable: Option<&Path>) -> Self {
        let name = format!("screener-worker{}", std::env::consts::EXE_SUFFIX);
        let executable = executable.map_or_else(
            || {
                let own = std::env::current_exe().unwrap_or_default();
                let folder = own.parent().unwrap_or(Path::new("."));
                // Test binaries lie one folder below the programs.
                [folder.join(&name), folder.join("..").join(&name)]
                    .into_iter()
                    .find(|path| path.is_file())
                    .unwrap_or_else(|| folder.join(&name))
            },
            Path::to_owned,
        );
        Self {
            executable,
            patience: Patience::default(),
        }
    }

    fn spawn(&self, task: &Task) -> Result<Running, Failure> {
        let mut command = Command::new(&self.executable);
        command
            .env_clear()
            .envs(
                KEPT.iter()
                    .filter_map(|name| std::env::var_os(name).map(|value| (name, value))),
            )
            .envs(FAULTS.and_then(|name| std::env::var_os(name).map(|value| (name, value))))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A group of its own: Ctrl-C in a terminal reaches the shell alone, which then ends the worker in order.
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().map_err(|e| Cause::WorkerMissing {
            path: self.executable.display().to_string(),
            error: e.to_string(),
        })?;
        let silence = match task {
            Task::Transcode(_) => self.patience.transcode,
            Task::Inspect { .. } => self.patience.inspect,
            Task::Probe { .. } | Task::Plan { .. } | Task::Still { .. } | Task::Capabilities { .. } => {
                self.patience.question
            }
        };
        Running::new(child, task, silence)
    }

    /// Gives the worker a task and waits for the event that ends it.
    ///
    /// # Errors
    /// What the worker says it could not do, or how it died.
    pub async fn ask(&self, task: Task) -> Result<Event, Failure> {
        self.ask_with(task, |_| {}).await
    }

    /// As [`Worker::ask`], telling every event on the way.
    ///
    /// # Errors
    /// As [`Worker::ask`].
    pub async fn ask_with(&self, task: Task, mut tell: impl FnMut(&Event)) -> Result<Event, Failure> {
        let mut running = self.spawn(&task)?;
        running.begin(&task).await;
        let mut last = None;
        while let Some(event) = running.next().await {
            match event {
                Event::Failed(failure) => return Err(failure),
                event => {
                    tell(&event);
                    last = Some(event);
                }
            }
        }
        last.ok_or_else(|| Cause::NoWord.into())
    }
}

#[async_trait]
impl Encoder for Worker {
    async fn start(&self, task: Task) -> Result<Box<dyn Attempt>, Failure> {
        let mut running = self.spawn(&task)?;
        running.begin(&task).await;
        Ok(Box::new(running))
    }
}
