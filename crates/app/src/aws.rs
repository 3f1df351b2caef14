//! The AWS side of a destination: planned, made, looked at, updated, taken away.
//!
//! `deployment_wish` is what is wanted as it is typed, `deploying` plans and makes it, `settling` turns a stack that is there into a
//! destination, `stack_standing` looks at it and takes it away. What outlives the process is kept by `deployment_diary` in the journal.

mod deploying;
mod deployment_diary;
pub(crate) mod deployment_views;
pub(crate) mod deployment_wish;
mod settling;
mod stack_standing;
