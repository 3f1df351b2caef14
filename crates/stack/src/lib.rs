//! Screener's side of an AWS account: planned, made, watched, updated and taken away; and what it costs.
//!
//! It must not know jobs, the journal, keychains or windows: whoever calls keeps what has to outlive the process.

mod cause;
pub mod cost;
pub mod deploy;
pub mod stack_parts;

pub use cause::Cause;
