//! What is ready before the first picture: encoders, and the tracks that they make.

use screener_ladder::source::Ratio;
use screener_wire::Failure;

use super::run::Run;
use super::sounds;
use crate::audio::{aac, passthrough};
use crate::error::internal;
use crate::input::Source;
use crate::mux::track::Description;
use crate::timeline::{Grid, begin};
use crate::video::encode::{Effort, Encoder};
use crate::video::{color, copied, hardware, x264};

/// How a rung is made.
pub enum Making {
    /// By an encoder, after a quicker one where there is one.
    Encoded(Encoder, Option<Encoder>),
    /// From the source's packets.
    Copied(Description),
}

/// How an audio rendition is made.
pub enum Sounding {
    /// By an encoder.
    Encoded(aac::Encoder),
    /// From the source's packets.
    Copied(Description),
}

impl Sounding {
    /// The track as a container sees it.
    pub fn description(&self) -> &Description {
        match self {
            Self::Encoded(encoder) => &encoder.description,
            Self::Copied(description) => description,
        }
    }
}

/// What is ready before the first picture: playlists need the encoders' parameter sets.
pub struct Prepared {
    /// The grid of key pictures.
    pub grid: Grid,
    /// Where what is made begins, seconds on the source's clock: the film's zero, or its in point.
    pub zero: f64,
    /// By rung of the plan.
    pub rungs: Vec<Making>,
    /// By rendition of the plan.
    pub audio: Vec<Sounding>,
}

/// Opens every encoder and describes every track.
pub fn prepare(run: &Run<'_>, source: &Source) -> Result<Prepared, Failure> {
    let plan = run.plan;
    let video = plan.source.video.as_ref();
    let rate = plan
        .rungs
        .first()
        .map_or(Ratio { num: 25, den: 1 }, |rung| rung.frame_rate);
    let constant = video.is_none_or(|video| !video.variable_frame_rate);
    let grid = Grid::new(rate, constant, plan.segment_duration);
    let stream = match video {
        Some(video) => Some((
            video,
            source
                .demuxer
                .stream(video.index)
                .ok_or_else(|| internal("the video stream is gone"))?,
        )),
        None => None,
    };
    let color = stream
        .as_ref()
        .map_or(color::HD, |(video, stream)| color::color(stream, video));
    let (hardware, said) = hardware::choose(&plan.wishes.encoder);
    if let Some(text) = said {
        run.session.note(text);
    }
    let rungs = plan
        .rungs
        .iter()
        .enumerate()
        .map(|(index, rung)| {
            if let Some((_, stream)) = stream.as_ref().filter(|_| rung.copied) {
                let description = copied::description(
                    stream,
                    rung.width,
                    rung.height,
                    grid,
                    color.tagged().then(|| color.numbers()),
                );
                return description
                    .map(Making::Copied)
                    .ok_or_else(|| internal("the source has no parameter sets"));
            }
            let effort = Effort {
                preset: plan.wishes.preset,
                threads: x264::threads(index),
                depth: index,
                quick: false,
            };
            if let Some(hardware) = hardware {
                match hardware::open(rung, grid, color, effort, hardware) {
                    Ok(encoder) => return Ok(Making::Encoded(encoder, None)),
                    Err(failure) => run
                        .session
                        .note(format!("{} is made by x264: {}", rung.name, failure.message)),
                }
            }
            let main = x264::open(rung, grid, color, effort)?;
            let quick = x264::open_quick(rung, grid, color, effort, &main);
            Ok(Making::Encoded(main, quick))
        })
        .collect::<Result<_, _>>()?;
    let audio = plan
        .audio
        .iter()
        .map(|audio| {
            let stream = source
                .demuxer
                .stream(audio.index)
                .ok_or_else(|| internal("an audio stream is gone"))?;
            let language = language(audio.language.as_deref());
            if audio.copied
                && let Some(description) = passthrough::description(&stream, language)
            {
                return Ok(Sounding::Copied(description));
            }
            aac::open(&audio.name, audio.bit_rate, sounds::rate(plan, audio), language).map(Sounding::Encoded)
        })
        .collect::<Result<_, _>>()?;
    Ok(Prepared {
        grid,
        zero: begin(&source.demuxer, plan),
        rungs,
        audio,
    })
}

/// ISO 639-2 code for a container that knows no other; `und` where the tag has none of three letters.
fn language(tag: Option<&str>) -> [u8; 3] {
    tag.and_then(|tag| <[u8; 3]>::try_from(tag.split('-').next()?.as_bytes()).ok())
        .filter(|code| code.iter().all(u8::is_ascii_lowercase))
        .unwrap_or(*b"und")
}
