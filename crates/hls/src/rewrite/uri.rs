//! What a URI reference in a playlist points to, and where parameters go in it.

use std::borrow::Cow;

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

/// What `EXT-X-DEFINE` said so far. A value that the playlist only imports is not known here.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    known: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Variables<'a> {
    pub(super) fn define(&mut self, list: &'a [u8]) {
        let find = |wanted: &[u8]| {
            attributes(list)
                .find(|attribute| attribute.quoted && attribute.name == wanted)
                .map(|attribute| &list[attribute.range])
        };
        if let (Some(name), Some(value)) = (find(b"NAME"), find(b"VALUE")) {
            self.known.push((name, value));
        }
    }

    fn value(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.known
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    /// `uri` with its variables replaced. An unknown one becomes nothing; `None` where the URI begins with such a one,
    /// because nobody can tell then whose host it names.
    fn expand(&self, uri: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(uri.len() * 2);
        let mut rest = uri;
        while let Some(open) = memchr::memmem::find(rest, b"{$") {
            out.extend_from_slice(&rest[..open]);
            let Some(close) = memchr::memchr(b'}', &rest[open..]) else {
                break;
            };
            match self.value(&rest[open + 2..open + close]) {
                Some(value) => out.extend_from_slice(value),
                None if out.is_empty() => return None,
                None => {}
            }
            rest = &rest[open + close + 1..];
        }
        out.extend_from_slice(rest);
        Some(out)
    }
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

/// Where parameters go in `uri`; `None` where it is left alone: another host's, another scheme's, not a URI.
/// `kind` is what the tag says, if it says it.
#[inline]
pub(super) fn place(
    uri: &[u8],
    kind: Option<Kind>,
    distribution: Option<&[u8]>,
    variables: &Variables<'_>,
) -> Option<Place> {
    let plain = uri.first().is_some_and(|first| *first != b'/') && !uri.iter().any(|byte| SPECIAL[usize::from(*byte)]);
    if plain {
        return Some(Place {
            kind: kind.unwrap_or_else(|| by_name(uri)),
            at: uri.len(),
            joint: Joint::First,
        });
    }
    careful(uri, kind, distribution, variables)
}

fn by_name(path: &[u8]) -> Kind {
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
    let expanded: Cow<'_, [u8]> = if memchr::memmem::find(uri, b"{$").is_some() {
        Cow::Owned(variables.expand(uri)?)
    } else {
        Cow::Borrowed(uri)
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
    if path.is_empty() && query.is_none() {
        // A fragment alone points into this playlist.
        return None;
    }
    let joint = match (query, whole.last()) {
        (None, _) => Joint::First,
        (Some(_), Some(b'?' | b'&')) => Joint::None,
        (Some(_), _) => Joint::Further,
    };
    Some(Place {
        kind: kind.unwrap_or_else(|| by_name(path)),
        at: fragment.unwrap_or(uri.len()),
        joint,
    })
}

/// Is it relative, or a URL of the distribution?
fn is_ours(uri: &[u8], distribution: Option<&[u8]>) -> bool {
    let slash = |byte: &u8| matches!(byte, b'/' | b'\\');
    let authority = match scheme(uri) {
        Some(scheme) if scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https") => {
            match &uri[scheme.len() + 1..] {
                [b'/', b'/', rest @ ..] => rest,
                _ => return false,
            }
        }
        Some(_) => return false,
        None => match uri {
            [b'/', b'/', rest @ ..] => rest,
            [first, second, ..] if slash(first) && slash(second) => return false,
            _ => return true,
        },
    };
    let end = authority
        .iter()
        .position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#'))
        .unwrap_or(authority.len());
    distribution.is_some_and(|host| !host.is_empty() && authority[..end].eq_ignore_ascii_case(host))
}

/// The scheme of an absolute URI (RFC 3986, 3.1).
fn scheme(uri: &[u8]) -> Option<&[u8]> {
    let end = uri
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)))?;
    (uri[end] == b':' && uri[0].is_ascii_alphabetic()).then(|| &uri[..end])
}
