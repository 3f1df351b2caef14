//! Attribute lists: `NAME=value,NAME="quoted, value"` (RFC 8216, 4.2).

use std::ops::Range;

/// One attribute of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The name, without the blanks that some writers put before it.
    pub name: &'a [u8],
    /// Where the value lies in the list, without its quotes.
    pub range: Range<usize>,
    /// Did the value stand in quotes?
    pub quoted: bool,
}

/// The attributes of `list`, as far as it is well-formed: stops at a quote that is never closed.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    list: &'a [u8],
    at: usize,
}

/// Iterates over the attributes of a list, the text after a tag's colon.
pub fn attributes(list: &[u8]) -> Attributes<'_> {
    Attributes { list, at: 0 }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        loop {
            let rest = self.list.get(self.at..).filter(|rest| !rest.is_empty())?;
            let end_of_name = memchr::memchr2(b'=', b',', rest)?;
            if rest[end_of_name] == b',' {
                // A word without a value: not an attribute, but what follows may be.
                self.at += end_of_name + 1;
                continue;
            }
            let name = rest[..end_of_name].trim_ascii();
            let value = self.at + end_of_name + 1;
            if self.list.get(value) == Some(&b'"') {
                let length = memchr::memchr(b'"', &self.list[value + 1..])?;
                let range = value + 1..value + 1 + length;
                self.at = match memchr::memchr(b',', &self.list[range.end + 1..]) {
                    Some(comma) => range.end + 1 + comma + 1,
                    None => self.list.len(),
                };
                return Some(Attribute {
                    name,
                    range,
                    quoted: true,
                });
            }
            let length = memchr::memchr(b',', &self.list[value..]).unwrap_or(self.list.len() - value);
            self.at = value + length + 1;
            return Some(Attribute {
                name,
                range: value..value + length,
                quoted: false,
            });
        }
    }
}
