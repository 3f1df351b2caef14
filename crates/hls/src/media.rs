//! Writing a media playlist, head first, then segment by segment: it can grow while it is served.

use std::fmt::Write as _;

/// May the playlist still grow?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Grows until [`END`].
    Event,
    /// Complete.
    #[default]
    Vod,
}

/// A range of bytes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// Length in bytes.
    pub length: u64,
    /// First byte.
    pub offset: u64,
}

/// The media initialization section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// Relative URI.
    pub uri: String,
    /// Where it is a part of the resource.
    pub byte_range: Option<ByteRange>,
}

/// Everything of a media playlist before its first segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Playlist {
    /// `EXT-X-VERSION`: 7 for fragmented MP4, 4 for I-frame playlists in MPEG-TS, 3 otherwise ([`version_for`]).
    pub version: u8,
    /// `EXT-X-TARGETDURATION` in seconds: no segment may be longer when rounded.
    pub target_duration: u32,
    /// Number of the first segment.
    pub media_sequence: u64,
    /// May it grow?
    pub kind: Kind,
    /// Does every segment begin with a key frame?
    pub independent_segments: bool,
    /// Only I-frames, addressed by ranges of bytes?
    pub i_frames_only: bool,
    /// `EXT-X-START`, seconds: where players begin. Without it they begin a growing playlist near its end.
    pub start_offset: Option<f64>,
    /// The init segment of fragmented MP4.
    pub map: Option<Map>,
}

impl Default for Playlist {
    fn default() -> Self {
        Self {
            version: 3,
            target_duration: 6,
            media_sequence: 0,
            kind: Kind::Vod,
            independent_segments: false,
            i_frames_only: false,
            start_offset: None,
            map: None,
        }
    }
}

/// One segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Seconds.
    pub duration: f64,
    /// Relative URI.
    pub uri: String,
    /// Where the segment is a part of the resource.
    pub byte_range: Option<ByteRange>,
    /// Does the timeline, or the encoding, break before it?
    pub discontinuity: bool,
}

/// Last line of a finished playlist.
pub const END: &str = "#EXT-X-ENDLIST\n";

/// The lowest version that the parts ask for (RFC 8216, 7).
pub fn version_for(playlist: &Playlist) -> u8 {
    match (&playlist.map, playlist.i_frames_only) {
        (Some(_), false) => 6,
        (Some(_), true) => 5,
        (None, true) => 4,
        (None, false) => 3,
    }
}

impl Playlist {
    /// All lines before the first segment.
    pub fn head(&self) -> String {
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-PLAYLIST-TYPE:{}\n",
            self.version,
            self.target_duration,
            self.media_sequence,
            match self.kind {
                Kind::Event => "EVENT",
                Kind::Vod => "VOD",
            }
        );
        if self.independent_segments {
            text.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
        }
        if self.i_frames_only {
            text.push_str("#EXT-X-I-FRAMES-ONLY\n");
        }
        if let Some(offset) = self.start_offset {
            let _ = writeln!(text, "#EXT-X-START:TIME-OFFSET={offset}");
        }
        if let Some(map) = &self.map {
            let _ = write!(text, "#EXT-X-MAP:URI=\"{}\"", map.uri);
            if let Some(range) = map.byte_range {
                let _ = write!(text, ",BYTERANGE=\"{}@{}\"", range.length, range.offset);
            }
            text.push('\n');
        }
        text
    }

    /// The whole text of a finished playlist.
    pub fn finished<'a>(&self, entries: impl IntoIterator<Item = &'a Entry>) -> String {
        let mut text = self.head();
        for entry in entries {
            text.push_str(&entry.to_text());
        }
        text.push_str(END);
        text
    }
}

impl Entry {
    /// The lines of one segment, each with its line end. Five decimals: finer than any frame rate needs.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(64);
        if self.discontinuity {
            text.push_str("#EXT-X-DISCONTINUITY\n");
        }
        let _ = writeln!(text, "#EXTINF:{:.5},", self.duration);
        if let Some(range) = self.byte_range {
            let _ = writeln!(text, "#EXT-X-BYTERANGE:{}@{}", range.length, range.offset);
        }
        text.push_str(&self.uri);
        text.push('\n');
        text
    }
}

/// The lines of one segment: [`Entry::to_text`].
pub fn entry(entry: &Entry) -> String {
    entry.to_text()
}
