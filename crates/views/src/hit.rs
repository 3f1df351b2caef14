//! What a line says of a video: which, by which link, and what of it was fetched.

use std::fmt;

use crate::access_line::Line;
use crate::traffic::City;

/// The highest number of a segment that is believed: a week of six seconds each.
pub const MOST_SEGMENTS: u32 = 100_000;
/// The highest generation that is believed.
pub const MOST_GENERATIONS: u16 = 10_000;

/// A name in lower-case base32 of a fixed length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Base32<const N: usize>([u8; N]);

impl<const N: usize> Base32<N> {
    fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
        let valid = bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
        valid.then_some(Self(bytes))
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Base32<$length>);

        impl $name {
            /// `None` for what has not this form.
            pub fn parse(text: &str) -> Option<Self> {
                Base32::parse(text).map(Self)
            }

            /// As text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

name!(
    /// A video's name: 26 characters of lower-case base32.
    VideoId, 26
);
name!(
    /// A link's name, no secret: ten characters of lower-case base32, the value of `l`.
    LinkId, 10
);

/// One request for something in a video's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// When it was answered, in milliseconds since 1970.
    pub at: u64,
    /// Whose folder.
    pub video: VideoId,
    /// Of which link; `None` for a request without one, or of another form.
    pub link: Option<LinkId>,
    /// What of it.
    pub fetched: Fetched<'a>,
    /// Whether this is watching: `GET` with 200, 206 or 304. What was refused, `OPTIONS` and `HEAD` are traffic alone.
    pub watching: bool,
    /// Bytes sent, whatever the status.
    pub bytes: u64,
    /// Whether it was for a playlist, which the endpoint answers.
    pub playlist: bool,
    /// Where it was answered.
    pub city: Option<City>,
}

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched<'a> {
    /// A segment of picture or sound, `<generation>/<rung>/<number>.m4s` or `.ts`.
    Segment {
        /// Counts from 1.
        generation: u16,
        /// The folder's name: `1080p`, `audio-en`.
        rung: &'a str,
        /// Counts from 1.
        number: u32,
    },
    /// A playlist, an init segment, captions, a poster, a record.
    Other,
}

/// A segment as it is counted: the same number is the same part of the film on every rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Counts from 1.
    pub generation: u16,
    /// Counts from 1.
    pub number: u32,
    /// Of a rendition of sound alone.
    pub sound: bool,
}

impl Fetched<'_> {
    /// What of this counts as film.
    pub fn mark(&self) -> Option<Mark> {
        match *self {
            Self::Segment {
                generation,
                rung,
                number,
            } => Some(Mark {
                generation,
                number,
                sound: rung.starts_with("audio-"),
            }),
            Self::Other => None,
        }
    }
}

impl<'a> Hit<'a> {
    /// What a line says of a video below `prefix` (`videos`, `a/b`; slashes around it do not count). `None` for a line of
    /// anything else.
    pub fn of(line: &'a Line<'_>, prefix: &str) -> Option<Self> {
        let prefix = prefix.trim_matches('/');
        let path = line.stem.strip_prefix('/')?;
        let path = if prefix.is_empty() {
            path
        } else {
            path.strip_prefix(prefix)?.strip_prefix('/')?
        };
        let (video, rest) = path.split_once('/')?;
        Some(Self {
            at: line.at,
            video: VideoId::parse(video)?,
            link: link(&line.query),
            fetched: fetched(rest),
            watching: line.method == "GET" && matches!(line.status, 200 | 206 | 304),
            bytes: line.bytes,
            playlist: is_playlist(rest),
            city: line.city,
        })
    }
}

/// As the distribution's path pattern has it, which counts case.
fn is_playlist(path: &str) -> bool {
    path.strip_suffix("m3u8").is_some_and(|before| before.ends_with('.'))
}

/// The value of `l`, the query's first parameter. The log encodes what it writes, some deliveries twice: `=` and `&` are
/// known by those names too. (What a viewer encodes himself, the function at the edge refuses.)
fn link(query: &str) -> Option<LinkId> {
    let rest = ["=", "%3D", "%3d", "%253D", "%253d"]
        .iter()
        .find_map(|sign| query.strip_prefix('l')?.strip_prefix(sign))?;
    let (id, rest) = rest.split_at_checked(10)?;
    let ends = rest.is_empty() || ["&", "%26", "%2526"].iter().any(|sign| rest.starts_with(sign));
    ends.then(|| LinkId::parse(id))?
}

fn fetched(rest: &str) -> Fetched<'_> {
    segment(rest).unwrap_or(Fetched::Other)
}

fn segment(rest: &str) -> Option<Fetched<'_>> {
    let (generation, rest) = rest.split_once('/')?;
    let (rung, name) = rest.split_once('/')?;
    let (number, extension) = name.split_once('.')?;
    let film = matches!(extension, "m4s" | "ts") && !rung.is_empty() && !rung.starts_with("captions-");
    let generation = counted(generation, 1).filter(|number| *number <= u32::from(MOST_GENERATIONS))?;
    let number = counted(number, 5).filter(|number| *number <= MOST_SEGMENTS)?;
    film.then_some(Fetched::Segment {
        generation: u16::try_from(generation).ok()?,
        rung,
        number,
    })
}

