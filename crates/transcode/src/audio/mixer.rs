//! Whatever sound the source has, as stereo floats at the output rate, each sample in its place.

use std::collections::VecDeque;

use ffmpeg::format::sample::{Sample as SampleFormat, Type};
use ffmpeg::{ChannelLayout, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::FRAME;
use super::downmix::{self, Gain};
use super::limiter::Limiter;
use super::resampler::Resampler;
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

/// What a resampler is made for: the samples' format, a gain for each channel, samples per second.
type Kind = (SampleFormat, Vec<Gain>, u32);

/// Brings whatever the source has to stereo floats at the output rate.
pub struct Mixer {
    resampler: Option<(Resampler, Kind)>,
    /// Holds what adds up; there once the source had more than stereo.
    limiter: Option<Limiter>,
    /// Samples that the limiter still gives of what was before the sound.
    early: usize,
    /// Samples per second.
    pub rate: u32,
    planes: [VecDeque<f32>; 2],
    buffers: [Vec<f32>; 2],
    /// What goes to the encoder.
    ready: [VecDeque<f32>; 2],
}

impl Mixer {
    /// A mixer to this many samples per second.
    pub fn new(rate: u32) -> Self {
        Self {
            resampler: None,
            limiter: None,
            early: 0,
            rate,
            planes: [VecDeque::new(), VecDeque::new()],
            buffers: [Vec::new(), Vec::new()],
            ready: [VecDeque::new(), VecDeque::new()],
        }
    }

    /// Samples that wait for the rest of their frame.
    pub fn waiting(&self) -> usize {
        self.ready[0].len() + self.planes[0].len()
    }

    /// Gets ready for what a frame holds. Answers by how many samples it comes too late, or, below zero, too early.
    pub fn prepare(&mut self, decoded: &frame::Audio, seconds: Option<f64>, line: &mut Line) -> Result<i64, Failure> {
        // SAFETY: a plain field of a decoded frame that lives as long as the reference.
        let gains = downmix::gains(unsafe { &(*decoded.as_ptr()).ch_layout });
        let from = (decoded.format(), gains, decoded.rate());
        if self.resampler.as_ref().is_none_or(|(_, known)| *known != from) {
            self.flush(line)?;
            if downmix::adds_up(&from.1) && self.limiter.is_none() {
                let limiter = Limiter::new(self.rate);
                self.early = limiter.delay();
                self.limiter = Some(limiter);
            }
            let resampler = Resampler::new(from.0, from.2, &from.1, self.rate).map_err(internal)?;
            self.resampler = Some((resampler, from));
        }
        let Some(seconds) = seconds else { return Ok(0) };
        let due = (seconds * f64::from(self.rate)).round() as i64;
        let buffered = self.delay();
        let off = due - (line.at + buffered);
        let matters = off.abs() as f64 > TOLERANCE * f64::from(self.rate)
            || (line.at == line.sent && buffered == 0 && self.waiting() == 0 && line.drop == 0);
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
        let Some((resampler, _)) = &mut self.resampler else {
            return Ok(());
        };
        let out = resampler
            .convert(planes, samples, &mut self.buffers)
            .map_err(internal)?;
        let skip = skip.min(out);
        for (plane, buffer) in self.planes.iter_mut().zip(&self.buffers) {
            plane.extend(&buffer[skip..out]);
        }
        line.at += (out - skip) as i64;
        Ok(())
    }

    /// Output samples that the resampler still holds.
    pub fn delay(&mut self) -> i64 {
        self.resampler.as_mut().map_or(0, |(resampler, _)| resampler.delay())
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

    /// Hands on what is mixed.
    fn hand_on(&mut self) {
        let Some(limiter) = &mut self.limiter else {
            for (to, from) in self.ready.iter_mut().zip(&mut self.planes) {
                to.append(from);
            }
            return;
        };
        let [left, right] = &mut self.planes;
        for (left, right) in left.drain(..).zip(right.drain(..)) {
            let out = limiter.next([left, right]);
            if self.early > 0 {
                self.early -= 1;
                continue;
            }
            for (ready, side) in self.ready.iter_mut().zip(out) {
                ready.push_back(side);
            }
        }
    }

    /// Takes out what the limiter holds back; nothing may come behind it.
    pub fn finish(&mut self) {
        if let Some(limiter) = &self.limiter {
            self.silence(limiter.delay());
            self.hand_on();
            self.limiter = None;
        }
    }

    /// The next whole AAC frame.
    pub fn frame(&mut self) -> Option<frame::Audio> {
        self.hand_on();
        if self.ready[0].len() < FRAME {
            return None;
        }
        let mut frame = frame::Audio::new(SampleFormat::F32(Type::Planar), FRAME, ChannelLayout::STEREO);
        frame.set_channels(2);
        frame.set_rate(self.rate);
        for (index, plane) in self.ready.iter_mut().enumerate() {
            for (to, from) in frame.plane_mut::<f32>(index).iter_mut().zip(plane.drain(..FRAME)) {
                *to = from;
            }
        }
        Some(frame)
    }
}
