//! How long a film lasts: what is declared, and what stands behind it.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;

use super::packets::{self, Seen};
use super::tags::word;
use crate::captions::timestamp;
use crate::input::header;

/// Declared duration in seconds: of the longest of pictures and sound where their streams say it, since a container also
/// counts subtitles that go on; none where FFmpeg only guesses from the bit rate.
pub fn declared(demuxer: &ffmpeg::format::context::Input, wanted: &[usize]) -> Option<f64> {
    // SAFETY: plain fields of a context that lives as long as the reference.
    let (micros, method) = unsafe {
        let raw = demuxer.as_ptr();
        ((*raw).duration, (*raw).duration_estimation_method)
    };
    let guessed = method == ffi::AVDurationEstimationMethod::AVFMT_DURATION_FROM_BITRATE;
    let whole = (micros > 0 && !guessed).then(|| micros as f64 / f64::from(ffi::AV_TIME_BASE));
    let streams = demuxer.streams().filter(|stream| wanted.contains(&stream.index()));
    let ends: Option<Vec<(f64, f64)>> = streams.map(|stream| lasts(&stream)).collect();
    let ends = ends.unwrap_or_default();
    let begin = ends.iter().map(|(begin, _)| *begin).fold(f64::INFINITY, f64::min);
    let longest = ends.iter().map(|(begin, length)| begin + length).fold(0.0, f64::max) - begin;
    // Never more than the container says: a stream's own word may be older than an edit.
    match whole {
        Some(whole) if longest.is_finite() && longest > 0.0 => Some(whole.min(longest)),
        whole => whole,
    }
}

/// Streams of pictures and sound, but for those that are left out.
pub fn dense(demuxer: &ffmpeg::format::context::Input, left_out: impl Fn(usize) -> bool) -> Vec<usize> {
    demuxer
        .streams()
        .filter(|stream| {
            matches!(stream.parameters().medium(), Type::Video | Type::Audio)
                && !header::is_picture(stream)
                && !left_out(stream.index())
        })
        .map(|stream| stream.index())
        .collect()
}

/// The declared duration where pictures and sound come near to it, else how long they last: recordings that begin late on their
/// clock declare its time at the end, and captions go on behind the film. May read on from the end: open the source anew.
pub fn judged(demuxer: &mut ffmpeg::format::context::Input, declared: f64, wanted: &[usize], seen: &Seen) -> f64 {
    let real = match seen.whole {
        Some((begin, end)) => Some(end - begin),
        None if searchable(demuxer) => {
            let begins = wanted
                .iter()
                .filter_map(|index| header::begins(&demuxer.stream(*index)?));
            let begin = begins.reduce(f64::min).unwrap_or(0.0);
            packets::last(demuxer, wanted, begin + declared).map(|end| end - begin)
        }
        None => None,
    };
    match real {
        Some(real) if real > 0.0 && declared - real > slack(declared) => real,
        _ => declared,
    }
}

/// By so many seconds a film may end before its declared end without a word.
pub fn slack(declared: f64) -> f64 {
    (declared * 0.02).max(1.0)
}

/// Where a search for the end costs little. An MP4 that begins at its clock's zero declares what its tables say.
fn searchable(demuxer: &ffmpeg::format::context::Input) -> bool {
    let late = |stream: ffmpeg::Stream<'_>| {
        let start = stream.start_time();
        start != ffi::AV_NOPTS_VALUE && start as f64 * f64::from(stream.time_base()) > 1.0
    };
    match demuxer.format().name().split(',').next() {
        Some("matroska") => true,
        Some("mov") => demuxer.streams().any(late),
        _ => false,
    }
}

/// Start and length of a stream in seconds, by its header or by Matroska's statistics (`00:01:02.500000000`).
fn lasts(stream: &ffmpeg::Stream<'_>) -> Option<(f64, f64)> {
    let tick = f64::from(stream.time_base());
    let begin = if stream.start_time() == ffi::AV_NOPTS_VALUE {
        0.0
    } else {
        stream.start_time() as f64 * tick
    };
    if stream.duration() > 0 {
        return Some((begin, stream.duration() as f64 * tick));
    }
    let metadata = stream.metadata();
    let words = ["DURATION", "DURATION-eng"]
        .iter()
        .find_map(|key| word(&metadata, key))?;
    // The statistic is the time of the stream's end.
    timestamp::seconds(&words)
        .filter(|end| *end > begin)
        .map(|end| (begin, end - begin))
}
