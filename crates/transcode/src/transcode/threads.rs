//! The threads of one transcode: who feeds whom, and how all of them end.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use ffmpeg_next as ffmpeg;
use screener_ladder::{Cut, Plan};
use screener_wire::Failure;

use super::begin::{self, Begin};
use super::joined::Joined;
use super::prepare::{Making, Prepared, Sounding};
use super::run::Run;
use crate::audio::edges::Edges;
use crate::audio::{cutter, downmix, passthrough, transcoded};
use crate::captions::{self, rendition};
use crate::decode::damage::Damage;
use crate::decode::decoder;
use crate::decode::normal::Normalizer;
use crate::decode::pictures::{LeftOut, Pictures};
use crate::decode::reader::{Reader, Until};
use crate::decode::seams::Seams;
use crate::decode::span::Part;
use crate::error::internal;
use crate::h264::parameter_sets::ParameterSets;
use crate::headway::Headway;
use crate::input::{Source, header, seeking};
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
    let mut sounds = Vec::new();
    for audio in &plan.audio {
        let mut streams = Vec::new();
        for index in audio.streams() {
            let stream = source
                .demuxer
                .stream(index)
                .ok_or_else(|| internal("an audio stream is gone"))?;
            let channel = audio.channels.iter().find(|channel| channel.index == index);
            streams.push(transcoded::Stream {
                index,
                decoder: decoder::open(&source.name, &stream, 1)?.audio().map_err(internal)?,
                time_base: stream.time_base(),
                gain: channel.map(|channel| downmix::named(&channel.place)),
            });
        }
        sounds.push(streams);
    }
    let (seams, copied) = heard(plan, &source);
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
        for (index, (making, streams)) in prepared.audio.into_iter().zip(sounds).enumerate() {
            let (to, from_source) = channel();
            let tick = streams
                .iter()
                .map(|stream| f64::from(stream.time_base))
                .fold(0.0, f64::max);
            let indices = streams.iter().map(|stream| stream.index);
            packets.extend(indices.map(|stream| (stream, to.clone())));
            let track = rungs + index;
            let cutter_rate = making.description().timescale;
            let cutter = cutter::Cutter {
                session: run.session,
                output,
                track,
                timeline: &timeline,
                alone: plan.rungs.is_empty().then_some(grid),
                rate: cutter_rate,
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
                    let facts = plan
                        .source
                        .audio
                        .iter()
                        .find(|stream| stream.index == plan.audio[index].index);
                    let late = facts
                        .filter(|stream| plan.source.container == "avi" && stream.codec == "mp3")
                        .map_or(0.0, |stream| {
                            f64::from(transcoded::MP3_DELAY) / f64::from(stream.sample_rate.max(1))
                        });
                    let thread = transcoded::Thread {
                        session: run.session,
                        from: from_source,
                        streams,
                        zero: zero + late,
                        encoder,
                        timeline: &timeline,
                        cutter: Some(cutter),
                        first: from[track],
                        anchor: begin::anchor(output, track),
                        edges: cut.map(|cut| edges(cut, cutter_rate, tick)),
                    };
                    threads.start(scope, move || thread.run());
                }
                Sounding::Copied(_) => {
                    let thread = passthrough::Thread {
                        session: run.session,
                        from: from_source,
                        time_base: streams[0].time_base,
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
        let until = cut.and_then(|cut| cut.to).map(|to| {
            Until::of(
                &source.demuxer,
                zero - plan.begins() + to,
                pictures.as_ref().map(|pictures| pictures.stream),
                packets.iter().map(|(stream, _)| *stream),
                plan.source.container == "avi",
            )
        });
        let reader = Reader {
            session: run.session,
            source: source.demuxer,
            pictures,
            packets,
            seams,
            copied,
            heard: 0.0,
            // What an edit list hides is decoded for what follows it, whatever its time.
            since: cut
                .filter(|_| !seeking::hides(&plan.source))
                .map(|_| zero - seeking::BEFORE),
            until,
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

/// Streams whose sound is cut, and what those that are copied were told to be.
fn heard(plan: &Plan, source: &Source) -> (Vec<Seams>, Vec<(usize, ParameterSets)>) {
    let facts = plan.source.audio.iter();
    let cut = facts
        .filter(|facts| facts.hidden)
        .filter_map(|facts| source.demuxer.stream(facts.index));
    let copied = plan.audio.iter().filter(|audio| audio.copied);
    (
        cut.map(|stream| Seams::of(&stream, &source.edits)).collect(),
        copied
            .filter_map(|audio| Some((audio.index, ParameterSets::of(&source.demuxer.stream(audio.index)?))))
            .collect(),
    )
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

/// Bits a second from which a source is heavy: one thread that decodes them is slower than all that encode.
const HEAVY: u64 = 30_000_000;

/// Threads of the source's decoder. It is an eighth of the work as a rule; where the largest rung is copied, or the source is
/// heavy, the others would wait for it.
fn decoder_threads(waited_for: bool) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    (if waited_for { cores } else { cores / 2 }).clamp(1, 4)
}
