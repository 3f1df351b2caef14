//! The engine: jobs, journal, upload, library, links.
//!
//! Owns everything between a dropped file and a video that can be watched: the journal that survives a kill, the order
//! in which objects appear in a bucket, retries, the library of what a destination holds, the records of links, who has
//! watched, and where private keys are kept.
//!
//! It must not know FFmpeg (media is made behind the [`Encoder`] port), Tauri, playlists' grammar (it concatenates what
//! the worker tells) or the local edge (which is a [`Destination`] like any other, reached through [`Access`]).

pub mod catalog;
pub mod catalog_time;
pub mod cause;
pub mod destination;
pub mod encoder;
pub mod engine;
pub mod error;
pub mod ids;
pub mod job;
pub mod job_record;
mod journal;
pub mod key_pair;
pub mod key_store;
pub mod link_record;
mod upload;

pub use catalog::Video;
pub use cause::Cause;
pub use destination::{Access, Destination, Place};
pub use encoder::{Attempt, Encoder};
pub use engine::{Accepted, Config, Engine, Limits, NewJob, Stand, Update};
pub use error::Error;
pub use ids::{JobId, VideoId};
pub use job::ENCODED_ANEW;
pub use job_record::{JobRecord, JobState, Stage};
pub use journal::view_rows::{SegmentTimes, TrafficRow};
pub use key_pair::KeyPair;
pub use key_store::KeyStore;
pub use link_record::LinkRecord;
