//! The port to what makes media: a worker process in the real house, a script in tests.

use async_trait::async_trait;
use screener_wire::{Command, Event, Failure, Task};

/// Starts workers.
#[async_trait]
pub trait Encoder: Send + Sync + 'static {
    /// Starts a worker on one task.
    async fn start(&self, task: Task) -> Result<Box<dyn Attempt>, Failure>;
}

/// One worker on one task. Dropping it ends the worker.
#[async_trait]
pub trait Attempt: Send {
    /// The next event; `None` when the worker is gone. Must be safe to cancel: an event that was not returned is returned by the next call.
    async fn next(&mut self) -> Option<Event>;

    /// Sends a command. A worker that is gone hears nothing.
    async fn send(&mut self, command: Command);
}
