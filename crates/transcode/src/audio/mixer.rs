//! Whatever sound a stream of the source has, as stereo floats at the output rate, each sample in its place.

use std::collections::VecDeque;

use ffmpeg::format::sample::{Sample as SampleFormat, Type};
use ffmpeg::{ChannelLayout, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::FRAME;
use super::downmix::{self, Gain};
use super::limiter::Limiter;
use super::resampler::Resampler;
use super::stamps::SOFT;
use crate::error::internal;

/// What a resampler is made for: the samples' format, a gain for each channel, samples per second.
type Kind = (SampleFormat, Vec<Gain>, u32);

/// Brings one stream to stereo floats at the output rate, laid end to end on its line.
pub struct Mixer {
    resampler: Option<(Resampler, Kind)>,
    /// Of its only channel, where it is one of several that make up a sound.
    gain: Option<Gain>,
    /// Samples per second.
    pub rate: u32,
    /// Samples laid down, from the film's zero.
    pub at: i64,
    /// Samples that an earlier run encoded, still to be left out.
    pub drop: usize,
    /// Samples that come too early, still to be left out.
    skip: i64,
    planes: [VecDeque<f32>; 2],
    buffers: [Vec<f32>; 2],
}

impl Mixer {
    /// A mixer to this many samples per second whose line begins at a sample.
    pub fn new(rate: u32, gain: Option<Gain>, at: i64) -> Self {
        Self {
            resampler: None,
            gain,
            rate,
            at,
            drop: 0,
            skip: 0,
            planes: [VecDeque::new(), VecDeque::new()],
            buffers: [Vec::new(), Vec::new()],
        }
    }

    /// Gets ready for what a frame holds.
    pub fn prepare(&mut self, decoded: &frame::Audio) -> Result<(), Failure> {
        // SAFETY: a plain field of a decoded frame that lives as long as the reference.
        let layout = unsafe { &(*decoded.as_ptr()).ch_layout };
        let gains = match self.gain {
            Some(gain) if layout.nb_channels == 1 => vec![gain],
            _ => downmix::gains(layout),
        };
        let from = (decoded.format(), gains, decoded.rate());
        if self.resampler.as_ref().is_none_or(|(_, known)| *known != from) {
            self.flush()?;
            let resampler = Resampler::new(from.0, from.2, &from.1, self.rate).map_err(internal)?;
            self.resampler = Some((resampler, from));
        }
        Ok(())
    }

    /// Gains of the channels that it mixes now.
    pub fn gains(&self) -> &[Gain] {
        self.resampler.as_ref().map_or(&[], |(_, (_, gains, _))| gains)
    }

    /// Where the next sample that comes in would lie.
    pub fn end(&mut self) -> i64 {
        self.at + self.resampler.as_mut().map_or(0, |(resampler, _)| resampler.delay()) - self.skip
    }

    /// Moves the end of the line: what is to be left out is counted here, the silence to be laid is the answer.
    pub fn shift(&mut self, by: i64) -> i64 {
        let less = by.min(self.skip);
        self.skip -= less;
        by - less
    }

    /// Brings the line softly to where it should be.
    pub fn stretch(&mut self, by: i64) -> Result<(), Failure> {
        let Some((resampler, _)) = &mut self.resampler else {
            return Ok(());
        };
        resampler.stretch(by, (by.abs() as f64 / SOFT) as i64).map_err(internal)
    }

    /// Adds what a frame holds.
    pub fn add(&mut self, decoded: &frame::Audio) -> Result<(), Failure> {
        // SAFETY: `extended_data` of a decoded frame points at its planes, `samples` long each.
        let planes = unsafe { (*decoded.as_ptr()).extended_data.cast::<*const u8>() };
        self.convert(planes, decoded.samples())
    }

    /// Takes out what the resampler holds back.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.convert(std::ptr::null_mut(), 0)
    }

    /// Runs the resampler; no planes ask for what it still holds.
    fn convert(&mut self, planes: *mut *const u8, samples: usize) -> Result<(), Failure> {
        let Some((resampler, _)) = &mut self.resampler else {
            return Ok(());
        };
        let out = resampler
            .convert(planes, samples, &mut self.buffers)
            .map_err(internal)?;
        let skip = usize::try_from(self.skip).unwrap_or(0).min(out);
        for (plane, buffer) in self.planes.iter_mut().zip(&self.buffers) {
            plane.extend(&buffer[skip..out]);
        }
        self.skip -= skip as i64;
        self.at += (out - skip) as i64;
        self.leave_out();
        Ok(())
    }

    /// Adds so many samples of silence.
    pub fn silence(&mut self, samples: usize) {
        for plane in &mut self.planes {
            plane.extend(std::iter::repeat_n(0.0, samples));
        }
        self.at += samples as i64;
        self.leave_out();
    }

    /// Leaves out what an earlier run encoded.
    fn leave_out(&mut self) {
        let count = self.drop.min(self.planes[0].len());
        for plane in &mut self.planes {
            plane.drain(..count);
        }
        self.drop -= count;
    }
}

