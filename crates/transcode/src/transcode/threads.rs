//! The threads of one transcode: who feeds whom, and how all of them end.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use ffmpeg_next as ffmpeg;
use screener_ladder::Plan;
use screener_wire::Failure;

use super::begin::{self, Begin};
use super::joined::Joined;
use super::prepare::{Making, Prepared, Sounding};
use super::run::Run;
use super::sounds;
use crate::audio::mixer::Level;
use crate::audio::{cutter, passthrough, transcoded};
use crate::captions::{self, rendition};
use crate::decode::damage::Damage;
use crate::decode::decoder;
use crate::decode::normal::Normalizer;
use crate::decode::packet_reading::Reading;
use crate::decode::pictures::{LeftOut, Pictures};
use crate::decode::reader::Reader;
use crate::decode::span::Part;
use crate::error::internal;
use crate::h264::parameter_sets::ParameterSets;
use crate::headway::Headway;
use crate::input::{Source, header};
use crate::judge::meter::Meter;
use crate::judge::print::Originals;
use crate::output::Output;
use crate::output::resume::{self, From};
use crate::stills::poster_frame::Poster;
use crate::stills::storyboard::Storyboard;
use crate::timeline::Timeline;
use crate::video::copied::{self, Copier};
use crate::video::frame::{Step, Stop};
use crate::video::rung_thread::{self, Watch};

/// Pictures that may wait between two threads: enough to even out, few enough to be small.
const WAITING: usize = 2;

