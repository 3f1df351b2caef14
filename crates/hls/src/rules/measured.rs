//! What was measured in the media, against what the playlists say.

use std::collections::BTreeMap;

use super::Level::{Must, Should};
use super::{Judge, Rule, name_of};
use crate::facts::{MediaFacts, SegmentFacts};
use crate::parse::{Media, Multivariant, resolve};

const CONTAINER: Rule = (
    "1.2",
    Must,
    "H.264 comes in fragmented MP4 or MPEG-TS.",
    "Package as CMAF.",
);
const KEY_FRAMES: Rule = (
    "1.13",
    Should,
    "There is a key frame every two seconds.",
    "Encode with a key frame every two seconds.",
);
const INTERLACED: Rule = ("1.14", Must, "Video is not interlaced.", "Deinterlace the source.");
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
const AUDIO_IN_TS: Rule = (
    "2.1",
    Should,
    "Audio is an elementary stream or in fragmented MP4.",
    "Package as CMAF.",
);
const IDR: Rule = (
    "7.4",
    Must,
    "Video segments start with an IDR frame.",
    "Cut at key frames alone.",
);
const EXACT: Rule = (
    "8.1",
    Must,
    "EXTINF is exact: no sum of it is more than a frame away from the media.",
    "Write the duration of the samples.",
);
const SUM: Rule = (
    "9.13",
    Must,
    "BANDWIDTH is the largest sum of peaks that any combination of renditions has.",
    "Add the largest audio rendition's peak to the video's.",
);
const READABLE: Rule = (
    "RFC 8216 3",
    Must,
    "Every segment can be read.",
    "Publish the video again.",
);
const CODECS: Rule = (
    "RFC 8216 4.3.4.2",
    Must,
    "CODECS, RESOLUTION and FRAME-RATE say what the media are.",
    "Write what was encoded.",
);

/// Facts of a playlist's segments, in order, as far as they are known.
fn known<'a>(
    name: &str,
    media: &'a Media,
    facts: &'a MediaFacts,
) -> Vec<(&'a crate::parse::Segment, String, Option<&'a SegmentFacts>)> {
    media
        .segments
        .iter()
        .map(|segment| {
            let path = resolve(name, &segment.uri).unwrap_or_else(|| segment.uri.clone());
            let found = facts.segments.get(&path);
            (segment, path, found)
        })
        .collect()
}

pub(super) fn segments(judge: &mut Judge, playlists: &BTreeMap<String, Media>, facts: &MediaFacts) {
    for (name, media) in playlists {
        if media.i_frames_only {
            continue;
        }
        let mut drift = 0.0;
        let mut worst: (f64, String) = (0.0, String::new());
        let mut frame = 0.03;
        // Only from a first whole segment on: ranges of one file have no facts of their own.
        let whole = media.segments.iter().all(|segment| segment.byte_range.is_none());
        for (segment, path, found) in known(name, media, facts) {
            let Some(found) = found else { continue };
            if let Some(error) = &found.error {
                judge.expect(READABLE, &path, false, || error.clone());
                continue;
            }
            judge.expect(READABLE, &path, true, String::new);
            one(judge, &path, found);
            if let Some(video) = found.video.as_ref().filter(|video| video.frame_rate > 0.0) {
                frame = 1.0 / video.frame_rate;
            } else if let Some(audio) = found.audio.as_ref().filter(|audio| audio.sample_rate > 0) {
                frame = 1024.0 / f64::from(audio.sample_rate);
            }
            if let Some(declared) = segment.duration.filter(|_| whole && found.duration > 0.0) {
                drift += declared - found.duration;
                if f64::abs(drift) > worst.0 {
                    worst = (drift.abs(), path);
                }
            }
        }
        if worst.0 > 0.0 {
            judge.expect(EXACT, name, worst.0 <= frame + 0.002, || {
                format!(
                    "up to {} the sum of EXTINF is {:.3} s off, and a frame lasts {frame:.3} s",
                    worst.1, worst.0
                )
            });
        }
    }
}

fn one(judge: &mut Judge, path: &str, found: &SegmentFacts) {
    let container = found.container.as_deref().unwrap_or_default();
    if let Some(video) = &found.video {
        judge.expect(IDR, path, video.starts_with_key_frame, || {
            "it starts with another frame".into()
        });
        judge.expect(INTERLACED, path, !video.interlaced, || "coded as fields".into());
        if video.codec == "h264" && !container.is_empty() {
            judge.expect(CONTAINER, path, matches!(container, "fmp4" | "mpegts"), || {
                format!("in {container}")
            });
        }
        let mut times = video.key_frames.clone();
        times.push(found.duration);
        let gap = times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        if !video.key_frames.is_empty() {
            // A frame more than two seconds is what an uneven frame rate costs.
            judge.expect(KEY_FRAMES, path, gap <= 2.0 + 0.05, || {
                format!("{gap:.2} s without a key frame")
            });
        }
    }
    if found.audio.is_some() && found.video.is_none() && container == "mpegts" {
        judge.expect(AUDIO_IN_TS, path, false, || "audio alone in MPEG-TS".into());
    }
}

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
    // Where frames are unevenly spaced no single number is right: it must lie among what the segments have.
    let rates = known(name, media, facts);
    let rates = rates
        .iter()
        .filter_map(|(_, _, found)| Some(found.as_ref()?.video.as_ref()?.frame_rate));
    let (lowest, highest) = rates
        .filter(|rate| *rate > 0.0)
        .fold((f64::INFINITY, 0.0), |(low, high), rate| {
            (f64::min(low, rate), f64::max(high, rate))
        });
    if let Some(rate) = tag.number::<f64>("FRAME-RATE").filter(|_| highest > 0.0) {
        let right = rate > lowest - 0.5 && rate < highest + 0.5;
        judge.expect(CODECS, name, right, || {
            format!("FRAME-RATE {rate}, and the video has {highest:.3}")
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
