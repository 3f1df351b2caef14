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
        let content = if let Some(end) = memchr::memchr(b'\n', rest) {
            self.at = start + end + 1;
            &rest[..end]
        } else {
            self.at = self.input.len();
            rest
        };
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        Some(Line { start, content })
    }
}
