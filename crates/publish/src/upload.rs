//! What a job sends to its bucket, and what it removes there, tried until it works or the job leaves.

mod attempts;
mod in_parts;
mod media_file;
mod sweep;

pub(crate) use attempts::{Stopped, Uploads};
pub(crate) use sweep::sweep;
