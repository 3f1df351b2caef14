//! Audio and caption renditions: one a language, each with a folder and a name of its own.

use std::collections::BTreeSet;

use super::sides::{self, Sound};
use super::{AudioPlan, CaptionsPlan, ChannelPlan, copying};
use crate::language;
use crate::source::{AudioStream, SourceInfo, SubtitleStream};

/// Bits per second of a stereo AAC rendition.
const AUDIO_RATE: u64 = 128_000;

/// Channels of the largest layout whose order everybody shares, named or not.
const USUAL: u16 = 8;

/// One rendition a language, the source's default first among equals; exactly one is default.
pub fn audio(source: &SourceInfo, copy: bool, notes: &mut Vec<String>) -> Vec<AudioPlan> {
    let mut chosen: Vec<Sound<'_>> = Vec::new();
    let mut left_out: Vec<&AudioStream> = Vec::new();
    for sound in sides::sounds(source) {
        let language = key(sound.first().language.as_deref());
        let mut lost = match chosen
            .iter()
            .position(|other| key(other.first().language.as_deref()) == language)
        {
            None => {
                chosen.push(sound);
                continue;
            }
            Some(at) if sound.default() && !chosen[at].default() => std::mem::replace(&mut chosen[at], sound),
            Some(_) => sound,
        };
        left_out.extend(lost.streams.iter().map(|(stream, _)| *stream));
        left_out.append(&mut lost.beside);
    }
    say_left_out(left_out, notes);
    let default = chosen.iter().position(Sound::default).unwrap_or(0);
    let mut labels = BTreeSet::new();
    let mut plans = Vec::new();
    for (at, sound) in chosen.iter().enumerate() {
        let stream = sound.first();
        let copied = copy && !sound.joined() && copying::audio(source, stream);
        say_mixed(sound, notes);
        // A side's title is no name for the whole.
        let title = stream.title.as_deref().filter(|_| !sound.joined());
        let label = label(stream.language.as_deref(), title, "Audio");
        let channels = sound.streams.iter().filter(|_| sound.joined());
        plans.push(AudioPlan {
            name: folder("audio", stream.language.as_deref()),
            index: stream.index,
            language: stream.language.clone(),
            label: unique(&label, &mut labels, " "),
            default: at == default,
            bit_rate: if copied {
                stream.bit_rate.unwrap_or(AUDIO_RATE)
            } else {
                AUDIO_RATE
            },
            copied,
            channels: channels
                .map(|(stream, place)| ChannelPlan {
                    index: stream.index,
                    place: place.clone(),
                })
                .collect(),
            loudness: None,
        });
    }
    if let [only] = plans.as_slice()
        && only.copied
    {
        notes.push("The sound is copied, not re-encoded".into());
    } else {
        for plan in plans.iter().filter(|plan| plan.copied) {
            notes.push(format!("The sound “{}” is copied, not re-encoded", plan.label));
        }
    }
    plans
}

/// How a sound becomes stereo.
fn say_mixed(sound: &Sound<'_>, notes: &mut Vec<String>) {
    let stream = sound.first();
    match sound.streams.as_slice() {
        [(left, one), (right, other)] => {
            let (left, right) = if one == "FR" && other == "FL" {
                (right, left)
            } else {
                (left, right)
            };
            let (left, right) = (left.index + 1, right.index + 1);
            notes.push(format!(
                "Audio tracks {left} and {right} are the left and the right of one sound"
            ));
            match sound.beside.as_slice() {
                [] => {}
                [one] => notes.push(format!(
                    "Audio track {} is left out: tracks {left} and {right} are taken for the left and the right",
                    listed(&[one])
                )),
                several => notes.push(format!(
                    "Audio tracks {} are left out: tracks {left} and {right} are taken for the left and the right",
                    listed(several)
                )),
            }
        }
        [_, _, ..] => {
            let streams: Vec<&AudioStream> = sound.streams.iter().map(|(stream, _)| *stream).collect();
            notes.push(format!(
                "Audio tracks {} are the channels of one sound, mixed down to stereo",
                listed(&streams)
            ));
        }
        _ if stream.unnamed && stream.channels > USUAL => notes.push(format!(
            "The file does not name the {} channels of its sound: the first two are taken for left and right",
            stream.channels
        )),
        _ if stream.channels > 2 => notes.push(format!(
            "Sound with {} channels is mixed down to stereo",
            stream.channels
        )),
        _ => {}
    }
}

/// Which tracks are not used, and why.
fn say_left_out(mut streams: Vec<&AudioStream>, notes: &mut Vec<String>) {
    streams.sort_by_key(|stream| stream.index);
    match streams.as_slice() {
        [] => {}
        [_] => notes.push(format!(
            "Audio track {} is left out: there is another in its language",
            listed(&streams)
        )),
        _ => notes.push(format!(
            "Audio tracks {} are left out: there is another in their language",
            listed(&streams)
        )),
    }
}

/// `3, 4 (Commentary)`.
fn listed(streams: &[&AudioStream]) -> String {
    let one = |stream: &&AudioStream| {
        let number = (stream.index + 1).to_string();
        match &stream.title {
            Some(title) => number + &format!(" ({title})"),
            None => number,
        }
    };
    streams.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Every text subtitle, embedded ones and files beside the source.
pub fn captions(source: &SourceInfo) -> Vec<CaptionsPlan> {
    let (mut names, mut labels) = (BTreeSet::new(), BTreeSet::new());
    source
        .subtitles
        .iter()
        .map(|stream| CaptionsPlan {
            name: unique(&folder("captions", stream.language.as_deref()), &mut names, "-"),
            index: stream.index,
            file: stream.file.clone(),
            language: stream.language.clone(),
            label: unique(&caption_label(stream), &mut labels, " "),
            forced: stream.forced,
            hearing_impaired: stream.hearing_impaired,
            channel: stream.channel,
        })
        .collect()
}

fn key(language: Option<&str>) -> Option<String> {
    language.map(str::to_ascii_lowercase)
}

fn folder(kind: &str, language: Option<&str>) -> String {
    let language: String = language
        .unwrap_or_default()
        .to_ascii_lowercase()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    if language.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}-{language}")
    }
}

fn label(language: Option<&str>, title: Option<&str>, otherwise: &str) -> String {
    // A title comes from the file: quotes and line ends could not stand in a playlist's attribute.
    let title = title.map(|title| {
        title
            .chars()
            .filter(|c| !c.is_control() && *c != '"')
            .take(60)
            .collect::<String>()
    });
    let title = title
        .map(|title| title.trim().to_owned())
        .filter(|title| !title.is_empty());
    match (language, title) {
        (Some(tag), _) if language::name(tag).is_some() => language::name(tag).unwrap_or(otherwise).to_owned(),
        (_, Some(title)) => title,
        (Some(tag), None) => tag.to_owned(),
        (None, None) => otherwise.to_owned(),
    }
}

/// “English”, and what else tells two of a language apart.
fn caption_label(stream: &SubtitleStream) -> String {
    let label = label(stream.language.as_deref(), stream.title.as_deref(), "Captions");
    let kind = match stream {
        SubtitleStream { forced: true, .. } => "forced",
        SubtitleStream {
            hearing_impaired: true, ..
        } => "SDH",
        _ => return label,
    };
    if label.to_ascii_lowercase().contains(&kind.to_ascii_lowercase()) {
        label
    } else {
        format!("{label} ({kind})")
    }
}

fn unique(wanted: &str, taken: &mut BTreeSet<String>, gap: &str) -> String {
    let mut name = wanted.to_owned();
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{wanted}{gap}{number}");
    }
    name
}
