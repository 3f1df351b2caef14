//! What the index declares of its variants (rates, codecs, sizes), against what was measured.

use std::collections::BTreeMap;

use super::codecs::is_audio;
use super::findings::Level::Must;
use super::findings::{Judge, Rule};
use super::known::known;
use super::roles::name_of;
use crate::facts::MediaFacts;
use crate::parse::{Media, Multivariant};

const AVERAGE: Rule = (
    "1.26",
    Must,
    "The measured average is within 10 % of AVERAGE-BANDWIDTH.",
    "Write what was measured.",
);
const PEAK: Rule = (
    "1.27",
    Must,
    "The measured peak is within 10 % of BANDWIDTH.",
    "Write what was measured.",
);
const SUM: Rule = (
    "9.13",
    Must,
    "BANDWIDTH is the largest sum of peaks that any combination of renditions has.",
    "Add the largest audio rendition's peak to the video's.",
);
const CODECS: Rule = (
    "RFC 8216 4.3.4.2",
    Must,
    "CODECS, RESOLUTION and FRAME-RATE say what the media are.",
    "Write what was encoded.",
);

/// Peak and average of a playlist in bits per second. The peak is the highest rate of any run of segments that lasts
/// between half and one and a half target durations (RFC 8216, 4.1).
fn measured(name: &str, media: &Media, facts: &MediaFacts) -> Option<(f64, f64)> {
    let mut sizes = Vec::with_capacity(media.segments.len());
    for (segment, _, found) in known(name, media, facts) {
        let bytes = match segment.byte_range {
            Some((length, _)) => length,
            None => found?.bytes,
        };
        sizes.push((bytes as f64 * 8.0, segment.duration?));
    }
    let (bits, seconds) = sizes
        .iter()
        .fold((0.0, 0.0), |(bits, seconds), (b, s)| (bits + b, seconds + s));
    if seconds <= 0.0 {
        return None;
    }
    let target = f64::from(media.target_duration?);
    let mut peak: f64 = 0.0;
    for start in 0..sizes.len() {
        let (mut run_bits, mut run_seconds) = (0.0, 0.0);
        for (b, s) in &sizes[start..] {
            run_bits += b;
            run_seconds += s;
            if run_seconds > target * 1.5 {
                break;
            }
            if run_seconds >= target * 0.5 {
                peak = peak.max(run_bits / run_seconds);
            }
        }
    }
    let average = bits / seconds;
    Some((if peak > 0.0 { peak } else { average }, average))
}

pub(super) fn rates(judge: &mut Judge, index: &Multivariant, playlists: &BTreeMap<String, Media>, facts: &MediaFacts) {
    for variant in &index.variants {
        let (tag, name) = (&variant.tag, name_of(&variant.uri));
        let Some(media) = playlists.get(&name).filter(|media| media.ended) else {
            continue;
        };
        said(judge, variant, &name, media, facts);
        sounds(judge, index, variant, playlists, facts);
        let Some((peak, average)) = measured(&name, media, facts) else {
            continue;
        };
        let sounds: Option<Vec<(f64, f64)>> = tag.get("AUDIO").map_or(Some(Vec::new()), |group| {
            let uris = index
                .group("AUDIO", group)
                .filter_map(|tag| tag.get("URI"))
                .map(name_of);
            uris.filter(|uri| *uri != name)
                .map(|uri| measured(&uri, playlists.get(&uri)?, facts))
                .collect()
        });
        let Some(sounds) = sounds else { continue };
        let most = |pick: fn(&(f64, f64)) -> f64| sounds.iter().map(pick).fold(0.0, f64::max);
        let (peak_all, average_all) = (peak + most(|sound| sound.0), average + most(|sound| sound.1));
        let within = |declared: f64, measured: f64| (declared - measured).abs() <= measured * 0.1;
        if let Some(declared) = tag.number::<f64>("BANDWIDTH") {
            let forgotten = !within(declared, peak_all) && within(declared, peak) && peak_all > peak;
            judge.expect(SUM, &name, !forgotten, || {
                format!("BANDWIDTH {declared:.0} is the video's peak alone; with the audio it is {peak_all:.0}")
            });
            judge.expect(PEAK, &name, forgotten || within(declared, peak_all), || {
                format!("BANDWIDTH {declared:.0}, measured {peak_all:.0}")
            });
        }
        if let Some(declared) = tag.number::<f64>("AVERAGE-BANDWIDTH") {
            judge.expect(AVERAGE, &name, within(declared, average_all), || {
                format!("AVERAGE-BANDWIDTH {declared:.0}, measured {average_all:.0}")
            });
        }
    }
}

