//! One H.264 encoder of libavcodec, opened for one rung: x264, or one in hardware.

use ffmpeg::codec::{self, encoder};
use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use screener_ladder::{Preset, Rung};
use screener_wire::Failure;

use super::color::Color;
use super::hardware::Hardware;
use super::surface::{Intake, Surfaces};
use super::timing;
use crate::error::internal;
use crate::h264;
use crate::mux::track::{Description, Format};
use crate::timeline::Grid;

/// An open encoder and what it makes.
pub struct Encoder {
    /// libavcodec's encoder. Pictures go in by [`Encoder::send`].
    pub inner: encoder::Video,
    surfaces: Surfaces,
    /// Its track.
    pub description: Description,
}

impl Encoder {
    /// Gives it a picture of the ladder.
    pub fn send(&mut self, picture: &frame::Video) -> Result<(), ffmpeg::Error> {
        match self.surfaces.taken(picture)? {
            Some(taken) => self.inner.send_frame(&taken),
            None => self.inner.send_frame(picture),
        }
    }
}

/// How hard an encoder works, apart from the rung.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Preset.
    pub preset: Preset,
    /// Threads of this encoder; 0: its own choice.
    pub threads: u32,
    /// Rungs above this one: the lower, the less a fast encoder tries of each picture.
    pub depth: usize,
    /// For the first segments, which a viewer waits for: the same parameter sets, less work on each picture.
    pub quick: bool,
}

/// The rungs before this one are the large ones, which have several threads.
const LARGE: usize = 2;

/// x264's constant quality of the first rung. A little above 23: that pays for the additional key pictures of the short first segments.
const QUALITY: &str = "23.1";

/// The same below it: what fast encoders do not try costs bytes.
const LOWER_QUALITY: &str = "23.2";

/// Threads of the encoder with so many rungs above it; 0: as many as x264 takes by itself, by cores and height. Where the ceiling
/// of the rate rules, fewer have cost the large rungs up to 0.4 of VMAF on two cores, at the same bytes and in the same time.
pub fn threads(depth: usize) -> u32 {
    if depth < LARGE {
        return 0;
    }
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) as u32;
    (cores / 4).max(1)
}

/// What fast encoders below the first rung try of a macroblock: all that veryfast does but the parts of B pictures, which take
/// 6 to 10 % of its time for half a per cent of the bytes. Steeper edges than the command line's make up for it.
const PARTITIONS: &str = "i8x8,i4x4,p8x8";

/// The rungs from this one on, where they are small, search motion in a diamond instead of a hexagon, a tenth less of their time:
/// few pixels make few steps.
const DIAMOND: usize = 2;

/// The shorter side of a small rung.
const SMALL: u32 = 480;

/// x264's name of a preset.
pub fn preset(preset: Preset) -> &'static str {
    match preset {
        Preset::Fast => "veryfast",
        Preset::Balanced => "medium",
        Preset::Best => "slow",
    }
}

/// The encoder for a rung's first segments, where it can be a quicker one than `main`.
pub fn open_quick(rung: &Rung, grid: Grid, color: Color, effort: Effort, main: &Encoder) -> Option<Encoder> {
    if effort.preset == Preset::Fast {
        return None;
    }
    let quick = open(rung, grid, color, Effort { quick: true, ..effort }).ok()?;
    // One init segment serves both, so they must agree on every bit of it.
    (quick.description == main.description).then_some(quick)
}

/// Opens x264 for a rung: capped CRF, key pictures only where asked for.
pub fn open(rung: &Rung, grid: Grid, color: Color, effort: Effort) -> Result<Encoder, Failure> {
    let mut options = ffmpeg::Dictionary::new();
    let work = if effort.quick { Preset::Fast } else { effort.preset };
    options.set("preset", preset(work));
    if work == Preset::Fast && effort.depth > 0 {
        options.set("partitions", PARTITIONS);
        if effort.depth >= DIAMOND && rung.width.min(rung.height) <= SMALL {
            options.set("motion-est", "dia");
        }
    }
    if effort.quick {
        // What of the slower preset stands in the parameter sets.
        options.set("refs", if effort.preset == Preset::Best { "5" } else { "3" });
        options.set("x264-params", "chroma-qp-offset=-2");
    }
    options.set("profile", "high");
    options.set("crf", if effort.depth == 0 { QUALITY } else { LOWER_QUALITY });
    options.set("forced-idr", "1");
    options.set("sc_threshold", "0");
    open_codec("libx264", Intake::Planar, rung, grid, color, effort, options)
}

