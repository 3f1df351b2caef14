//! How loud sound is, below 2 kHz: what an encoder of AAC takes off the treble, as it has to, is no fault.

use std::ops::Add;

use ffmpeg_next::frame;
use serde::{Deserialize, Serialize};

/// Hertz.
const BASS: f32 = 2000.0;

/// Low passes of the first order behind each other: 18 kHz come through weaker by 75 dB.
const ORDER: usize = 4;

/// Decibels below full scale under which sound is silence.
const SILENCE: f64 = -60.0;

/// From this peak on libavcodec's encoder makes a frame quieter, so that it does not clip (`CLIP_AVOIDANCE_FACTOR`).
const LOUDEST: f32 = 0.95;

/// Sound as it was heard: energy of both sides, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// Sum of the squares of all samples.
    pub energy: f64,
    /// The same, where frames that would clip are made quieter.
    pub held: f64,
    /// Samples of all sides.
    pub samples: u64,
    /// Those of them that lie in frames which are no silence.
    pub sounding: u64,
}

impl Heard {
    /// Decibels relative to full scale; what is less than silence is silence.
    fn level(self, energy: f64) -> f64 {
        (10.0 * (energy / self.samples.max(1) as f64).max(1e-12).log10()).max(SILENCE)
    }

    /// Decibels by which this is louder than what went into the encoder, or less than zero where it is quieter than that explains.
    pub fn louder(self, meant: Self) -> f64 {
        let heard = self.level(self.energy);
        let (least, most) = (meant.level(meant.held), meant.level(meant.energy));
        (heard - most).max(0.0) + (heard - least).min(0.0)
    }
}

impl Add for Heard {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            energy: self.energy + other.energy,
            held: self.held + other.held,
            samples: self.samples + other.samples,
            sounding: self.sounding + other.sounding,
        }
    }
}

/// Listens to frames of planar floats.
#[derive(Clone, Debug)]
pub struct Meter {
    slowness: f32,
    sides: [[f32; ORDER]; 2],
    /// Energy of the last frame, its peak, and that of the one before: an encoder's window lies over both neighbours.
    last: Option<(f64, f32, f32)>,
    heard: Heard,
}

impl Meter {
    /// For so many samples a second.
    pub fn new(rate: u32) -> Self {
        Self {
            slowness: 1.0 - (-std::f32::consts::TAU * BASS / rate.max(1) as f32).exp(),
            sides: [[0.0; ORDER]; 2],
            last: None,
            heard: Heard::default(),
        }
    }

    /// The next frame.
    pub fn frame(&mut self, frame: &frame::Audio) {
        let sides: Vec<&[f32]> = (0..frame.planes().min(2))
            .map(|side| frame.plane::<f32>(side))
            .collect();
        self.listen(&sides);
    }

    fn listen(&mut self, sides: &[&[f32]]) {
        let (mut energy, mut peak) = (0.0, 0.0_f32);
        for (samples, state) in sides.iter().zip(&mut self.sides) {
            let (slowness, [mut a, mut b, mut c, mut d]) = (self.slowness, *state);
            let mut sum = 0.0_f32;
            for &sample in *samples {
                let sample = if sample.is_finite() { sample } else { 0.0 };
                peak = peak.max(sample.abs());
                a += slowness * (sample - a);
                b += slowness * (a - b);
                c += slowness * (b - c);
                d += slowness * (c - d);
                sum += d * d;
            }
            energy += f64::from(sum);
            // What has died away is nothing: the smallest of floats are slow.
            let settle = |value: f32| if value.abs() < 1e-20 { 0.0 } else { value };
            *state = [settle(a), settle(b), settle(c), settle(d)];
        }
        self.count(energy, sides.iter().map(|side| side.len() as u64).sum());
        let before = self.last.map_or(0.0, |(_, last, _)| last);
        self.settle(peak);
        self.last = Some((energy, peak, before));
    }

    /// Counts the last frame, now that the next one's peak is known.
    fn settle(&mut self, next: f32) {
        if let Some((energy, peak, before)) = self.last {
            let held = (LOUDEST / peak.max(before).max(next).max(LOUDEST)).powi(2);
            self.heard.energy += energy;
            self.heard.held += energy * f64::from(held);
            self.last = Some((0.0, peak, before));
        }
    }

    fn count(&mut self, energy: f64, samples: u64) {
        self.heard.samples += samples;
        if energy > samples as f64 * 10_f64.powf(SILENCE / 10.0) {
            self.heard.sounding += samples;
        }
    }

    /// What was heard since the last time.
    pub fn take(&mut self) -> Heard {
        self.settle(0.0);
        std::mem::take(&mut self.heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, peak: f32) -> Heard {
        let mut meter = Meter::new(48_000);
        let samples: Vec<f32> = (0..48_000)
            .map(|n| peak * (std::f32::consts::TAU * hertz * n as f32 / 48_000.0).sin())
            .collect();
        for frame in samples.chunks(1024) {
            meter.listen(&[frame]);
        }
        meter.take()
    }

    #[test]
    fn levels_are_told_apart_and_the_treble_is_not_heard() {
        let by = tone(220.0, 0.25).louder(tone(220.0, 0.5));
        assert!((by + 6.02).abs() < 0.05, "{by}");
        let silence = Heard {
            samples: 48_000,
            ..Heard::default()
        };
        assert!(tone(18_000.0, 0.9).louder(silence) < 0.1, "18 kHz are treble");
        assert!(tone(400.0, 0.01).louder(silence) > 10.0);
        assert!(silence.louder(tone(400.0, 0.5)) < -40.0);
        assert!(silence.louder(silence).abs() < 1e-9);
    }

    #[test]
    fn what_would_clip_may_come_out_quieter_by_as_much() {
        let loud = tone(220.0, 1.9);
        assert!(tone(220.0, 0.95).louder(loud).abs() < 0.05);
        assert!(loud.louder(loud).abs() < 0.05);
        assert!(tone(220.0, 0.475).louder(loud) < -5.9);
        assert!(
            tone(220.0, 0.9).louder(tone(220.0, 0.6)) > 3.4,
            "louder is never explained"
        );
    }
}
