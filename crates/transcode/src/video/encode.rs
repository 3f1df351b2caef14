//! One H.264 encoder of libavcodec, opened for one rung: what all of them share.

use ffmpeg::codec::{self, encoder};
use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use screener_ladder::{Preset, Rung};
use screener_wire::Failure;

use super::color::Color;
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

/// Opens it by FFmpeg's name, with the options that are its own.
pub fn open(
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
