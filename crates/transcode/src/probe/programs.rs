//! Transport streams with several programmes: the pictures and the sound of one belong together.

use std::collections::BTreeSet;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;

use super::tags::tag;
use crate::input::header;

/// What a source with several programmes is made of.
pub struct Programs {
    /// How the one that is used is named, and the others.
    pub names: (String, Vec<String>),
    /// Streams of the others.
    pub foreign: BTreeSet<usize>,
}

/// The programme of the pictures that are used, or else the first one with sound; `None` where there is only one.
pub fn choose(demuxer: &ffmpeg::format::context::Input, video: Option<usize>) -> Option<Programs> {
    let all: Vec<(String, BTreeSet<usize>)> = of(demuxer)
        .into_iter()
        .filter(|(_, streams)| plays(demuxer, streams))
        .collect();
    let chosen = match video {
        Some(video) => all.iter().position(|(_, streams)| streams.contains(&video))?,
        None => 0,
    };
    if all.len() < 2 {
        return None;
    }
    let (name, own) = &all[chosen];
    let others = all.iter().enumerate().filter(|(at, _)| *at != chosen);
    let foreign = others.clone().flat_map(|(_, (_, streams))| streams);
    Some(Programs {
        foreign: foreign.filter(|index| !own.contains(index)).copied().collect(),
        names: (name.clone(), others.map(|(_, (name, _))| name.clone()).collect()),
    })
}

/// Lets the demuxer leave out what belongs to other programmes: their clocks have nothing to do with this one's.
pub fn leave_out(demuxer: &mut ffmpeg::format::context::Input, foreign: &BTreeSet<usize>) {
    for mut stream in demuxer.streams_mut().filter(|stream| foreign.contains(&stream.index())) {
        // SAFETY: a plain field of a stream that is ours; nothing reads at the same time.
        unsafe {
            (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL;
        }
    }
}

fn of(demuxer: &ffmpeg::format::context::Input) -> Vec<(String, BTreeSet<usize>)> {
    // SAFETY: programmes and their lists of streams live as long as the demuxer.
    unsafe {
        let raw = demuxer.as_ptr();
        (0..(*raw).nb_programs as usize)
            .map(|at| {
                let program = *(*raw).programs.add(at);
                let streams =
                    (0..(*program).nb_stream_indexes as usize).map(|at| *(*program).stream_index.add(at) as usize);
                let words = ffmpeg::DictionaryRef::wrap((*program).metadata);
                let name = tag(&words, "service_name").unwrap_or_else(|| (*program).id.to_string());
                (name, streams.collect())
            })
            .collect()
    }
}

fn plays(demuxer: &ffmpeg::format::context::Input, streams: &BTreeSet<usize>) -> bool {
    let mut streams = streams.iter().filter_map(|index| demuxer.stream(*index));
    streams.any(|stream| {
        let parameters = stream.parameters();
        matches!(parameters.medium(), Type::Video | Type::Audio)
            && !header::is_picture(&stream)
            && header::listed_decoder(parameters.id()).is_some()
    })
}
