//! The facts of a source, and the plan that follows from them.

mod audio_stream;
pub(crate) mod geometry;
pub(crate) mod length;
mod marks;
mod packets;
pub(crate) mod points;
pub(crate) mod programs;
mod tags;
mod trimming;
mod video_stream;

pub(crate) use video_stream::{choose, crop};

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_ladder::source::SubtitleStream;
use screener_ladder::{Plan, PlanError, SourceInfo, Wishes, language};
use screener_wire::{Cause, Failure};

use self::programs::Programs;
use self::tags::tag;
use crate::captions::sidecar::{self, Unread};
use crate::captions::{closed, embedded};
use crate::input::{self, Source, header, refusal};
use crate::log;
use crate::timeline::zero;

/// Facts of a file.
pub fn probe(path: &str) -> Result<SourceInfo, Failure> {
    facts(&mut input::open(path)?, path)
}

/// The plan for a file. With `stop`, which ends it when it is set, the file is read as far as a cut in it takes; without, the plan
/// tells what can be known soon.
pub fn plan(path: &str, wishes: &Wishes, stop: Option<&Arc<AtomicBool>>) -> Result<Plan, Failure> {
    let named = |error: PlanError| {
        let mut failure = Failure::from(error);
        failure.message = format!("{}: {}", input::name_of(path), failure.message);
        failure
    };
    // What can never be is said before a long look.
    wishes.points(None).map_err(|error| named(error.into()))?;
    let source = probe(path)?;
    match wishes.points(source.duration).map_err(|error| named(error.into()))? {
        None => screener_ladder::plan_part(&source, wishes, None).map_err(named),
        Some(points) => trimming::plan(path, source, wishes, points, stop),
    }
}

