//! Captions: the cues of text subtitles, embedded or beside the source, and the WebVTT segments that are cut from them.
//!
//! A format is a file that turns text into cues (`srt`, `vtt`, `ass`, on `blocks`, `timestamp` and `markup`); where text comes from
//! is `embedded`, `closed` (captions that pictures carry, read by `cea608`) or `sidecar`, whose file names `naming` reads; how
//! letters are stored is `charset`'s; the thread of a rendition is `rendition`.

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
pub(crate) mod sidecar;
mod srt;
pub(crate) mod timestamp;
mod vtt;
mod wanted;
mod writing;

pub use cue::Cue;
pub use cues::Cues;
pub use wanted::Part;
