//! What one variant tells of itself: its codecs, its level, its frame rate.

use super::codecs::{Codec, codec, h264_level, is_audio, is_video};
use super::findings::Level::{Must, Should};
use super::findings::{Judge, Rule};
use crate::parse::{Multivariant, Variant};

const VIDEO_CODEC: Rule = (
    "1.1",
    Must,
    "Video is H.264, HEVC, Dolby Vision or AV1.",
    "Encode the video with H.264.",
);
const H264_LEVEL: Rule = (
    "1.3b",
    Must,
    "H.264 is at most High Profile, level 5.2.",
    "Encode with a lower profile or level.",
);
const HIGH_PROFILE: Rule = (
    "1.4",
    Should,
    "H.264 uses High Profile in preference to Main and Baseline.",
    "Encode with High Profile.",
);
const HEVC_LEVEL: Rule = (
    "1.6b",
    Must,
    "HEVC is at most Main 10, level 5.1, High tier.",
    "Encode with a lower profile or level.",
);
const SAMPLE_ENTRY: Rule = (
    "1.10",
    Should,
    "Parameter sets stand in the sample descriptions (avc1, hvc1, dvh1).",
    "Package as avc1 or hvc1.",
);
const LEVEL_NEEDED: Rule = (
    "1.11",
    Should,
    "The level is no higher than the size and frame rate need.",
    "Let the encoder choose the level, and say in CODECS what it chose.",
);
const NATURAL_RATE: Rule = (
    "1.18",
    Should,
    "The frame rate is a natural one: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60.",
    "Keep the source's frame rate, or make it one of these.",
);
const RATE_60: Rule = ("1.19", Must, "No frame rate is above 60.", "Halve the frame rate.");
const PEAK_TO_AVERAGE: Rule = (
    "1.30",
    Should,
    "The peak rate is at most 200 % of the average.",
    "Cap the encoder's rate lower (VBV).",
);
const SUBTITLE_CODECS: Rule = (
    "5.10",
    Should,
    "CODECS names the kind of subtitles.",
    "Add wvtt to CODECS of the variants with subtitles.",
);
const CODECS: Rule = ("9.1", Must, "EXT-X-STREAM-INF has CODECS.", "Write CODECS.");
const RESOLUTION: Rule = (
    "9.2",
    Must,
    "EXT-X-STREAM-INF has RESOLUTION where there is video.",
    "Write RESOLUTION.",
);
const SEPARATE: Rule = (
    "9.5",
    Should,
    "Video and audio are separate streams.",
    "Make the audio a rendition of its own.",
);
const AVERAGE: Rule = (
    "9.14",
    Must,
    "AVERAGE-BANDWIDTH stands on every variant.",
    "Write AVERAGE-BANDWIDTH.",
);
const FRAME_RATE: Rule = (
    "9.15",
    Must,
    "FRAME-RATE stands on every variant with video.",
    "Write FRAME-RATE.",
);

/// Frames per second that Apple lists.
const RATES: [f64; 8] = [23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0];

/// True where it has pictures.
pub(super) fn has_video(variant: &Variant) -> bool {
    variant.tag.resolution().is_some() || variant.tag.codecs().any(is_video)
}

