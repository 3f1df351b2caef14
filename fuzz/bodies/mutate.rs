//! The same checks without a fuzzer: seeds, changed by chance but the same on every run.

/// How often each check runs.
pub const ROUNDS: usize = 20_000;

/// A small generator (xorshift), the same on every run, so that a failing case can be found again.
pub struct Mutate<'a> {
    state: u64,
    seeds: &'a [&'a [u8]],
    words: &'a [&'a str],
}

impl<'a> Mutate<'a> {
    pub fn new(seeds: &'a [&'a [u8]], words: &'a [&'a str]) -> Self {
        Self {
            state: 0x5eed_f00d_cafe,
            seeds,
            words,
        }
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % sides.max(1) as u64).expect("less than `sides`")
    }

    /// A seed with a few changes: bytes flipped, taken out, repeated; words and pieces of other seeds put in.
    pub fn bytes(&mut self) -> Vec<u8> {
        let at = self.roll(self.seeds.len());
        let mut text = self.seeds[at].to_vec();
        for _ in 0..=self.roll(6) {
            let at = self.roll(text.len() + 1);
            let end = (at + self.roll(12)).min(text.len());
            match self.roll(5) {
                0 if at < text.len() => text[at] = u8::try_from(self.roll(256)).expect("a byte"),
                1 => drop(text.drain(at..end)),
                2 => {
                    let piece = text[at..end].to_vec();
                    text.splice(at..at, piece);
                }
                3 => {
                    let seed = self.roll(self.seeds.len());
                    let other = self.seeds[seed];
                    let from = self.roll(other.len() + 1);
                    let to = (from + self.roll(40)).min(other.len());
                    text.splice(at..end, other[from..to].iter().copied());
                }
                _ => {
                    let word = self.roll(self.words.len());
                    text.splice(at..at, self.words[word].bytes());
                }
            }
        }
        text
    }
}
