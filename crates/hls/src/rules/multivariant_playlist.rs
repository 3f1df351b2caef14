//! What the multivariant playlist alone tells, variants beside each other.

use super::codecs::{Codec, codec, is_audio};
use super::findings::Level::{Must, Should};
use super::findings::{Judge, Rule};
use super::variant::{self, dotted, has_video};
use crate::parse::{Multivariant, Tag, Variant};

const H264_SOME: Rule = (
    "1.3a",
    Should,
    "Some H.264 variant is at most High Profile, level 4.1.",
    "Add a variant of at most 1920x1080 at 30 frames a second.",
);
const SOME_H264: Rule = ("1.12", Should, "Some video is H.264.", "Add an H.264 variant.");
const SDR: Rule = ("1.24", Must, "SDR streams are provided.", "Add SDR variants.");
const DEFAULT_VARIANT: Rule = (
    "1.32",
    Should,
    "The first variant is the one of about 2,000 kbit/s.",
    "Put that variant first; the order of the others is free.",
);
const ASPECT: Rule = (
    "1.33",
    Should,
    "All variants have the same aspect ratio.",
    "Derive every size from the source's, rounded to even numbers.",
);
const STEREO_AAC: Rule = (
    "2.3",
    Must,
    "Stereo audio in AAC is provided.",
    "Add a stereo AAC rendition.",
);
const HE_AAC: Rule = (
    "2.4",
    Should,
    "HE-AAC is not used above 64 kbit/s.",
    "Encode as AAC-LC.",
);
const DVS: Rule = (
    "2.13",
    Must,
    "Audio description has AUTOSELECT=YES.",
    "Write AUTOSELECT=YES.",
);
const CAPTIONS: Rule = (
    "4.1",
    Should,
    "Captions are provided.",
    "Put a .srt or .vtt file beside the source.",
);
const CC_LANGUAGE: Rule = (
    "4.4",
    Must,
    "Closed captions are declared with LANGUAGE.",
    "Write LANGUAGE.",
);
const SDH: Rule = (
    "4.6",
    Must,
    "Subtitles for the deaf have AUTOSELECT=YES.",
    "Write AUTOSELECT=YES.",
);
const SUBTITLE_LANGUAGE: Rule = (
    "4.7",
    Must,
    "Subtitles have LANGUAGE.",
    "Say which language the captions are in.",
);
const FORCED: Rule = (
    "5.11",
    Should,
    "Forced subtitles have AUTOSELECT=YES.",
    "Write AUTOSELECT=YES.",
);
const IFRAMES: Rule = (
    "6.1",
    Must,
    "I-frame playlists are provided.",
    "Publish with the extras on.",
);
const IFRAME_RATES: Rule = (
    "6.6",
    Should,
    "There are several I-frame playlists of different rates.",
    "Make one for each rung.",
);
const SDR_IFRAMES: Rule = (
    "6.16",
    Must,
    "SDR trick play is provided.",
    "Add SDR I-frame playlists.",
);
const LANGUAGE: Rule = (
    "8.10",
    Must,
    "LANGUAGE stands in every EXT-X-MEDIA that is not video.",
    "Say which language it is in; `und` where nobody knows.",
);
const IFRAME_CODECS: Rule = ("9.3", Must, "EXT-X-I-FRAME-STREAM-INF has CODECS.", "Write CODECS.");
const IFRAME_RESOLUTION: Rule = (
    "9.4",
    Must,
    "EXT-X-I-FRAME-STREAM-INF has RESOLUTION.",
    "Write RESOLUTION.",
);
const SEPARATE_LANGUAGES: Rule = (
    "9.7",
    Must,
    "Where there is more than one sound, audio streams are separate.",
    "Give each audio rendition a URI.",
);
const VARIANTS: Rule = ("9.9", Must, "There are several rates of video.", "Add a smaller rung.");
const FEW_VARIANTS: Rule = ("9.9", Should, VARIANTS.2, VARIANTS.3);
const TWO_AT_TOP: Rule = (
    "9.10",
    Should,
    "For HD there are two variants at the highest size.",
    "Add a second rate at the highest size.",
);
const VIDEO_RANGE: Rule = (
    "9.16",
    Must,
    "VIDEO-RANGE stands on every variant unless all are SDR.",
    "Write VIDEO-RANGE on all.",
);
const PATHWAY: Rule = (
    "9.18",
    Should,
    "EXT-X-CONTENT-STEERING has PATHWAY-ID.",
    "Write PATHWAY-ID.",
);
const SCORE: Rule = (
    "9.19",
    Must,
    "SCORE stands on every variant or on none.",
    "Write SCORE on all variants.",
);

