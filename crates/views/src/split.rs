//! Text by lines, with one buffer of fixed size.

use std::io::{self, Read};

/// The longest line that is read, in bytes. CloudFront takes URLs of up to 8,192 and headers of up to 20 kB.
pub const LONGEST_LINE: usize = 64 * 1024;

/// A line, or what stands for one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Without its end.
    Line(&'a [u8]),
    /// A line longer than [`LONGEST_LINE`], which was passed over.
    TooLong,
}

/// Gives lines, one at a time.
pub(crate) struct Split<R> {
    text: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// In the midst of a line that is too long.
    skipping: bool,
    ended: bool,
}

impl<R: Read> Split<R> {
    pub(crate) fn new(text: R) -> Self {
        Self {
            text,
            buffer: vec![0; 4 * LONGEST_LINE].into_boxed_slice(),
            start: 0,
            end: 0,
            skipping: false,
            ended: false,
        }
    }

    pub(crate) fn text(&self) -> &R {
        &self.text
    }

    /// The next line; `None` at the end. The last one needs no end of line.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        let mut looked = 0;
        loop {
            let here = &self.buffer[self.start + looked..self.end];
            if let Some(length) = memchr::memchr(b'\n', here) {
                let from = self.start;
                let to = from + looked + length;
                self.start = to + 1;
                return Ok(Some(self.piece(from, to)));
            }
            looked = self.end - self.start;
            if self.ended {
                if looked == 0 && !self.skipping {
                    return Ok(None);
                }
                let (from, to) = (self.start, self.end);
                self.start = to;
                return Ok(Some(self.piece(from, to)));
            }
            if looked > LONGEST_LINE {
                self.skipping = true;
                self.start = self.end;
                looked = 0;
            }
            self.fill()?;
        }
    }

    fn piece(&mut self, from: usize, to: usize) -> Piece<'_> {
        if std::mem::take(&mut self.skipping) || to - from > LONGEST_LINE {
            Piece::TooLong
        } else {
            Piece::Line(&self.buffer[from..to])
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        // Large gulps: what is left of a line is moved to the front once in many lines.
        while self.end < self.buffer.len() {
            match self.text.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => self.end = (self.end + read).min(self.buffer.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lengths(text: &[u8]) -> Vec<Option<usize>> {
        let mut split = Split::new(text);
        let mut all = Vec::new();
        while let Some(piece) = split.next().unwrap() {
            all.push(match piece {
                Piece::Line(line) => {
                    assert!(!line.contains(&b'\n'));
                    Some(line.len())
                }
                Piece::TooLong => None,
            });
        }
        all
    }

    #[test]
    fn the_longest_line_is_a_line_and_the_next_is_none() {
        let longest = vec![b'x'; LONGEST_LINE];
        let too_long = vec![b'x'; LONGEST_LINE + 1];
        let endless = vec![b'x'; 9 * LONGEST_LINE];
        let text = [&longest[..], b"a", &too_long[..], b"", &endless[..], b"bc"].join(&b'\n');
        assert_eq!(
            lengths(&text),
            [Some(LONGEST_LINE), Some(1), None, Some(0), None, Some(2)]
        );
        assert_eq!(lengths(&endless), [None]);
        assert_eq!(lengths(b""), []);
        assert_eq!(lengths(b"\n"), [Some(0)]);
    }

    proptest! {
        #[test]
        fn as_cut_at_once(lines in prop::collection::vec(0_usize..90_000, 0..20)) {
            let text: Vec<u8> = lines.iter().flat_map(|length| vec![b'x'; *length].into_iter().chain([b'\n'])).collect();
            let wanted: Vec<_> = lines.iter().map(|length| (*length <= LONGEST_LINE).then_some(*length)).collect();
            prop_assert_eq!(lengths(&text), wanted);
        }
    }
}
