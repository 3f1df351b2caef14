//! Captions: the cues of text subtitles, embedded or beside the source, and the WebVTT segments that are cut from them.
//!
//! A format is a file that turns text into cues (`srt`, `vtt`, `ass`); where text comes from is `embedded`, `closed` (captions that
//! pictures carry) or `sidecar`, whose file names
//! `naming` reads; the thread of a
//! rendition is `rendition`.

mod ass;
mod blocks;
mod cea608;
mod charset;
pub(crate) mod closed;
mod cue;
mod cues;
pub(crate) mod embedded;
#[cfg(test)]
mod garbage;
mod markup;
mod naming;
pub(crate) mod rendition;
mod script;
pub(crate) mod sidecar;
mod srt;
pub(crate) mod timestamp;
mod vtt;

pub use cue::Cue;
pub use cues::Cues;
