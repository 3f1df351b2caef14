//! The stream as players see it: its tracks, and the playlists above their segments.

use screener_hls::media::{ByteRange, Entry};
use screener_ladder::{Track, TrackKind};
use screener_wire::Playlists;

use super::prepare::{Making, Prepared, Sounding};
use super::run::Run;
use crate::judge::Depth;
use crate::mux::playlists::{self, Part, Rates};
use crate::mux::track::{Description, Format};
use crate::output::Output;
use crate::output::finished::{Finished, Planned};

/// Every track as players will see it: rungs, audio, captions, in this order.
pub fn tracks(run: &Run<'_>, prepared: &Prepared) -> Vec<Planned> {
    let map = (!run.transport()).then_some("init.mp4");
    let track = |name: &str, kind, language: Option<&String>, map: Option<&str>| Track {
        name: name.to_owned(),
        kind,
        language: language.cloned(),
        head: playlists::media(run.plan.target_duration, run.event(), map).head(),
        init: map.map(|map| format!("{name}/{map}")),
    };
    let lowest = prepared
        .rungs
        .iter()
        .rposition(|making| matches!(making, Making::Encoded(..)));
    let rungs = run
        .plan
        .rungs
        .iter()
        .zip(&prepared.rungs)
        .enumerate()
        .map(|(index, (rung, making))| {
            let (description, copied) = match making {
                Making::Encoded(encoder, _) => (&encoder.description, false),
                Making::Copied(description) => (description, true),
            };
            Planned {
                track: track(&rung.name, TrackKind::Video, None, map),
                description: Some(description.clone()),
                copied,
                depth: if lowest == Some(index) {
                    Depth::Whole
                } else {
                    Depth::First
                },
            }
        });
    let audio = run
        .plan
        .audio
        .iter()
        .zip(&prepared.audio)
        .map(|(audio, making)| Planned {
            track: track(&audio.name, TrackKind::Audio, audio.language.as_ref(), map),
            description: Some(making.description().clone()),
            copied: matches!(making, Sounding::Copied(_)),
            depth: Depth::Whole,
        });
    let captions = run.plan.captions.iter().map(|captions| Planned {
        track: track(&captions.name, TrackKind::Captions, captions.language.as_ref(), None),
        description: None,
        copied: false,
        depth: Depth::First,
    });
    rungs.chain(audio).chain(captions).collect()
}

/// The playlist of key pictures alone.
pub fn iframes(run: &Run<'_>, planned: &Planned, segments: &[Finished]) -> String {
    let mut playlist = playlists::media(
        run.plan.target_duration,
        false,
        planned.track.init.as_ref().map(|_| "init.mp4"),
    );
    playlist.i_frames_only = true;
    playlist.independent_segments = false;
    let entries = key_pictures(planned, segments).map(|(name, offset, length, duration)| Entry {
        duration,
        uri: name.to_owned(),
        byte_range: Some(ByteRange { length, offset }),
        ..Entry::default()
    });
    playlist.finished(&entries.collect::<Vec<_>>())
}

/// The multivariant playlist: from the plan's rates, or as measured.
pub fn index(run: &Run<'_>, output: &Output, measured: bool) -> String {
    let prefix = match run.task.playlists {
        Playlists::Told { generation } => format!("{generation}/"),
        Playlists::Files => String::new(),
    };
    let part = |track: usize, promised: Rates, declared: Option<f64>| {
        output.look(track, |planned, segments| Part {
            name: planned.track.name.clone(),
            rates: if measured {
                playlists::rates(
                    segments.iter().map(|segment| (segment.bytes, segment.duration)),
                    run.plan.target_duration,
                )
            } else {
                promised
            },
            codecs: planned
                .description
                .as_ref()
                .map(Description::codecs)
                .unwrap_or_default(),
            resolution: planned
                .description
                .as_ref()
                .and_then(|description| match description.format {
                    Format::Video { width, height, .. } => Some((width, height)),
                    Format::Audio { .. } => None,
                }),
            frame_rate: declared.map(|declared| {
                let paces = segments.iter().map(|segment| Some((segment.pace?, segment.duration)));
                match paces.collect::<Option<Vec<_>>>() {
                    Some(paces) if measured => playlists::frame_rate(declared, &paces),
                    _ => declared,
                }
            }),
            iframes: (measured && run.plan.wishes.extras && planned.track.kind == TrackKind::Video).then(|| {
                playlists::rates(
                    key_pictures(planned, segments).map(|(_, _, length, duration)| (length, duration)),
                    run.plan.target_duration,
                )
            }),
        })
    };
    let rungs = &run.plan.rungs;
    let video: Vec<Part> = rungs
        .iter()
        .enumerate()
        .map(|(index, rung)| {
            part(
                index,
                Rates {
                    peak: rung.max_rate,
                    average: rung.bit_rate,
                },
                Some(run.plan.declared_frame_rate(rung)),
            )
        })
        .collect();
    let audio: Vec<Part> = run
        .plan
        .audio
        .iter()
        .enumerate()
        .map(|(index, audio)| {
            part(
                rungs.len() + index,
                Rates {
                    peak: audio.bit_rate * 11 / 10,
                    average: audio.bit_rate,
                },
                None,
            )
        })
        .collect();
    playlists::multivariant(&prefix, run.plan, &video, &audio).to_string()
}

/// Key pictures of a track: file, first byte, bytes, seconds until the next one.
fn key_pictures<'a>(planned: &'a Planned, segments: &'a [Finished]) -> impl Iterator<Item = (&'a str, u64, u64, f64)> {
    let timescale = planned
        .description
        .as_ref()
        .map_or(1.0, |description| f64::from(description.timescale));
    segments.iter().flat_map(move |segment| {
        segment.keys.iter().enumerate().map(move |(index, key)| {
            let end = segment
                .keys
                .get(index + 1)
                .map_or(segment.start + segment.duration, |next| next.pts as f64 / timescale);
            (
                segment.name.as_str(),
                key.offset,
                key.length,
                end - key.pts as f64 / timescale,
            )
        })
    })
}