/// Runs all threads to their end.
#[expect(
    clippy::too_many_lines,
    reason = "the one place that shows who feeds whom; its parts share the scope's borrows"
)]
pub fn work(run: &Run<'_>, output: &Output, mut source: Source, prepared: Prepared) -> Result<(), Failure> {
    let plan = run.plan;
    let (grid, zero) = (prepared.grid, prepared.zero);
    let Begin { from, group, at: begin } = Begin::of(run, output, grid);
    let (rungs, audio) = (plan.rungs.len(), plan.audio.len());
    let cut = plan.cut.as_ref();
    if (group > 1 || cut.is_some()) && !begin::seek(run, &mut source, &from, begin, &prepared) {
        source = begin::open(run)?;
    }

    let timeline = Timeline::new(group);
    let originals = Originals::default();
    let headway = Mutex::new(Headway::new(run.session.clone(), plan.duration()));
    let poster = Mutex::new(Poster::new(
        output,
        run.session,
        grid,
        resume::has_poster(run.task.resume.as_ref()),
    ));
    let storyboard = plan
        .rungs
        .last()
        .map(|rung| Mutex::new(Storyboard::new(plan, rung, grid)));
    let extras = plan.wishes.extras;
    let mut heard = Vec::new();
    for (audio, making) in plan.audio.iter().zip(&prepared.audio) {
        heard.push(sounds::open(
            plan,
            audio,
            &source,
            zero,
            making.description().timescale,
        )?);
    }
    let seams = sounds::seams(plan, &source);
    let copied = told(plan, &source);
    let mut pictures = None;
    let mut top: Option<(SyncSender<Step>, Receiver<Step>)> = None;
    let mut copy_from = None;
    if let (Some(video), Some(rung)) = (&plan.source.video, plan.rungs.first()) {
        let stream = source
            .demuxer
            .stream(video.index)
            .ok_or_else(|| internal("the video stream is gone"))?;
        let (down, from_above) = sync_channel(WAITING);
        let mut copy = None;
        if matches!(prepared.rungs.first(), Some(Making::Copied(_))) {
            let (to, from) = sync_channel(256);
            let interval = video.key_frame_interval.unwrap_or(plan.segment_duration);
            copy = Some(Copier::new(
                &stream,
                grid,
                interval,
                plan.segment_duration,
                From { first: group, begin },
                to,
            ));
            if let Some(copy) = copy.as_mut().filter(|_| plan.source.container == "avi") {
                copy.counted();
            }
            copy_from = Some(from);
        }
        let decode = extras
            || prepared
                .rungs
                .iter()
                .any(|making| matches!(making, Making::Encoded(..)));
        let mut decoder = decoder::open(
            &source.name,
            &stream,
            decoder_threads(copy.is_some() || video.bit_rate.is_some_and(|rate| rate > HEAVY)),
        )?
        .video()
        .map_err(internal)?;
        if !decode {
            decoder.skip_frame(ffmpeg::Discard::NonKey);
        }
        pictures = Some(Pictures {
            stream: video.index,
            decoder,
            time_base: stream.time_base(),
            normal: Normalizer::new(video, rung, header::coded_aspect(&stream.parameters())),
            counted: plan.source.container == "avi",
            ahead: None,
            hole: plan.source.audio.iter().any(|stream| stream.codec == "mp3"),
            declared: plan.duration(),
            part: cut.map(|cut| Part::of(cut, grid.seconds(grid.frame))),
            lasts: 0.0,
            zero,
            grid,
            timeline: &timeline,
            originals: &originals,
            down: down.clone(),
            first: group,
            begin,
            before: None,
            decode,
            copy,
            last: None,
            number: 0,
            due: 0,
            left_out: LeftOut::default(),
            damage: Damage::default(),
        });
        top = Some((down, from_above));
    }

    std::thread::scope(|scope| {
        let mut threads = Joined::new(run.session);
        for (index, (rung, making)) in plan.rungs.iter().zip(prepared.rungs).enumerate() {
            let last = index + 1 == rungs;
            let Some((_, from_above)) = top.take() else { break };
            let mut down = None;
            if !last {
                let (to, from) = sync_channel(WAITING);
                down = Some(to.clone());
                top = Some((to, from));
            }
            let mut watches: Vec<Watch<'_>> = Vec::new();
            if index == 0 && extras {
                let poster = &poster;
                watches.push(Box::new(move |picture| {
                    poster.lock().unwrap_or_else(PoisonError::into_inner).look(picture)
                }));
            }
            if let Some(storyboard) = storyboard.as_ref().filter(|_| last && extras) {
                watches.push(Box::new(move |picture| {
                    storyboard.lock().unwrap_or_else(PoisonError::into_inner).look(picture)
                }));
            }
            if last {
                let headway = &headway;
                watches.push(Box::new(move |picture| {
                    headway
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .at(grid.seconds(picture.pts));
                    Ok(())
                }));
            }
            let (encoder, quick) = match making {
                Making::Encoded(encoder, quick) => (Some(encoder), quick),
                Making::Copied(_) => {
                    if let Some(from_source) = copy_from.take() {
                        let thread = copied::Thread {
                            session: run.session,
                            output,
                            track: index,
                            from: from_source,
                            originals: &originals,
                            first: from[index].first,
                            group,
                        };
                        threads.start(scope, move || thread.run());
                    }
                    (None, None)
                }
            };
            let thread = rung_thread::Thread {
                session: run.session,
                output,
                track: index,
                rung: rung.clone(),
                frame: grid.frame,
                encoder,
                quick,
                from: from_above,
                down,
                first: from[index].first,
                group,
                depth: output.look(index, |planned, _| planned.depth),
                watches,
            };
            threads.start(scope, move || thread.run());
        }
        drop(top);
        let mut packets: Vec<(usize, Sender<ffmpeg::Packet>)> = Vec::new();
        for (index, (making, sound)) in prepared.audio.into_iter().zip(heard).enumerate() {
            let (to, from_source) = channel();
            let indices = sound.streams.iter().map(|stream| stream.index);
            packets.extend(indices.map(|stream| (stream, to.clone())));
            let track = rungs + index;
            let cutter = cutter::Cutter {
                session: run.session,
                output,
                track,
                timeline: &timeline,
                alone: plan.rungs.is_empty().then_some(grid),
                rate: making.description().timescale,
                group,
                number: from[track].first,
                from: from[track].begin,
                samples: VecDeque::new(),
                anchors: VecDeque::new(),
                leads: plan.rungs.is_empty() && index == 0,
                meter: matches!(making, Sounding::Encoded(_)).then(|| Meter::new(making.description().timescale)),
                headway: &headway,
            };
            match making {
                Sounding::Encoded(encoder) => {
                    let thread = transcoded::Thread {
                        session: run.session,
                        from: from_source,
                        sound,
                        level: match plan.audio[index].loudness {
                            Some(loudness) => Level::Louder(loudness.gain),
                            None => Level::Kept,
                        },
                        encoder,
                        timeline: &timeline,
                        cutter,
                        first: from[track],
                        anchor: begin::anchor(output, track),
                    };
                    threads.start(scope, move || thread.run());
                }
                Sounding::Copied(_) => {
                    let thread = passthrough::Thread {
                        session: run.session,
                        from: from_source,
                        time_base: sound.streams[0].time_base,
                        zero,
                        timeline: &timeline,
                        cutter,
                        first: from[track],
                        bit_rate: plan.audio[index].bit_rate,
                    };
                    threads.start(scope, move || thread.run());
                }
            }
        }
        for (index, captions) in plan.captions.iter().enumerate() {
            let track = rungs + audio + index;
            let thread = rendition::Thread {
                session: run.session,
                output,
                track,
                file: &run.task.file,
                plan: captions,
                transport: run.transport(),
                zero: zero - plan.begins(),
                part: cut.map_or_else(captions::Part::default, |cut| captions::Part::of(&plan.source, cut)),
                timeline: &timeline,
                first: from[track].first,
            };
            threads.start(scope, move || thread.run());
        }
        let alone = plan.rungs.is_empty();
        let until = sounds::until(
            plan,
            &source.demuxer,
            zero,
            pictures.as_ref().map(|pictures| pictures.stream),
            packets.iter().map(|(stream, _)| *stream),
        );
        let wanted = packets.iter().map(|(stream, _)| *stream).collect();
        let reader = Reader {
            reading: Reading::new(run.session, source.demuxer, wanted, sounds::since(plan, zero), until),
            pictures,
            packets,
            seams,
            copied,
            heard: 0.0,
        };
        let (timeline, originals) = (&timeline, &originals);
        threads.start(scope, move || {
            let ended = reader.run();
            originals.over();
            // Where there are no pictures the sound tells the end.
            if !alone || ended.is_err() {
                timeline.over();
            }
            match ended {
                Ok(()) | Err(Stop::Gone) => Ok(()),
                Err(Stop::Failed(failure)) => Err(failure),
            }
        });
        threads.join()
    })?;

    if extras {
        poster.into_inner().unwrap_or_else(PoisonError::into_inner).write()?;
        if let Some(storyboard) = storyboard {
            let mut storyboard = storyboard.into_inner().unwrap_or_else(PoisonError::into_inner);
            if group > 1 {
                storyboard.fill(&run.task.file, plan)?;
            }
            storyboard.finish(output, output.duration(0))?;
        }
    }
    Ok(())
}

/// What the streams of sound that are copied were told to be.
fn told(plan: &Plan, source: &Source) -> Vec<(usize, ParameterSets)> {
    let copied = plan.audio.iter().filter(|audio| audio.copied);
    copied
        .filter_map(|audio| Some((audio.index, ParameterSets::of(&source.demuxer.stream(audio.index)?))))
        .collect()
}

/// Bits a second from which a source is heavy: one thread that decodes them is slower than all that encode.
const HEAVY: u64 = 30_000_000;

/// Threads of the source's decoder. It is an eighth of the work as a rule; where the largest rung is copied, or the source is
/// heavy, the others would wait for it.
fn decoder_threads(waited_for: bool) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    (if waited_for { cores } else { cores / 2 }).clamp(1, 4)
}
