//! What each rendition of sound is made of, ready to be read.

use ffmpeg_next as ffmpeg;
use screener_ladder::plan::AudioPlan;
use screener_ladder::source::AudioStream;
use screener_ladder::{Cut, Plan};
use screener_wire::Failure;

use crate::audio::aac;
use crate::audio::downmix;
use crate::audio::edges::Edges;
use crate::audio::laying::{Sound, Stream};
use crate::decode::decoder;
use crate::decode::packet_reading::Until;
use crate::decode::seams::Seams;
use crate::error::internal;
use crate::input::{Source, seeking};

/// Samples by which MP3 comes out of a decoder later than it went into an encoder: 529 of every decoder's, 576 of LAME's, which
/// others are near to. Other containers' time stamps take it off; AVI has none.
const MP3_DELAY: u32 = 1105;

/// Samples a second of what is made of a rendition.
pub fn rate(plan: &Plan, audio: &AudioPlan) -> u32 {
    aac::output_rate(facts(plan, audio).map_or(48_000, |stream| stream.sample_rate))
}

fn facts<'a>(plan: &'a Plan, audio: &AudioPlan) -> Option<&'a AudioStream> {
    plan.source.audio.iter().find(|stream| stream.index == audio.index)
}

/// A rendition's streams with their decoders, on a line of so many samples a second. `zero`: where what is made begins, seconds on the
/// source's clock.
pub fn open(plan: &Plan, audio: &AudioPlan, source: &Source, zero: f64, rate: u32) -> Result<Sound, Failure> {
    let mut streams = Vec::new();
    for index in audio.streams() {
        let stream = source
            .demuxer
            .stream(index)
            .ok_or_else(|| internal("an audio stream is gone"))?;
        let channel = audio.channels.iter().find(|channel| channel.index == index);
        streams.push(Stream {
            index,
            decoder: decoder::open(&source.name, &stream, 1)?.audio().map_err(internal)?,
            time_base: stream.time_base(),
            gain: channel.map(|channel| downmix::named(&channel.place)),
        });
    }
    let tick = streams
        .iter()
        .map(|stream| f64::from(stream.time_base))
        .fold(0.0, f64::max);
    let late = facts(plan, audio)
        .filter(|stream| plan.source.container == "avi" && stream.codec == "mp3")
        .map_or(0.0, |stream| {
            f64::from(MP3_DELAY) / f64::from(stream.sample_rate.max(1))
        });
    Ok(Sound {
        streams,
        zero: zero + late,
        edges: plan.cut.as_ref().map(|cut| edges(cut, rate, tick)),
    })
}

/// Streams whose sound is cut.
pub fn seams(plan: &Plan, source: &Source) -> Vec<Seams> {
    let cut = plan
        .source
        .audio
        .iter()
        .filter(|facts| facts.hidden)
        .filter_map(|facts| source.demuxer.stream(facts.index));
    cut.map(|stream| Seams::of(&stream, &source.edits)).collect()
}

/// The moment before which no sound need be decoded, seconds on the source's clock; `None`: all of it is.
pub fn since(plan: &Plan, zero: f64) -> Option<f64> {
    // What an edit list hides is decoded for what follows it, whatever its time.
    plan.cut
        .filter(|_| !seeking::hides(&plan.source))
        .map(|_| zero - seeking::BEFORE)
}

/// Where what is wanted of a source ends that is about to be read: of its pictures, where they are, and of these streams of sound.
pub fn until(
    plan: &Plan,
    source: &ffmpeg::format::context::Input,
    zero: f64,
    pictures: Option<usize>,
    sound: impl Iterator<Item = usize>,
) -> Option<Until> {
    let to = plan.cut.and_then(|cut| cut.to)?;
    Some(Until::of(
        source,
        zero - plan.begins() + to,
        pictures,
        sound,
        plan.source.container == "avi",
    ))
}

/// What a part of the film is on a line of so many samples a second. `tick`: seconds to which the source's time stamps are rounded; where
/// that is more than a sample, sound that may lie outside is left out.
fn edges(cut: &Cut, rate: u32, tick: f64) -> Edges {
    let samples = |seconds: f64| seconds * f64::from(rate);
    let unsure = samples(tick / 2.0).round();
    Edges {
        from: match samples(cut.heard - cut.from) {
            silent if silent > 0.0 || cut.from > 0.0 => (silent + unsure).ceil() as i64,
            _ => 0,
        },
        to: cut.to.map(|to| (samples(to - cut.from) - unsure).round() as i64),
    }
}
