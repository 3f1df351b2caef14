//! The engine: jobs, journal, upload, library, links.
//!
//! Owns everything between a dropped file and a video that can be watched: the journal that survives a kill, the order
//! in which objects appear in a bucket, retries, the library of what a destination holds, the records of links, and
//! where private keys are kept.
//!
//! It must not know FFmpeg (media is made behind the [`Encoder`] port), Tauri, playlists' grammar (it concatenates what
//! the worker tells) or the local edge (which is a [`Destination`] like any other, reached through [`Access`]).

pub mod catalog;
pub mod clock;
pub mod destination;
pub mod encoder;
pub mod engine;
pub mod error;
pub mod id;
pub mod job;
mod journal;
pub mod keys;
pub mod library;
pub mod link;
pub mod record;
pub mod retry;
pub mod store;
mod upload;

pub use clock::{Clock, SystemClock};
pub use destination::{Access, Destination, Place};
pub use encoder::{Attempt, Encoder};
pub use engine::{Accepted, Config, Engine, KeyPair, Limits, NewJob, Update};
pub use error::Error;
pub use id::{JobId, ObjectKey, VideoId};
pub use keys::KeyStore;
pub use library::Video;
pub use link::LinkRecord;
pub use record::{JobRecord, JobState, Stage};
pub use screener_wire::Failure;
pub use store::{Store, StoreConfig, StoreError};
