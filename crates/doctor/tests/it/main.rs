//! A sound chain passes, and for each defect the step that names it is the right one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod chain;
mod mistakes;
mod pieces;
mod rig;
