//! What a URI reference in a playlist points to, and where parameters go in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::attributes::attributes;

/// What a URI points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Another playlist.
    Playlist,
    /// Anything else.
    Other,
}

/// Where parameters go in a URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub kind: Kind,
    /// Index in the URI.
    pub at: usize,
    /// What stands before them.
    pub joint: Joint,
    /// Index in the URI behind its own `?`, if it stands there to be seen: not in a variable.
    pub query: Option<usize>,
}

/// What stands before the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// `?`: they are the URI's first.
    First,
    /// `&`: it has some of its own.
    Further,
    /// Nothing: its own query is empty, or ends with `&`.
    None,
}

/// What `EXT-X-DEFINE` said so far. A value that the playlist only imports is not known here, nor is one that two tags
/// give differently: players do not agree on which of them counts.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    known: BTreeMap<&'a [u8], Option<Cow<'a, [u8]>>>,
}

/// CloudFront takes no longer URL, so whatever expands to one is no URI that could be asked for.
const LONGEST: usize = 8192;
/// Playlists define a handful. Further ones are as unknown as imported ones.
const MOST: usize = 1000;

impl<'a> Variables<'a> {
    pub(super) fn define(&mut self, list: &'a [u8]) {
        let find = |wanted: &[u8]| {
            attributes(list)
                .find(|attribute| attribute.quoted && attribute.name == wanted)
                .map(|attribute| &list[attribute.range])
        };
        let (Some(name), Some(text)) = (find(b"NAME"), find(b"VALUE")) else {
            return;
        };
        if self.known.len() >= MOST && !self.known.contains_key(name) {
            return;
        }
        let value = match self.expand(text) {
            Expanded::Whole(value) => Some(value),
            Expanded::InPart { .. } | Expanded::TooLong => None,
        };
        self.known
            .entry(name)
            .and_modify(|known| {
                if *known != value {
                    *known = None;
                }
            })
            .or_insert(value);
    }

    /// `text` with its variables replaced.
    fn expand<'t>(&self, text: &'t [u8]) -> Expanded<'t> {
        let Some(first) = memchr::memmem::find(text, b"{$") else {
            return Expanded::Whole(Cow::Borrowed(text));
        };
        let mut out = Vec::with_capacity(text.len() * 2);
        let mut unknown = None;
        out.extend_from_slice(&text[..first]);
        let mut rest = &text[first..];
        // `rest` begins with a reference, or with what looks like one.
        while let Some(close) = memchr::memchr(b'}', rest) {
            match self.known.get(&rest[2..close]) {
                Some(Some(value)) => out.extend_from_slice(value),
                Some(None) | None => unknown = unknown.or(Some(out.len())),
            }
            rest = &rest[close + 1..];
            let next = memchr::memmem::find(rest, b"{$").unwrap_or(rest.len());
            out.extend_from_slice(&rest[..next]);
            rest = &rest[next..];
            if out.len() > LONGEST {
                return Expanded::TooLong;
            }
            if rest.is_empty() {
                break;
            }
        }
        out.extend_from_slice(rest);
        match unknown {
            Some(first) => Expanded::InPart { text: out, first },
            None => Expanded::Whole(Cow::Owned(out)),
        }
    }
}

/// A text after its variables were replaced.
enum Expanded<'t> {
    /// All of them.
    Whole(Cow<'t, [u8]>),
    /// Those that are known; the others became nothing, the first of them at `first`.
    InPart { text: Vec<u8>, first: usize },
    /// No URL any more.
    TooLong,
}

/// Bytes that make a URI more than a plain relative path: `:?#{\/`'s company, and everything below `!`.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte <= b' ' as usize {
        table[byte] = true;
        byte += 1;
    }
    table[b':' as usize] = true;
    table[b'?' as usize] = true;
    table[b'#' as usize] = true;
    table[b'{' as usize] = true;
    table[b'\\' as usize] = true;
    table[0x7f] = true;
    table
};

/// Length of the plain name at the start of `text`, if there is one: no slash in front, and nothing in it that makes a
/// URI more than a path.
#[inline]
pub(super) fn plain_name(text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'/') {
        return None;
    }
    let end = text.iter().position(|byte| SPECIAL[usize::from(*byte)]);
    end.or(Some(text.len())).filter(|length| *length > 0)
}

/// Where parameters go in `uri`; `None` where it is left alone: another host's, another scheme's, not a URI.
/// `kind` is what the tag says, if it says it.
pub(super) fn place(
    uri: &[u8],
    kind: Option<Kind>,
    distribution: Option<&[u8]>,
    variables: &Variables<'_>,
) -> Option<Place> {
    if plain_name(uri) == Some(uri.len()) {
        return Some(Place {
            kind: kind.unwrap_or_else(|| by_name(uri)),
            at: uri.len(),
            joint: Joint::First,
            query: None,
        });
    }
    careful(uri, kind, distribution, variables)
}

