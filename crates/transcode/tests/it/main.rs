//! The worker as its parent sees it: a process, a task, events; and its output as `ffprobe` sees it.

mod broken;
#[cfg(unix)]
mod cage;
mod corpus;
mod ears;
#[cfg(unix)]
mod hostile;
mod lab;
mod resume;
mod stream;
mod talk;
mod verdicts;
mod worker;