/// How a codec of sound is called in CODECS; `None` where that is not known here.
fn sound_names(codec: &str) -> Option<&'static [&'static str]> {
    Some(match codec {
        // HE-AAC may say so in its samples alone.
        "aac" => &["mp4a.40"],
        "mp3" => &["mp4a.40.34", "mp4a.6b", "mp4a.69"],
        "ac3" => &["ac-3"],
        "eac3" => &["ec-3"],
        "alac" => &["alac"],
        "flac" => &["flac"],
        "opus" => &["opus"],
        _ => return None,
    })
}

/// CODECS against the sound that a variant has, in its own segments or in its group.
fn sounds(
    judge: &mut Judge,
    index: &Multivariant,
    variant: &crate::parse::Variant,
    playlists: &BTreeMap<String, Media>,
    facts: &MediaFacts,
) {
    let (tag, name) = (&variant.tag, name_of(&variant.uri));
    if tag.get("CODECS").is_none() {
        return;
    }
    let group = tag
        .get("AUDIO")
        .into_iter()
        .flat_map(|group| index.group("AUDIO", group));
    let names: Vec<String> = std::iter::once(name.clone())
        .chain(group.filter_map(|tag| tag.get("URI")).map(name_of))
        .collect();
    let mut heard: Vec<&str> = Vec::new();
    for name in &names {
        let Some(media) = playlists.get(name) else { return };
        let mut readable = known(name, media, facts)
            .into_iter()
            .filter_map(|(_, _, found)| found.filter(|found| found.error.is_none()))
            .peekable();
        // What was not looked at is not judged.
        if readable.peek().is_none() {
            return;
        }
        heard.extend(readable.find_map(|found| Some(found.audio.as_ref()?.codec.as_str())));
    }
    let codecs = tag.get("CODECS").unwrap_or_default();
    if heard.is_empty() {
        judge.expect(CODECS, &name, !tag.codecs().any(is_audio), || {
            format!("CODECS {codecs:?}, and there is no sound")
        });
    }
    for codec in heard {
        let Some(called) = sound_names(codec) else { continue };
        let told = tag.codecs().any(|name| {
            called
                .iter()
                .any(|called| name.to_ascii_lowercase().starts_with(called))
        });
        judge.expect(CODECS, &name, told, || {
            format!("CODECS {codecs:?}, and the sound is {codec}")
        });
    }
}

/// CODECS, RESOLUTION and FRAME-RATE against the first segment that has facts.
fn said(judge: &mut Judge, variant: &crate::parse::Variant, name: &str, media: &Media, facts: &MediaFacts) {
    let tag = &variant.tag;
    let first = known(name, media, facts)
        .into_iter()
        .find_map(|(_, _, found)| found?.video.as_ref());
    let Some(video) = first else { return };
    if let Some(size) = tag.resolution().filter(|_| video.width > 0) {
        judge.expect(CODECS, name, size == (video.width, video.height), || {
            format!(
                "RESOLUTION {}x{}, and the video is {}x{}",
                size.0, size.1, video.width, video.height
            )
        });
    }
    // Where frames are unevenly spaced FRAME-RATE is the highest, and what segments have on average is less.
    let (mut lowest, mut highest) = (f64::INFINITY, 0.0_f64);
    for (_, _, found) in known(name, media, facts) {
        if let Some(video) = found
            .and_then(|found| found.video.as_ref())
            .filter(|video| video.frame_rate > 0.0)
        {
            lowest = lowest.min(video.frame_rate);
            highest = highest.max(video.frame_rate * 1.15).max(video.peak_frame_rate);
        }
    }
    if let Some(rate) = tag.number::<f64>("FRAME-RATE").filter(|_| highest > 0.0) {
        let right = rate > lowest - 0.5 && rate < highest + 0.5;
        judge.expect(CODECS, name, right, || {
            format!("FRAME-RATE {rate}, and the video has {lowest:.3}")
        });
    }
    if let Some(found) = video.codecs.as_deref().filter(|_| tag.get("CODECS").is_some()) {
        let family = |name: &str| {
            name.to_ascii_lowercase()
                .replace("avc3", "avc1")
                .replace("hev1", "hvc1")
        };
        judge.expect(
            CODECS,
            name,
            tag.codecs().any(|name| family(name) == family(found)),
            || {
                format!(
                    "CODECS {:?}, and the video is {found}",
                    tag.get("CODECS").unwrap_or_default()
                )
            },
        );
    }
}
