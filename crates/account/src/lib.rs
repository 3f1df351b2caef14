//! An AWS account: where credentials come from, who one is with them, and how its services refuse.
//!
//! Owns profiles, regions, the caller's identity, what an error of any service means, and how long one goes on asking. It must not
//! know buckets, stacks, jobs or windows.

pub mod caller;
mod cause;
pub mod patience;
pub mod region;
pub mod service_fault;
pub mod sign_in;

pub use caller::{Caller, caller};
pub use cause::Cause;
pub use patience::Pace;
pub use service_fault::{Fault, Kind};
pub use sign_in::Source;
