//! Facts of an audio stream.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use screener_ladder::language;
use screener_ladder::source::AudioStream;

use super::tags::{declared_rate, tag};
use crate::input::{header, layout};

/// `None` where it cannot be decoded, or would be taken for something else.
pub fn facts(stream: &ffmpeg::Stream<'_>) -> Option<AudioStream> {
    let parameters = stream.parameters();
    if header::is_misread(stream) {
        return None;
    }
    header::listed_decoder(parameters.id())?;
    // SAFETY: plain fields of parameters that live as long as the stream.
    let (channels, sample_rate, bit_rate, profile, disposition) = unsafe {
        let raw = parameters.as_ptr();
        (
            (*raw).ch_layout.nb_channels,
            (*raw).sample_rate,
            (*raw).bit_rate,
            header::profile(raw),
            (*stream.as_ptr()).disposition,
        )
    };
    // SAFETY: a plain field of parameters that live as long as the stream.
    let places = layout::places(unsafe { &(*parameters.as_ptr()).ch_layout });
    let channels = u16::try_from(channels).ok().filter(|n| (1..=64).contains(n))?;
    let sample_rate = u32::try_from(sample_rate)
        .ok()
        .filter(|rate| (1_000..=768_000).contains(rate))?;
    Some(AudioStream {
        index: stream.index(),
        codec: header::codec_name(parameters.id()),
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
        duration: (stream.duration() > 0).then(|| stream.duration() as f64 * f64::from(stream.time_base())),
        place: match places.as_slice() {
            &[place] => layout::name(place).map(str::to_owned),
            _ => None,
        },
        unnamed: places.iter().all(|place| *place == layout::NONE),
        hidden: false,
    })
}
