//! What media playlists tell, each alone and all together.

use std::collections::BTreeMap;

use super::codecs::{Codec, codec};
use super::findings::Level::{Must, Should};
use super::findings::{Judge, Rule};
use super::roles::{Role, name_of};
use crate::parse::{Media, Multivariant};

const HEVC_FMP4: Rule = ("1.5", Must, "HEVC comes in fragmented MP4.", "Package as CMAF.");
const AUDIO_FMP4: Rule = (
    "2.25",
    Must,
    "xHE-AAC, Apple Lossless, FLAC and APAC come in fragmented MP4.",
    "Package as CMAF.",
);
const SUBTITLE_KIND: Rule = (
    "5.2",
    Must,
    "Subtitles are WebVTT, or IMSC1 in fragmented MP4.",
    "Convert the subtitles to WebVTT.",
);
const SUBTITLE_LENGTH: Rule = (
    "5.5",
    Must,
    "A subtitle playlist covers the whole film.",
    "Fill up with empty segments.",
);
const DENSE: Rule = (
    "6.2",
    Should,
    "I-frame playlists have a frame a second.",
    "Make a dedicated stream of I-frames.",
);
const IFRAMES_ONLY: Rule = (
    "6.8",
    Must,
    "I-frame playlists have EXT-X-I-FRAMES-ONLY.",
    "Write EXT-X-I-FRAMES-ONLY.",
);
const TARGET_SIX: Rule = (
    "7.5",
    Should,
    "The target duration is 6 seconds.",
    "Cut every 6 seconds.",
);
const NOMINAL_SIX: Rule = (
    "7.6",
    Should,
    "Segments last 6 seconds, nominally.",
    "Cut every 6 seconds.",
);
const TOO_LONG: Rule = (
    "7.7",
    Must,
    "No segment exceeds the target duration by more than 0.5 seconds.",
    "Put key frames at the cuts, or raise EXT-X-TARGETDURATION.",
);
const SAME_TARGET: Rule = (
    "8.2",
    Must,
    "Audio and video playlists have the same target duration.",
    "Write the largest of them into all.",
);
const SAME_LENGTH: Rule = (
    "8.3",
    Must,
    "Audio and video playlists have the same duration.",
    "Publish the stream again.",
);
const DATED: Rule = (
    "8.4",
    Must,
    "Live playlists have EXT-X-PROGRAM-DATE-TIME.",
    "Write EXT-X-PROGRAM-DATE-TIME.",
);
const VOD: Rule = (
    "8.6",
    Must,
    "Playlists of finished content say EXT-X-PLAYLIST-TYPE:VOD.",
    "Write EXT-X-PLAYLIST-TYPE:VOD.",
);
const LIVE_SEGMENTS: Rule = (
    "8.11",
    Must,
    "A live playlist has six segments.",
    "Keep more segments in the window.",
);
const LIVE_WINDOW: Rule = (
    "8.12",
    Should,
    "A live playlist has 15 minutes.",
    "Keep more segments in the window.",
);
const SAME_BREAKS: Rule = (
    "8.15",
    Must,
    "All playlists have their discontinuities at the same times.",
    "Publish the stream again.",
);
const MAP: Rule = ("8.20", Must, "Fragmented MP4 has EXT-X-MAP.", "Write EXT-X-MAP.");
const SAME_CUTS: Rule = (
    "8.22",
    Should,
    "All audio and video playlists are cut at the same times.",
    "Cut all rungs at the same key frames.",
);
const INDEPENDENT: Rule = (
    "9.11",
    Should,
    "EXT-X-INDEPENDENT-SEGMENTS stands in the multivariant playlist.",
    "Write it where every segment begins with an IDR frame.",
);
const INDEPENDENT_EACH: Rule = (
    "9.12",
    Must,
    "EXT-X-INDEPENDENT-SEGMENTS stands in the index or in every video playlist.",
    "Write it where every segment begins with an IDR frame.",
);

