//! Facts of the video stream, and which one it is.

use std::ffi::CStr;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_ladder::SourceInfo;
use screener_ladder::source::{Ratio, VideoStream};

use super::audio;
use super::packets::Seen;
use crate::input::{refusal, whitelist};

/// The video stream that is used: no cover art, decodable; the container's default before others, the largest among equals.
pub fn choose(demuxer: &ffmpeg::format::context::Input) -> Option<usize> {
    demuxer
        .streams()
        .filter(|stream| stream.parameters().medium() == Type::Video && !refusal::is_picture(stream))
        .filter(|stream| refusal::listed_decoder(stream.parameters().id()).is_some())
        .map(|stream| {
            let (width, height) = refusal::coded_size(&stream.parameters());
            // SAFETY: the stream lives as long as the reference.
            let default = unsafe { (*stream.as_ptr()).disposition } & ffi::AV_DISPOSITION_DEFAULT != 0;
            (stream.index(), default, u64::from(width) * u64::from(height))
        })
        .filter(|(_, _, pixels)| *pixels > 0)
        .max_by_key(|(index, default, pixels)| (*default, *pixels, std::cmp::Reverse(*index)))
        .map(|(index, ..)| index)
}

/// Facts of stream `index`. `info` is what is known of the file already.
pub fn facts(
    demuxer: &ffmpeg::format::context::Input,
    index: usize,
    seen: &Seen,
    info: &SourceInfo,
) -> Option<VideoStream> {
    let stream = demuxer.stream(index)?;
    let parameters = stream.parameters();
    let (width, height) = refusal::coded_size(&parameters);
    let Turn { mirrored, rotation } = turn(&stream);
    let sample_aspect = sample_aspect(&stream, width, height);
    let (display_width, display_height) = display_size(width, height, sample_aspect, rotation);
    // SAFETY: plain fields of parameters that live as long as the stream; names are static data of FFmpeg.
    let raw = unsafe { &*parameters.as_ptr() };
    let (pixel_format, bit_depth) = pixel_format(raw);
    // SAFETY: as above.
    let (profile, transfer, primaries) = unsafe {
        (
            audio::profile(parameters.as_ptr()),
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
        codec: refusal::codec_name(parameters.id()),
        profile,
        width,
        height,
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
        interlaced: interlaced(raw, parameters.id()),
        transfer,
        primaries,
        hdr,
        bit_rate: bit_rate(&stream, raw, seen, info),
        key_frame_interval: seen.key_frame_interval.filter(|_| seen.keys_are_idr),
    })
}

/// How a stored picture becomes the one that is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Upside down first.
    pub mirrored: bool,
    /// Then so many degrees clockwise: 0, 90, 180 or 270.
    pub rotation: u16,
}

impl Turn {
    /// FFmpeg's filters for it, in order.
    pub fn filters(self) -> impl Iterator<Item = &'static str> {
        let turned = match self.rotation {
            90 => Some("transpose=clock"),
            180 => Some("hflip,vflip"),
            270 => Some("transpose=cclock"),
            _ => None,
        };
        self.mirrored.then_some("vflip").into_iter().chain(turned)
    }
}

