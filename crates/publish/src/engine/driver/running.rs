//! A worker that runs: events come out, commands go in.

use screener_wire::{self as wire, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::encoder::Attempt;
use crate::job::Event;

/// Events that are taken together, so that one transaction keeps what they change.
pub(super) const TOGETHER: usize = 64;

/// A worker that runs. Dropping it ends it.
pub(super) struct Running {
    commands: mpsc::UnboundedSender<Command>,
    events: mpsc::Receiver<Event>,
    task: JoinHandle<()>,
}

impl Running {
    pub(super) fn new(mut attempt: Box<dyn Attempt>) -> Self {
        let (commands, mut to_send) = mpsc::unbounded_channel();
        // A worker that tells faster than the journal can keep waits: it may have thousands of segments to tell.
        let (tell, events) = mpsc::channel(TOGETHER);
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    command = to_send.recv() => match command {
                        Some(command) => attempt.send(command).await,
                        None => return,
                    },
                    event = attempt.next() => {
                        let Some(event) = event else {
                            let _ = tell.send(Event::WorkerLost).await;
                            return;
                        };
                        let last = matches!(event, wire::Event::Finished { .. } | wire::Event::Failed(_));
                        if tell.send(Event::Worker(event)).await.is_err() || last {
                            return;
                        }
                    }
                }
            }
        });
        Self { commands, events, task }
    }

    /// What it tells next; waits forever where it has nothing more to say.
    pub(super) async fn next(worker: &mut Option<Self>) -> Event {
        if let Some(worker) = worker
            && let Some(event) = worker.events.recv().await
        {
            return event;
        }
        std::future::pending().await
    }

    /// What it has told already.
    pub(super) fn told(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    pub(super) fn send(&self, command: Command) {
        // A worker that is gone hears nothing.
        let _ = self.commands.send(command);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
