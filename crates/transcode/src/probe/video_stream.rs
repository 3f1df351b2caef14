//! Facts of the video stream, and which one it is.

use std::ffi::CStr;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_ladder::SourceInfo;
use screener_ladder::source::{Edges, Ratio, VideoStream};

use super::geometry::{Turn, display_size, sample_aspect, turn};
use super::packets::Seen;
use super::tags;
use crate::input::{Source, header};

/// The video stream that is used: no cover art, decodable; the container's default before others, the largest among equals.
pub fn choose(demuxer: &ffmpeg::format::context::Input) -> Option<usize> {
    demuxer
        .streams()
        .filter(|stream| stream.parameters().medium() == Type::Video && !header::is_picture(stream))
        .filter(|stream| header::listed_decoder(stream.parameters().id()).is_some())
        .map(|stream| {
            let (width, height) = header::coded_size(&stream.parameters());
            // SAFETY: the stream lives as long as the reference.
            let default = unsafe { (*stream.as_ptr()).disposition } & ffi::AV_DISPOSITION_DEFAULT != 0;
            (stream.index(), default, u64::from(width) * u64::from(height))
        })
        .filter(|(_, _, pixels)| *pixels > 0)
        .max_by_key(|(index, default, pixels)| (*default, *pixels, std::cmp::Reverse(*index)))
        .map(|(index, ..)| index)
}

/// Facts of stream `index`. `info` is what is known of the file already.
pub fn facts(source: &Source, index: usize, seen: &Seen, info: &SourceInfo) -> Option<VideoStream> {
    let stream = source.demuxer.stream(index)?;
    let parameters = stream.parameters();
    let (width, height) = header::coded_size(&parameters);
    let Turn { mirrored, rotation } = turn(&stream);
    let sample_aspect = sample_aspect(&stream, width, height);
    let crop = crop(source, index);
    let edges = crop.unwrap_or_default();
    let (display_width, display_height) = display_size(
        width - edges.left - edges.right,
        height - edges.top - edges.bottom,
        sample_aspect,
        rotation,
    );
    // SAFETY: plain fields of parameters that live as long as the stream; names are static data of FFmpeg.
    let raw = unsafe { &*parameters.as_ptr() };
    let (pixel_format, bit_depth) = pixel_format(raw);
    // SAFETY: as above.
    let (profile, transfer, primaries) = unsafe {
        (
            header::profile(parameters.as_ptr()),
            name(ffi::av_color_transfer_name(raw.color_trc)),
            name(ffi::av_color_primaries_name(raw.color_primaries)),
        )
    };
    // A rate that the header declares and so few pictures do not keep.
    let still = seen
        .few
        .filter(|(count, seconds)| seconds - *count as f64 / frame_rate(&stream, seen).value() > 0.1)
        .map(|(count, seconds)| (count as f64 / seconds).max(0.001));
    let hdr = matches!(transfer.as_deref(), Some("smpte2084" | "arib-std-b67"));
    Some(VideoStream {
        index,
        codec: header::codec_name(parameters.id()),
        profile,
        width,
        height,
        crop,
        display_width,
        display_height,
        sample_aspect,
        mirrored,
        rotation,
        frame_rate: still.map_or_else(|| frame_rate(&stream, seen), of_rate),
        variable_frame_rate: seen.uneven || still.is_some(),
        usual_frame_rate: seen.usual_rate.filter(|_| seen.uneven || still.is_some()),
        pixel_format,
        bit_depth,
        interlaced: header::interlaced(raw, parameters.id()),
        transfer,
        primaries,
        hdr,
        bit_rate: bit_rate(&stream, raw, seen, info),
        key_frame_interval: seen.key_frame_interval.filter(|_| seen.keys_are_idr),
        alpha: alpha(&stream, raw),
        hidden: seen.hidden,
        changes: seen.changes,
    })
}

/// What the container asks to cut off a stream's pictures.
pub fn crop(source: &Source, index: usize) -> Option<Edges> {
    let stream = source.demuxer.stream(index)?;
    let (width, height) = header::coded_size(&stream.parameters());
    let before = source.demuxer.streams().filter(|stream| {
        stream.index() < index && stream.parameters().medium() == Type::Video && !header::is_picture(stream)
    });
    source.crops.track_number(before.count(), width, height)
}

/// The profile of a Dolby Vision stream whose pictures mean nothing to an ordinary decoder. The profiles whose name ends in `n` say so
/// by their number (1, 3, 5); the later ones (8 and up) by a base layer that is compatible with nothing. Dolby Vision Streams
/// Within the ISO Base Media File Format, 3.2: the record holds, a byte each here, two of version, profile, level, three of what is
/// present, and the compatibility.
pub fn dolby_alone(stream: &ffmpeg::Stream<'_>) -> Option<u8> {
    let record = stream.side_data().find(|data| data.kind() == SideData::DOVI_CONF)?;
    let (profile, compatibility) = (*record.data().get(2)?, *record.data().get(7)?);
    (matches!(profile, 1 | 3 | 5) || profile >= 8 && compatibility == 0).then_some(profile)
}