#[inline]
pub(super) fn by_name(path: &[u8]) -> Kind {
    // Case counts: so it does in CloudFront's `*.m3u8`, which decides who answers.
    if path.ends_with(b".m3u8") {
        Kind::Playlist
    } else {
        Kind::Other
    }
}

fn careful(uri: &[u8], kind: Option<Kind>, distribution: Option<&[u8]>, variables: &Variables<'_>) -> Option<Place> {
    // A browser drops tabs and leading spaces from a URL and reads `\` as `/`, so each could turn a path into a host.
    // Spaces inside a name are no URI either, but players ask for them.
    if uri.is_empty() || uri.iter().any(|byte| *byte < b' ' || *byte == 0x7f) {
        return None;
    }
    let expanded: Cow<'_, [u8]> = match variables.expand(uri) {
        Expanded::Whole(text) => text,
        // Nobody can tell whose host it names before its value is known.
        Expanded::InPart { text, first } if !is_host_settled(&text[..first]) => return None,
        Expanded::InPart { text, .. } => Cow::Owned(text),
        Expanded::TooLong => return None,
    };
    if !is_ours(expanded.trim_ascii_start(), distribution) {
        return None;
    }
    let fragment = memchr::memchr(b'#', uri);
    if fragment.is_none() && memchr::memchr(b'#', &expanded).is_some() {
        // The fragment lies inside a variable: there is no place before it.
        return None;
    }
    let whole = &expanded[..memchr::memchr(b'#', &expanded).unwrap_or(expanded.len())];
    let query = memchr::memchr(b'?', whole);
    let path = &whole[..query.unwrap_or(whole.len())];
    if path.trim_ascii().is_empty() && query.is_none() {
        // A fragment alone points into this playlist. With blanks before it, it is a tag that somebody indented.
        return None;
    }
    let joint = match (query, whole.last()) {
        (None, _) => Joint::First,
        (Some(_), Some(b'?' | b'&')) => Joint::None,
        (Some(_), _) => Joint::Further,
    };
    let at = fragment.unwrap_or(uri.len());
    // A variable before the first visible `?` may hold one as well, which comes before it.
    let shown = memchr::memchr(b'?', &uri[..at]);
    let earlier = shown.is_some_and(|shown| {
        let before = &uri[..shown];
        let open = memchr::memmem::rfind(before, b"{$").is_some_and(|at| !before[at..].contains(&b'}'));
        open || match variables.expand(before) {
            Expanded::Whole(text) => text.contains(&b'?'),
            Expanded::InPart { .. } | Expanded::TooLong => true,
        }
    });
    Some(Place {
        kind: kind.unwrap_or_else(|| by_name(path)),
        at,
        joint,
        query: shown.filter(|_| query.is_some() && !earlier).map(|shown| shown + 1),
    })
}

/// Is it relative, or a URL of the distribution?
fn is_ours(uri: &[u8], distribution: Option<&[u8]>) -> bool {
    let (authority, port) = match scheme(uri) {
        Some(scheme) if scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https") => {
            let port: &[u8] = if scheme.len() == 4 { b":80" } else { b":443" };
            match &uri[scheme.len() + 1..] {
                [b'/', b'/', rest @ ..] => (rest, port),
                _ => return false,
            }
        }
        Some(_) => return false,
        None => match uri {
            [b'/', b'/', rest @ ..] => (rest, &b""[..]),
            [first, second, ..] if is_slash(*first) && is_slash(*second) => return false,
            _ => return true,
        },
    };
    let end = authority_end(authority).unwrap_or(authority.len());
    let authority = &authority[..end];
    distribution.is_some_and(|host| {
        let named = |authority: &[u8]| !host.is_empty() && authority.eq_ignore_ascii_case(host);
        // A scheme's own port may be written out; no player sends it.
        named(authority) || authority.strip_suffix(port).is_some_and(named)
    })
}

/// Is it clear from the beginning of a URI which host it names, whatever follows?
fn is_host_settled(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let rest = match scheme(start) {
        Some(scheme) => &start[scheme.len() + 1..],
        None => start,
    };
    match rest {
        [first, second, authority @ ..] if is_slash(*first) && is_slash(*second) => authority_end(authority).is_some(),
        [first, _, ..] if is_slash(*first) => true,
        // Until the first slash it may still turn out to be a scheme.
        _ => authority_end(rest).is_some_and(|end| end > 0),
    }
}

fn is_slash(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// Where a host, or the first name of a path, has its end for sure.
fn authority_end(text: &[u8]) -> Option<usize> {
    text.iter()
        .position(|byte| is_slash(*byte) || matches!(byte, b'?' | b'#'))
}

/// The scheme of an absolute URI (RFC 3986, 3.1).
fn scheme(uri: &[u8]) -> Option<&[u8]> {
    let end = uri
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)))?;
    (uri[end] == b':' && uri[0].is_ascii_alphabetic()).then(|| &uri[..end])
}
