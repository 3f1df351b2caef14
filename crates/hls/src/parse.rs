//! Reading anybody's playlists, for judging them. What cannot be read is left out, never guessed.

use std::collections::{BTreeMap, BTreeSet};

use crate::attributes::attributes;
use crate::lines::lines;

/// A playlist of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Playlist {
    /// Names other playlists.
    Multivariant(Multivariant),
    /// Names segments.
    Media(Media),
}

/// Why a text is no playlist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// It does not begin with `#EXTM3U`.
    #[error("it does not begin with #EXTM3U")]
    NoHeader,
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// It names neither playlists nor segments.
    #[error("it names neither playlists nor segments")]
    Empty,
}

/// The attributes of one tag, by name; quotes are taken off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag(BTreeMap<String, String>);

impl Tag {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// An attribute's value as a number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// `RESOLUTION`, as width and height.
    pub fn resolution(&self) -> Option<(u32, u32)> {
        let (width, height) = self.get("RESOLUTION")?.split_once(['x', 'X'])?;
        Some((width.parse().ok()?, height.parse().ok()?))
    }

    /// `CODECS`, one by one.
    pub fn codecs(&self) -> impl Iterator<Item = &str> {
        self.get("CODECS")
            .into_iter()
            .flat_map(|codecs| codecs.split(','))
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    fn read(list: &str) -> Self {
        let bytes = list.as_bytes();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self(
            attributes(bytes)
                .map(|attribute| (text(attribute.name), text(&bytes[attribute.range])))
                .collect(),
        )
    }
}

/// One `EXT-X-STREAM-INF` with its URI, or one `EXT-X-I-FRAME-STREAM-INF`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// As it stands in the playlist.
    pub uri: String,
    /// Its attributes.
    pub tag: Tag,
}

/// What a multivariant playlist says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Multivariant {
    /// `EXT-X-VERSION`.
    pub version: Option<u32>,
    /// `EXT-X-INDEPENDENT-SEGMENTS`.
    pub independent_segments: bool,
    /// In order.
    pub variants: Vec<Variant>,
    /// Trick play.
    pub iframe_variants: Vec<Variant>,
    /// `EXT-X-MEDIA`.
    pub renditions: Vec<Tag>,
    /// `EXT-X-CONTENT-STEERING`.
    pub steering: Option<Tag>,
    /// What breaks the grammar, in words.
    pub flaws: Vec<String>,
}

impl Multivariant {
    /// Every playlist that it names, once, in order.
    pub fn playlists(&self) -> Vec<&str> {
        let variants = self.variants.iter().map(|variant| variant.uri.as_str());
        let renditions = self.renditions.iter().filter_map(|tag| tag.get("URI"));
        let iframes = self.iframe_variants.iter().map(|variant| variant.uri.as_str());
        let mut found: Vec<&str> = Vec::new();
        for uri in variants.chain(renditions).chain(iframes) {
            if !uri.is_empty() && !found.contains(&uri) {
                found.push(uri);
            }
        }
        found
    }

    /// The renditions of a group.
    pub fn group<'a>(&'a self, kind: &'a str, id: &'a str) -> impl Iterator<Item = &'a Tag> {
        self.renditions
            .iter()
            .filter(move |tag| tag.get("TYPE") == Some(kind) && tag.get("GROUP-ID") == Some(id))
    }
}

/// One segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// As it stands in the playlist.
    pub uri: String,
    /// `EXTINF`, seconds.
    pub duration: Option<f64>,
    /// Length and offset; the offset is filled in where it follows from the segment before.
    pub byte_range: Option<(u64, u64)>,
    /// A break stands before it.
    pub discontinuity: bool,
    /// `EXT-X-GAP`: it is missing on purpose.
    pub gap: bool,
}

