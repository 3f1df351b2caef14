//! Appending parameters to every URI of a playlist, and changing no other byte.
//!
//! Nothing is parsed into a model and written again: the input is walked line by line, and what lies between two
//! insertions is copied as it is. There is no allocation per line.

mod uri;

use crate::attributes::attributes;
use crate::lines::first_line;
use uri::{Joint, Kind, Variables};

/// What is appended.
///
/// All texts are query strings without `?`, made of the characters that a URI's query may hold ([`is_query`]); an
/// empty text appends nothing, so empty ones give back identical bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters<'a> {
    /// What every URI's query begins with, before what it has of its own: `l=abcdefghij`. Where a URI has its own query in a
    /// variable, there is no place before that, and this comes behind it.
    pub first: &'a str,
    /// For URIs of playlists.
    pub playlist: &'a str,
    /// For every other URI: segments, init segments, keys, captions, images.
    pub other: &'a str,
    /// Host (with the port where there is one) whose absolute URIs are treated like relative ones. Absolute URIs of any
    /// other host are left alone: parameters are a viewer's right to watch, and go to nobody else.
    pub distribution: Option<&'a str>,
}

impl Parameters<'_> {
    /// Bytes of the longest text that is put behind a URI, with what joins it.
    fn longest(&self) -> usize {
        let first = self.first.len() + usize::from(!self.first.is_empty());
        let text = self.playlist.len().max(self.other.len());
        first + text + usize::from(text > 0)
    }
}

/// Is this text safe inside a playlist's URI: no quote, no space, no line end, nothing but a query's characters
/// (RFC 3986, 3.4)?
pub fn is_query(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte))
}

/// Where a tag keeps a URI.
struct Tag {
    name: &'static [u8],
    attributes: &'static [&'static [u8]],
    kind: Option<Kind>,
}

