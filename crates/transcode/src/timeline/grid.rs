//! The grid on which key pictures and segments lie, and how seconds are laid on it.

use screener_ladder::source::Ratio;

/// Key pictures of a full segment.
const GOPS: u32 = 3;
/// Where the first segments begin, in half distances of key pictures: short ones, so that a viewer can start very soon.
const SHORT: [i64; 5] = [0, 1, 2, 4, 6];

/// The grid on which key pictures and segments of encoded rungs lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Ticks per second of every video track.
    pub timescale: u32,
    /// Nominal duration of a frame in ticks.
    pub frame: i64,
    /// Distance of key pictures in ticks.
    pub gop: i64,
    /// Frames stand on multiples of `frame`.
    pub constant: bool,
}

impl Grid {
    /// The grid of a frame rate. Constant rates get a timescale in which a frame is a whole number of ticks.
    pub fn new(rate: Ratio, constant: bool, segment: f64) -> Self {
        let value = rate.value().clamp(0.1, 240.0);
        // Below a picture a second they are repeated where segments begin, as between slides.
        let constant = constant && value >= 0.99 && rate.num > 0 && rate.num <= 1_000_000 && rate.den <= 10_000;
        let (timescale, frame) = if constant {
            let times = 12_000_u32.div_ceil(rate.num).max(1);
            (rate.num * times, i64::from(rate.den) * i64::from(times))
        } else {
            (90_000, (90_000.0 / value).round().min(45_000.0) as i64)
        };
        let seconds = segment / f64::from(GOPS);
        let gop = if constant {
            // At least two frames, and a whole number of them: 2.002 s at 29.97 frames per second.
            (seconds * f64::from(timescale) / frame as f64).round().max(2.0) as i64 * frame
        } else {
            (seconds * f64::from(timescale)).round() as i64
        };
        Self {
            timescale,
            frame,
            gop,
            constant,
        }
    }

    /// Where segment `number` (from 1) begins, in ticks.
    pub fn start(&self, number: u32) -> i64 {
        let index = number.saturating_sub(1) as usize;
        match SHORT.get(index) {
            Some(1) => self.half(),
            Some(halves) => halves / 2 * self.gop,
            None => (SHORT[SHORT.len() - 1] / 2 + (index - SHORT.len() + 1) as i64 * i64::from(GOPS)) * self.gop,
        }
    }

    /// About half the distance of key pictures, in whole frames.
    fn half(&self) -> i64 {
        if self.constant {
            (self.gop / self.frame / 2).max(1) * self.frame
        } else {
            self.gop / 2
        }
    }

    /// Seconds to ticks, on the grid of frames where the rate is constant and the time is close to it.
    pub fn ticks(&self, seconds: f64) -> i64 {
        let exact = seconds * f64::from(self.timescale);
        if self.constant {
            let snapped = (exact / self.frame as f64).round() * self.frame as f64;
            // Containers with millisecond time stamps are off by up to half of one.
            if (snapped - exact).abs() <= (self.frame as f64 * 0.2).min(f64::from(self.timescale) * 0.002) {
                return snapped as i64;
            }
        }
        exact.round() as i64
    }

    /// Ticks to seconds.
    pub fn seconds(&self, ticks: i64) -> f64 {
        ticks as f64 / f64::from(self.timescale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_whole_ticks_and_segments_whole_frames() {
        for (num, den, gop_frames) in [
            (24, 1, 48),
            (30_000, 1001, 60),
            (24_000, 1001, 48),
            (25, 1, 50),
            (60, 1, 120),
            (1, 1, 2),
        ] {
            let grid = Grid::new(Ratio { num, den }, true, 6.0);
            assert!(grid.constant);
            assert_eq!(
                i64::from(grid.timescale) * i64::from(den),
                grid.frame * i64::from(num),
                "{num}/{den}"
            );
            assert_eq!(grid.gop, grid.frame * gop_frames);
        }
    }

    #[test]
    fn the_first_segments_are_short() {
        let grid = Grid::new(Ratio { num: 25, den: 1 }, true, 6.0);
        let starts: Vec<f64> = (1..=7).map(|number| grid.seconds(grid.start(number))).collect();
        assert_eq!(starts, [0.0, 1.0, 2.0, 4.0, 6.0, 12.0, 18.0]);
    }

    #[test]
    fn milliseconds_snap_to_frames_and_real_jitter_stays() {
        let grid = Grid::new(Ratio { num: 24, den: 1 }, true, 6.0);
        assert_eq!(grid.ticks(0.042), grid.frame);
        assert_eq!(grid.ticks(0.083), 2 * grid.frame);
        assert_eq!(grid.ticks(0.060), 720);
    }
}
