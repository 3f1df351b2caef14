//! Sums of channels, and what is made louder, held below what a player can play: gain that is lowered before a peak and comes back behind it.
//!
//! What is quiet enough passes as it is, to the bit. Peaks are looked for between samples too (ITU-R BS.1770, annex 2), because that is
//! where a player's converter would clip.

use std::collections::VecDeque;
use std::f64::consts::PI;

/// True peaks stay below this: -3 dB of full scale. Lossy coding adds one to what is music, and three to what is noise.
pub const CEILING: f64 = 0.707_946;
/// Seconds within which the gain is lowered.
const ATTACK: f64 = 0.005;
/// Seconds in which most of it comes back.
const RELEASE: f64 = 0.1;
/// Samples on either side that a point between two is made of.
const REACH: usize = 8;
/// Points between two samples.
const BETWEEN: usize = 3;

/// The weights of the samples around a point between two of them: a windowed sinc.
fn weights() -> [[f32; 2 * REACH]; BETWEEN] {
    let mut all = [[0.0; 2 * REACH]; BETWEEN];
    for (point, row) in all.iter_mut().enumerate() {
        let place = (point + 1) as f64 / (BETWEEN + 1) as f64;
        for (at, weight) in row.iter_mut().enumerate() {
            let x = at as f64 - (REACH - 1) as f64 - place;
            let window = 0.5 + 0.5 * (PI * x / REACH as f64).cos();
            *weight = ((PI * x).sin() / (PI * x) * window) as f32;
        }
    }
    all
}

/// Holds stereo below the ceiling, later by [`Limiter::delay`].
pub struct Limiter {
    weights: [[f32; 2 * REACH]; BETWEEN],
    look: usize,
    release: f64,
    /// Samples that are still to come out, and of those that came the last that are needed.
    held: VecDeque<[f32; 2]>,
    /// Samples taken.
    taken: usize,
    /// Gains that could be the lowest of what lies ahead, with their samples' numbers.
    lowest: VecDeque<(usize, f64)>,
    gain: f64,
    /// The last gains, whose mean is applied.
    gains: VecDeque<f64>,
    sum: f64,
    /// How many of them are not 1.
    lowered: usize,
}

impl Limiter {
    /// For so many samples a second.
    pub fn new(rate: u32) -> Self {
        let rate = f64::from(rate);
        let look = (ATTACK * rate) as usize;
        Self {
            weights: weights(),
            look,
            release: 1.0 - (-1.0 / (RELEASE * rate)).exp(),
            held: VecDeque::from(vec![[0.0; 2]; 2 * REACH + look]),
            taken: 0,
            lowest: VecDeque::new(),
            gain: 1.0,
            gains: VecDeque::from(vec![1.0; look]),
            sum: look as f64,
            lowered: 0,
        }
    }

    /// Samples by which what comes out is later than what went in.
    pub fn delay(&self) -> usize {
        self.look + REACH
    }

    /// Takes a sample and gives the one that is due.
    pub fn next(&mut self, sample: [f32; 2]) -> [f32; 2] {
        self.held.pop_front();
        self.held.push_back(sample);
        let peak = self.peak();
        let wanted = if peak > CEILING { CEILING / peak } else { 1.0 };
        // The lowest gain that is wanted from the sample that is due up to the one whose peak was just found.
        while self.lowest.back().is_some_and(|(_, gain)| *gain >= wanted) {
            self.lowest.pop_back();
        }
        self.lowest.push_back((self.taken, wanted));
        if self.lowest.front().is_some_and(|(at, _)| at + self.look < self.taken) {
            self.lowest.pop_front();
        }
        self.taken += 1;
        let lowest = self.lowest.front().map_or(1.0, |(_, gain)| *gain);
        self.gain = if lowest < self.gain {
            lowest
        } else {
            self.gain + (lowest - self.gain) * self.release
        };
        if self.gain > 0.9999 {
            self.gain = lowest;
        }
        // A mean over the attack is reached only slowly, and in time: every one of its gains knows of the peak.
        let gone = self.gains.pop_front().unwrap_or(1.0);
        self.gains.push_back(self.gain);
        self.sum += self.gain - gone;
        self.lowered = self.lowered + usize::from(self.gain < 1.0) - usize::from(gone < 1.0);
        let due = self.held[self.held.len() - 1 - self.delay()];
        if self.lowered == 0 {
            self.sum = self.look as f64;
            return due;
        }
        let gain = (self.sum / self.look as f64) as f32;
        due.map(|side| side * gain)
    }

    /// The true peak at the newest sample that has all its neighbours, and up to the next.
    fn peak(&self) -> f64 {
        let from = self.held.len() - 2 * REACH;
        let mut near = [[0.0_f32; 2]; 2 * REACH];
        for (to, sample) in near.iter_mut().zip(self.held.range(from..)) {
            *to = *sample;
        }
        // Where all is quiet, so is what lies between.
        let loudest = near.iter().flatten().fold(0.0_f32, |most, side| most.max(side.abs()));
        if f64::from(loudest) < CEILING / 4.0 {
            return 0.0;
        }
        let mut peak = 0.0_f32;
        for side in [0, 1] {
            peak = peak.max(near[REACH - 1][side].abs());
            for row in &self.weights {
                let point: f32 = row
                    .iter()
                    .zip(&near)
                    .map(|(weight, sample)| weight * sample[side])
                    .sum();
                peak = peak.max(point.abs());
            }
        }
        f64::from(peak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(samples: &[f32]) -> Vec<f32> {
        let mut limiter = Limiter::new(48_000);
        let delay = limiter.delay();
        let tail = vec![0.0; delay];
        let all: Vec<f32> = samples
            .iter()
            .chain(&tail)
            .map(|sample| limiter.next([*sample, 0.0])[0])
            .collect();
        all[delay..].to_vec()
    }

    #[test]
    fn what_is_quiet_passes_to_the_bit_and_in_its_place() {
        let quiet: Vec<f32> = (0..5000).map(|at| 0.65 * (at as f32 * 0.1).sin()).collect();
        assert_eq!(through(&quiet), quiet);
    }

    #[test]
    fn what_is_loud_is_held_and_what_follows_is_free() {
        let mut loud: Vec<f32> = (0..4800).map(|at| 3.0 * (at as f32 * 0.1).sin()).collect();
        loud.push(9.0);
        loud.extend((0..96_000).map(|at| 0.5 * (at as f32 * 0.1).sin()));
        let held = through(&loud);
        let peak = held.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!(f64::from(peak) <= CEILING + 1e-6 && peak > 0.6, "{peak}");
        assert_eq!(held[60_000..], loud[60_000..]);
    }

    #[test]
    fn peaks_between_samples_count() {
        // A tone at a quarter of the rate whose samples never meet its crests.
        let tone: Vec<f32> = (0..9600)
            .map(|at| (at as f32 * std::f32::consts::FRAC_PI_2 + std::f32::consts::FRAC_PI_4).sin())
            .collect();
        let held = through(&tone);
        let most = held[4800..].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!(
            (f64::from(most) - CEILING * std::f64::consts::FRAC_1_SQRT_2).abs() < 0.01,
            "{most}"
        );
    }
}