pub(super) fn judge(judge: &mut Judge, index: &Multivariant) {
    for variant in &index.variants {
        variant::judge(judge, index, variant);
    }
    for variant in &index.iframe_variants {
        let tag = &variant.tag;
        judge.expect(IFRAME_CODECS, &variant.uri, tag.get("CODECS").is_some(), || {
            "no CODECS".into()
        });
        judge.expect(IFRAME_RESOLUTION, &variant.uri, tag.resolution().is_some(), || {
            "no RESOLUTION".into()
        });
        if tag.number::<u64>("BANDWIDTH").is_none() {
            judge.broken("RFC 8216 4.3.4.3", &variant.uri, "no BANDWIDTH".into());
        }
    }
    for rendition in &index.renditions {
        rendition_rules(judge, index, rendition);
    }
    all(judge, index);
    video(judge, index);
    audio(judge, index);
    if let Some(steering) = &index.steering {
        judge.expect(
            PATHWAY,
            "EXT-X-CONTENT-STEERING",
            steering.get("PATHWAY-ID").is_some(),
            || "no PATHWAY-ID".into(),
        );
    }
}

fn rendition_rules(judge: &mut Judge, index: &Multivariant, tag: &Tag) {
    let kind = tag.get("TYPE").unwrap_or_default();
    let name = tag.get("NAME").unwrap_or_default();
    let subject = format!("EXT-X-MEDIA {kind} {name:?}");
    for needed in ["TYPE", "GROUP-ID", "NAME"] {
        if tag.get(needed).is_none() {
            judge.broken("RFC 8216 4.3.4.1", &subject, format!("no {needed}"));
        }
    }
    let group = tag.get("GROUP-ID").unwrap_or_default();
    let twins = index
        .group(kind, group)
        .filter(|other| other.get("NAME") == Some(name))
        .count();
    if twins > 1 {
        judge.broken(
            "RFC 8216 4.3.4.1.1",
            &subject,
            "two renditions of a group have the same NAME".into(),
        );
    }
    let language = tag.get("LANGUAGE").is_some_and(|language| !language.is_empty());
    let selected = tag.get("AUTOSELECT") == Some("YES");
    let is = |what: &str| {
        tag.get("CHARACTERISTICS")
            .is_some_and(|list| list.split(',').any(|one| one.trim() == what))
    };
    if kind != "VIDEO" {
        judge.expect(LANGUAGE, &subject, language, || "no LANGUAGE".into());
    }
    match kind {
        "SUBTITLES" => {
            judge.expect(SUBTITLE_LANGUAGE, &subject, language, || "no LANGUAGE".into());
            if is("public.accessibility.transcribes-spoken-dialog") {
                judge.expect(SDH, &subject, selected, || "AUTOSELECT is not YES".into());
            }
            if tag.get("FORCED") == Some("YES") {
                judge.expect(FORCED, &subject, selected, || "AUTOSELECT is not YES".into());
            }
            if tag.get("URI").is_none() {
                judge.broken("RFC 8216 4.3.4.1", &subject, "subtitles without URI".into());
            }
        }
        "CLOSED-CAPTIONS" => judge.expect(CC_LANGUAGE, &subject, language, || "no LANGUAGE".into()),
        "AUDIO" if is("public.accessibility.describes-video") => {
            judge.expect(DVS, &subject, selected, || "AUTOSELECT is not YES".into());
        }
        _ => {}
    }
}