/// Whether pictures have transparency. (GIF always could: where it is transparent its pictures are white.)
fn alpha(stream: &ffmpeg::Stream<'_>, raw: &ffi::AVCodecParameters) -> bool {
    if raw.codec_id == ffi::AVCodecID::AV_CODEC_ID_GIF {
        return false;
    }
    // WebM has it beside the picture.
    if header::decoder_with_alpha(stream).is_some() {
        return true;
    }
    descriptor(raw).is_some_and(|descriptor| descriptor.flags & ffi::AV_PIX_FMT_FLAG_ALPHA as u64 != 0)
}

fn descriptor(raw: &ffi::AVCodecParameters) -> Option<&'static ffi::AVPixFmtDescriptor> {
    let known = (0..ffi::AVPixelFormat::AV_PIX_FMT_NB as i32).contains(&raw.format);
    // SAFETY: a number in that range is a pixel format; descriptors are static data of FFmpeg.
    unsafe {
        let format: ffi::AVPixelFormat = known.then(|| std::mem::transmute(raw.format))?;
        ffi::av_pix_fmt_desc_get(format).as_ref()
    }
}

fn pixel_format(raw: &ffi::AVCodecParameters) -> (String, u8) {
    let Some(descriptor) = descriptor(raw) else {
        let depth = u8::try_from(raw.bits_per_raw_sample).unwrap_or(0);
        return ("unknown".into(), if depth == 0 { 8 } else { depth });
    };
    // SAFETY: the descriptor's name is static data of FFmpeg.
    let known = unsafe { name(descriptor.name) };
    (
        known.unwrap_or_else(|| "unknown".into()),
        u8::try_from(descriptor.comp[0].depth).unwrap_or(8),
    )
}

fn of_rate(rate: f64) -> Ratio {
    Ratio::new((rate * 1000.0).round() as u32, 1000)
}

/// Frames per second. Evenly spaced frames: the rate that they keep; others: their average.
fn frame_rate(stream: &ffmpeg::Stream<'_>, seen: &Seen) -> Ratio {
    let usable = |rate: ffmpeg::Rational| {
        let value = f64::from(rate);
        (rate.0 > 0 && rate.1 > 0 && (0.01..=1000.0).contains(&value)).then(|| Ratio::new(rate.0 as u32, rate.1 as u32))
    };
    let average = usable(stream.avg_frame_rate());
    let kept = usable(stream.rate());
    let measured = seen
        .frame_distance
        .filter(|distance| (0.001..=100.0).contains(distance))
        .map(|distance| 1.0 / distance);
    if seen.uneven {
        // What FFmpeg guesses where no average is known is the clock's own rate: 1000 in Matroska.
        return average
            .or(measured.map(of_rate))
            .or(kept)
            .unwrap_or(Ratio { num: 30, den: 1 });
    }
    let best = match (average, kept, measured) {
        // The average of a short clip carries its ends; the rate of its time stamps does not.
        (Some(average), Some(kept), _) if (kept.value() / average.value() - 1.0).abs() < 0.02 => kept,
        (Some(average), ..) => average,
        (None, Some(kept), Some(rate)) if (kept.value() / rate - 1.0).abs() > 0.1 => of_rate(rate),
        (None, Some(kept), _) => kept,
        (None, None, Some(rate)) => of_rate(rate),
        (None, None, None) => Ratio { num: 30, den: 1 },
    };
    standard(best)
}

/// A rate within a two-thousandth of a standard one is that one.
fn standard(rate: Ratio) -> Ratio {
    const RATES: [(u32, u32); 11] = [
        (24_000, 1001),
        (24, 1),
        (25, 1),
        (30_000, 1001),
        (30, 1),
        (48, 1),
        (50, 1),
        (60_000, 1001),
        (60, 1),
        (120_000, 1001),
        (120, 1),
    ];
    let near = |&&(num, den): &&(u32, u32)| (rate.value() / (f64::from(num) / f64::from(den)) - 1.0).abs() < 0.0005;
    RATES.iter().find(near).map_or(rate, |&(num, den)| Ratio { num, den })
}

fn bit_rate(stream: &ffmpeg::Stream<'_>, raw: &ffi::AVCodecParameters, seen: &Seen, info: &SourceInfo) -> Option<u64> {
    if let Some((rate, true)) = seen.bit_rate {
        return Some(rate);
    }
    let declared = u64::try_from(raw.bit_rate).ok().filter(|rate| *rate > 0);
    let computed = info.duration.filter(|duration| *duration > 1.0).map(|duration| {
        let sound: u64 = info.audio.iter().filter_map(|audio| audio.bit_rate).sum();
        ((info.bytes as f64 * 8.0 / duration) as u64).saturating_sub(sound)
    });
    tags::declared_rate(stream)
        .or(computed.filter(|rate| *rate > 0))
        .or(declared)
        .or(seen.bit_rate.map(|(rate, _)| rate))
}

/// # Safety
/// `words` is null or a C string that is never freed.
unsafe fn name(words: *const std::ffi::c_char) -> Option<String> {
    if words.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(words) }.to_string_lossy().into_owned();
    (text != "unknown" && text != "reserved").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_go_to_the_nearest_standard() {
        assert_eq!(
            standard(Ratio { num: 2997, den: 100 }),
            Ratio { num: 30_000, den: 1001 }
        );
        assert_eq!(standard(Ratio { num: 15, den: 1 }), Ratio { num: 15, den: 1 });
        assert_eq!(standard(Ratio { num: 24_001, den: 1000 }), Ratio { num: 24, den: 1 });
    }
}