/// A number of at least one in its one form: digits, zeros before it only up to `width`.
fn counted(text: &str, width: usize) -> Option<u32> {
    let form = text.len() >= width && text.bytes().all(|b| b.is_ascii_digit());
    let plain = text.len() == width || !text.starts_with('0');
    let number = (form && plain).then(|| text.parse::<u32>().ok())??;
    (number >= 1).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    const VIDEO: &str = "abcdefghijklmnopqrstuvwx27";

    fn line<'a>(stem: &'a str, query: &'a str) -> Line<'a> {
        Line {
            at: 1_795_847_172_125,
            id: None,
            method: Cow::Borrowed("GET"),
            stem: Cow::Borrowed(stem),
            query: Cow::Borrowed(query),
            status: 200,
            bytes: 7,
            city: None,
        }
    }

    #[test]
    fn links() {
        for (query, known) in [
            ("l=abcdefgh27", true),
            ("l=abcdefgh27&Policy=a%7Eb", true),
            ("l%3Dabcdefgh27%26Policy%3Da", true),
            ("l%253dabcdefgh27%2526Policy", true),
            ("l=abcdefgh27%", false),
            ("l=abcdefgh27x", false),
            ("l=abcdefgh2", false),
            ("l=Abcdefgh27", false),
            ("l=abcdefgh18", false),
            ("l=abcdefghé7", false),
            ("l=abcdefghié", false),
            ("l=abcdefgh2é&", false),
            ("Policy=a&l=abcdefgh27", false),
            ("xl=abcdefgh27", false),
            ("l", false),
            ("", false),
        ] {
            let wanted = known.then(|| LinkId::parse("abcdefgh27").unwrap());
            assert_eq!(link(query), wanted, "{query}");
        }
    }

    #[test]
    fn videos() {
        let own = format!("/videos/{VIDEO}/index.m3u8");
        let deep = format!("/a/b/{VIDEO}/index.m3u8");
        let bare = format!("/{VIDEO}/");
        for (stem, prefix, known) in [
            (&own, "videos", true),
            (&own, "/videos/", true),
            (&own, "video", false),
            (&own, "", false),
            (&deep, "a/b", true),
            (&deep, "a", false),
            (&bare, "", true),
            (&bare[..27].to_owned(), "", false),
            (&own[1..].to_owned(), "videos", false),
        ] {
            let line = line(stem, "l=abcdefgh27");
            let hit = Hit::of(&line, prefix);
            assert_eq!(hit.is_some(), known, "{stem} {prefix}");
            assert!(hit.is_none_or(|hit| hit.video.as_str() == VIDEO && hit.bytes == 7 && hit.link.is_some()));
        }
    }

    #[test]
    fn what_was_fetched() {
        let mark = |generation, number, sound| {
            Some(Mark {
                generation,
                number,
                sound,
            })
        };
        for (rest, wanted) in [
            ("1/1080p/00001.m4s", mark(1, 1, false)),
            ("12/720p/99999.ts", mark(12, 99_999, false)),
            ("1/720p/100000.ts", mark(1, 100_000, false)),
            ("1/audio-en/00007.m4s", mark(1, 7, true)),
            ("10000/720p/00001.m4s", mark(10_000, 1, false)),
            ("10001/720p/00001.m4s", None),
            ("65537/720p/00001.m4s", None),
            ("1/720p/100001.ts", None),
            ("1/720p/99999999999999999999.ts", None),
            ("1/720p/00000.m4s", None),
            ("1/720p/0001.m4s", None),
            ("1/720p/000001.m4s", None),
            ("0/720p/00001.m4s", None),
            ("01/720p/00001.m4s", None),
            ("+1/720p/00001.m4s", None),
            ("1/720p/00001.mp4", None),
            ("1/720p/init.mp4", None),
            ("1/720p/index.m3u8", None),
            ("1/captions-en/00001.vtt", None),
            ("1/captions-en/00001.m4s", None),
            ("1/720p/a/00001.m4s", None),
            ("1//00001.m4s", None),
            ("1/poster.jpg", None),
            ("index.m3u8", None),
            ("", None),
        ] {
            assert_eq!(fetched(rest).mark(), wanted, "{rest}");
        }
    }

    #[test]
    fn watching_is_getting() {
        let stem = format!("/v/{VIDEO}/index.m3u8");
        for (method, status, watching) in [
            ("GET", 200, true),
            ("GET", 206, true),
            ("GET", 304, true),
            ("GET", 403, false),
            ("GET", 0, false),
            ("HEAD", 200, false),
            ("OPTIONS", 200, false),
            ("get", 200, false),
        ] {
            let line = Line {
                method: Cow::Borrowed(method),
                status,
                ..line(&stem, "-")
            };
            assert_eq!(Hit::of(&line, "v").unwrap().watching, watching, "{method} {status}");
        }
    }
}
