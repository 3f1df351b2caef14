//! Keeps the computer awake while jobs run.

/// A wish not to sleep, held while it is kept.
#[derive(Default)]
pub(super) struct Awake;

impl Awake {
    pub(super) fn keep(&self, awake: bool) {
        let _ = awake;
    }
}
