//! What time stamps say of where sound lies, told apart from how they jitter around it.
//!
//! Sound that is laid end to end has no holes, so that is how it is laid. A stamp that leaves the line is believed only once those
//! behind it agree: then something is missing (or there twice), and the line moves at that place. What comes back to the line was
//! jitter. What stays a little off it for long is a clock that drifts, and is followed softly.

use std::collections::VecDeque;

/// Seconds of sound that must agree before a gap is believed.
const CONFIRM: f64 = 0.25;
/// Seconds off the line from which a gap is one, however its stamps jitter.
const GAP: f64 = 0.06;
/// Seconds by which stamps of one stretch may differ.
const AGREE: f64 = 0.03;
/// A smaller gap is one where it comes at once, by more than so many seconds, and the stamps behind it differ by less.
const SUDDEN: f64 = 0.008;
const EVEN: f64 = 0.004;
/// Seconds over whose mean a lasting offset is measured.
const LASTING: f64 = 2.0;
/// Samples by which a second of sound is made longer or shorter to follow a clock: nobody hears a twelfth of a semitone.
pub const SOFT: f64 = 0.005;

/// What is to be done, in order. Offsets are in samples of the output: above zero the line is behind what the stamps say.
pub enum Step<T> {
    /// This comes next on the line.
    Lay(T),
    /// The line moves here, at once.
    Move(i64),
    /// The line is to be brought there softly.
    Drift(i64),
}

struct Held<T> {
    item: T,
    off: f64,
    length: f64,
}

/// Follows the stamps of one stream.
pub struct Stamps<T> {
    rate: f64,
    /// Samples off the line that are not worth a thought.
    tolerance: f64,
    /// Samples that are, where they last.
    lasting: f64,
    held: VecDeque<Held<T>>,
    begun: bool,
    /// How far off the line the last was.
    before: f64,
    sum: f64,
    span: f64,
    /// Samples until which a drift is being followed.
    deaf: f64,
}

impl<T> Stamps<T> {
    /// For so many samples a second.
    pub fn new(rate: u32, tolerance: f64, lasting: f64) -> Self {
        Self {
            rate: f64::from(rate),
            tolerance,
            lasting,
            held: VecDeque::new(),
            begun: false,
            before: 0.0,
            sum: 0.0,
            span: 0.0,
            deaf: 0.0,
        }
    }

    /// The line lies where it should: from here on nothing is moved at once because of one stamp.
    pub fn begin(&mut self) {
        self.begun = true;
    }

    /// Takes what comes next, as far off the end of the line as its stamp says, so many samples long.
    pub fn next(&mut self, item: T, off: Option<f64>, length: f64, steps: &mut Vec<Step<T>>) {
        if !self.begun {
            // The first one is laid where its stamp says.
            steps.push(Step::Move(off.map_or(0, |off| off.round() as i64)));
            steps.push(Step::Lay(item));
            return;
        }
        let waiting: f64 = self.held.iter().map(|held| held.length).sum();
        let off = match off {
            Some(off) => off - waiting,
            None => self.held.back().map_or(0.0, |held| held.off),
        };
        let held = Held { item, off, length };
        if off.abs() <= self.tolerance {
            // Those that wait were strays.
            while let Some(stray) = self.held.pop_front() {
                self.lay(stray, steps);
            }
            self.lay(held, steps);
            return;
        }
        self.held.push_back(held);
        if waiting + length >= CONFIRM * self.rate {
            self.decide(false, steps);
        }
    }

    /// There is no more.
    pub fn finish(&mut self, steps: &mut Vec<Step<T>>) {
        self.decide(true, steps);
    }

    fn decide(&mut self, end: bool, steps: &mut Vec<Step<T>>) {
        let confirm = CONFIRM * self.rate;
        while let Some(first) = self.held.front().map(|held| held.off) {
            let waiting: f64 = self.held.iter().map(|held| held.length).sum();
            if !end && waiting < confirm {
                return;
            }
            let agree = |held: &&Held<T>| (held.off - first).abs() <= AGREE * self.rate;
            let run = self.held.iter().take_while(agree).count();
            let (mut length, mut sum, mut least, mut most) = (0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY);
            for held in self.held.iter().take(run) {
                length += held.length;
                sum += held.off * held.length;
                least = held.off.min(least);
                most = held.off.max(most);
            }
            let mean = if length > 0.0 { sum / length } else { first };
            let long = length * 2.0 >= confirm || end && mean.abs() >= confirm;
            let sudden = (first - self.before).abs() > SUDDEN * self.rate && most - least <= EVEN * self.rate;
            let moved = if long && (mean.abs() >= GAP * self.rate || sudden) {
                mean.round()
            } else {
                0.0
            };
            if moved.abs() > 0.0 {
                steps.push(Step::Move(moved as i64));
                for held in &mut self.held {
                    held.off -= moved;
                }
            }
            for _ in 0..run {
                if let Some(held) = self.held.pop_front() {
                    self.lay(held, steps);
                }
            }
            while self.held.front().is_some_and(|held| held.off.abs() <= self.tolerance) {
                if let Some(held) = self.held.pop_front() {
                    self.lay(held, steps);
                }
            }
        }
    }