pub(super) fn judge(judge: &mut Judge, index: &Multivariant, variant: &Variant) {
    let (tag, uri) = (&variant.tag, variant.uri.as_str());
    let rate = tag.number::<f64>("FRAME-RATE");
    let bandwidth = tag.number::<u64>("BANDWIDTH");
    if bandwidth.is_none() {
        judge.broken("RFC 8216 4.3.4.2", uri, "no BANDWIDTH".into());
    }
    judge.expect(CODECS, uri, tag.get("CODECS").is_some(), || "no CODECS".into());
    judge.expect(AVERAGE, uri, tag.number::<u64>("AVERAGE-BANDWIDTH").is_some(), || {
        "no AVERAGE-BANDWIDTH".into()
    });
    for (attribute, kind) in [
        ("AUDIO", "AUDIO"),
        ("SUBTITLES", "SUBTITLES"),
        ("CLOSED-CAPTIONS", "CLOSED-CAPTIONS"),
    ] {
        let group = tag.get(attribute).filter(|group| *group != "NONE");
        if let Some(group) = group.filter(|group| index.group(kind, group).next().is_none()) {
            judge.broken(
                "RFC 8216 4.3.4.2",
                uri,
                format!("{attribute}={group:?} names a group that is not there"),
            );
        }
    }
    if has_video(variant) {
        judge.expect(RESOLUTION, uri, tag.resolution().is_some(), || "no RESOLUTION".into());
        judge.expect(FRAME_RATE, uri, rate.is_some(), || "no FRAME-RATE".into());
    }
    if let Some(rate) = rate {
        judge.expect(RATE_60, uri, rate <= 60.001, || format!("{rate} frames a second"));
        let natural = RATES.iter().any(|natural| (rate - natural).abs() < 0.01);
        judge.expect(NATURAL_RATE, uri, natural, || format!("{rate} frames a second"));
    }
    if let (Some(peak), Some(average)) = (bandwidth, tag.number::<u64>("AVERAGE-BANDWIDTH")) {
        judge.expect(PEAK_TO_AVERAGE, uri, peak <= average.saturating_mul(2), || {
            format!(
                "BANDWIDTH {peak}, AVERAGE-BANDWIDTH {average}: {} %",
                peak.saturating_mul(100) / average.max(1)
            )
        });
    }
    for name in tag.codecs() {
        let unknown = codec(name) == Codec::Unknown && has_video(variant) && !name.starts_with("mp4a");
        judge.expect(VIDEO_CODEC, uri, !unknown, || format!("CODECS has {name}"));
        level(judge, variant, name, rate, bandwidth);
    }
    if tag.get("AUDIO").is_none() && has_video(variant) {
        let inside = tag.codecs().find(|name| is_audio(name));
        judge.expect(SEPARATE, uri, inside.is_none(), || {
            format!("{} lies in the video's segments", inside.unwrap_or_default())
        });
    }
    if tag.get("SUBTITLES").is_some() && tag.get("CODECS").is_some() {
        judge.expect(
            SUBTITLE_CODECS,
            uri,
            tag.codecs().any(|name| codec(name) == Codec::Subtitles),
            || "SUBTITLES without wvtt or stpp in CODECS".into(),
        );
    }
}

fn level(judge: &mut Judge, variant: &Variant, name: &str, rate: Option<f64>, bandwidth: Option<u64>) {
    let uri = variant.uri.as_str();
    let in_band = match codec(name) {
        Codec::H264 {
            profile,
            level,
            in_band,
        } => {
            judge.expect(H264_LEVEL, uri, profile <= 100 && level <= 52, || {
                format!("{name}: profile {profile}, level {}", dotted(level))
            });
            judge.expect(HIGH_PROFILE, uri, profile == 100, || {
                format!("{name}: {}", profile_name(profile))
            });
            if let (Some(size), Some(rate)) = (variant.tag.resolution(), rate) {
                let needed = h264_level(size, rate, bandwidth.unwrap_or(0));
                judge.expect(LEVEL_NEEDED, uri, needed.is_none_or(|needed| level <= needed), || {
                    format!(
                        "{name}: level {}, where {} is enough",
                        dotted(level),
                        dotted(needed.unwrap_or(0))
                    )
                });
            }
            in_band
        }
        Codec::Hevc {
            profile,
            level,
            in_band,
        } => {
            judge.expect(HEVC_LEVEL, uri, profile <= 2 && level <= 51, || {
                format!("{name}: profile {profile}, level {}", dotted(level))
            });
            in_band
        }
        Codec::DolbyVision { in_band } => in_band,
        _ => return,
    };
    judge.expect(SAMPLE_ENTRY, uri, !in_band, || format!("CODECS has {name}"));
}

/// A level as people write it: 41 is 4.1.
pub(super) fn dotted(level: u32) -> String {
    format!("{}.{}", level / 10, level % 10)
}

fn profile_name(profile: u8) -> String {
    match profile {
        66 => "Baseline".into(),
        77 => "Main".into(),
        88 => "Extended".into(),
        100 => "High".into(),
        other => format!("profile {other}"),
    }
}
