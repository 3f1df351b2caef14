//! Why a file is not taken, in words: what happened, why, what to do. Never FFmpeg's bare number.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_wire::Failure;

use super::header::{self, codec_name, coded_size, is_picture, listed_decoder};
use super::shape::Flaw;
use super::whitelist;
use crate::error::{cancelled, failure};
use crate::log;

const CONVERT: &str = "Export it again as MP4 (H.264) or MOV and publish that file.";

pub fn io(name: &str, error: &std::io::Error) -> Failure {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => failure(
            "no_such_file",
            format!("{name} is not there: it was moved, renamed or deleted."),
            "Find the file and choose it again.",
        ),
        ErrorKind::PermissionDenied => failure(
            "not_readable",
            format!("{name} may not be read: its permissions do not allow it."),
            "Give your user the right to read the file, or copy it to your own folder, and try again.",
        ),
        _ => failure(
            "not_readable",
            format!("{name} could not be read: {}.", plain(error)),
            "Check the disk or network drive it lies on, and try again.",
        ),
    }
}

/// The system's words without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

pub fn folder(name: &str) -> Failure {
    failure(
        "is_a_folder",
        format!("{name} is a folder, not a video."),
        "Choose a video file inside it.",
    )
}

pub fn no_file(name: &str) -> Failure {
    failure(
        "not_a_video",
        format!("{name} is a device or pipe, not a file."),
        "Save the video as a file first, and choose that.",
    )
}

pub fn empty(name: &str) -> Failure {
    failure(
        "empty",
        format!("{name} is empty: it has no bytes at all."),
        "Export or copy the video again, then try once more.",
    )
}

pub fn playlist(name: &str, kind: &str) -> Failure {
    failure(
        "playlist",
        format!("{name} is {kind}, not a video: it only names other files, and those are never opened."),
        "Choose the video file itself.",
    )
}

pub fn text(name: &str) -> Failure {
    failure(
        "not_a_video",
        format!("{name} is not a video: it holds plain text."),
        "Choose a video file (MP4, MOV, MKV, WebM, MPEG-TS, AVI, …).",
    )
}

pub fn other_format(name: &str, short: &str, long: &str) -> Failure {
    if matches!(
        short,
        "hls" | "concat" | "dash" | "sdp" | "applehttp" | "webvtt" | "imf"
    ) {
        return playlist(name, &format!("a file of the kind “{long}”"));
    }
    if short.ends_with("_pipe") || matches!(short, "apng" | "image2" | "ico") {
        return failure(
            "not_a_video",
            format!("{name} holds pictures, not a video: it looks like “{long}”."),
            "Choose a video file. An animation can be published as GIF or MP4.",
        );
    }
    let what = if long.is_empty() { short } else { long };
    failure(
        "not_a_video",
        format!("{name} is not a video that can be published: it looks like “{what}”."),
        CONVERT,
    )
}

/// Nothing in it could be opened.
pub fn unreadable(name: &str, error: i32, flaw: Option<&Flaw>) -> Failure {
    if error == ffi::AVERROR_EXIT {
        return cancelled();
    }
    if let Some(flaw) = flaw {
        return truncated(name, flaw);
    }
    if log::says("moov atom not found") {
        return truncated(name, &Flaw::NoIndex);
    }
    if error == ffi::AVERROR(libc::ENOMEM) {
        return failure(
            "limits",
            format!("{name} asks for more memory than any video needs: it is damaged, or made to do harm."),
            CONVERT,
        );
    }
    let cause = log::cause().map(|cause| format!(" ({cause})")).unwrap_or_default();
    failure(
        "not_a_video",
        format!("{name} is not a video, or is damaged beyond reading{cause}."),
        "Check that it plays on this computer. If it does, export it again as MP4 and publish that file.",
    )
}

pub fn truncated(name: &str, flaw: &Flaw) -> Failure {
    let message = match flaw {
        Flaw::Missing(bytes) => format!("{name} is cut short: {} that it says it has are missing.", size(*bytes)),
        Flaw::NoIndex => {
            format!("{name} is cut short: its index is missing, because recording or copying stopped early.")
        }
    };
    failure(
        "truncated",
        message,
        "Copy or download the file again, whole. A recording that broke off may be mended by the program that made it.",
    )
}

