//! The words that the engine and the worker's process exchange: one JSON object a line, over the worker's stdin and stdout.
//!
//! The engine sends one [`Task`] and then any number of [`Command`]s; the worker answers with [`Event`]s and ends after
//! [`Event::Finished`], [`Event::Answer`] or [`Event::Failed`]. It leaves when its stdin closes.
//!
//! The engine never interprets HLS: a track's playlist is its [`Track::head`](screener_ladder::Track::head), then the
//! `entry` of each segment that is stored, in order, then, at the end, [`PLAYLIST_END`].
//!
//! Owns these words, their [`VERSION`], and how a failure is said: a [`Failure`] is made of a cause, which is a variant of an
//! enum that [`causes!`] writes with its English and German words side by side. Pure: it knows no process, pipe, file or clock.

pub mod cause;
pub mod event;
pub mod failure;
pub mod task;

pub use cause::Cause;
pub use event::{Event, Measured, Segment};
pub use failure::{Failure, Phrase};
pub use task::{Command, Playlists, Resume, Task, Transcode};

/// Version of these words. Both sides refuse another.
pub const VERSION: u32 = 1;

/// Last line of a finished media playlist.
pub const PLAYLIST_END: &str = "#EXT-X-ENDLIST\n";
