//! The worker as its parent sees it: a process, a task, events; and its output as `ffprobe` sees it.

mod cage;
mod corpus;
mod hostile;
mod lab;
mod stream;
mod worker;
