//! The sound read through before anything is made of it: how loud each rendition is, as viewers will hear it.

use std::collections::BTreeSet;

use screener_ladder::{Loudness, Plan, loudness};
use screener_wire::{Failure, Transcode};

use super::run::Run;
use super::{begin, sounds};
use crate::audio::laying::Laying;
use crate::audio::limiter::CEILING;
use crate::audio::loudmeter::Loudmeter;
use crate::audio::mixer::Level;
use crate::decode::packet_reading::Reading;
use crate::input::seeking;
use crate::probe::programs;
use crate::session::Session;
use crate::timeline;

/// Samples a second of what is listened to: the encoder keeps nothing above 16 kHz of what is made for viewers, and what they do not hear
/// must not count.
const RATE: u32 = 32_000;

/// Measures what is wished to be brought to one loudness, and puts it into the plan: a run that follows an interrupted one follows its plan,
/// and makes the rest as loud as what is there.
pub fn measure(session: &Session, task: &Transcode, plan: &mut Plan) -> Result<(), Failure> {
    if !plan.wishes.loudness || plan.audio.iter().all(|audio| audio.loudness.is_some()) {
        return Ok(());
    }
    session.note(loudness::read_first());
    let run = Run { session, task, plan };
    let measured = listen(&run)?;
    let several = plan.audio.len() > 1;
    for (audio, found) in plan.audio.iter_mut().zip(measured) {
        audio.loudness = Some(found);
        let words = found.words();
        plan.notes.push(if several {
            format!("Loudness of the sound “{}”: {words}", audio.label)
        } else {
            format!("Loudness of the sound: {words}")
        });
    }
    Ok(())
}

/// Each rendition of the plan: the part of it that is wanted, mixed to stereo, before anything holds it.
fn listen(run: &Run<'_>) -> Result<Vec<Loudness>, Failure> {
    let plan = run.plan;
    let mut source = begin::open(run)?;
    let zero = timeline::begin(&source.demuxer, plan);
    if plan.begins() > seeking::BEFORE
        && seeking::trusted(&plan.source)
        && seeking::go(&mut source.demuxer, zero - seeking::BEFORE).is_err()
    {
        source = begin::open(run)?;
    }
    let streams: Vec<usize> = plan
        .audio
        .iter()
        .flat_map(screener_ladder::plan::AudioPlan::streams)
        .collect();
    let others: BTreeSet<usize> = source.demuxer.streams().map(|stream| stream.index()).collect();
    programs::leave_out(
        &mut source.demuxer,
        &others.into_iter().filter(|index| !streams.contains(index)).collect(),
    );
    let mut ears = Vec::new();
    for audio in &plan.audio {
        let sound = sounds::open(plan, audio, &source, zero, RATE)?;
        let laying = Laying::new(run.session, sound, RATE, Level::Bare, 0, None);
        ears.push((laying, Loudmeter::new(RATE)?));
    }
    let mut seams = sounds::seams(plan, &source);
    let since = sounds::since(plan, zero);
    let until = sounds::until(plan, &source.demuxer, zero, None, streams.iter().copied());
    let mut reading = Reading::new(run.session, source.demuxer, streams, since, until);
    while let Some(mut packet) = reading.next()? {
        if let Some(seams) = seams.iter_mut().find(|seams| seams.stream() == packet.stream()) {
            seams.end(&mut packet);
        }
        for (laying, meter) in &mut ears {
            laying.packet(&packet, meter)?;
        }
    }
    let ceiling = 20.0 * CEILING.log10();
    ears.into_iter()
        .map(|(mut laying, mut meter)| {
            let ends = laying.end(&mut meter)?;
            laying.finish(ends, &mut meter)?;
            Ok(Loudness::of(meter.measured()?, ceiling))
        })
        .collect()
}
