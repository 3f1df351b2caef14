//! libswresample for one kind of frames: its channels by their gains in stereo, floats at the output's rate.

use ffmpeg::Error;
use ffmpeg::format::sample::Sample as SampleFormat;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;

use super::downmix::{Gain, STEREO};

/// A resampler, freed with this.
pub struct Resampler {
    raw: *mut ffi::SwrContext,
    rate: u32,
}

// SAFETY: the context is owned, and used by one thread at a time.
unsafe impl Send for Resampler {}

/// As many channels, whatever their places.
fn layout(channels: usize) -> ffi::AVChannelLayout {
    ffi::AVChannelLayout {
        order: ffi::AVChannelOrder::AV_CHANNEL_ORDER_NATIVE,
        nb_channels: channels as i32,
        u: ffi::AVChannelLayout__bindgen_ty_1 {
            mask: u64::MAX >> (64 - channels.clamp(1, 64)),
        },
        opaque: std::ptr::null_mut(),
    }
}

impl Resampler {
    /// From frames of `format` at `from` samples a second, a gain for each channel, to `to` samples a second.
    pub fn new(format: SampleFormat, from: u32, gains: &[Gain], to: u32) -> Result<Self, Error> {
        if !(1..=64).contains(&gains.len()) {
            return Err(Error::InvalidData);
        }
        let (mut input, mut stereo) = (layout(gains.len()), layout(2));
        let mut resampler = Self {
            raw: std::ptr::null_mut(),
            rate: to,
        };
        let matrix: Vec<f64> = [0, 1]
            .iter()
            .flat_map(|&side| gains.iter().map(move |gain| gain[side]))
            .collect();
        // SAFETY: the layouts are copied; the matrix has two rows of as many columns as the input has channels.
        unsafe {
            checked(ffi::swr_alloc_set_opts2(
                &raw mut resampler.raw,
                &raw mut stereo,
                ffi::AVSampleFormat::AV_SAMPLE_FMT_FLTP,
                to as i32,
                &raw mut input,
                format.into(),
                from as i32,
                0,
                std::ptr::null_mut(),
            ))?;
            if gains != STEREO {
                checked(ffi::swr_set_matrix(resampler.raw, matrix.as_ptr(), gains.len() as i32))?;
            }
            checked(ffi::swr_init(resampler.raw))?;
        }
        Ok(resampler)
    }

    /// Converts `samples` of each of `planes` into `out`, whose length is set; no planes ask for what is still held.
    pub fn convert(&mut self, planes: *mut *const u8, samples: usize, out: &mut [Vec<f32>; 2]) -> Result<usize, Error> {
        // SAFETY: the context is initialised; both buffers are as long as it is told.
        let got = unsafe {
            let room = ffi::swr_get_out_samples(self.raw, samples as i32).max(0) as usize + 64;
            for buffer in out.iter_mut() {
                buffer.resize(room, 0.0);
            }
            let mut to = [out[0].as_mut_ptr().cast::<u8>(), out[1].as_mut_ptr().cast::<u8>()];
            ffi::swr_convert(self.raw, to.as_mut_ptr(), room as i32, planes, samples as i32)
        };
        checked(got).map(|()| got as usize)
    }

    /// Output samples that are still held.
    pub fn delay(&mut self) -> i64 {
        // SAFETY: the context is initialised.
        unsafe { ffi::swr_get_delay(self.raw, i64::from(self.rate)) }
    }

    /// Makes `more` samples more (or fewer) out of the next `distance`.
    pub fn stretch(&mut self, more: i64, distance: i64) -> Result<(), Error> {
        // SAFETY: the context is initialised.
        checked(unsafe { ffi::swr_set_compensation(self.raw, more as i32, distance as i32) })
    }
}

impl Drop for Resampler {
    fn drop(&mut self) {
        // SAFETY: the context is ours, or null.
        unsafe { ffi::swr_free(&raw mut self.raw) }
    }
}

fn checked(code: i32) -> Result<(), Error> {
    if code < 0 { Err(Error::from(code)) } else { Ok(()) }
}
