//! From one source to a stream: decode once, scale, encode, cut, tell.

use screener_ladder::wire::{Failure, Transcode};

use crate::failure::internal;
use crate::session::Session;

/// Makes the stream that the task asks for.
pub fn transcode(session: &Session, task: &Transcode) -> Result<(), Failure> {
    session.check()?;
    Err(internal(format!("{}: transcoding is not there yet", task.file)))
}
