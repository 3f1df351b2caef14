//! Line 21 captions (CEA-608, 47 CFR 15.119): pairs of bytes as what was to be seen.
//!
//! Words and their rows are kept; colours, italics and columns are not.

use super::cue::Cue;

const ROWS: usize = 15;
const COLUMNS: usize = 32;

/// Decoders take away what stood for so long without a word from the sender.
const STALE: f64 = 16.0;

/// Rows by the first byte of a preamble address code.
const PREAMBLE: [[usize; 2]; 8] = [[11, 11], [1, 2], [3, 4], [12, 13], [14, 15], [5, 6], [7, 8], [9, 10]];

const SPECIAL: [char; 16] = [
    '®', '°', '½', '¿', '™', '¢', '£', '♪', 'à', ' ', 'è', 'â', 'ê', 'î', 'ô', 'û',
];

const EXTENDED: [[char; 32]; 2] = [
    [
        'Á', 'É', 'Ó', 'Ú', 'Ü', 'ü', '‘', '¡', '*', '’', '—', '©', '℠', '•', '“', '”', 'À', 'Â', 'Ç', 'È', 'Ê', 'Ë',
        'ë', 'Î', 'Ï', 'ï', 'Ô', 'Ù', 'ù', 'Û', '«', '»',
    ],
    [
        'Ã', 'ã', 'Í', 'Ì', 'ì', 'Ò', 'ò', 'Õ', 'õ', '{', '}', '\\', '^', '_', '|', '~', 'Ä', 'ä', 'Ö', 'ö', 'ß', '¥',
        '¤', '│', 'Å', 'å', 'Ø', 'ø', '┌', '┐', '└', '┘',
    ],
];

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Written unseen, then shown at once.
    PopOn,
    /// Shown as it is written.
    PaintOn,
    /// The same, in so many rows, which roll up.
    RollUp(usize),
    /// What is no caption (text service).
    Text,
}

type Screen = [[Option<char>; COLUMNS]; ROWS];

const EMPTY: Screen = [[None; COLUMNS]; ROWS];

/// The captions of one channel.
pub struct Decoder {
    /// Field, 0 or 1.
    field: u8,
    /// Whether the second channel of the field is wanted.
    second: bool,
    /// Whether what comes is for that channel.
    ours: bool,
    /// The last control code: it is sent twice.
    last: Option<[u8; 2]>,
    mode: Mode,
    shown: Screen,
    hidden: Screen,
    row: usize,
    column: usize,
    /// When what is shown began.
    since: Option<f64>,
}

impl Decoder {
    /// A decoder of channel 1 to 4.
    pub fn new(channel: u8) -> Self {
        Self {
            field: u8::from(channel > 2),
            second: channel.is_multiple_of(2),
            ours: false,
            last: None,
            mode: Mode::Text,
            shown: EMPTY,
            hidden: EMPTY,
            row: ROWS - 1,
            column: 0,
            since: None,
        }
    }

    /// Takes a pair of a field at a time (seconds); answers the cue that ends with it.
    pub fn take(&mut self, at: f64, field: u8, pair: [u8; 2]) -> Option<Cue> {
        if field != self.field {
            return None;
        }
        let [first, next] = pair.map(|byte| byte & 0x7F);
        match first {
            0 => None,
            0x10..=0x1F => {
                if self.last.take() == Some([first, next]) {
                    return None;
                }
                self.last = Some([first, next]);
                self.ours = (first & 0x08 != 0) == self.second;
                if self.ours {
                    self.control(at, first & 0x17, next)
                } else {
                    None
                }
            }
            // What a programme says of itself stands in the second field, up to the next control code.
            0x01..=0x0F => {
                self.ours = false;
                self.last = None;
                None
            }
            _ => {
                self.last = None;
                if self.ours {
                    self.put(at, basic(first));
                    if next >= 0x20 {
                        self.put(at, basic(next));
                    }
                }
                None
            }
        }
    }

    /// What is shown, where nothing ended it for too long, or at the end of the film.
    pub fn stale(&mut self, at: f64, ended: bool) -> Option<Cue> {
        let since = self.since?;
        (ended || since + STALE <= at)
            .then(|| self.end(at.min(since + STALE)))
            .flatten()
    }

