//! A playlist as lines, every byte accounted for.

/// One line: where its content lies in the input, without LF or CRLF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Index of the first byte of the content.
    pub start: usize,
    /// The content.
    pub content: &'a [u8],
}

/// The lines of an input. Their contents and the gaps between them are the whole input. A byte order mark belongs to
/// the gap before the first line.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    input: &'a [u8],
    at: usize,
}

/// Iterates over the lines of `input`.
pub fn lines(input: &[u8]) -> Lines<'_> {
    let at = if input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    Lines { input, at }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.input.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let FirstLine { content, length } = first_line(rest);
        self.at += length;
        Some(Line { start, content })
    }
}

/// The first line of what is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstLine<'a> {
    /// Without LF or CRLF.
    pub content: &'a [u8],
    /// With LF or CRLF.
    pub length: usize,
}

#[inline]
pub(crate) fn first_line(rest: &[u8]) -> FirstLine<'_> {
    let (content, length) = match line_end(rest) {
        Some(end) => (&rest[..end], end + 1),
        None => (rest, rest.len()),
    };
    FirstLine {
        content: content.strip_suffix(b"\r").unwrap_or(content),
        length,
    }
}

/// Index of the first line feed. Lines of playlists are short: eight bytes at a time finds their end before a search
/// that is made for long texts has started.
#[inline]
fn line_end(rest: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    const FEEDS: u64 = u64::from_le_bytes([b'\n'; 8]);
    let mut at = 0;
    while at < 64 {
        let Some(word) = rest[at..].first_chunk::<8>() else {
            break;
        };
        // A byte of `found` has its high bit set where the word has a line feed; the lowest such byte is exact.
        let differing = u64::from_le_bytes(*word) ^ FEEDS;
        let found = differing.wrapping_sub(ONES) & !differing & HIGH;
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr::memchr(b'\n', &rest[at..]).map(|end| at + end)
}
