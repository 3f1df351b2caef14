//! The worker: the only part of Screener that touches FFmpeg.
//!
//! It is a library with a thin `main` so that its tests can reach its parts; nothing but the executable
//! `screener-worker` may depend on it. It reads one [`screener_wire::Task`] and then commands from stdin, writes
//! events to stdout, and leaves when its parent does. It knows nothing of buckets, jobs or links.

mod audio;
pub mod cage;
pub mod captions;
mod decode;
pub mod error;
mod h264;
mod headway;
pub mod input;
pub mod inspect;
pub mod log;
mod mux;
mod output;
pub mod probe;
mod pulse;
pub mod session;
mod stills;
mod timeline;
pub mod transcode;
mod video;
pub mod worker;
