//! Why a file is not taken, in words: what happened, why, what to do. Never FFmpeg's bare number.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_wire::{Cause, Failure};

use super::header::{self, codec_name, coded_size, is_picture, known_codec, listed_decoder};
use super::shape::{Flaw, List};
use super::whitelist;
use crate::log;

/// The system would not open or read it.
pub fn io(name: &str, error: &std::io::Error) -> Failure {
    use std::io::ErrorKind;
    let name = name.to_owned();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Cause::NotThere { name },
        ErrorKind::PermissionDenied => Cause::MayNotBeRead { name },
        _ => Cause::NotReadable {
            name,
            error: plain(error),
        },
    }
    .into()
}

/// The system's words without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// It only names other files.
pub fn list(name: &str, list: List) -> Failure {
    let name = name.to_owned();
    match list {
        List::Hls => Cause::HlsPlaylist { name },
        List::Concat => Cause::ConcatScript { name },
        List::Playlist => Cause::Playlist { name },
        List::Session => Cause::SessionDescription { name },
        List::Dash => Cause::DashManifest { name },
    }
    .into()
}

/// FFmpeg knows its format, and it is none of the list: its short name and its long one.
pub fn other_format(name: &str, short: &str, long: &str) -> Failure {
    let name = name.to_owned();
    if matches!(
        short,
        "hls" | "concat" | "dash" | "sdp" | "applehttp" | "webvtt" | "imf"
    ) {
        return Cause::KindOfPlaylist {
            name,
            kind: long.to_owned(),
        }
        .into();
    }
    if short.ends_with("_pipe") || matches!(short, "apng" | "image2" | "ico") {
        return Cause::Images {
            name,
            kind: long.to_owned(),
        }
        .into();
    }
    let kind = if long.is_empty() { short } else { long }.to_owned();
    Cause::OtherFormat { name, kind }.into()
}

/// Nothing in it could be opened.
pub fn unreadable(name: &str, error: i32, flaw: Option<&Flaw>) -> Failure {
    if error == ffi::AVERROR_EXIT {
        return Cause::Cancelled.into();
    }
    if let Some(flaw) = flaw {
        return truncated(name, flaw);
    }
    if log::says("moov atom not found") {
        return truncated(name, &Flaw::NoIndex);
    }
    let name = name.to_owned();
    if error == ffi::AVERROR(libc::ENOMEM) {
        return Cause::TooMuchMemory { name }.into();
    }
    match log::cause() {
        Some(cause) => Cause::UnreadableBecause { name, cause },
        None => Cause::Unreadable { name },
    }
    .into()
}

/// It is shorter than it says.
pub fn truncated(name: &str, flaw: &Flaw) -> Failure {
    let name = name.to_owned();
    match *flaw {
        Flaw::NoIndex => Cause::NoIndex { name },
        Flaw::Missing(bytes) => match size(bytes) {
            Some(size) => Cause::CutShort { name, size },
            None => Cause::CutShortByBytes { name, bytes },
        },
    }
    .into()
}

/// Bits a second that any film has: even a black picture that stands still, or silence, takes some hundreds.
const LEAST_RATE: f64 = 40.0;

/// One changed byte of a header makes days of a second: such a film would be laid out, standing still, to its declared end.
/// The refusal, if there can be no film of `duration` seconds in so few bytes.
pub fn impossible(name: &str, bytes: u64, duration: f64) -> Option<Failure> {
    let impossible = duration > 3600.0 && (bytes as f64 * 8.0) < LEAST_RATE * duration;
    impossible.then(|| {
        let (name, hours) = (name.to_owned(), duration / 3600.0);
        match size(bytes) {
            Some(size) => Cause::LastsTooLong { name, hours, size },
            None => Cause::LastsTooLongForBytes { name, hours, bytes },
        }
        .into()
    })
}

/// No decoder of the list takes it.
pub fn unsupported(name: &str, id: ffmpeg::codec::Id) -> Failure {
    let name = name.to_owned();
    match known_codec(id) {
        Some(codec) => Cause::UnsupportedCodec { name, codec },
        None => Cause::UnknownCodec { name },
    }
    .into()
}

/// What is wrong with a file that could be opened.
pub fn judge(demuxer: &ffmpeg::format::context::Input, name: &str, flaw: Option<&Flaw>) -> Result<(), Failure> {
    let owned = || name.to_owned();
    if log::says("Skipped opening external track") {
        return Err(Cause::Elsewhere { name: owned() }.into());
    }
    if demuxer.streams().any(|stream| is_encrypted(&stream)) || log::says("DRM protected") {
        return Err(Cause::Encrypted { name: owned() }.into());
    }
    if let Some(flaw) = flaw {
        return Err(truncated(name, flaw));
    }
    if let Some(bytes) = bytes_behind_the_end(demuxer) {
        return Err(truncated(name, &Flaw::Missing(bytes)));
    }
    let mut playable = false;
    let mut refused = None;
    let (mut misread, mut heard) = (false, false);
    for stream in demuxer.streams() {
        let parameters = stream.parameters();
        match parameters.medium() {
            Type::Video if !is_picture(&stream) => {
                let (width, height) = coded_size(&parameters);
                let pixels = u64::from(width) * u64::from(height);
                if width > whitelist::MAX_SIDE || height > whitelist::MAX_SIDE || pixels > whitelist::MAX_PIXELS {
                    return Err(Cause::TooLarge {
                        name: owned(),
                        width,
                        height,
                        side: whitelist::MAX_SIDE,
                    }
                    .into());
                }
                if listed_decoder(parameters.id()).is_none() {
                    refused.get_or_insert_with(|| unsupported(name, parameters.id()));
                } else if pixels == 0 {
                    refused.get_or_insert_with(|| {
                        Cause::NoBeginning {
                            name: owned(),
                            codec: codec_name(parameters.id()),
                        }
                        .into()
                    });
                } else {
                    playable = true;
                }
            }
            Type::Audio if header::is_misread(&stream) => misread = true,
            Type::Audio if listed_decoder(parameters.id()).is_some() => (playable, heard) = (true, true),
            _ => {}
        }
    }
    if misread && !heard {
        let version = header::version();
        return Err(Cause::SoundMisread { name: owned(), version }.into());
    }
    match refused {
        Some(_) if log::says("Picture size") => Err(Cause::LargerThanAny { name: owned() }.into()),
        Some(failure) if !has_video(demuxer) => Err(failure),
        _ if !playable => Err(Cause::NoStreams { name: owned() }.into()),
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

/// A size in units that every language has; `None` below 10,000 bytes, which are counted.
fn size(bytes: u64) -> Option<String> {
    match bytes {
        0..=9_999 => None,
        10_000..=9_999_999 => Some(format!("{} kB", bytes / 1000)),
        _ => Some(format!("{} MB", bytes / 1_000_000)),
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
        let missing = |bytes| truncated("a", &Flaw::Missing(bytes)).message;
        assert!(missing(900).starts_with("a is cut short: 900 bytes that it says"));
        assert!(missing(25_000).starts_with("a is cut short: 25 kB that it says"));
        assert!(missing(25_000_000).starts_with("a is cut short: 25 MB that it says"));
    }
}