    fn control(&mut self, at: f64, first: u8, next: u8) -> Option<Cue> {
        match (first, next) {
            (0x11, 0x30..=0x3F) => self.put(at, SPECIAL[usize::from(next - 0x30)]),
            (0x12 | 0x13, 0x20..=0x3F) => {
                // A decoder that does not know it shows the plain letter that was sent before.
                self.back();
                self.put(at, EXTENDED[usize::from(first - 0x12)][usize::from(next - 0x20)]);
            }
            // Looks, which take a column.
            (0x11, 0x20..=0x2F) => self.put(at, ' '),
            (0x17, 0x21..=0x23) => self.column = (self.column + usize::from(next - 0x20)).min(COLUMNS - 1),
            (0x14 | 0x15, 0x20..=0x2F) => return self.command(at, next),
            (_, 0x40..=0x7F) => {
                let row = PREAMBLE[usize::from(first & 7)][usize::from(next & 0x20 != 0)] - 1;
                if let Mode::RollUp(_) = self.mode
                    && row != self.row
                {
                    self.shown.swap(row, self.row);
                }
                self.row = row;
                self.column = if next & 0x10 == 0 {
                    0
                } else {
                    usize::from(next & 0x0E) * 2
                };
            }
            _ => {}
        }
        None
    }

    fn command(&mut self, at: f64, command: u8) -> Option<Cue> {
        match command {
            0x20 => self.mode = Mode::PopOn,
            0x21 => self.back(),
            0x24 => {
                let (row, column) = (self.row, self.column);
                self.memory()[row][column..].fill(None);
            }
            0x25..=0x27 => {
                let rows = usize::from(command - 0x23);
                let ended = if matches!(self.mode, Mode::RollUp(_)) {
                    None
                } else {
                    self.end(at)
                };
                if !matches!(self.mode, Mode::RollUp(_)) {
                    (self.row, self.column) = (ROWS - 1, 0);
                    self.hidden = EMPTY;
                }
                self.mode = Mode::RollUp(rows);
                return ended;
            }
            0x29 => {
                // What stands there stays, and is written on.
                let ended = self.told(at);
                self.mode = Mode::PaintOn;
                return ended;
            }
            0x2A | 0x2B => self.mode = Mode::Text,
            0x2C => return self.end(at),
            0x2D => {
                if let Mode::RollUp(rows) = self.mode {
                    let ended = self.told(at);
                    let top = (self.row + 1).saturating_sub(rows);
                    for row in 0..ROWS {
                        self.shown[row] = match row {
                            row if row >= top && row < self.row => self.shown[row + 1],
                            _ => [None; COLUMNS],
                        };
                    }
                    self.column = 0;
                    return ended;
                }
            }
            0x2E => self.hidden = EMPTY,
            0x2F => {
                let ended = self.end(at);
                std::mem::swap(&mut self.shown, &mut self.hidden);
                self.hidden = EMPTY;
                self.mode = Mode::PopOn;
                self.since = words(&self.shown).is_some().then_some(at);
                return ended;
            }
            _ => {}
        }
        None
    }

    fn memory(&mut self) -> &mut Screen {
        if self.mode == Mode::PopOn {
            &mut self.hidden
        } else {
            &mut self.shown
        }
    }

    fn put(&mut self, at: f64, letter: char) {
        if self.mode == Mode::Text {
            return;
        }
        let (row, column) = (self.row, self.column);
        self.memory()[row][column] = Some(letter);
        self.column = (column + 1).min(COLUMNS - 1);
        if self.mode != Mode::PopOn && letter != ' ' {
            self.since.get_or_insert(at);
        }
    }

    fn back(&mut self) {
        // In the last column letters overwrite each other.
        let (row, column) = (self.row, self.column);
        if column == COLUMNS - 1 && self.memory()[row][column].is_some() {
            self.memory()[row][column] = None;
            return;
        }
        self.column = column.saturating_sub(1);
        let column = self.column;
        self.memory()[row][column] = None;
    }

    /// The cue of what is shown up to now; it is still shown.
    fn told(&mut self, at: f64) -> Option<Cue> {
        let start = self.since.take()?;
        let (text, top) = words(&self.shown)?;
        (at > start).then(|| Cue {
            start,
            end: at.min(start + STALE),
            settings: if top { "line:0".into() } else { String::new() },
            text,
        })
    }

    /// The same, and nothing is shown any more.
    fn end(&mut self, at: f64) -> Option<Cue> {
        let cue = self.told(at);
        self.shown = EMPTY;
        cue
    }
}

/// The rows of a screen as WebVTT text, and whether they stand at its top.
fn words(screen: &Screen) -> Option<(String, bool)> {
    let mut lowest = 0;
    let mut rows = Vec::new();
    for (number, row) in screen.iter().enumerate() {
        let text: String = row.iter().map(|letter| letter.unwrap_or(' ')).collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        if !words.is_empty() {
            lowest = number;
            rows.push(words.join(" "));
        }
    }
    let text = rows
        .join("\n")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    (!rows.is_empty()).then_some((text, lowest < ROWS / 3))
}

