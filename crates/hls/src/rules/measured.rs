//! What was measured in the media, against what the playlists say.

use std::collections::BTreeMap;

use super::clocks;
use super::findings::Level::{Must, Should};
use super::findings::{Judge, Rule};
use super::known::known;
use crate::facts::{MediaFacts, SegmentFacts};
use crate::parse::Media;

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
const READABLE: Rule = (
    "RFC 8216 3",
    Must,
    "Every segment can be read.",
    "Publish the video again.",
);
const IFRAME_RANGES: Rule = (
    "RFC 8216 4.3.3.6",
    Must,
    "Each piece of an I-frame playlist is one I-frame that can be decoded by itself.",
    "Write the byte ranges of the key frames as they lie in the files.",
);

pub(super) fn segments(judge: &mut Judge, playlists: &BTreeMap<String, Media>, facts: &MediaFacts) {
    for (name, media) in playlists {
        if media.i_frames_only {
            iframes(judge, name, media, facts);
            continue;
        }
        let mut drift = 0.0;
        let mut worst: (f64, String) = (0.0, String::new());
        let mut frame = 0.03;
        clocks::follow(judge, name, media, facts);
        let all = known(name, media, facts);
        for (at, (segment, path, found)) in all.iter().enumerate() {
            let Some(found) = found else { continue };
            if let Some(error) = &found.error {
                judge.expect(READABLE, path, false, || error.clone());
                continue;
            }
            judge.expect(READABLE, path, true, String::new);
            one(judge, path, found);
            if let Some(video) = found.video.as_ref().filter(|video| video.frame_rate > 0.0) {
                frame = 1.0 / video.frame_rate;
            } else if let Some(audio) = found.audio.as_ref().filter(|audio| audio.sample_rate > 0) {
                frame = 1024.0 / f64::from(audio.sample_rate);
            }
            if let Some((declared, lasts)) = segment.duration.zip(clocks::lasts(&all[at..])) {
                drift += declared - lasts;
                if f64::abs(drift) > worst.0 {
                    worst = (drift.abs(), path.clone());
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

/// Each piece of an I-frame playlist is one key frame.
fn iframes(judge: &mut Judge, name: &str, media: &Media, facts: &MediaFacts) {
    let mut wrong: Option<(String, String)> = None;
    let mut seen = false;
    for (_, path, found) in known(name, media, facts) {
        let Some(found) = found else { continue };
        seen = true;
        let why = match (&found.error, &found.video) {
            (Some(error), _) => error.clone(),
            (None, None) => "it holds no picture".to_owned(),
            (None, Some(video)) if !video.starts_with_key_frame => "it starts with another frame".to_owned(),
            _ => continue,
        };
        wrong.get_or_insert((path, why));
    }
    if seen {
        let holds = wrong.is_none();
        let (path, why) = wrong.unwrap_or_default();
        judge.expect(IFRAME_RANGES, if holds { name } else { &path }, holds, || why);
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