/// Opens an encoder in hardware for a rung: no reordering, key pictures only where asked for.
pub fn open_hardware(
    rung: &Rung,
    grid: Grid,
    color: Color,
    effort: Effort,
    hardware: Hardware,
) -> Result<Encoder, Failure> {
    let mut options = ffmpeg::Dictionary::new();
    options.set("profile", "high");
    options.set("bf", "0");
    options.set("b", &rung.bit_rate.to_string());
    if let Some((name, value)) = hardware.forced {
        options.set(name, value);
    }
    open_codec(hardware.codec, hardware.intake, rung, grid, color, effort, options)
}

fn open_codec(
    name: &str,
    intake: Intake,
    rung: &Rung,
    grid: Grid,
    color: Color,
    effort: Effort,
    options: ffmpeg::Dictionary<'_>,
) -> Result<Encoder, Failure> {
    let codec = encoder::find_by_name(name).ok_or_else(|| internal(format!("this FFmpeg has no {name}")))?;
    let refused = |error| internal(format!("{name} refused {}: {error}", rung.name));
    let surfaces = Surfaces::open(intake, rung.width, rung.height).map_err(refused)?;
    let mut context = codec::Context::new_with_codec(codec);
    // SAFETY: the context is valid and not yet open; these are plain fields that ffmpeg-next has no setters for.
    unsafe {
        let raw = context.as_mut_ptr();
        (*raw).thread_count = effort.threads as i32;
        // One second of the cap: peaks of a 6 s segment stay within it.
        (*raw).rc_buffer_size = i32::try_from(rung.max_rate).unwrap_or(i32::MAX);
        (*raw).color_primaries = color.primaries;
        (*raw).color_trc = color.transfer;
        (*raw).colorspace = color.space;
        if color.tagged() {
            (*raw).color_range = ffmpeg::ffi::AVColorRange::AVCOL_RANGE_MPEG;
        }
        (*raw).chroma_sample_location = ffmpeg::ffi::AVChromaLocation::AVCHROMA_LOC_LEFT;
        surfaces.tell(raw).map_err(refused)?;
    }
    let mut video = context.encoder().video().map_err(internal)?;
    video.set_width(rung.width);
    video.set_height(rung.height);
    video.set_format(surfaces.format());
    video.set_time_base((1, grid.timescale as i32));
    video.set_frame_rate(Some((rung.frame_rate.num as i32, rung.frame_rate.den as i32)));
    video.set_max_bit_rate(rung.max_rate as usize);
    // The real distance is forced picture by picture; this only keeps the encoder from adding its own.
    video.set_gop(100_000);
    video.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::CLOSED_GOP);
    let inner = video.open_with(options).map_err(refused)?;
    // SAFETY: the encoder is open, so its extradata is there and stays as it is.
    let extradata = unsafe {
        let raw = inner.as_ptr();
        if (*raw).extradata.is_null() {
            &[]
        } else {
            std::slice::from_raw_parts((*raw).extradata, (*raw).extradata_size as usize)
        }
    };
    let parameters = ffmpeg::codec::Parameters::from(&inner);
    // Uneven pictures have no rate to be told; where they are slow an average is still nearer than the clock.
    let told = grid.constant || rung.frame_rate.value() < 10.0;
    let timed = told.then(|| timing::with_rate(&parameters, rung.frame_rate)).flatten();
    let avcc = h264::avcc(timed.as_deref().unwrap_or(extradata))
        .ok_or_else(|| internal(format!("{name} gave no parameter sets")))?;
    Ok(Encoder {
        description: Description {
            timescale: grid.timescale,
            format: Format::Video {
                width: rung.width,
                height: rung.height,
                avcc,
                color: color.tagged().then(|| color.numbers()),
                reorder: 2,
                frame: grid.frame,
            },
            language: *b"und",
        },
        inner,
        surfaces,
    })
}

#[cfg(test)]
mod tests {
    use screener_ladder::source::Ratio;

    use super::*;
    use crate::transcode::color;

    #[test]
    fn the_quick_encoder_shares_the_init_segment() {
        let frame_rate = Ratio { num: 30, den: 1 };
        for (width, height) in [(1920, 1080), (640, 360)] {
            let rung = Rung {
                name: "rung".into(),
                width,
                height,
                frame_rate,
                bit_rate: 2_000_000,
                max_rate: 3_000_000,
                copied: false,
            };
            let grid = Grid::new(frame_rate, true, 6.0);
            for preset in [Preset::Balanced, Preset::Best] {
                let effort = Effort {
                    preset,
                    threads: 2,
                    depth: 3,
                    quick: false,
                };
                let main = open(&rung, grid, color::HD, effort).unwrap();
                assert!(
                    open_quick(&rung, grid, color::HD, effort, &main).is_some(),
                    "{preset:?} {width}x{height}"
                );
            }
        }
    }
}
