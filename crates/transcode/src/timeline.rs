//! Time on one line: the film's zero, the grid of key pictures, and where segments begin.

mod grid;
mod zero;

use std::sync::{Condvar, Mutex, PoisonError};

pub use grid::Grid;
pub use zero::{begin, zero};

/// Where segments begin, told by whoever decides it (the reader) to tracks that follow (audio, captions).
#[derive(Default)]
pub struct Timeline {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default, Clone)]
struct State {
    /// `starts[0]` is the start of segment `first`; seconds.
    starts: Vec<f64>,
    first: u32,
    end: Option<f64>,
    over: bool,
}

impl Timeline {
    /// A timeline whose first told segment is `first`.
    pub fn new(first: u32) -> Self {
        Self {
            state: Mutex::new(State {
                first,
                ..State::default()
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next segment begins here.
    pub fn begin(&self, seconds: f64) {
        self.lock().starts.push(seconds);
        self.changed.notify_all();
    }

    /// The pictures end here.
    pub fn end(&self, seconds: f64) {
        self.lock().end = Some(seconds);
        self.changed.notify_all();
    }

    /// Nothing more will be told; wakes whoever waits.
    pub fn over(&self) {
        self.lock().over = true;
        self.changed.notify_all();
    }

    /// Start of segment `number`, where it is already known.
    pub fn start(&self, number: u32) -> Option<f64> {
        let state = self.lock();
        state.starts.get(number.checked_sub(state.first)? as usize).copied()
    }

    /// Waits until the start of segment `number` is known; `None` where there is no such segment.
    pub fn wait_for_start(&self, number: u32) -> Option<f64> {
        let mut state = self.lock();
        loop {
            let index = number.checked_sub(state.first)? as usize;
            if let Some(&start) = state.starts.get(index) {
                return Some(start);
            }
            if state.end.is_some() || state.over {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the end of the pictures; `None` where there is none to come.
    pub fn wait_for_end(&self) -> Option<f64> {
        let mut state = self.lock();
        while state.end.is_none() && !state.over {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.end
    }
}
