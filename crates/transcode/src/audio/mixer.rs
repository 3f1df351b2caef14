//! Whatever sound the source has, as stereo floats at the output rate, each sample in its place.

use std::collections::VecDeque;

use ffmpeg::format::sample::{Sample as SampleFormat, Type};
use ffmpeg::software::resampling;
use ffmpeg::{ChannelLayout, Error, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::FRAME;
use crate::error::internal;
use crate::output::finished::Anchor;

/// Time stamps further off than this are believed rather than the count of samples: a gap, or a clock that drifts.
const TOLERANCE: f64 = 0.015;

/// Where the sound stands, in output samples from the film's zero.
pub struct Line {
    /// Samples laid down.
    pub at: i64,
    /// Samples sent to the encoder.
    pub sent: i64,
    /// The frame at which the line is taken up again.
    pub await_anchor: Option<Anchor>,
    /// Samples between that frame and the first that is encoded.
    pub drop: usize,
}

/// Brings whatever the source has to stereo floats at the output rate.
pub struct Mixer {
    context: Option<(resampling::Context, (SampleFormat, ChannelLayout, u32))>,
    /// Samples per second.
    pub rate: u32,
    planes: [VecDeque<f32>; 2],
    buffers: [Vec<f32>; 2],
}

impl Mixer {
    /// A mixer to this many samples per second.
    pub fn new(rate: u32) -> Self {
        Self {
            context: None,
            rate,
            planes: [VecDeque::new(), VecDeque::new()],
            buffers: [Vec::new(), Vec::new()],
        }
    }

    /// Samples that wait for the rest of their frame.
    pub fn waiting(&self) -> usize {
        self.planes[0].len()
    }

    /// Gets ready for what a frame holds. Answers by how many samples it comes too late, or, below zero, too early.
    pub fn prepare(&mut self, decoded: &frame::Audio, seconds: Option<f64>, line: &mut Line) -> Result<i64, Failure> {
        let layout = match decoded.channel_layout() {
            layout if layout.is_empty() || layout.channels() != i32::from(decoded.channels()) => {
                ChannelLayout::default(i32::from(decoded.channels()))
            }
            layout => layout,
        };
        let from = (decoded.format(), layout, decoded.rate());
        if self.context.as_ref().is_none_or(|(_, known)| *known != from) {
            self.flush(line)?;
            let mut options = ffmpeg::Dictionary::new();
            // Sums of channels would clip in floats, too, once they are played.
            options.set("rematrix_maxval", "1.0");
            let context = resampling::Context::get_with(
                from.0,
                layout,
                from.2,
                SampleFormat::F32(Type::Planar),
                ChannelLayout::STEREO,
                self.rate,
                options,
            )
            .map_err(internal)?;
            self.context = Some((context, from));
        }
        let Some(seconds) = seconds else { return Ok(0) };
        let due = (seconds * f64::from(self.rate)).round() as i64;
        let buffered = self.delay();
        let off = due - (line.at + buffered);
        let matters = off.abs() as f64 > TOLERANCE * f64::from(self.rate)
            || (line.at == line.sent && buffered == 0 && self.planes[0].is_empty() && line.drop == 0);
        Ok(if matters { off } else { 0 })
    }

    /// Adds what a frame holds, without its first samples.
    pub fn add(&mut self, decoded: &frame::Audio, skip: usize, line: &mut Line) -> Result<(), Failure> {
        // SAFETY: `extended_data` of a decoded frame points at its planes, `samples` long each.
        let planes = unsafe { (*decoded.as_ptr()).extended_data.cast::<*const u8>() };
        self.convert(planes, decoded.samples(), skip, line)
    }

    /// Runs the resampler; no planes ask for what it still holds.
    fn convert(&mut self, planes: *mut *const u8, samples: usize, skip: usize, line: &mut Line) -> Result<(), Failure> {
        let Some((context, _)) = &mut self.context else {
            return Ok(());
        };
        // SAFETY: the context is initialised; both buffers are as long as it is told.
        let out = unsafe {
            let room = ffmpeg::ffi::swr_get_out_samples(context.as_mut_ptr(), samples as i32).max(0) as usize + 64;
            for buffer in &mut self.buffers {
                buffer.resize(room, 0.0);
            }
            let mut to = [
                self.buffers[0].as_mut_ptr().cast::<u8>(),
                self.buffers[1].as_mut_ptr().cast::<u8>(),
            ];
            ffmpeg::ffi::swr_convert(
                context.as_mut_ptr(),
                to.as_mut_ptr(),
                room as i32,
                planes,
                samples as i32,
            )
        };
        if out < 0 {
            return Err(internal(Error::from(out)));
        }
        let (out, skip) = (out as usize, skip.min(out as usize));
        for (plane, buffer) in self.planes.iter_mut().zip(&self.buffers) {
            plane.extend(&buffer[skip..out]);
        }
        line.at += (out - skip) as i64;
        Ok(())
    }

    /// Output samples that the resampler still holds.
    pub fn delay(&mut self) -> i64 {
        match &mut self.context {
            // SAFETY: the context is initialised.
            Some((context, _)) => unsafe { ffmpeg::ffi::swr_get_delay(context.as_mut_ptr(), i64::from(self.rate)) },
            None => 0,
        }
    }

    /// Leaves out what an earlier run encoded.
    pub fn skip(&mut self, line: &mut Line) {
        let count = line.drop.min(self.planes[0].len());
        for plane in &mut self.planes {
            plane.drain(..count);
        }
        line.drop -= count;
    }

    /// Adds so many samples of silence.
    pub fn silence(&mut self, samples: usize) {
        for plane in &mut self.planes {
            plane.extend(std::iter::repeat_n(0.0, samples));
        }
    }

    /// Takes out what the resampler holds back.
    pub fn flush(&mut self, line: &mut Line) -> Result<(), Failure> {
        self.convert(std::ptr::null_mut(), 0, 0, line)
    }

    /// The next whole AAC frame.
    pub fn frame(&mut self) -> Option<frame::Audio> {
        if self.planes[0].len() < FRAME {
            return None;
        }
        let mut frame = frame::Audio::new(SampleFormat::F32(Type::Planar), FRAME, ChannelLayout::STEREO);
        frame.set_channels(2);
        frame.set_rate(self.rate);
        for (index, plane) in self.planes.iter_mut().enumerate() {
            for (to, from) in frame.plane_mut::<f32>(index).iter_mut().zip(plane.drain(..FRAME)) {
                *to = from;
            }
        }
        Some(frame)
    }
}