/// What the display matrix asks for; angles between go to the nearest quarter.
pub fn turn(stream: &ffmpeg::Stream<'_>) -> Turn {
    let Some(matrix) = stream.side_data().find(|data| data.kind() == SideData::DisplayMatrix) else {
        return Turn::default();
    };
    let data = matrix.data();
    if data.len() < 36 {
        return Turn::default();
    }
    let mut cells = [0_i32; 9];
    for (cell, bytes) in cells.iter_mut().zip(data.chunks_exact(4)) {
        *cell = i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    of_matrix(&cells)
}

/// Rows of a display matrix are where the picture's axes go: right to (a, b), down to (c, d).
fn of_matrix(cells: &[i32; 9]) -> Turn {
    let [a, b, c, d] = [cells[0], cells[1], cells[3], cells[4]].map(f64::from);
    if a * d - b * c == 0.0 {
        return Turn::default();
    }
    let quarters = (b.atan2(a).to_degrees() / 90.0).round() as i64;
    Turn {
        mirrored: a * d - b * c < 0.0,
        rotation: (quarters.rem_euclid(4) * 90) as u16,
    }
}

/// The sample aspect ratio, where it is a plausible one.
pub fn sample_aspect(stream: &ffmpeg::Stream<'_>, width: u32, height: u32) -> Ratio {
    // SAFETY: plain fields of a stream that lives as long as the reference.
    let declared = unsafe {
        let raw = stream.as_ptr();
        [(*raw).sample_aspect_ratio, (*(*raw).codecpar).sample_aspect_ratio]
    };
    let Some(aspect) = declared.iter().find(|aspect| aspect.num > 0 && aspect.den > 0) else {
        return Ratio::default();
    };
    let ratio = Ratio::new(aspect.num as u32, aspect.den as u32);
    // Scaling to odd sizes leaves such crumbs; nobody sees them.
    if (ratio.value() - 1.0).abs() < 0.005 {
        return Ratio::default();
    }
    let wide = f64::from(width) * ratio.value();
    let plausible =
        (0.1..=10.0).contains(&ratio.value()) && wide >= 2.0 && wide <= f64::from(whitelist::MAX_SIDE) && height >= 1;
    if plausible { ratio } else { Ratio::default() }
}

/// Size in square pixels as a viewer sees it: the width follows the sample aspect, then the picture is turned.
pub fn display_size(width: u32, height: u32, aspect: Ratio, rotation: u16) -> (u32, u32) {
    let square = ((f64::from(width) * aspect.value()).round() as u32).max(1);
    if rotation % 180 == 90 {
        (height, square)
    } else {
        (square, height)
    }
}

fn pixel_format(raw: &ffi::AVCodecParameters) -> (String, u8) {
    let known = (0..ffi::AVPixelFormat::AV_PIX_FMT_NB as i32).contains(&raw.format);
    // SAFETY: a number in that range is a pixel format; the descriptor and its name are static data of FFmpeg.
    unsafe {
        let descriptor = if known {
            let format: ffi::AVPixelFormat = std::mem::transmute(raw.format);
            ffi::av_pix_fmt_desc_get(format)
        } else {
            std::ptr::null()
        };
        if descriptor.is_null() {
            let depth = u8::try_from(raw.bits_per_raw_sample).unwrap_or(0);
            return ("unknown".into(), if depth == 0 { 8 } else { depth });
        }
        let depth = (*descriptor).comp[0].depth;
        (
            name((*descriptor).name).unwrap_or_else(|| "unknown".into()),
            u8::try_from(depth).unwrap_or(8),
        )
    }
}

pub fn interlaced(raw: &ffi::AVCodecParameters, id: ffmpeg::codec::Id) -> bool {
    use ffi::AVFieldOrder as Order;
    matches!(
        raw.field_order,
        Order::AV_FIELD_TT | Order::AV_FIELD_BB | Order::AV_FIELD_TB | Order::AV_FIELD_BT
    ) || id == ffmpeg::codec::Id::DVVIDEO
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
    audio::declared_rate(stream)
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
    fn sizes_as_seen() {
        let pal = Ratio { num: 64, den: 45 };
        assert_eq!(display_size(720, 576, pal, 0), (1024, 576));
        assert_eq!(display_size(1920, 1080, Ratio::default(), 90), (1080, 1920));
        assert_eq!(display_size(1920, 1080, Ratio::default(), 180), (1920, 1080));
        assert_eq!(display_size(1440, 1080, Ratio { num: 4, den: 3 }, 270), (1080, 1920));
    }

    #[test]
    fn every_way_to_turn_a_picture() {
        let turn = |a: i32, b: i32, c: i32, d: i32| {
            let of = |cell: i32| cell << 16;
            let turn = of_matrix(&[of(a), of(b), 0, of(c), of(d), 0, 0, 0, 1 << 30]);
            (turn.mirrored, turn.rotation)
        };
        assert_eq!(turn(1, 0, 0, 1), (false, 0));
        assert_eq!(turn(0, 1, -1, 0), (false, 90));
        assert_eq!(turn(-1, 0, 0, -1), (false, 180));
        assert_eq!(turn(0, -1, 1, 0), (false, 270));
        assert_eq!(turn(1, 0, 0, -1), (true, 0), "upside down");
        assert_eq!(turn(-1, 0, 0, 1), (true, 180), "left to right");
        assert_eq!(turn(0, 1, 1, 0), (true, 90));
        assert_eq!(turn(0, -1, -1, 0), (true, 270));
        assert_eq!(turn(0, 0, 0, 0), (false, 0), "no matrix at all");
    }

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
