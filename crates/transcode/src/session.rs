//! What a task has of its parent: a place for events, the wish to stop, and credits.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use screener_wire::{Cause, Event, Failure};

use crate::pulse;

/// One run of the worker. Cheap to clone, shared by all threads of a task.
#[derive(Clone)]
pub struct Session {
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    stop: Arc<AtomicBool>,
    credits: Arc<Credits>,
}

#[derive(Default)]
struct Credits {
    /// Groups that may be written in all; `None`: no limit.
    allowed: Mutex<Option<u64>>,
    changed: Condvar,
}

impl Session {
    /// A session that writes its events to `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self {
            out: Arc::new(Mutex::new(out)),
            stop: Arc::default(),
            credits: Arc::default(),
        }
    }

    /// Tells the parent; one line, flushed. A parent that no longer listens stops the task.
    pub fn tell(&self, event: &Event) {
        let mut line = serde_json::to_vec(event).unwrap_or_default();
        line.push(b'\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.write_all(&line).and_then(|()| out.flush()).is_err() {
            drop(out);
            self.stop();
        }
    }

    /// Tells the creator something worth a line.
    pub fn note(&self, text: impl Into<String>) {
        self.tell(&Event::Note { text: text.into() });
    }

    /// Asks every thread of the task to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        let _held = self.credits.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        self.credits.changed.notify_all();
    }

    /// Whether the task is to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The flag behind [`Session::stopped`], for FFmpeg's interrupt callback.
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// `Err(cancelled)` once the task is to stop.
    pub fn check(&self) -> Result<(), Failure> {
        if self.stopped() {
            Err(Cause::Cancelled.into())
        } else {
            Ok(())
        }
    }

    /// Limits the groups that may be written to `groups`, until [`Session::credit`] adds to them.
    pub fn limit(&self, groups: u32) {
        let mut allowed = self.credits.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        // Credits that came before the task was looked at are kept.
        *allowed = Some(allowed.unwrap_or(0) + u64::from(groups));
    }

    /// Lets `groups` more be written.
    pub fn credit(&self, groups: u32) {
        let mut allowed = self.credits.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        *allowed = Some(allowed.unwrap_or(0) + u64::from(groups));
        self.credits.changed.notify_all();
    }

    /// Waits until group number `group` (from 1, counted from this run's first) may be written. `limited` says whether the task set a limit.
    pub fn wait_for_group(&self, group: u64) -> Result<(), Failure> {
        let mut allowed = self.credits.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stopped() {
                return Err(Cause::Cancelled.into());
            }
            match *allowed {
                Some(limit) if group > limit => {
                    let _rest = pulse::rest();
                    allowed = self
                        .credits
                        .changed
                        .wait(allowed)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                _ => return Ok(()),
            }
        }
    }
}
