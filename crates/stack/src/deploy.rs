//! The stack: planned, made, watched, updated, taken away.
//!
//! [`Deployment`] is the engine: it prepares a change set and says in words what it would do, executes it,
//! watches, and takes the stack away again. What has to outlive the process stands in a [`Row`], which it hands to a [`Diary`] before
//! and after each call that makes something; started again with that row, it goes on where it stood. [`preflight`] and
//! [`caller_permissions`] look first; they say, and never block but where a deployment could not end well.

pub mod artifact;
pub mod blame;
pub mod caller_permissions;
pub mod change_set;
pub mod clients;
pub mod deployment;
pub mod deployment_row;
pub mod drift;
pub mod live_events;
pub mod planned;
pub mod preflight;
pub mod removal;
pub mod stack_status;
pub mod wanted_stack;

pub use clients::Clients;
pub use deployment::{Deployment, Prepared};
pub use deployment_row::{Diary, Row, Step};
pub use live_events::{Event, PieceState};
pub use planned::{Change, Planned, What};
pub use wanted_stack::Wanted;
