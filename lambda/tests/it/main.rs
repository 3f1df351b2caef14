//! The endpoint, asked in the gateway's own words.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail loudly")]

mod answers;
#[cfg(feature = "aws")]
mod emulator;
mod events;
mod fence;
mod fuzzed;
mod hostile;
#[cfg(feature = "aws")]
mod lambda;
mod memory;
mod packed;
#[cfg(feature = "aws")]
mod runtime;
mod sizes;
