//! Audio and caption renditions: one a language, each with a folder and a name of its own.

use std::collections::BTreeSet;

use super::{AudioPlan, CaptionsPlan, copying};
use crate::language;
use crate::source::{AudioStream, SourceInfo, SubtitleStream};

/// Bits per second of a stereo AAC rendition.
const AUDIO_RATE: u64 = 128_000;

/// One rendition a language, the source's default first among equals; exactly one is default.
pub fn audio(source: &SourceInfo, copy: bool, notes: &mut Vec<String>) -> Vec<AudioPlan> {
    let mut chosen: Vec<&AudioStream> = Vec::new();
    let mut left_out = 0;
    for stream in &source.audio {
        let same = |other: &&AudioStream| key(other.language.as_deref()) == key(stream.language.as_deref());
        match chosen.iter().position(&same) {
            None => chosen.push(stream),
            Some(at) if stream.default && !chosen[at].default => {
                chosen[at] = stream;
                left_out += 1;
            }
            Some(_) => left_out += 1,
        }
    }
    if left_out > 0 {
        let tracks = if left_out == 1 {
            "1 further audio track".to_owned()
        } else {
            format!("{left_out} further audio tracks")
        };
        notes.push(format!("{tracks} in a language that is already there: left out"));
    }
    let default = chosen.iter().position(|stream| stream.default).unwrap_or(0);
    let mut labels = BTreeSet::new();
    let mut plans = Vec::new();
    for (at, stream) in chosen.iter().enumerate() {
        let copied = copy && copying::audio(source, stream);
        if stream.channels > 2 {
            notes.push(format!(
                "Sound with {} channels is mixed down to stereo",
                stream.channels
            ));
        }
        let label = label(stream.language.as_deref(), stream.title.as_deref(), "Audio");
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