    fn lay(&mut self, held: Held<T>, steps: &mut Vec<Step<T>>) {
        self.before = held.off;
        steps.push(Step::Lay(held.item));
        if self.deaf > 0.0 {
            self.deaf -= held.length;
            return;
        }
        // One stamp that is far out says nothing of a clock.
        let most = GAP * self.rate;
        self.sum += held.off.clamp(-most, most) * held.length;
        self.span += held.length;
        if self.span < LASTING * self.rate {
            return;
        }
        let mean = self.sum / self.span;
        (self.sum, self.span) = (0.0, 0.0);
        if mean.abs() > self.lasting {
            steps.push(Step::Drift(mean.round() as i64));
            self.deaf = mean.abs() / SOFT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of 20 ms at 48 kHz, each stamped as late as `off` says, in samples: where moves and drifts come, before which frame.
    fn follow(offs: impl Iterator<Item = f64>) -> (Vec<(usize, i64)>, Vec<i64>) {
        let mut stamps = Stamps::new(48_000, 720.0, 720.0);
        stamps.begin();
        let (mut at, mut laid) = (0.0, 0);
        let (mut moves, mut drifts) = (Vec::new(), Vec::new());
        let mut steps = Vec::new();
        let mut take = |steps: &mut Vec<Step<usize>>, at: &mut f64| {
            for step in steps.drain(..) {
                match step {
                    Step::Lay(number) => {
                        assert_eq!(number, laid, "in order");
                        laid += 1;
                        *at += 960.0;
                    }
                    Step::Move(by) => {
                        moves.push((laid, by));
                        *at += by as f64;
                    }
                    Step::Drift(by) => drifts.push(by),
                }
            }
        };
        let mut count = 0;
        for (number, off) in offs.enumerate() {
            let due = number as f64 * 960.0 + off;
            stamps.next(number, Some(due - at), 960.0, &mut steps);
            take(&mut steps, &mut at);
            count += 1;
        }
        stamps.finish(&mut steps);
        take(&mut steps, &mut at);
        assert_eq!(laid, count, "all of it is laid");
        (moves, drifts)
    }

    #[test]
    fn jitter_moves_nothing() {
        let every_second = |by: f64| (0..500).map(move |n: usize| if n % 2 == 1 { by } else { 0.0 });
        for by in [864.0, -864.0, 1900.0, 9000.0] {
            assert_eq!(follow(every_second(by)).0, [], "{by}");
        }
        let bursts = (0..500).map(|n: usize| if n % 50 < 5 { 2500.0 } else { 0.0 });
        assert_eq!(follow(bursts), (vec![], vec![]));
        let mut seed = 1_u32;
        let noise = (0..1000).map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 16) / 65_536.0 * 2400.0 - 1200.0
        });
        assert_eq!(follow(noise), (vec![], vec![]));
    }

    #[test]
    fn a_gap_is_filled_where_it_is() {
        for gap in [960.0, 2880.0, 24_000.0, 1e9] {
            let found = follow((0..300).map(|n| if n < 100 { 0.0 } else { gap }));
            assert_eq!(found, (vec![(100, gap as i64)], vec![]), "{gap}");
        }
        let twice = follow((0..300).map(|n| if n < 100 { 0.0 } else { -1920.0 }));
        assert_eq!(twice.0, [(100, -1920)]);
        let two = follow((0..300).map(|n| match n {
            0..100 => 0.0,
            100..107 => 9600.0,
            _ => 19_200.0,
        }));
        assert_eq!(two.0, [(100, 9600), (107, 9600)]);
    }

    #[test]
    fn a_gap_among_jitter_is_filled_about_where_it_is() {
        let found = follow((0..300).map(|n| {
            let jitter = if n % 2 == 1 { 864.0 } else { 0.0 };
            if n < 100 { jitter } else { 24_000.0 + jitter }
        }));
        assert_eq!(found.0.len(), 1);
        let (at, by) = found.0[0];
        assert!(at == 100 && (by - 24_432).abs() < 100, "{at}, {by}");
    }

    #[test]
    fn a_clock_that_drifts_is_followed_softly() {
        let (moves, drifts) = follow((0..2000).map(|n: usize| n as f64 * 0.5));
        assert_eq!(moves, []);
        assert!(drifts.iter().any(|by| (700..800).contains(by)), "{drifts:?}");
    }

    #[test]
    fn the_first_is_laid_where_it_belongs() {
        let mut stamps = Stamps::new(48_000, 720.0, 720.0);
        let mut steps = Vec::new();
        stamps.next('a', Some(-300.4), 960.0, &mut steps);
        assert!(matches!(steps[..], [Step::Move(-300), Step::Lay('a')]));
    }
}