fn all(judge: &mut Judge, index: &Multivariant) {
    const WHERE: &str = "index.m3u8";
    let scored = index
        .variants
        .iter()
        .filter(|variant| variant.tag.get("SCORE").is_some())
        .count();
    judge.expect(SCORE, WHERE, scored == 0 || scored == index.variants.len(), || {
        format!("{scored} of {} variants have SCORE", index.variants.len())
    });
    let captions = index
        .renditions
        .iter()
        .any(|tag| matches!(tag.get("TYPE"), Some("SUBTITLES" | "CLOSED-CAPTIONS")));
    judge.expect(CAPTIONS, WHERE, captions, || "no captions".into());
}

/// Below a picture of 480 lines there is nothing smaller that a viewer would want.
fn is_small(variant: &Variant) -> bool {
    variant
        .tag
        .resolution()
        .is_some_and(|(width, height)| width.min(height) < 480)
}

fn several(videos: &[&Variant]) -> Rule {
    if videos.iter().all(|variant| is_small(variant)) {
        FEW_VARIANTS
    } else {
        VARIANTS
    }
}

fn video(judge: &mut Judge, index: &Multivariant) {
    const WHERE: &str = "index.m3u8";
    let videos: Vec<&Variant> = index.variants.iter().filter(|variant| has_video(variant)).collect();
    let Some(first) = videos.first() else { return };

    let mut rates: Vec<_> = videos
        .iter()
        .filter_map(|variant| variant.tag.number::<u64>("BANDWIDTH"))
        .collect();
    rates.sort_unstable();
    rates.dedup();
    judge.expect(several(&videos), WHERE, rates.len() > 1, || "one rate of video".into());
    judge.expect(IFRAMES, WHERE, !index.iframe_variants.is_empty(), || {
        "no I-frame playlists".into()
    });
    if !index.iframe_variants.is_empty() {
        judge.expect(IFRAME_RATES, WHERE, index.iframe_variants.len() > 1, || {
            "one I-frame playlist".into()
        });
    }

    let ranges: Vec<&str> = videos
        .iter()
        .filter_map(|variant| variant.tag.get("VIDEO-RANGE"))
        .collect();
    if ranges.iter().any(|range| *range != "SDR") {
        judge.expect(VIDEO_RANGE, WHERE, ranges.len() == videos.len(), || {
            format!("{} of {} variants have VIDEO-RANGE", ranges.len(), videos.len())
        });
        judge.expect(
            SDR,
            WHERE,
            ranges.len() < videos.len() || ranges.contains(&"SDR"),
            || "all variants are HDR".into(),
        );
        let iframes: Vec<_> = index
            .iframe_variants
            .iter()
            .map(|variant| variant.tag.get("VIDEO-RANGE"))
            .collect();
        let sdr = iframes.is_empty() || iframes.iter().any(|range| matches!(range, None | Some("SDR")));
        judge.expect(SDR_IFRAMES, WHERE, sdr, || "all I-frame playlists are HDR".into());
    }

    // A hundredth is what rounding to even numbers costs at 200 lines.
    let aspects: Vec<f64> = videos
        .iter()
        .filter_map(|variant| variant.tag.resolution())
        .map(|(w, h)| f64::from(w) / f64::from(h.max(1)))
        .collect();
    let spread = aspects.iter().copied().fold(0.0, f64::max) / aspects.iter().copied().fold(f64::INFINITY, f64::min);
    if !aspects.is_empty() {
        judge.expect(ASPECT, WHERE, spread < 1.015, || {
            let sizes: Vec<&str> = videos
                .iter()
                .filter_map(|variant| variant.tag.get("RESOLUTION"))
                .collect();
            sizes.join(", ")
        });
    }

    let distance = |variant: &Variant| {
        let rate = variant
            .tag
            .number::<u64>("AVERAGE-BANDWIDTH")
            .or_else(|| variant.tag.number("BANDWIDTH"));
        rate.map_or(u64::MAX, |rate| rate.abs_diff(2_000_000))
    };
    let nearest = videos.iter().map(|variant| distance(variant)).min().unwrap_or(0);
    judge.expect(DEFAULT_VARIANT, WHERE, distance(first) <= nearest, || {
        let rate = first.tag.get("AVERAGE-BANDWIDTH").unwrap_or("no AVERAGE-BANDWIDTH");
        format!("{} comes first, with {rate} bit/s", first.uri)
    });

    let top = videos
        .iter()
        .filter_map(|variant| variant.tag.resolution())
        .max_by_key(|(_, height)| *height);
    if let Some(top) = top.filter(|(width, height)| *width.max(height) >= 1280) {
        let there = videos
            .iter()
            .filter(|variant| variant.tag.resolution() == Some(top))
            .count();
        judge.expect(TWO_AT_TOP, WHERE, there > 1, || {
            format!("one variant of {}x{}", top.0, top.1)
        });
    }

    let h264: Vec<u32> = videos
        .iter()
        .flat_map(|variant| variant.tag.codecs())
        .filter_map(|name| {
            if let Codec::H264 { level, .. } = codec(name) {
                Some(level)
            } else {
                None
            }
        })
        .collect();
    if videos.iter().all(|variant| variant.tag.get("CODECS").is_some()) {
        judge.expect(SOME_H264, WHERE, !h264.is_empty(), || "no H.264 variant".into());
    }
    if let Some(lowest) = h264.iter().min() {
        judge.expect(H264_SOME, WHERE, *lowest <= 41, || {
            format!("the lowest level is {}", dotted(*lowest))
        });
    }
}

