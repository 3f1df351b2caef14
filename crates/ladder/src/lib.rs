//! From what a source is to what is made of it.
//!
//! Owns the facts of a source ([`source`]), the part of it that is published ([`cut`]), its [`chapters`], and the rungs that are made of
//! it ([`rung`], [`mod@plan`]), how loud it should be ([`loudness`]). Pure: it knows no FFmpeg, files, clock or runtime.

pub mod chapters;
pub mod cut;
pub mod language;
pub mod loudness;
pub mod plan;
pub mod rung;
pub mod source;

pub use chapters::Chapter;
pub use cut::{Cut, CutError, Points};
pub use loudness::Loudness;
pub use plan::{Format, Plan, PlanError, Preset, Wishes, plan, plan_part};
pub use rung::{Rung, Track, TrackKind};
pub use source::SourceInfo;
