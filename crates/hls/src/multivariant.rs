//! Writing a multivariant playlist.

use std::fmt::{self, Write as _};

/// Everything of a multivariant playlist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Multivariant {
    /// `EXT-X-VERSION`; as the media playlists', 0 leaves it out.
    pub version: u8,
    /// Does every segment of every rung begin with a key frame?
    pub independent_segments: bool,
    /// `EXT-X-START`, seconds.
    pub start_offset: Option<f64>,
    /// Audio and captions.
    pub renditions: Vec<Rendition>,
    /// The ladder, in the order in which players shall see it: the first is what many begin with.
    pub variants: Vec<Variant>,
    /// Trick play.
    pub iframe_variants: Vec<IframeVariant>,
    /// Words about the stream.
    pub session_data: Vec<SessionData>,
}

/// `VIDEO-RANGE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoRange {
    /// BT.709 and its kin.
    Sdr,
    /// Hybrid Log-Gamma.
    Hlg,
    /// HDR10 and its kin.
    Pq,
}

impl fmt::Display for VideoRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sdr => "SDR",
            Self::Hlg => "HLG",
            Self::Pq => "PQ",
        })
    }
}

/// One variant: `EXT-X-STREAM-INF` and its URI.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// Relative URI of its media playlist.
    pub uri: String,
    /// Highest rate of a segment, with the largest of the renditions it is played with, bits per second.
    pub bandwidth: u64,
    /// Average of the same.
    pub average_bandwidth: Option<u64>,
    /// RFC 6381 names of everything in it and in its renditions, with commas between.
    pub codecs: String,
    /// Width and height in pixels.
    pub resolution: Option<(u32, u32)>,
    /// Frames per second.
    pub frame_rate: Option<f64>,
    /// Brightness.
    pub video_range: Option<VideoRange>,
    /// Group of audio renditions.
    pub audio: Option<String>,
    /// Group of captions.
    pub subtitles: Option<String>,
    /// Says that the picture carries no closed captions (`CLOSED-CAPTIONS=NONE`).
    pub no_closed_captions: bool,
}

/// One I-frame playlist: `EXT-X-I-FRAME-STREAM-INF`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IframeVariant {
    /// Relative URI of its playlist.
    pub uri: String,
    /// Highest rate, bits per second.
    pub bandwidth: u64,
    /// Average rate.
    pub average_bandwidth: Option<u64>,
    /// RFC 6381 name of the video.
    pub codecs: String,
    /// Width and height in pixels.
    pub resolution: Option<(u32, u32)>,
    /// Brightness.
    pub video_range: Option<VideoRange>,
}

/// Kind of a rendition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RenditionKind {
    /// Sound.
    #[default]
    Audio,
    /// WebVTT.
    Subtitles,
    /// Another picture.
    Video,
}

/// One rendition: `EXT-X-MEDIA`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendition {
    /// Kind.
    pub kind: RenditionKind,
    /// Group that variants name.
    pub group_id: String,
    /// What a viewer reads in a menu.
    pub name: String,
    /// BCP 47; `None` is written as `und`, but for video.
    pub language: Option<String>,
    /// Played unless the viewer chooses another.
    pub default: bool,
    /// May be chosen by the viewer's language.
    pub autoselect: bool,
    /// Captions that are always shown.
    pub forced: bool,
    /// `CHANNELS`: `2`, `6`.
    pub channels: Option<String>,
    /// Uniform type identifiers, with commas between.
    pub characteristics: Option<String>,
    /// Relative URI of its media playlist; `None` where it is part of the variants.
    pub uri: Option<String>,
}

/// `EXT-X-SESSION-DATA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionData {
    /// Reverse domain name.
    pub data_id: String,
    /// The words.
    pub value: String,
    /// BCP 47.
    pub language: Option<String>,
}

impl fmt::Display for Multivariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#EXTM3U\n")?;
        if self.version > 0 {
            writeln!(f, "#EXT-X-VERSION:{}", self.version)?;
        }
        if self.independent_segments {
            f.write_str("#EXT-X-INDEPENDENT-SEGMENTS\n")?;
        }
        if let Some(offset) = self.start_offset {
            writeln!(f, "#EXT-X-START:TIME-OFFSET={offset}")?;
        }
        for data in &self.session_data {
            let mut line = List::new("#EXT-X-SESSION-DATA");
            line.quoted("DATA-ID", &data.data_id);
            line.quoted("VALUE", &data.value);
            line.optional("LANGUAGE", data.language.as_deref());
            f.write_str(&line.end())?;
        }
        for rendition in &self.renditions {
            f.write_str(&rendition.line())?;
        }
        for variant in &self.variants {
            f.write_str(&variant.lines())?;
        }
        for variant in &self.iframe_variants {
            f.write_str(&variant.line())?;
        }
        Ok(())
    }
}

