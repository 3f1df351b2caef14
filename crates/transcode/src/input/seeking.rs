//! Going to a moment of a source, where its container has an index that leads there.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use screener_ladder::SourceInfo;

/// Seconds before what is wanted: decoders of sound need a frame or two before it, encoders some more, and pictures that are refreshed
/// bit by bit a while.
pub const BEFORE: f64 = 2.0;

/// Whether a search leads to where it should.
pub fn trusted(source: &SourceInfo) -> bool {
    // Around a cut an index is in no order that a search could follow.
    matches!(source.container.as_str(), "mov" | "mp4" | "matroska" | "webm") && !hides(source)
}

/// Whether it holds what it says not to show.
pub fn hides(source: &SourceInfo) -> bool {
    source.video.as_ref().is_some_and(|video| video.hidden) || source.audio.iter().any(|stream| stream.hidden)
}

/// Goes to the last key picture at or before a moment, seconds on the source's clock.
pub fn go(demuxer: &mut ffmpeg::format::context::Input, at: f64) -> Result<(), ffmpeg::Error> {
    let micros = (at * f64::from(ffi::AV_TIME_BASE)) as i64;
    demuxer.seek(micros, ..micros)
}