/// What a media playlist says.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one tag of the playlist, there or not"
)]
pub struct Media {
    /// `EXT-X-VERSION`.
    pub version: Option<u32>,
    /// `EXT-X-TARGETDURATION`, seconds.
    pub target_duration: Option<u32>,
    /// `EXT-X-PLAYLIST-TYPE`.
    pub kind: Option<String>,
    /// `EXT-X-INDEPENDENT-SEGMENTS`.
    pub independent_segments: bool,
    /// `EXT-X-I-FRAMES-ONLY`.
    pub i_frames_only: bool,
    /// `EXT-X-ENDLIST`.
    pub ended: bool,
    /// `EXT-X-PROGRAM-DATE-TIME` stands somewhere.
    pub dated: bool,
    /// URIs of `EXT-X-MAP`.
    pub maps: Vec<String>,
    /// `EXT-X-KEY`.
    pub keys: Vec<Tag>,
    /// In order.
    pub segments: Vec<Segment>,
    /// What breaks the grammar, in words.
    pub flaws: Vec<String>,
}

impl Media {
    /// Sum of all `EXTINF`, seconds.
    pub fn duration(&self) -> f64 {
        self.segments.iter().filter_map(|segment| segment.duration).sum()
    }

    /// Is it fragmented MP4?
    pub fn is_fmp4(&self) -> bool {
        !self.maps.is_empty()
    }

    /// Neither complete nor only growing: a window of a live stream.
    pub fn is_live(&self) -> bool {
        !self.ended && self.kind.is_none()
    }
}