/// ASCII, with a few letters that were thought more useful.
fn basic(byte: u8) -> char {
    match byte {
        0x2A => 'á',
        0x5C => 'é',
        0x5E => 'í',
        0x5F => 'ó',
        0x60 => 'ú',
        0x7B => 'ç',
        0x7C => '÷',
        0x7D => 'Ñ',
        0x7E => 'ñ',
        0x7F => '█',
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sends pairs, a thirtieth of a second each; control codes twice.
    fn sent(channel: u8, field: u8, pairs: &[&[u8]]) -> Vec<(f64, f64, String)> {
        let mut decoder = Decoder::new(channel);
        let mut cues = Vec::new();
        let mut frame = 0.0;
        for bytes in pairs {
            for pair in bytes.chunks(2) {
                let pair = [pair[0], pair.get(1).copied().unwrap_or(0)];
                let twice = if (0x10..0x20).contains(&pair[0]) { 2 } else { 1 };
                for _ in 0..twice {
                    cues.extend(decoder.take(f64::from(frame) / 30.0, field, pair));
                    frame += 1.0_f32;
                }
            }
        }
        cues.extend(decoder.stale(f64::from(frame) / 30.0, true));
        cues.into_iter().map(|cue| (cue.start, cue.end, cue.text)).collect()
    }

    fn said(channel: u8, field: u8, pairs: &[&[u8]]) -> Vec<String> {
        sent(channel, field, pairs)
            .into_iter()
            .map(|(_, _, text)| text)
            .collect()
    }

    #[test]
    fn pop_on() {
        let cues = sent(
            1,
            0,
            &[
                b"\x14\x20\x14\x2E\x13\x40",
                b"HELLO",
                b"\x14\x40",
                b"YOU & ME",
                b"\x14\x2F",
                &[0; 60],
                b"\x14\x2C",
            ],
        );
        assert_eq!(cues.len(), 1);
        assert_eq!(cues[0].2, "HELLO\nYOU &amp; ME");
        assert!((cues[0].1 - cues[0].0 - 32.0 / 30.0).abs() < 1e-6, "{cues:?}");
    }

    #[test]
    fn roll_up_and_paint_on() {
        assert_eq!(
            said(
                1,
                0,
                &[
                    b"\x14\x25\x14\x2D\x14\x70",
                    b"ONE",
                    b"\x14\x2D",
                    b"TWO ",
                    b"\x14\x2D",
                    b"THREE",
                    b"\x14\x2C"
                ]
            ),
            ["ONE", "ONE\nTWO", "TWO\nTHREE"]
        );
        assert_eq!(said(1, 0, &[b"\x14\x29\x14\x70", b"PAINT", b"\x14\x2C"]), ["PAINT"]);
    }

    #[test]
    fn letters() {
        assert_eq!(
            said(
                1,
                0,
                &[
                    b"\x14\x29\x14\x70",
                    b"caf\\ ma}a",
                    b"\x11\x37",
                    b"A",
                    b"\x12\x20",
                    b"o",
                    b"\x13\x33",
                    b"\x14\x21",
                    b"\x14\x2C"
                ]
            ),
            ["café maÑa♪Á"]
        );
    }

    #[test]
    fn channels() {
        let pairs: &[&[u8]] = &[
            b"\x14\x29\x14\x70",
            b"ONE ",
            b"\x1C\x29\x1C\x70",
            b"TWO ",
            b"\x14\x2C\x1C\x2C",
        ];
        assert_eq!(said(1, 0, pairs), ["ONE"]);
        assert_eq!(said(2, 0, pairs), ["TWO"]);
        assert_eq!(said(3, 0, pairs), [""; 0]);
        assert_eq!(
            said(
                3,
                1,
                &[
                    b"\x15\x29\x15\x70",
                    b"XX",
                    b"\x01\x03",
                    b"TITLE",
                    b"\x0F\x1D",
                    b"\x15\x2C"
                ]
            ),
            ["XX"]
        );
    }

    proptest! {
        #[test]
        fn anything(pairs in proptest::collection::vec((0_u8..2, any::<[u8; 2]>()), 0..400)) {
            for channel in 1..=4 {
                let mut decoder = Decoder::new(channel);
                for (at, (field, pair)) in pairs.iter().enumerate() {
                    let at = at as f64;
                    for cue in [decoder.take(at, *field, *pair), decoder.stale(at, false)].into_iter().flatten() {
                        prop_assert!(cue.end > cue.start && !cue.text.is_empty() && !cue.text.contains("-->"));
                    }
                }
            }
        }
    }
}