/// What the RFC asks of a media playlist's text.
fn grammar(judge: &mut Judge, name: &str, media: &Media) {
    for flaw in &media.flaws {
        judge.broken("RFC 8216 4.3.3", name, flaw.clone());
    }
    judge.judged("RFC 8216 4.3.3.5");
    if !media.ended && media.kind.as_deref() == Some("VOD") {
        judge.broken(
            "RFC 8216 4.3.3.5",
            name,
            "EXT-X-PLAYLIST-TYPE:VOD without EXT-X-ENDLIST: players wait for more".into(),
        );
    }
    if media.segments.iter().any(|segment| segment.duration.is_none()) {
        judge.broken("RFC 8216 4.3.2.1", name, "a segment without EXTINF".into());
    }
    if let Some(version) = media.version.or(Some(1)) {
        let needed = if media.is_fmp4() && !media.i_frames_only {
            6
        } else if media.is_fmp4() {
            5
        } else if media.i_frames_only || media.segments.iter().any(|segment| segment.byte_range.is_some()) {
            4
        } else if media
            .segments
            .iter()
            .any(|segment| segment.duration.is_some_and(|duration| duration.fract() != 0.0))
        {
            3
        } else {
            1
        };
        judge.judged("RFC 8216 7");
        if version < needed {
            judge.broken(
                "RFC 8216 7",
                name,
                format!("EXT-X-VERSION {version}, and what it uses needs {needed}"),
            );
        }
    }
}

pub(super) fn judge(judge: &mut Judge, name: &str, media: &Media, role: Role) {
    let durations = || media.segments.iter().filter_map(|segment| segment.duration);
    judge.judged("RFC 8216 4.3.3.1");
    let Some(target) = media.target_duration else {
        judge.broken("RFC 8216 4.3.3.1", name, "no EXT-X-TARGETDURATION".into());
        return;
    };
    grammar(judge, name, media);
    let limit = f64::from(target) + 0.5;
    let longest = media
        .segments
        .iter()
        .filter(|segment| segment.duration.is_some_and(|duration| duration > limit));
    let mut longest: Vec<_> = longest.collect();
    longest.truncate(3);
    judge.expect(TOO_LONG, name, longest.is_empty(), || {
        let listed: Vec<String> = longest
            .iter()
            .map(|segment| format!("{} lasts {:.3} s", segment.uri, segment.duration.unwrap_or(0.0)))
            .collect();
        format!("{}, and the target duration is {target} s", listed.join(", "))
    });
    if media.ended {
        judge.expect(VOD, name, media.kind.is_some(), || {
            "EXT-X-ENDLIST without EXT-X-PLAYLIST-TYPE".into()
        });
    }
    if media.is_live() {
        judge.expect(DATED, name, media.dated, || "no EXT-X-PROGRAM-DATE-TIME".into());
        judge.expect(LIVE_SEGMENTS, name, media.segments.len() >= 6, || {
            format!("{} segments", media.segments.len())
        });
        judge.expect(LIVE_WINDOW, name, media.duration() >= 900.0, || {
            format!("{:.0} s", media.duration())
        });
    }
    let fragments = |segment: &&crate::parse::Segment| {
        let path = segment.uri.split(['?', '#']).next().unwrap_or_default();
        [".m4s", ".mp4", ".m4v", ".m4a", ".cmfv", ".cmfa"]
            .iter()
            .any(|ending| path.ends_with(ending))
    };
    if let Some(first) = media.segments.iter().find(fragments) {
        judge.expect(MAP, name, media.is_fmp4(), || {
            format!("{} without EXT-X-MAP", first.uri)
        });
    }
    match role {
        Role::Iframes => {
            judge.expect(IFRAMES_ONLY, name, media.i_frames_only, || {
                "no EXT-X-I-FRAMES-ONLY".into()
            });
            if let Some(usual) = median(durations()) {
                judge.expect(DENSE, name, usual <= 1.05, || format!("a frame every {usual:.2} s"));
            }
        }
        Role::Video | Role::Audio => {
            judge.expect(TARGET_SIX, name, target == 6, || {
                format!("EXT-X-TARGETDURATION:{target}")
            });
            if let Some(usual) = median(durations()).filter(|_| media.segments.len() > 2) {
                judge.expect(NOMINAL_SIX, name, (usual - 6.0).abs() <= 0.5, || {
                    format!("usually {usual:.3} s")
                });
            }
        }
        Role::Subtitles => {
            let fits = |segment: &crate::parse::Segment| {
                let path = segment.uri.split(['?', '#']).next().unwrap_or_default();
                matches!(path.rsplit('.').next(), Some("vtt" | "webvtt")) || media.is_fmp4()
            };
            let odd = media.segments.iter().find(|segment| !fits(segment));
            judge.expect(SUBTITLE_KIND, name, odd.is_none(), || {
                odd.map(|odd| odd.uri.clone()).unwrap_or_default()
            });
        }
    }
}