/// Reads a playlist.
pub fn parse(input: &[u8]) -> Result<Playlist, ParseError> {
    std::str::from_utf8(input).map_err(|_| ParseError::NotUtf8)?;
    let mut reader = Reader::default();
    let mut any = false;
    for line in lines(input) {
        let text = std::str::from_utf8(line.content)
            .map_err(|_| ParseError::NotUtf8)?
            .trim_end();
        if !any {
            if text != "#EXTM3U" {
                return Err(ParseError::NoHeader);
            }
            any = true;
        } else if let Some(tag) = text.strip_prefix("#EXT") {
            reader.tag(tag);
        } else if !text.is_empty() && !text.starts_with('#') {
            reader.uri(text);
        }
    }
    if !any {
        return Err(ParseError::NoHeader);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    multivariant: Multivariant,
    media: Media,
    version: Option<u32>,
    independent: bool,
    variant: Option<Tag>,
    segment: Segment,
    range: Option<(u64, Option<u64>)>,
    is_media: bool,
    /// Tags of which a playlist has one at most, seen so far.
    once: BTreeSet<&'static str>,
    flaws: Vec<String>,
}

/// Tags that stand at most once in a playlist (RFC 8216, 4.3.3), and those of them that stand before the first segment.
const ONCE: [(&str, bool); 6] = [
    ("-X-VERSION", false),
    ("-X-TARGETDURATION", false),
    ("-X-MEDIA-SEQUENCE", true),
    ("-X-DISCONTINUITY-SEQUENCE", true),
    ("-X-PLAYLIST-TYPE", false),
    ("-X-ENDLIST", false),
];

impl Reader {
    fn tag(&mut self, tag: &str) {
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        if let Some((known, before)) = ONCE.iter().find(|(known, _)| *known == name) {
            if !self.once.insert(known) {
                self.flaws.push(format!("#EXT{name} stands there twice"));
            } else if *before && !self.media.segments.is_empty() {
                self.flaws.push(format!("#EXT{name} stands behind the first segment"));
            }
        }
        if self.variant.is_some() {
            self.flaws
                .push(format!("#EXT-X-STREAM-INF is followed by #EXT{name} instead of a URI"));
            self.variant = None;
        }
        match name {
            "INF" => {
                let length = value.split(',').next().unwrap_or_default().trim();
                self.segment.duration = length
                    .parse()
                    .ok()
                    .filter(|length: &f64| length.is_finite() && *length >= 0.0);
                self.is_media = true;
            }
            "-X-VERSION" => self.version = value.trim().parse().ok(),
            "-X-INDEPENDENT-SEGMENTS" => self.independent = true,
            "-X-MEDIA-SEQUENCE" | "-X-DISCONTINUITY-SEQUENCE" if value.trim().parse::<u64>().is_err() => {
                self.flaws.push(format!("#EXT{name} is no number: {:?}", value.trim()));
            }
            "-X-STREAM-INF" => self.variant = Some(Tag::read(value)),
            "-X-I-FRAME-STREAM-INF" => {
                let tag = Tag::read(value);
                let uri = tag.get("URI").unwrap_or_default().to_owned();
                self.multivariant.iframe_variants.push(Variant { uri, tag });
            }
            "-X-MEDIA" => self.multivariant.renditions.push(Tag::read(value)),
            "-X-CONTENT-STEERING" => self.multivariant.steering = Some(Tag::read(value)),
            "-X-TARGETDURATION" => {
                self.media.target_duration = value.trim().parse().ok();
                self.is_media = true;
            }
            "-X-PLAYLIST-TYPE" => self.media.kind = Some(value.trim().to_owned()),
            "-X-I-FRAMES-ONLY" => self.media.i_frames_only = true,
            "-X-ENDLIST" => self.media.ended = true,
            "-X-PROGRAM-DATE-TIME" => self.media.dated = true,
            "-X-MAP" => self.media.maps.extend(Tag::read(value).get("URI").map(str::to_owned)),
            "-X-KEY" => self.media.keys.push(Tag::read(value)),
            "-X-DISCONTINUITY" => self.segment.discontinuity = true,
            "-X-GAP" => self.segment.gap = true,
            "-X-BYTERANGE" => {
                let (length, offset) = value
                    .trim()
                    .split_once('@')
                    .map_or((value.trim(), None), |(a, b)| (a, Some(b)));
                self.range = length
                    .parse()
                    .ok()
                    .map(|length| (length, offset.and_then(|offset| offset.parse().ok())));
            }
            _ => {}
        }
    }

    fn uri(&mut self, uri: &str) {
        if let Some(tag) = self.variant.take() {
            self.multivariant.variants.push(Variant {
                uri: uri.to_owned(),
                tag,
            });
            return;
        }
        let mut segment = std::mem::take(&mut self.segment);
        segment.byte_range = self.range.take().map(|(length, offset)| {
            let follows = self
                .media
                .segments
                .last()
                .filter(|last| last.uri == uri)
                .and_then(|last| last.byte_range);
            let next = follows.map_or(0, |(length, offset)| offset.saturating_add(length));
            (length, offset.unwrap_or(next))
        });
        uri.clone_into(&mut segment.uri);
        self.media.segments.push(segment);
    }

    fn finish(mut self) -> Result<Playlist, ParseError> {
        if self.variant.is_some() {
            self.flaws.push("the last #EXT-X-STREAM-INF has no URI".to_owned());
        }
        let multivariant = &mut self.multivariant;
        if !multivariant.variants.is_empty()
            || !multivariant.iframe_variants.is_empty()
            || !multivariant.renditions.is_empty()
        {
            if self.is_media {
                self.flaws
                    .push("it names playlists, and has tags of a media playlist".to_owned());
            }
            multivariant.flaws = self.flaws;
            multivariant.version = self.version;
            multivariant.independent_segments = self.independent;
            return Ok(Playlist::Multivariant(self.multivariant));
        }
        if !self.is_media && self.media.segments.is_empty() {
            return Err(ParseError::Empty);
        }
        self.media.flaws = self.flaws;
        self.media.version = self.version;
        self.media.independent_segments = self.independent;
        Ok(Playlist::Media(self.media))
    }
}

/// The path of `uri` (its query and fragment left off) as seen from where `base` lies: both relative to one folder.
/// `None` for an absolute URI, and for one that leads out of the folder.
pub fn resolve(base: &str, uri: &str) -> Option<String> {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() || path.starts_with('/') || path.split('/').next().is_some_and(|first| first.contains(':')) {
        return None;
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