/// Facts of an opened source. Reads some packets: open it anew for anything else.
pub fn facts(source: &mut Source, path: &str) -> Result<SourceInfo, Failure> {
    let chosen = video_stream::choose(&source.demuxer);
    let programs = programs::choose(&source.demuxer, chosen);
    let foreign = programs
        .as_ref()
        .map(|programs| programs.foreign.clone())
        .unwrap_or_default();
    programs::leave_out(&mut source.demuxer, &foreign);
    let dense = length::dense(&source.demuxer, |index| foreign.contains(&index));
    let mut info = SourceInfo {
        container: container(&source.demuxer),
        bytes: std::fs::metadata(path).map_or(0, |facts| facts.len()),
        duration: length::declared(&source.demuxer, &dense),
        title: tag(&source.demuxer.metadata(), "title"),
        ..SourceInfo::default()
    };
    if let Some(Programs {
        names: (name, others), ..
    }) = &programs
    {
        info.left_aside.push(format!(
            "The file holds several programmes: “{name}” is used, {} left out",
            others
                .iter()
                .map(|other| format!("“{other}”"))
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    for stream in source
        .demuxer
        .streams()
        .filter(|stream| !foreign.contains(&stream.index()))
    {
        let parameters = stream.parameters();
        match parameters.medium() {
            Type::Audio => match audio_stream::facts(&stream) {
                Some(mut audio) => {
                    audio.hidden = packets::hidden_sound(&source.demuxer, &stream);
                    info.audio.push(audio);
                }
                None => info.left_aside.push(format!(
                    "Audio track {} ({}) cannot be decoded here: left out",
                    stream.index() + 1,
                    header::codec_name(parameters.id())
                )),
            },
            Type::Subtitle => text_track(&stream, &mut info),
            _ => {}
        }
    }
    let embedded: Vec<usize> = info.subtitles.iter().filter_map(|stream| stream.index).collect();
    for index in embedded::empty(path, &embedded) {
        info.subtitles.retain(|stream| stream.index != Some(index));
        info.left_aside
            .push(format!("Subtitles {} hold no words: left out", index + 1));
    }
    beside(path, &mut info);
    let seen = packets::look(&mut source.demuxer, chosen.unwrap_or(usize::MAX), &dense);
    if seen.encrypted {
        return Err(Cause::Encrypted {
            name: source.name.clone(),
        }
        .into());
    }
    if let Some(declared) = info.duration {
        let duration = length::judged(&mut source.demuxer, declared, &dense, &seen);
        info.duration = Some(duration);
        if let Some(refusal) = refusal::impossible(&source.name, info.bytes, duration) {
            return Err(refusal);
        }
    }
    if let Some(profile) = chosen.and_then(|index| video_stream::dolby_alone(&source.demuxer.stream(index)?)) {
        let name = source.name.clone();
        return Err(Cause::DolbyVision { name, profile }.into());
    }
    if let Some(index) = chosen {
        info.video = video_stream::facts(source, index, &seen, &info);
    }
    closed_captions(&source.demuxer, path, &mut info);
    if let Some(other) = other_pictures(&dense, &source.demuxer, chosen) {
        info.left_aside.push(other);
    }
    if info.video.is_none() && info.audio.is_empty() {
        let name = source.name.clone();
        return Err(match log::cause() {
            Some(cause) => Cause::NoStreamsBecause { name, cause },
            None => Cause::NoStreams { name },
        }
        .into());
    }
    if let Ok(plan) = screener_ladder::plan_part(&info, &Wishes::default(), None) {
        info.chapters = marks::chapters(source, zero(&source.demuxer, &plan), info.duration);
    }
    Ok(info)
}

/// A track of words, or why it is left out.
fn text_track(stream: &ffmpeg::Stream<'_>, info: &mut SourceInfo) {
    let id = stream.parameters().id();
    match subtitle(stream) {
        Some(subtitle) => info.subtitles.push(subtitle),
        // Looked at with what the pictures carry.
        None if id == ffmpeg::codec::Id::EIA_608 => {}
        None if !pictures(id) => info.left_aside.push(format!(
            "Subtitles {} ({}) cannot be read here: left out",
            stream.index() + 1,
            header::codec_name(id)
        )),
        None => info.left_aside.push(format!(
            "Subtitles {} ({}) are pictures, not text: left out",
            stream.index() + 1,
            header::codec_name(id)
        )),
    }
}

/// Captions that the pictures carry, and tracks of such: line 21's become words of their own. Whatever else there is stays in
/// a picture that is copied, and is lost from one that is made anew.
fn closed_captions(demuxer: &ffmpeg::format::context::Input, path: &str, info: &mut SourceInfo) {
    use ffmpeg::codec::Id;
    let pictures = info.video.as_ref().map(|video| video.index);
    let streams: Vec<(usize, Id, Option<String>)> = demuxer
        .streams()
        .map(|stream| {
            let id = stream.parameters().id();
            (stream, id)
        })
        .filter(|(stream, id)| *id == Id::EIA_608 || (Some(stream.index()) == pictures && closed::may_carry(*id)))
        .map(|(stream, id)| (stream.index(), id, tag(&stream.metadata(), "language")))
        .collect();
    for (index, id, language) in streams {
        let found = closed::channels(path, index);
        info.closed_captions |= found.any && id != Id::EIA_608;
        if found.channels.is_empty() {
            if id == Id::EIA_608 {
                info.left_aside
                    .push(format!("Subtitles {} hold no words: left out", index + 1));
            } else if found.any {
                info.left_aside
                    .push("Closed captions in the picture are not carried over".into());
            }
            continue;
        }
        let language = language
            .and_then(|word| language::tag(&word))
            .filter(|_| id == Id::EIA_608);
        info.subtitles
            .extend(found.channels.iter().map(|channel| SubtitleStream {
                index: Some(index),
                codec: "eia_608".into(),
                language: language.clone(),
                title: Some(format!("CC{channel}")),
                hearing_impaired: true,
                channel: Some(*channel),
                ..SubtitleStream::default()
            }));
    }
}

/// Captions that lie beside the film. They are read at once: what holds no words is not offered, and why is said.
fn beside(path: &str, info: &mut SourceInfo) {
    for beside in sidecar::beside(path) {
        let name = input::name_of(&beside.path.to_string_lossy());
        if !beside.named.can_be_read() {
            info.left_aside.push(format!(
                "{name} is left out: captions of this kind cannot be read. Save them as SRT or WebVTT"
            ));
            continue;
        }
        match sidecar::read(&beside.path, beside.named.language.as_deref()) {
            Ok(words) => {
                let empty = words.cues.is_empty();
                match (words.unreadable, empty) {
                    (0, false) => {}
                    (0, true) => info.left_aside.push(format!("{name} is left out: it holds no captions")),
                    (1, false) => info.left_aside.push(format!("1 time of {name} could not be read")),
                    (1, true) => info.left_aside.push(format!("{name} is left out: 1 time could not be read")),
                    (n, false) => info.left_aside.push(format!("{n} times of {name} could not be read")),
                    (n, true) => info.left_aside.push(format!("{name} is left out: {n} times could not be read")),
                }
                if !empty {
                    info.subtitles.push(sidecar::facts(&beside));
                }
            }
            Err(Unread::Letters) => info.left_aside.push(format!(
                "{name} is left out: how its letters are stored cannot be told. Save it as UTF-8, or say its language in \
                 its name, as in film.ru.srt"
            )),
            Err(Unread::TooLarge) => info
                .left_aside
                .push(format!("{name} is left out: it is too large to be captions")),
            Err(Unread::Disk(_)) => info.left_aside.push(format!("{name} is left out: it could not be read")),
        }
    }
}

fn container(demuxer: &ffmpeg::format::context::Input) -> String {
    demuxer.format().name().split(',').next().unwrap_or_default().to_owned()
}

fn subtitle(stream: &ffmpeg::Stream<'_>) -> Option<SubtitleStream> {
    use ffmpeg::codec::Id;
    let id = stream.parameters().id();
    let text = matches!(
        id,
        Id::SUBRIP | Id::SRT | Id::TEXT | Id::WEBVTT | Id::MOV_TEXT | Id::ASS | Id::SSA
    );
    // SAFETY: a plain field of a stream that lives as long as the reference.
    let disposition = unsafe { (*stream.as_ptr()).disposition };
    text.then(|| SubtitleStream {
        index: Some(stream.index()),
        file: None,
        codec: header::codec_name(id),
        language: tag(&stream.metadata(), "language").and_then(|word| language::tag(&word)),
        title: tag(&stream.metadata(), "title"),
        forced: disposition & ffi::AV_DISPOSITION_FORCED != 0,
        hearing_impaired: disposition & (ffi::AV_DISPOSITION_HEARING_IMPAIRED | ffi::AV_DISPOSITION_CAPTIONS) != 0,
        channel: None,
    })
}

/// Whether subtitles of a codec are pictures (DVD, Blu-ray, DVB), not words.
fn pictures(id: ffmpeg::codec::Id) -> bool {
    // SAFETY: answers a static description, or null for what it does not know.
    unsafe {
        let described = ffi::avcodec_descriptor_get(id.into());
        !described.is_null() && (*described).props & ffi::AV_CODEC_PROP_BITMAP_SUB != 0
    }
}

fn other_pictures(dense: &[usize], demuxer: &ffmpeg::format::context::Input, chosen: Option<usize>) -> Option<String> {
    let others = dense
        .iter()
        .filter_map(|index| demuxer.stream(*index))
        .filter(|stream| stream.parameters().medium() == Type::Video && Some(stream.index()) != chosen)
        .count();
    match others {
        0 => None,
        1 => Some("1 further video track: left out".into()),
        n => Some(format!("{n} further video tracks: left out")),
    }
}