fn audio(judge: &mut Judge, index: &Multivariant) {
    const WHERE: &str = "index.m3u8";
    let sounds: Vec<&str> = index
        .variants
        .iter()
        .flat_map(|variant| variant.tag.codecs())
        .filter(|name| is_audio(name))
        .collect();
    let renditions: Vec<&Tag> = index
        .renditions
        .iter()
        .filter(|tag| tag.get("TYPE") == Some("AUDIO"))
        .collect();
    if sounds.is_empty() && renditions.is_empty() {
        return;
    }
    // Without CODECS nobody can tell what the sound is; 9.1 says so already.
    let told = index.variants.iter().any(|variant| variant.tag.get("CODECS").is_some());
    let aac = !told
        || sounds
            .iter()
            .any(|name| matches!(codec(name), Codec::Aac | Codec::HeAac));
    let channels = |tag: &&Tag| {
        tag.get("CHANNELS")
            .and_then(|list| list.split('/').next()?.parse::<u32>().ok())
    };
    let stereo = renditions.is_empty()
        || renditions
            .iter()
            .any(|tag| channels(tag).is_none_or(|count| count <= 2));
    judge.expect(STEREO_AAC, WHERE, aac && stereo, || {
        if aac {
            "every audio rendition has more than two channels".into()
        } else {
            "no AAC".into()
        }
    });
    let audio_only = index.variants.iter().filter(|variant| !has_video(variant));
    for variant in audio_only.filter(|variant| variant.tag.codecs().any(|name| codec(name) == Codec::HeAac)) {
        let rate = variant.tag.number::<u64>("AVERAGE-BANDWIDTH").unwrap_or(0);
        judge.expect(HE_AAC, &variant.uri, rate <= 70_000, || {
            format!("HE-AAC at {rate} bit/s")
        });
    }
    let mut groups: Vec<&str> = renditions.iter().filter_map(|tag| tag.get("GROUP-ID")).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let members: Vec<&Tag> = index.group("AUDIO", group).collect();
        if members.len() > 1 {
            let inside = members.iter().filter(|tag| tag.get("URI").is_none()).count();
            judge.expect(
                SEPARATE_LANGUAGES,
                &format!("audio group {group:?}"),
                inside == 0,
                || format!("{inside} of {} renditions have no URI", members.len()),
            );
        }
    }
}