/// Ends of all segments, seconds from the start.
fn cuts(media: &Media) -> Vec<f64> {
    let mut at = 0.0;
    media
        .segments
        .iter()
        .map(|segment| {
            at += segment.duration.unwrap_or(0.0);
            at
        })
        .collect()
}

/// Times of the discontinuities, seconds from the start.
fn breaks(media: &Media) -> Vec<f64> {
    let mut at = 0.0;
    let mut found = Vec::new();
    for segment in &media.segments {
        if segment.discontinuity {
            found.push(at);
        }
        at += segment.duration.unwrap_or(0.0);
    }
    found
}

/// Median of some durations; `None` of none.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn alike(a: &[f64], b: &[f64], within: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= within)
}

pub(super) fn together(
    judge: &mut Judge,
    index: &Multivariant,
    playlists: &BTreeMap<String, Media>,
    roles: &BTreeMap<String, Role>,
) {
    let of = |wanted: &[Role]| -> Vec<(&String, &Media)> {
        playlists
            .iter()
            .filter(|(name, _)| roles.get(*name).is_some_and(|role| wanted.contains(role)))
            .collect()
    };
    for (name, media) in of(&[Role::Video, Role::Audio]) {
        containers(judge, index, name, media);
    }
    let videos = of(&[Role::Video]);
    if !videos.is_empty() {
        judge.expect(INDEPENDENT, "index.m3u8", index.independent_segments, || {
            "no EXT-X-INDEPENDENT-SEGMENTS".into()
        });
        let without = videos.iter().find(|(_, media)| !media.independent_segments);
        judge.expect(
            INDEPENDENT_EACH,
            "index.m3u8",
            index.independent_segments || without.is_none(),
            || {
                format!(
                    "neither the index nor {} has it",
                    without.map(|(name, _)| name.as_str()).unwrap_or_default()
                )
            },
        );
    }
    let streams = of(&[Role::Video, Role::Audio]);
    let Some((first_name, first)) = videos.first().or(streams.first()).copied() else {
        return;
    };
    let complete = first.ended;
    for (name, media) in &streams {
        if std::ptr::eq(*media, first) {
            continue;
        }
        judge.expect(
            SAME_TARGET,
            name,
            media.target_duration == first.target_duration,
            || {
                format!(
                    "{:?} s, and {first_name} has {:?} s",
                    media.target_duration.unwrap_or(0),
                    first.target_duration.unwrap_or(0)
                )
            },
        );
        if complete && media.ended {
            let (ours, theirs) = (media.duration(), first.duration());
            // A sound ends with its last whole frame of samples, a picture with its last frame.
            judge.expect(SAME_LENGTH, name, (ours - theirs).abs() <= 0.25, || {
                format!("{ours:.3} s, and {first_name} has {theirs:.3} s")
            });
            judge.expect(SAME_CUTS, name, alike(&cuts(media), &cuts(first), 0.25), || {
                format!(
                    "{} segments, cut at other times than the {} of {first_name}",
                    media.segments.len(),
                    first.segments.len()
                )
            });
        }
        judge.expect(SAME_BREAKS, name, alike(&breaks(media), &breaks(first), 0.25), || {
            format!(
                "{} discontinuities, and {first_name} has {}, or at other times",
                breaks(media).len(),
                breaks(first).len()
            )
        });
    }
    for (name, media) in of(&[Role::Subtitles]) {
        if complete && media.ended {
            let (ours, theirs) = (media.duration(), first.duration());
            judge.expect(SUBTITLE_LENGTH, name, ours + 0.5 >= theirs, || {
                format!("{ours:.3} s of {theirs:.3} s")
            });
        }
    }
}

fn containers(judge: &mut Judge, index: &Multivariant, name: &str, media: &Media) {
    let variant = index.variants.iter().find(|variant| name_of(&variant.uri) == *name);
    let Some(variant) = variant else { return };
    for codec_name in variant.tag.codecs() {
        match codec(codec_name) {
            Codec::Hevc { .. } => judge.expect(HEVC_FMP4, name, media.is_fmp4(), || {
                format!("{codec_name} without EXT-X-MAP")
            }),
            Codec::Mp4Audio if variant.tag.get("AUDIO").is_none() => {
                judge.expect(AUDIO_FMP4, name, media.is_fmp4(), || {
                    format!("{codec_name} without EXT-X-MAP")
                });
            }
            _ => {}
        }
    }
}
