//! Threads that end together: the first one that fails stops the others.

use std::thread::{Scope, ScopedJoinHandle};

use screener_wire::{Cause, Failure};

use crate::error::internal;
use crate::session::Session;

/// Threads of a task: the first one that fails stops the others.
pub struct Joined<'scope, 'a> {
    session: &'a Session,
    running: Vec<ScopedJoinHandle<'scope, Result<(), Failure>>>,
}

impl<'scope, 'a: 'scope> Joined<'scope, 'a> {
    /// None yet.
    pub fn new(session: &'a Session) -> Self {
        Self {
            session,
            running: Vec::new(),
        }
    }

    /// Starts one more.
    pub fn start<'env>(
        &mut self,
        scope: &'scope Scope<'scope, 'env>,
        work: impl FnOnce() -> Result<(), Failure> + Send + 'scope,
    ) {
        let session = self.session;
        self.running
            .push(scope.spawn(move || work().inspect_err(|_| session.stop())));
    }

    /// Waits for all; the failure that caused the others comes first.
    pub fn join(self) -> Result<(), Failure> {
        let mut worst: Option<Failure> = None;
        for thread in self.running {
            let ended = thread.join().unwrap_or_else(|_| {
                self.session.stop();
                Err(internal("a thread of the encoder broke down"))
            });
            if let Err(failure) = ended
                && worst.as_ref().is_none_or(|worst| worst.code == Cause::Cancelled.code())
            {
                worst = Some(failure);
            }
        }
        worst.map_or(Ok(()), Err)
    }
}
