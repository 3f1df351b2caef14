//! What may be said to a driver.

/// What the owner says to a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Control {
    Pause,
    Cancel,
    /// Stop and leave the job as it is.
    Leave,
}
