//! How loud sound is, as EBU R 128 measures it.

use ebur128::{EbuR128, Mode};
use ffmpeg_next::frame;
use screener_ladder::loudness::Measured;
use screener_wire::Failure;

use super::laying::Taker;
use crate::error::internal;

/// Steps of a decibel in which peaks are counted, and what they reach from and to, decibels of full scale.
const STEPS: f64 = 10.0;
const LEAST: f64 = -120.0;
const MOST: f64 = 60.0;

/// Decibels below the loudness of the whole from which a moment counts: its measure's own gate.
const GATE: f64 = 10.0;

/// One moment in so many may be louder than what is usual.
const SELDOM: u64 = 20;

/// Listens to stereo.
pub struct Loudmeter {
    meter: EbuR128,
    /// Frames by their true peak.
    peaks: Vec<u64>,
    sides: [Vec<f32>; 2],
}

impl Loudmeter {
    /// For so many samples a second.
    pub fn new(rate: u32) -> Result<Self, Failure> {
        let steps = ((MOST - LEAST) * STEPS) as usize + 1;
        Ok(Self {
            meter: EbuR128::new(2, rate, Mode::I | Mode::TRUE_PEAK).map_err(internal)?,
            peaks: vec![0; steps],
            sides: [Vec::new(), Vec::new()],
        })
    }

    fn listen(&mut self) -> Result<(), Failure> {
        let [left, right] = &self.sides;
        self.meter.add_frames_planar_f32(&[left, right]).map_err(internal)?;
        let mut peak = 0.0_f64;
        for side in 0..2 {
            peak = peak.max(self.meter.prev_true_peak(side).map_err(internal)?);
        }
        self.peaks[step(decibels(peak))] += 1;
        Ok(())
    }

    /// What was heard.
    pub fn measured(&self) -> Result<Measured, Failure> {
        let integrated = self.meter.loudness_global().map_err(internal)?;
        let mut peak = 0.0_f64;
        for side in 0..2 {
            peak = peak.max(self.meter.true_peak(side).map_err(internal)?);
        }
        let integrated = integrated.is_finite().then_some(integrated);
        Ok(Measured {
            integrated,
            peak: decibels(peak),
            usual_peak: integrated.map_or(LEAST, |integrated| self.usual(integrated - GATE)),
        })
    }

    /// What only one in twenty of the peaks from here on goes beyond.
    fn usual(&self, from: f64) -> f64 {
        let from = step(from);
        let all: u64 = self.peaks[from..].iter().sum();
        let mut beyond = 0;
        let at = (from..self.peaks.len()).rev().find(|&at| {
            beyond += self.peaks[at];
            beyond * SELDOM > all
        });
        // A step is as high as its upper end.
        at.map_or(LEAST, |at| LEAST + (at + 1) as f64 / STEPS)
    }
}

impl Taker for Loudmeter {
    fn take(&mut self, frame: frame::Audio, _at: i64) -> Result<(), Failure> {
        for (side, samples) in self.sides.iter_mut().enumerate() {
            // One sample that is no number would be heard for ever.
            let plane = frame.plane::<f32>(side).iter();
            samples.clear();
            samples.extend(plane.map(|sample| if sample.is_finite() { *sample } else { 0.0 }));
        }
        self.listen()
    }
}

fn decibels(amplitude: f64) -> f64 {
    (20.0 * amplitude.log10()).clamp(LEAST, MOST)
}

fn step(decibels: f64) -> usize {
    ((decibels.clamp(LEAST, MOST) - LEAST) * STEPS) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(seconds: f64, sample: impl Fn(f64) -> f32) -> Measured {
        let mut meter = Loudmeter::new(48_000).unwrap();
        let all: Vec<f32> = (0..(seconds * 48_000.0) as usize)
            .map(|at| sample(at as f64 / 48_000.0))
            .collect();
        for piece in all.chunks(1024) {
            meter.sides = [piece.to_vec(), piece.to_vec()];
            meter.listen().unwrap();
        }
        meter.measured().unwrap()
    }

    fn tone(decibels: f64) -> impl Fn(f64) -> f32 {
        move |at| (10_f64.powf(decibels / 20.0) * (std::f64::consts::TAU * 1000.0 * at).sin()) as f32
    }

    /// EBU Tech 3341, case 1: a tone of 1 kHz at -23 dB in both sides is -23 LUFS.
    #[test]
    fn a_tone_is_as_loud_as_it_should_be() {
        let found = heard(20.0, tone(-23.0));
        assert!((found.integrated.unwrap() + 23.0).abs() < 0.1, "{found:?}");
        assert!((found.peak + 23.0).abs() < 0.1, "{found:?}");
        assert!((found.usual_peak + 23.0).abs() < 0.2, "{found:?}");
    }

    /// Tech 3341, case 3: what is more than ten below the whole does not count.
    #[test]
    fn pauses_do_not_count() {
        let found = heard(80.0, |at| {
            tone(if (10.0..70.0).contains(&at) { -23.0 } else { -36.0 })(at)
        });
        assert!((found.integrated.unwrap() + 23.0).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn silence_and_a_blink_of_sound_are_nothing() {
        for (seconds, level) in [(5.0, -120.0), (5.0, -75.0), (0.3, -20.0), (0.0, -20.0)] {
            assert_eq!(heard(seconds, tone(level)).integrated, None, "{seconds} s, {level} dB");
        }
    }

    #[test]
    fn a_clap_is_the_peak_and_is_not_usual() {
        let found = heard(20.0, |at| {
            if (5.0..5.01).contains(&at) {
                1.0
            } else {
                tone(-30.0)(at)
            }
        });
        assert!(found.peak > -0.1 && found.usual_peak < -29.0, "{found:?}");
    }
}
