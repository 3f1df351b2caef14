//! The pulse of this process: when something was last read or decoded, and whether it waits for its parent. Every thread beats it; the
//! cage listens.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

static BEGIN: OnceLock<Instant> = OnceLock::new();
static LAST: AtomicU64 = AtomicU64::new(0);
static RESTING: AtomicUsize = AtomicUsize::new(0);

fn now() -> u64 {
    BEGIN.get_or_init(Instant::now).elapsed().as_secs()
}

/// Says that something was read or decoded.
pub fn alive() {
    LAST.store(now(), Ordering::Relaxed);
}

/// Seconds since something was read or decoded.
pub fn quiet() -> u64 {
    now().saturating_sub(LAST.load(Ordering::Relaxed))
}

/// While it lives, silence is no fault: the task waits for its parent.
#[must_use]
pub struct Rest(());

/// See [`Rest`].
pub fn rest() -> Rest {
    RESTING.fetch_add(1, Ordering::SeqCst);
    Rest(())
}

/// Whether the task waits for its parent: see [`Rest`].
pub fn resting() -> bool {
    RESTING.load(Ordering::SeqCst) > 0
}

impl Drop for Rest {
    fn drop(&mut self) {
        alive();
        RESTING.fetch_sub(1, Ordering::SeqCst);
    }
}
