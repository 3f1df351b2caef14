//! One worker process on one task.

use std::collections::{HashMap, VecDeque};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use screener_publish::Attempt;
use screener_wire::{Command, Event, Failure, Task};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::cause::Cause;

/// Longest line that is read: the facts of a tree with tens of thousands of segments fit many times.
const LINE: u64 = 64 << 20;

/// Lines of stderr kept for an error.
const KEPT_LINES: usize = 12;

type Tail = Arc<Mutex<VecDeque<String>>>;

/// A worker at work.
pub(super) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    words: mpsc::Receiver<Result<Event, String>>,
    tail: Tail,
    silence: Duration,
    heard: Instant,
    credits: Option<u64>,
    written: HashMap<String, u64>,
    ends_with: fn(&Event) -> bool,
    ended: bool,
}

impl Running {
    pub(super) fn new(mut child: Child, task: &Task, silence: Duration) -> Result<Self, Failure> {
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Cause::NoPipes.into());
        };
        let (tell, words) = mpsc::channel(256);
        tokio::spawn(read(stdout, tell));
        let tail = Tail::default();
        tokio::spawn(keep(stderr, tail.clone()));
        Ok(Self {
            child,
            stdin: Some(stdin),
            words,
            tail,
            silence,
            heard: Instant::now(),
            credits: match task {
                Task::Transcode(transcode) => transcode.credits.map(u64::from),
                _ => None,
            },
            written: HashMap::new(),
            ends_with: match task {
                Task::Probe { .. } => |event| matches!(event, Event::Probed { .. }),
                Task::Plan { .. } => |event| matches!(event, Event::Planned { .. }),
                Task::Transcode(_) => |event| matches!(event, Event::Finished { .. }),
                _ => |event| matches!(event, Event::Answer { .. }),
            },
            ended: false,
        })
    }

    pub(super) async fn begin(&mut self, task: &Task) {
        self.write(task).await;
    }

    async fn write(&mut self, word: &impl Serialize) {
        let Some(stdin) = &mut self.stdin else { return };
        let Ok(mut line) = serde_json::to_vec(word) else { return };
        line.push(b'\n');
        // A worker that is gone hears nothing; how it ended is told by `next`.
        if stdin.write_all(&line).await.is_err() || stdin.flush().await.is_err() {
            self.stdin = None;
        }
    }

    /// True where silence is in order: every group that it may write is written.
    fn waits_for_credits(&self) -> bool {
        self.credits
            .is_some_and(|credits| self.written.values().copied().max().unwrap_or(0) >= credits)
    }

    fn heard(&mut self, event: &Event) {
        self.heard = Instant::now();
        if let Event::Segment(segment) = event {
            *self.written.entry(segment.track.clone()).or_default() += 1;
        }
        if (self.ends_with)(event) || matches!(event, Event::Failed(_)) {
            self.ended = true;
        }
    }

    fn end(&mut self, cause: Cause) -> Event {
        self.ended = true;
        Event::Failed(cause.into())
    }

    fn last_words(&self) -> String {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.iter().cloned().collect::<Vec<_>>().join(" · ")
    }
}

#[async_trait]
impl Attempt for Running {
    async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        loop {
            let word = tokio::select! {
                biased;
                word = self.words.recv() => word,
                () = tokio::time::sleep_until(self.heard + self.silence) => {
                    if self.waits_for_credits() {
                        self.heard = Instant::now();
                        continue;
                    }
                    let _ = self.child.start_kill();
                    let seconds = self.silence.as_secs_f64();
                    return Some(self.end(Cause::NoProgress { seconds }));
                }
            };
            match word {
                Some(Ok(event)) => {
                    self.heard(&event);
                    return Some(event);
                }
                Some(Err(reason)) => {
                    let _ = self.child.start_kill();
                    return Some(self.end(Cause::NotUnderstood { reason }));
                }
                None => {
                    let status = self.child.wait().await;
                    let said = self.last_words();
                    return Some(self.end(died(status.ok(), said)));
                }
            }
        }
    }

    async fn send(&mut self, command: Command) {
        if let (Command::Credit { groups }, Some(credits)) = (command, &mut self.credits) {
            if *credits <= self.written.values().copied().max().unwrap_or(0) {
                // It was waiting until now.
                self.heard = Instant::now();
            }
            *credits += u64::from(groups);
        }
        self.write(&command).await;
    }
}

async fn read(stdout: impl AsyncRead + Unpin, tell: mpsc::Sender<Result<Event, String>>) {
    let mut reader = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader).take(LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) if line.last() != Some(&b'\n') => {
                if line.len() as u64 >= LINE {
                    let _ = tell.send(Err("a line without end".into())).await;
                }
                return;
            }
            Ok(_) => {}
        }
        let word = serde_json::from_slice(&line).map_err(|e| e.to_string());
        let over = word.is_err();
        if tell.send(word).await.is_err() || over {
            return;
        }
    }
}

async fn keep(stderr: impl AsyncRead + Unpin, tail: Tail) {
    let mut reader = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader).take(4096).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        tracing::debug!(target: "worker", "{text}");
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        if tail.len() == KEPT_LINES {
            tail.pop_front();
        }
        tail.push_back(text);
    }
}

/// How a worker that told no end ended; `said` is the end of its log.
fn died(status: Option<ExitStatus>, said: String) -> Cause {
    #[cfg(unix)]
    let signal = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status));
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    match (signal, said.is_empty()) {
        (Some(signal @ (9 | 24)), true) => Cause::EndedFromOutside { signal },
        (Some(signal @ (9 | 24)), false) => Cause::EndedFromOutsideSaying { signal, said },
        (Some(signal), true) => Cause::Crashed { signal },
        (Some(signal), false) => Cause::CrashedSaying { signal, said },
        (None, silent) => {
            let status = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
            if silent {
                Cause::EndedEarly { status }
            } else {
                Cause::EndedEarlySaying { status, said }
            }
        }
    }
}