impl Rendition {
    fn line(&self) -> String {
        let mut line = List::new("#EXT-X-MEDIA");
        line.plain(
            "TYPE",
            match self.kind {
                RenditionKind::Audio => "AUDIO",
                RenditionKind::Subtitles => "SUBTITLES",
                RenditionKind::Video => "VIDEO",
            },
        );
        line.quoted("GROUP-ID", &self.group_id);
        line.quoted("NAME", &self.name);
        // Apple's rule 8.10 asks for a language on all but video; `und` is how BCP 47 says that nobody knows.
        let unknown = (self.kind != RenditionKind::Video).then_some("und");
        line.optional("LANGUAGE", self.language.as_deref().or(unknown));
        line.plain("DEFAULT", yes(self.default));
        // A default that may not be selected by itself contradicts itself (RFC 8216, 4.3.4.1).
        line.plain("AUTOSELECT", yes(self.autoselect || self.default));
        if self.kind == RenditionKind::Subtitles {
            line.plain("FORCED", yes(self.forced));
        }
        line.optional("CHANNELS", self.channels.as_deref());
        line.optional("CHARACTERISTICS", self.characteristics.as_deref());
        line.optional("URI", self.uri.as_deref());
        line.end()
    }
}

impl Variant {
    fn lines(&self) -> String {
        let mut line = List::new("#EXT-X-STREAM-INF");
        line.plain("BANDWIDTH", self.bandwidth);
        line.some("AVERAGE-BANDWIDTH", self.average_bandwidth);
        line.quoted("CODECS", &self.codecs);
        line.resolution(self.resolution);
        line.some("FRAME-RATE", self.frame_rate.map(|rate| format!("{rate:.3}")));
        line.some("VIDEO-RANGE", self.video_range);
        line.optional("AUDIO", self.audio.as_deref());
        line.optional("SUBTITLES", self.subtitles.as_deref());
        line.some("CLOSED-CAPTIONS", self.no_closed_captions.then_some("NONE"));
        let mut text = line.end();
        text.push_str(&self.uri);
        text.push('\n');
        text
    }
}

impl IframeVariant {
    fn line(&self) -> String {
        let mut line = List::new("#EXT-X-I-FRAME-STREAM-INF");
        line.plain("BANDWIDTH", self.bandwidth);
        line.some("AVERAGE-BANDWIDTH", self.average_bandwidth);
        line.quoted("CODECS", &self.codecs);
        line.resolution(self.resolution);
        line.some("VIDEO-RANGE", self.video_range);
        line.quoted("URI", &self.uri);
        line.end()
    }
}

fn yes(value: bool) -> &'static str {
    if value { "YES" } else { "NO" }
}

/// A tag with its attribute list, as it grows.
struct List {
    text: String,
    joint: char,
}

impl List {
    fn new(tag: &str) -> Self {
        Self {
            text: tag.to_owned(),
            joint: ':',
        }
    }

    fn plain(&mut self, name: &str, value: impl fmt::Display) {
        let _ = write!(self.text, "{}{name}={value}", self.joint);
        self.joint = ',';
    }

    /// A quoted string may hold neither quotes nor line ends (RFC 8216, 4.2), and names come from creators' files.
    fn quoted(&mut self, name: &str, value: &str) {
        let clean: String = value
            .chars()
            .map(|character| match character {
                '"' => '\'',
                control if control.is_control() => ' ',
                other => other,
            })
            .collect();
        self.plain(name, format_args!("\"{clean}\""));
    }

    fn some(&mut self, name: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.plain(name, value);
        }
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.quoted(name, value);
        }
    }

    fn resolution(&mut self, size: Option<(u32, u32)>) {
        self.some("RESOLUTION", size.map(|(width, height)| format!("{width}x{height}")));
    }

    fn end(mut self) -> String {
        self.text.push('\n');
        self.text
    }
}
