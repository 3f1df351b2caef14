//! The worker: the only part of Screener that touches FFmpeg.
//!
//! It is a library with a thin `main` so that its tests can reach its parts; nothing but the executable
//! `screener-worker` may depend on it. It reads one [`screener_wire::Task`] and then commands from stdin, writes
//! events to stdout, and leaves when its parent does. It knows nothing of buckets, jobs or links.
//!
//! Its rooms, from the ground up: each imports from rooms above it in this list, never from one below.
//!
//! | room | what it owns | one more of these |
//! | --- | --- | --- |
//! | `input` | opening a source safely, and the refusals | a container or codec: `input/whitelist.rs` |
//! | `mux` | coded samples as files, and playlists | a muxer: a file beside `mux/fmp4.rs`, chosen in `output.rs` |
//! | `timeline` | the film's zero, the grid of key pictures, where segments begin | |
//! | `judge` | what came out, read back and compared before it is told | a thing to compare: `judge.rs` |
//! | `output` | the folder of finished things, and where a later run goes on | |
//! | `captions` | cues, the formats they come in, WebVTT segments | a format: a file beside `captions/srt.rs`, chosen in `captions/sidecar.rs` |
//! | `probe` | the facts of a source, and the plan for it | |
//! | `inspect` | facts of finished segments | |
//! | `video` | rungs: scaled, encoded or copied, cut | an encoder: a file beside `video/x264.rs`, or a row of `video/hardware.rs` |
//! | `audio` | renditions: mixed and encoded, or passed through, cut | |
//! | `decode` | the source read once: decoded, made fit for the ladder, laid on the time line | |
//! | `stills` | poster, storyboard, one still at a time | |
//! | `transcode` | one transcode: what is prepared, its threads, what players see | |
//! | `cage` | what this process may still do, and the watch over it | |
//! | `worker` | the task, the commands, the answer | a task: `worker.rs`, and what it needs in `worker/reach.rs` |
//!
//! Below all of them: `session` (events, the wish to stop, credits), `pulse` (that something moves), `headway` (how far it
//! is), `error` (what could not be done), `log` (FFmpeg's words), `h264` (its units).

mod audio;
pub mod cage;
pub mod captions;
mod decode;
pub mod error;
mod h264;
mod headway;
pub mod input;
pub mod inspect;
mod judge;
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
