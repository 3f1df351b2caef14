//! Sound that a source keeps in several streams of one channel each: left and right, or all of a surround mix.

use crate::source::{AudioStream, SourceInfo};

/// Seconds by which streams of one sound may differ in length.
const LENGTH: f64 = 0.1;

/// One sound: a stream, or several of one channel each.
pub struct Sound<'a> {
    /// Its streams, each with the place of its channel where there are several.
    pub streams: Vec<(&'a AudioStream, String)>,
    /// Streams that could have been part of it.
    pub beside: Vec<&'a AudioStream>,
}

impl<'a> Sound<'a> {
    /// The stream that stands for it.
    pub fn first(&self) -> &'a AudioStream {
        self.streams[0].0
    }

    /// Whether it is made of several streams.
    pub fn joined(&self) -> bool {
        self.streams.len() > 1
    }

    /// Whether the container marks it as default.
    pub fn default(&self) -> bool {
        self.streams.iter().any(|(stream, _)| stream.default)
    }
}

/// The sounds of a source, in the order of their first streams.
pub fn sounds(source: &SourceInfo) -> Vec<Sound<'_>> {
    let mut left: Vec<&AudioStream> = source.audio.iter().collect();
    let mut sounds = Vec::new();
    while let Some(&stream) = left.first() {
        let group: Vec<&AudioStream> = left.iter().copied().filter(|other| alike(stream, other)).collect();
        let sound = named(&group).or_else(|| pair(&group, source)).unwrap_or_else(|| Sound {
            streams: vec![(stream, String::new())],
            beside: Vec::new(),
        });
        let used = |index: usize| {
            let mut streams = sound.streams.iter().map(|(stream, _)| *stream);
            streams.any(|stream| stream.index == index) || sound.beside.iter().any(|stream| stream.index == index)
        };
        left.retain(|stream| !used(stream.index));
        sounds.push(sound);
    }
    sounds
}

/// Streams of one channel that may be parts of one sound.
fn alike(one: &AudioStream, other: &AudioStream) -> bool {
    let length = match (one.duration, other.duration) {
        (Some(one), Some(other)) => (one - other).abs() <= LENGTH,
        _ => true,
    };
    one.channels == 1
        && other.channels == 1
        && one.codec == other.codec
        && one.sample_rate == other.sample_rate
        && language(one) == language(other)
        && length
}

fn language(stream: &AudioStream) -> Option<String> {
    stream.language.as_deref().map(str::to_ascii_lowercase)
}

/// Where a stream's channel stands, by its label or else its title. A centre is also what every stream of one channel is called.
fn place(stream: &AudioStream) -> Option<&str> {
    let label = stream.place.as_deref().filter(|place| *place != "FC");
    label.or_else(|| {
        let title = stream.title.as_deref()?.trim().to_lowercase();
        match title.as_str() {
            "l" | "left" | "left channel" | "links" => Some("FL"),
            "r" | "right" | "right channel" | "rechts" => Some("FR"),
            _ => None,
        }
    })
}

/// Streams that say which channel of one sound they are: the first of each place, where left and right are among them.
fn named<'a>(group: &[&'a AudioStream]) -> Option<Sound<'a>> {
    let mut streams: Vec<(&AudioStream, String)> = Vec::new();
    for &stream in group {
        let Some(place) = place(stream).or(stream.place.as_deref()) else {
            continue;
        };
        if streams.iter().all(|(_, known)| known != place) {
            streams.push((stream, place.to_owned()));
        }
    }
    let has = |wanted: &str| streams.iter().any(|(_, place)| place == wanted);
    // What stands for the sound is the stream that the group began with.
    let begins = streams.first().map(|(stream, _)| stream.index) == group.first().map(|stream| stream.index);
    (has("FL") && has("FR") && begins).then_some(Sound {
        streams,
        beside: Vec::new(),
    })
}

/// Cameras and edit suites keep left and right in the first two tracks and say nothing of it.
fn pair<'a>(group: &[&'a AudioStream], source: &SourceInfo) -> Option<Sound<'a>> {
    let &[left, right, ref beside @ ..] = group else {
        return None;
    };
    let silent = |stream: &&AudioStream| place(stream).is_none() && stream.title == left.title;
    // Beside a finished mix they are microphones.
    let mixed = source
        .audio
        .iter()
        .any(|stream| stream.channels > 1 && language(stream) == language(left));
    let container = matches!(source.container.as_str(), "mov" | "mxf");
    (container && !mixed && group.iter().all(silent)).then(|| Sound {
        streams: vec![(left, "FL".into()), (right, "FR".into())],
        beside: beside.to_vec(),
    })
}
