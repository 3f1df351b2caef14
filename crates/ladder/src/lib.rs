//! From what a source is to what is made of it.
//!
//! Owns the facts of a source ([`source`]) and the rungs that are made of it ([`rung`], [`mod@plan`]). Pure: it knows no
//! FFmpeg, files, clock or runtime.

pub mod language;
pub mod plan;
pub mod rung;
pub mod source;

pub use plan::{Format, Plan, PlanError, Preset, Wishes, plan};
pub use rung::{Rung, Track, TrackKind};
pub use source::SourceInfo;