/// `film.mov ends after 12 s of 30 s.`, for a source whose packets end before its declared duration.
pub fn ended_early(name: &str, reached: f64, declared: f64) -> Failure {
    failure(
        "truncated",
        format!("{name} is cut short: it ends after {reached:.1} s of the {declared:.1} s that it declares."),
        "Copy or download the file again, whole.",
    )
}

/// Bits a second that any film has: even a black picture that stands still, or silence, takes some hundreds.
const LEAST_RATE: f64 = 40.0;

/// One changed byte of a header makes days of a second: such a film would be laid out, standing still, to its declared end.
/// The refusal, if there can be no film of `duration` seconds in so few bytes.
pub fn impossible(name: &str, bytes: u64, duration: f64) -> Option<Failure> {
    (duration > 3600.0 && bytes as f64 * 8.0 < LEAST_RATE * duration).then(|| {
        failure(
            "damaged",
            format!(
                "{name} is damaged: it says that it lasts {:.1} hours, which {} cannot hold.",
                duration / 3600.0,
                size(bytes)
            ),
            "Copy or download the file again. If this one plays on this computer, export it anew as MP4 and publish that file.",
        )
    })
}

pub fn unsupported(name: &str, codec: &str) -> Failure {
    failure(
        "unsupported_codec",
        format!("{name} holds video as “{codec}”, which is not decoded here."),
        "Export it again as H.264, HEVC, ProRes, VP9 or AV1 and publish that file.",
    )
}

fn no_beginning(name: &str, codec: &str) -> Failure {
    failure(
        "no_beginning",
        format!("{name} holds {codec} pictures, but the part of the file where decoding them could begin is missing."),
        "Copy or download it again, whole. A recording has to begin a little earlier.",
    )
}

pub fn encrypted(name: &str) -> Failure {
    failure(
        "encrypted",
        format!("{name} is encrypted (DRM): without its key it cannot be read."),
        "Choose a copy without protection that you hold the rights to.",
    )
}

fn elsewhere(name: &str) -> Failure {
    failure(
        "refers_elsewhere",
        format!("{name} keeps its pictures or sound in other files, and those are never opened."),
        "Export it as one self-contained file and publish that.",
    )
}

fn too_large(name: &str, width: u32, height: u32) -> Failure {
    failure(
        "too_large",
        format!(
            "{name} has pictures of {width} x {height}: more than the {} x 4608 that are taken.",
            whitelist::MAX_SIDE
        ),
        "Export it at 3840 x 2160 or smaller and publish that file.",
    )
}

/// What is wrong with a file that could be opened.
pub fn judge(demuxer: &ffmpeg::format::context::Input, name: &str, flaw: Option<&Flaw>) -> Result<(), Failure> {
    if log::says("Skipped opening external track") {
        return Err(elsewhere(name));
    }
    if demuxer.streams().any(|stream| is_encrypted(&stream)) || log::says("DRM protected") {
        return Err(encrypted(name));
    }
    if let Some(flaw) = flaw {
        return Err(truncated(name, flaw));
    }
    if let Some(bytes) = bytes_behind_the_end(demuxer) {
        return Err(truncated(name, &Flaw::Missing(bytes)));
    }
    let mut playable = false;
    let mut refused = None;
    for stream in demuxer.streams() {
        let parameters = stream.parameters();
        match parameters.medium() {
            Type::Video if !is_picture(&stream) => {
                let (width, height) = coded_size(&parameters);
                let pixels = u64::from(width) * u64::from(height);
                if width > whitelist::MAX_SIDE || height > whitelist::MAX_SIDE || pixels > whitelist::MAX_PIXELS {
                    return Err(too_large(name, width, height));
                }
                if listed_decoder(parameters.id()).is_none() {
                    refused.get_or_insert_with(|| unsupported(name, &codec_name(parameters.id())));
                } else if pixels == 0 {
                    refused.get_or_insert_with(|| no_beginning(name, &codec_name(parameters.id())));
                } else {
                    playable = true;
                }
            }
            Type::Audio if listed_decoder(parameters.id()).is_some() => playable = true,
            _ => {}
        }
    }
    match refused {
        Some(_) if log::says("Picture size") => Err(failure(
            "too_large",
            format!("{name} declares pictures larger than any video's: it is damaged, or made to do harm."),
            CONVERT,
        )),
        Some(failure) if !has_video(demuxer) => Err(failure),
        _ if !playable => Err(failure(
            "no_streams",
            format!("{name} has no pictures and no sound that can be played."),
            "Choose a file with a video or audio track.",
        )),
        _ => Ok(()),
    }
}

