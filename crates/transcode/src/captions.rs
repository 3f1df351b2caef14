//! Captions: the cues of text subtitles, embedded or beside the source, and the WebVTT segments that are cut from them.
//!
//! A format is a file that turns text into cues (`srt`, `vtt`); where text comes from is `embedded` or `sidecar`; the thread of a
//! rendition is `rendition`.

mod charset;
mod cue;
mod cues;
mod embedded;
mod markup;
pub(crate) mod rendition;
pub(crate) mod sidecar;
mod srt;
pub(crate) mod timestamp;
mod vtt;

pub use cue::Cue;
pub use cues::Cues;