const fn tag(name: &'static [u8], attributes: &'static [&'static [u8]], kind: Option<Kind>) -> Tag {
    Tag { name, attributes, kind }
}

/// Every tag of RFC 8216 and its second edition that holds a URI, and the image playlists that players know besides.
/// `None`: by the URI's own name.
const TAGS: [Tag; 12] = [
    tag(b"PART", &[b"URI"], None),
    tag(b"MAP", &[b"URI"], None),
    tag(b"KEY", &[b"URI"], None),
    tag(b"MEDIA", &[b"URI"], Some(Kind::Playlist)),
    tag(b"I-FRAME-STREAM-INF", &[b"URI"], Some(Kind::Playlist)),
    tag(b"IMAGE-STREAM-INF", &[b"URI"], Some(Kind::Playlist)),
    tag(b"SESSION-KEY", &[b"URI"], None),
    tag(b"SESSION-DATA", &[b"URI"], None),
    tag(b"PRELOAD-HINT", &[b"URI"], None),
    tag(b"RENDITION-REPORT", &[b"URI"], Some(Kind::Playlist)),
    tag(b"CONTENT-STEERING", &[b"SERVER-URI"], None),
    tag(b"DATERANGE", &[b"X-ASSET-URI", b"X-ASSET-LIST", b"URI"], None),
];

/// Appends `parameters` to every URI of `input`, into `out` (which is not cleared).
pub fn rewrite(input: &[u8], parameters: &Parameters<'_>, out: &mut Vec<u8>) {
    if parameters.first.is_empty() && parameters.playlist.is_empty() && parameters.other.is_empty() {
        out.extend_from_slice(input);
        return;
    }
    out.reserve(quick_guess(input, parameters));
    let joined = |text: &str| {
        let mut joined = String::with_capacity(parameters.longest());
        for part in [parameters.first, text].into_iter().filter(|part| !part.is_empty()) {
            joined.push(if joined.is_empty() { '?' } else { '&' });
            joined.push_str(part);
        }
        joined.into_bytes()
    };
    let mut walk = Walk {
        input,
        distribution: parameters.distribution.map(str::as_bytes),
        playlist: &joined(parameters.playlist),
        other: &joined(parameters.other),
        first: parameters.first.len(),
        out,
        copied: 0,
        variables: Variables::default(),
    };
    walk.lines();
    let copied = walk.copied;
    out.extend_from_slice(&input[copied..]);
}

/// Room for everything at once, in nearly all playlists: growing a buffer of megabytes by doubling costs more than all
/// else here. A playlist is much the same from its beginning to its end, so a part of it tells how many of its lines are
/// URIs; where that guesses wrong, the buffer grows.
fn quick_guess(input: &[u8], parameters: &Parameters<'_>) -> usize {
    const SAMPLE: usize = 4096;
    let longest = parameters.longest();
    let sample = &input[..input.len().min(SAMPLE)];
    let lines = memchr::memchr_iter(b'\n', sample).count();
    let tags = memchr::memchr_iter(b'#', sample).count();
    let uris = (lines.saturating_sub(tags) + 1) * input.len() / sample.len().max(1);
    input.len() + (uris + uris / 32 + 16) * longest
}

/// How many bytes [`rewrite`] will need at most, but for playlists whose tags hold many URIs.
pub fn size_hint(input: &[u8], parameters: &Parameters<'_>) -> usize {
    let longest = parameters.longest();
    let mut room = input.len();
    if longest > 0 {
        let uris = memchr::memchr_iter(b'\n', input)
            .filter(|end| {
                input
                    .get(end + 1)
                    .is_some_and(|byte| !matches!(byte, b'#' | b'\r' | b'\n'))
            })
            .count();
        room += (uris + 16) * longest;
    }
    room
}

struct Walk<'a, 'o> {
    input: &'a [u8],
    distribution: Option<&'a [u8]>,
    /// The texts with their `?`.
    playlist: &'o [u8],
    other: &'o [u8],
    /// How many bytes of both, behind the `?`, come before a URI's own query.
    first: usize,
    out: &'o mut Vec<u8>,
    /// Everything before this index of the input is written.
    copied: usize,
    variables: Variables<'a>,
}

impl<'a> Walk<'a, '_> {
    /// Walks over all lines. The lines that make up nearly all of a long playlist are told at a glance: a comment that is
    /// the one before the last line once more (`#EXTINF:6.00000,`), and a URI that is a plain name.
    fn lines(&mut self) {
        let input = self.input;
        let mut at = if input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut variant = false;
        // With its line end; empty until there is one.
        let mut comment: &[u8] = b"";
        while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
            if rest[0] == b'#' {
                if !comment.is_empty() && begins_with(rest, comment) {
                    at += comment.len();
                    continue;
                }
                let line = first_line(rest);
                match line.content.strip_prefix(b"#EXT-X-") {
                    None if line.length <= LONGEST_COMMENT && rest[line.length - 1] == b'\n' => {
                        comment = &rest[..line.length];
                    }
                    None => {}
                    Some(tag) if tag.starts_with(b"STREAM-INF:") => variant = true,
                    Some(tag) => self.tag(tag, at + b"#EXT-X-".len()),
                }
                at += line.length;
                continue;
            }
            let plain = uri::plain_name(rest).and_then(|length| match rest.get(length..) {
                Some([b'\n', ..]) => Some((length, length + 1)),
                Some([b'\r', b'\n', ..]) => Some((length, length + 2)),
                _ => None,
            });
            if let Some((length, whole)) = plain {
                let kind = if variant {
                    Kind::Playlist
                } else {
                    uri::by_name(&rest[..length])
                };
                self.insert(at + length, kind, Joint::First);
                variant = false;
                at += whole;
                continue;
            }
            let line = first_line(rest);
            let trimmed = line.content.trim_ascii_end();
            if !trimmed.is_empty() {
                self.uri(trimmed, at, variant.then_some(Kind::Playlist));
                variant = false;
            }
            at += line.length;
        }
    }

    /// `rest` is a tag after `#EXT-X-`, `start` where that lies in the input.
    fn tag(&mut self, rest: &'a [u8], start: usize) {
        let Some(colon) = memchr::memchr(b':', rest) else {
            return;
        };
        let (name, list) = (&rest[..colon], &rest[colon + 1..]);
        if name == b"DEFINE" {
            self.variables.define(list);
            return;
        }
        let Some(tag) = TAGS.iter().find(|tag| tag.name == name) else {
            return;
        };
        for attribute in attributes(list) {
            if attribute.quoted && tag.attributes.contains(&attribute.name) {
                let at = start + colon + 1 + attribute.range.start;
                self.uri(&list[attribute.range], at, tag.kind);
            }
        }
    }

    fn uri(&mut self, uri: &[u8], start: usize, kind: Option<Kind>) {
        if let Some(place) = uri::place(uri, kind, self.distribution, &self.variables) {
            match place.query {
                Some(query) if self.first > 0 => self.around(start + query, start + place.at, place.kind, place.joint),
                _ => self.insert(start + place.at, place.kind, place.joint),
            }
        }
    }

    /// A URI with a query of its own, which begins at `query`: what comes first goes before it, the rest behind it.
    fn around(&mut self, query: usize, at: usize, kind: Kind, joint: Joint) {
        let text = match kind {
            Kind::Playlist => self.playlist,
            Kind::Other => self.other,
        };
        let (first, rest) = text.split_at(1 + self.first);
        self.copy(query);
        self.out.extend_from_slice(&first[1..]);
        if query < at {
            self.out.push(b'&');
            self.copy(at);
        }
        // `rest` begins with the `&` that joins it.
        match joint {
            Joint::None if query < at => self.out.extend_from_slice(rest.get(1..).unwrap_or_default()),
            _ => self.out.extend_from_slice(rest),
        }
    }

    /// Copies the input up to `at`, and puts the parameters there.
    #[inline]
    fn insert(&mut self, at: usize, kind: Kind, joint: Joint) {
        let text = match kind {
            Kind::Playlist => self.playlist,
            Kind::Other => self.other,
        };
        let Some(bare) = text.get(1..) else { return };
        self.copy(at);
        match joint {
            Joint::First => self.out.extend_from_slice(text),
            Joint::Further => {
                self.out.push(b'&');
                self.out.extend_from_slice(bare);
            }
            Joint::None => self.out.extend_from_slice(bare),
        }
    }

    /// Copies the input up to `at`. Between two segments lie few bytes: copying a fixed number of them and taking the
    /// rest off again is quicker than a copy whose length has to be looked at first.
    #[inline]
    fn copy(&mut self, at: usize) {
        const FEW: usize = 32;
        let length = at - self.copied;
        match self.input[self.copied..].first_chunk::<FEW>() {
            Some(chunk) if length <= FEW => {
                self.out.extend_from_slice(chunk);
                self.out.truncate(self.out.len() - (FEW - length));
            }
            _ => self.out.extend_from_slice(&self.input[self.copied..at]),
        }
        self.copied = at;
    }
}

/// Longest comment that is looked for again.
const LONGEST_COMMENT: usize = 64;

/// `text.starts_with(start)`, for starts of up to some dozens of bytes: eight at a time, without a call.
#[inline]
fn begins_with(text: &[u8], start: &[u8]) -> bool {
    let Some(text) = text.get(..start.len()) else {
        return false;
    };
    let (Some(last), Some(wanted)) = (text.last_chunk::<8>(), start.last_chunk::<8>()) else {
        return text == start;
    };
    let (chunks, _) = text.as_chunks::<8>();
    let (wanted_chunks, _) = start.as_chunks::<8>();
    last == wanted && chunks.iter().zip(wanted_chunks).all(|(chunk, wanted)| chunk == wanted)
}