fn has_video(demuxer: &ffmpeg::format::context::Input) -> bool {
    demuxer.streams().any(|stream| {
        let parameters = stream.parameters();
        let (width, height) = coded_size(&parameters);
        parameters.medium() == Type::Video
            && !is_picture(&stream)
            && width > 0
            && height > 0
            && listed_decoder(parameters.id()).is_some()
    })
}

fn is_encrypted(stream: &ffmpeg::Stream<'_>) -> bool {
    use ffmpeg::codec::packet::side_data::Type as SideData;
    // SAFETY: the stream lives as long as the reference.
    let tag = unsafe { (*stream.parameters().as_ptr()).codec_tag }.to_le_bytes();
    matches!(&tag, b"encv" | b"enca" | b"drmi" | b"drms")
        || stream
            .side_data()
            .any(|data| matches!(data.kind(), SideData::EncryptionInitInfo | SideData::EncryptionInfo))
}

/// The index of an MP4 names samples behind the end of the file: how many bytes of them.
fn bytes_behind_the_end(demuxer: &ffmpeg::format::context::Input) -> Option<u64> {
    if demuxer.format().name().split(',').next() != Some("mov") {
        return None;
    }
    let mut end = 0_i64;
    for stream in demuxer.streams() {
        // SAFETY: the stream lives as long as the demuxer; the index is read while nothing else touches it.
        unsafe {
            let raw = stream.as_ptr().cast_mut();
            for at in 0..ffi::avformat_index_get_entries_count(raw) {
                let entry = ffi::avformat_index_get_entry(raw, at);
                if !entry.is_null() {
                    end = end.max((*entry).pos.saturating_add(i64::from((*entry).size())));
                }
            }
        }
    }
    let (end, length) = (u64::try_from(end).unwrap_or(0), header::bytes(demuxer));
    (length > 0 && end > length).then(|| end - length)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn the_system_s_refusals_in_words() {
        let codes = |kind: ErrorKind| io("film.mp4", &Error::from(kind)).code;
        assert_eq!(codes(ErrorKind::NotFound), "no_such_file");
        assert_eq!(codes(ErrorKind::PermissionDenied), "not_readable");
        let broken = io("film.mp4", &Error::from_raw_os_error(libc::EIO));
        assert_eq!(broken.code, "not_readable");
        assert!(
            broken.message.starts_with("film.mp4 could not be read: ") && !broken.message.contains("os error"),
            "{}",
            broken.message
        );
    }

    #[test]
    fn length_that_the_bytes_cannot_hold() {
        let hour = 3600.0;
        assert!(impossible("a", 83_114, 9.5 * hour).is_some());
        assert!(impossible("a", 83_114, 4.0 * hour).is_none());
        assert!(impossible("a", 100, 60.0).is_none(), "a minute harms nobody");
        assert!(
            impossible("a", 10 * 3600 * 40, 10.0 * hour).is_none(),
            "a night of silence, 320 bits a second"
        );
        let failure = impossible("a.avi", 83_114, 76.1 * hour).unwrap();
        assert_eq!(
            failure.message,
            "a.avi is damaged: it says that it lasts 76.1 hours, which 83 kB cannot hold."
        );
    }

    #[test]
    fn sizes_in_words() {
        assert_eq!(size(900), "900 bytes");
        assert_eq!(size(25_000), "25 kB");
        assert_eq!(size(25_000_000), "25 MB");
    }
}
