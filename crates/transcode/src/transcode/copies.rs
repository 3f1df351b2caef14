//! Whether what is planned to be copied can be.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::context::Input;
use screener_ladder::Plan;
use screener_wire::{Failure, Transcode};

use crate::h264::parameter_sets::ParameterSets;
use crate::input::hidden::{Cuts, hidden};
use crate::input::seeking::{self, BEFORE};
use crate::session::Session;
use crate::timeline::begin;
use crate::video::copied;
use crate::{input, pulse};

/// Bytes of a source that are read before anything is made of it: a film of an hour, as a rule. Behind them a change ends the work.
const LOOKED: usize = 1 << 30;

/// The same where only sound would be copied, and the pictures between are read for nothing.
const LOOKED_FOR_SOUND: usize = 128 << 20;

/// What only the packets show: a source that begins in the middle of a group of pictures cannot be copied, nor one whose parameter sets
/// change, nor one that holds what it says not to show.
pub fn check(session: &Session, task: &Transcode, plan: &mut Plan) -> Result<(), Failure> {
    let pictures = plan.rungs.iter().any(|rung| rung.copied);
    if !pictures && !plan.audio.iter().any(|audio| audio.copied) {
        return Ok(());
    }
    let mut source = input::open_with(&task.file, &session.stop_flag())?.demuxer;
    let video = plan.source.video.clone().filter(|_| pictures);
    let mut why = None;
    if let Some(video) = &video {
        let zero = begin(&source, plan);
        let sets = source
            .stream(video.index)
            .is_some_and(|stream| copied::has_parameter_sets(&stream));
        // Where a part begins, its points were looked at.
        let part = plan.begins() > 0.0;
        if !sets
            || !part && !copied::begins_clean(&mut source, video.index, zero, 1.0 / video.frame_rate.value().max(1.0))
        {
            why = Some("its first picture is no key frame");
        } else if plan.cut.is_none_or(|cut| cut.to.is_none()) && longer(&source, video.index, plan) {
            why = Some("the sound is longer than the pictures");
        }
    }
    let mut streams: Vec<(usize, ParameterSets)> = Vec::new();
    let copied = plan.audio.iter().filter(|audio| audio.copied).map(|audio| audio.index);
    for index in copied.chain(video.as_ref().filter(|_| why.is_none()).map(|video| video.index)) {
        streams.extend(source.stream(index).map(|stream| (index, ParameterSets::of(&stream))));
    }
    let bytes = if pictures { LOOKED } else { LOOKED_FOR_SOUND };
    let begins = begin(&source, plan);
    if plan.begins() > BEFORE && seeking::trusted(&plan.source) {
        // A search that failed leads to fewer packets, or to more.
        let _ = seeking::go(&mut source, begins - BEFORE);
    }
    let end = plan.cut.and_then(|cut| Some(begins - cut.from + cut.to?));
    for index in changing(
        session,
        &mut source,
        streams,
        video.as_ref().map(|video| video.index),
        bytes,
        end,
    )? {
        if video.as_ref().is_some_and(|video| video.index == index) {
            why = Some("its coding changes in mid-film");
        } else {
            encode_sound(plan, index);
        }
    }
    if let Some(why) = why {
        for rung in plan.rungs.iter_mut().filter(|rung| rung.copied) {
            rung.copied = false;
            let said = format!("{} is copied, not re-encoded", rung.name);
            plan.notes.retain(|note| *note != said);
            plan.notes
                .push(format!("{} is re-encoded, not copied: {why}", rung.name));
        }
    }
    Ok(())
}

/// The last picture of a copied rung cannot be held for sound that goes on.
fn longer(source: &Input, video: usize, plan: &Plan) -> bool {
    let seconds = |index: usize| {
        source.stream(index).map_or(0.0, |stream| {
            stream.duration().max(0) as f64 * f64::from(stream.time_base())
        })
    };
    let pictures = seconds(video);
    pictures > 0.0 && plan.audio.iter().any(|audio| seconds(audio.index) > pictures + 0.2)
}

/// Those of the streams whose packets bring other parameter sets than the container's, or pictures that cannot be left out. `end`: what
/// is decoded from then on, seconds on the source's clock, is not copied.
fn changing(
    session: &Session,
    source: &mut Input,
    mut streams: Vec<(usize, ParameterSets)>,
    video: Option<usize>,
    bytes: usize,
    end: Option<f64>,
) -> Result<Vec<usize>, Failure> {
    let mut changing = Vec::new();
    let (mut looked, mut cuts) = (0, Cuts::default());
    let mut packet = ffmpeg::Packet::empty();
    while !streams.is_empty() && looked < bytes && input::read(source, &mut packet).is_ok() {
        session.check()?;
        pulse::alive();
        looked += packet.size();
        let index = packet.stream();
        if Some(index) == video
            && let (Some(end), Some(stream), Some(dts)) = (end, source.stream(index), packet.dts())
            && dts as f64 * f64::from(stream.time_base()) > end
        {
            break;
        }
        if let Some(at) = streams.iter().position(|(known, _)| *known == index)
            && !(streams[at].1.keep(&packet)
                && (Some(index) != video || cuts.clean(hidden(&packet), streams[at].1.begins(&packet))))
        {
            changing.push(index);
            streams.swap_remove(at);
        }
    }
    Ok(changing)
}

fn encode_sound(plan: &mut Plan, index: usize) {
    for audio in plan.audio.iter_mut().filter(|audio| audio.index == index) {
        audio.copied = false;
        let said = [
            "The sound is copied, not re-encoded".to_owned(),
            format!("The sound “{}” is copied, not re-encoded", audio.label),
        ];
        plan.notes.retain(|note| !said.contains(note));
    }
}
