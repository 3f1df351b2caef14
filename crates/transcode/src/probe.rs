//! The facts of a source, and the plan that follows from them.

mod audio_stream;
pub(crate) mod geometry;
pub(crate) mod length;
mod packets;
pub(crate) mod programs;
mod tags;
mod video_stream;

pub(crate) use video_stream::{choose, crop};

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;
use screener_ladder::source::SubtitleStream;
use screener_ladder::{Plan, SourceInfo, Wishes, language};
use screener_wire::{Cause, Failure};

use self::programs::Programs;
use self::tags::tag;
use crate::captions::sidecar;
use crate::input::{self, Source, header, refusal};
use crate::log;

/// Facts of a file.
pub fn probe(path: &str) -> Result<SourceInfo, Failure> {
    facts(&mut input::open(path)?, path)
}

/// The plan for a file.
pub fn plan(path: &str, wishes: &Wishes) -> Result<Plan, Failure> {
    screener_ladder::plan(&probe(path)?, wishes).map_err(|error| {
        let mut failure = Failure::from(error);
        failure.message = format!("{}: {}", input::name_of(path), failure.message);
        failure
    })
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
            Type::Subtitle => match subtitle(&stream) {
                Some(subtitle) => info.subtitles.push(subtitle),
                None => info.left_aside.push(format!(
                    "Subtitles {} ({}) are pictures, not text: left out",
                    stream.index() + 1,
                    header::codec_name(parameters.id())
                )),
            },
            _ => {}
        }
    }
    info.subtitles
        .extend(sidecar::beside(path).iter().map(|file| sidecar::facts(path, file)));
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
    Ok(info)
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
    })
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
