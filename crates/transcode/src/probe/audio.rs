//! Facts of an audio stream.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use screener_ladder::language;
use screener_ladder::source::AudioStream;

use super::{tag, word};
use crate::input::refusal;

/// `None` where it cannot be decoded.
pub fn facts(stream: &ffmpeg::Stream<'_>) -> Option<AudioStream> {
    let parameters = stream.parameters();
    refusal::listed_decoder(parameters.id())?;
    // SAFETY: plain fields of parameters that live as long as the stream.
    let (channels, sample_rate, bit_rate, profile, disposition) = unsafe {
        let raw = parameters.as_ptr();
        (
            (*raw).ch_layout.nb_channels,
            (*raw).sample_rate,
            (*raw).bit_rate,
            profile(raw),
            (*stream.as_ptr()).disposition,
        )
    };
    let channels = u16::try_from(channels).ok().filter(|n| (1..=64).contains(n))?;
    let sample_rate = u32::try_from(sample_rate)
        .ok()
        .filter(|rate| (1_000..=768_000).contains(rate))?;
    Some(AudioStream {
        index: stream.index(),
        codec: refusal::codec_name(parameters.id()),
        profile,
        channels,
        sample_rate,
        language: tag(&stream.metadata(), "language").and_then(|word| language::tag(&word)),
        title: tag(&stream.metadata(), "title"),
        default: disposition & ffi::AV_DISPOSITION_DEFAULT != 0,
        bit_rate: u64::try_from(bit_rate)
            .ok()
            .filter(|rate| *rate > 0)
            .or_else(|| declared_rate(stream)),
    })
}

/// Matroska's statistics tag.
pub fn declared_rate(stream: &ffmpeg::Stream<'_>) -> Option<u64> {
    let metadata = stream.metadata();
    ["BPS", "BPS-eng"]
        .iter()
        .find_map(|key| word(&metadata, key)?.trim().parse().ok())
        .filter(|rate| *rate > 0)
}

/// # Safety
/// `parameters` points to valid parameters.
pub unsafe fn profile(parameters: *const ffi::AVCodecParameters) -> Option<String> {
    // SAFETY: the caller's promise; the name is static data of FFmpeg.
    unsafe {
        let name = ffi::avcodec_profile_name((*parameters).codec_id, (*parameters).profile);
        if name.is_null() {
            None
        } else {
            Some(std::ffi::CStr::from_ptr(name).to_string_lossy().into_owned())
        }
    }
}
