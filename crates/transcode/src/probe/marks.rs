//! The chapters that a container names.

use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_ladder::chapters::{self, Chapter};

use super::tags::word;
use crate::input::Source;

/// Chapters beyond these are a hostile file's, not a film's.
const LOOKED: usize = 10_000;

/// Chapters on the film's time line. `zero`: the film's zero, seconds on the source's clock, which is the chapters' too.
pub fn chapters(source: &Source, zero: f64, duration: Option<f64>) -> Vec<Chapter> {
    let zero = zero - late(source);
    let found = source.demuxer.chapters().take(LOOKED).map(|chapter| {
        let tick = f64::from(chapter.time_base());
        let seconds = |ticks: i64| ticks as f64 * tick - zero;
        Chapter {
            start: seconds(chapter.start()),
            end: Some(chapter.end())
                .filter(|end| *end != ffi::AV_NOPTS_VALUE)
                .map(seconds),
            title: word(&chapter.metadata(), "title").unwrap_or_default(),
        }
    });
    chapters::tidy(found.collect(), duration)
}

/// Seconds by which FFmpeg has the chapters of an MP4's track of text too early: where an edit list begins in the middle of a sample, it
/// counts from the next one.
fn late(source: &Source) -> f64 {
    let text = source.demuxer.streams().find(|stream| {
        // SAFETY: a plain field of parameters that live as long as the stream.
        let tag = unsafe { (*stream.parameters().as_ptr()).codec_tag };
        stream.parameters().medium() == Type::Data && &tag.to_le_bytes() == b"text"
    });
    let begins = text.and_then(|stream| source.edits.begins(u32::try_from(stream.id()).ok()?));
    // The first sample is the first chapter, and begins with the media.
    let first = source.demuxer.chapters().next();
    match (begins, first) {
        (Some(begins), Some(first)) => begins - first.start() as f64 * f64::from(first.time_base()),
        _ => 0.0,
    }
}