/// How loud the sum of a sound's streams is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// As loud as it was; held below what can be played where channels add up.
    Kept,
    /// By so many decibels louder, and held.
    Louder(f64),
    /// As it is, to be measured: nothing is held.
    Bare,
}

/// Streams that make up one sound, added and cut into the encoder's frames.
pub struct Sum {
    rate: u32,
    level: Level,
    /// What its level comes to.
    factor: f32,
    /// Holds what adds up; there once that can be.
    limiter: Option<Limiter>,
    /// Samples that the limiter still gives of what was before the sound.
    early: usize,
    planes: [VecDeque<f32>; 2],
}

impl Sum {
    /// Of so many samples a second.
    pub fn new(rate: u32, level: Level) -> Self {
        let mut sum = Self {
            rate,
            level,
            factor: match level {
                Level::Louder(gain) => 10_f64.powf(gain / 20.0) as f32,
                Level::Kept | Level::Bare => 1.0,
            },
            limiter: None,
            early: 0,
            planes: [VecDeque::new(), VecDeque::new()],
        };
        if matches!(level, Level::Louder(_)) {
            sum.hold();
        }
        sum
    }

    fn hold(&mut self) {
        let limiter = Limiter::new(self.rate);
        self.early = limiter.delay();
        self.limiter = Some(limiter);
    }

    /// Adds what every stream has.
    fn take(&mut self, mixers: &mut [Mixer]) {
        if self.limiter.is_none() && self.level == Level::Kept && {
            let gains: Vec<Gain> = mixers.iter().flat_map(|mixer| mixer.gains().iter().copied()).collect();
            downmix::adds_up(&gains)
        } {
            self.hold();
        }
        if let ([only], None) = (&mut *mixers, &self.limiter) {
            for (to, from) in self.planes.iter_mut().zip(&mut only.planes) {
                to.append(from);
            }
            return;
        }
        let count = mixers.iter().map(|mixer| mixer.planes[0].len()).min().unwrap_or(0);
        for _ in 0..count {
            let mut sum = [0.0, 0.0];
            for mixer in mixers.iter_mut() {
                for (sum, plane) in sum.iter_mut().zip(&mut mixer.planes) {
                    *sum += plane.pop_front().unwrap_or(0.0);
                }
            }
            self.put(sum);
        }
    }

    fn put(&mut self, mut sample: [f32; 2]) {
        if let Some(limiter) = &mut self.limiter {
            sample = limiter.next(sample.map(|side| side * self.factor));
            if self.early > 0 {
                self.early -= 1;
                return;
            }
        }
        for (plane, side) in self.planes.iter_mut().zip(sample) {
            plane.push_back(side);
        }
    }

    /// Takes out what is held back, and fills the last frame with silence: nothing may come behind it.
    pub fn finish(&mut self, mixers: &mut [Mixer]) {
        self.take(mixers);
        for _ in 0..self.limiter.as_ref().map_or(0, Limiter::delay) {
            self.put([0.0, 0.0]);
        }
        self.limiter = None;
        let whole = self.planes[0].len().next_multiple_of(FRAME);
        for plane in &mut self.planes {
            plane.resize(whole, 0.0);
        }
    }

    /// The next whole AAC frame.
    pub fn frame(&mut self, mixers: &mut [Mixer]) -> Option<frame::Audio> {
        self.take(mixers);
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
