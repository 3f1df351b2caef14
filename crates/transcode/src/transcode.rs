//! From one source to a stream: decode once, scale, encode, cut, tell.

mod clock;
mod fmp4;
mod h264;
mod mpegts;
mod normal;
mod playlist;
mod reader;
mod rung;
mod sample;
mod shelf;
mod sound;
mod x264;

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use ffmpeg::ffi::{AVColorPrimaries, AVColorSpace, AVColorTransferCharacteristic};
use ffmpeg_next as ffmpeg;
use screener_ladder::source::Ratio;
use screener_ladder::wire::{Event, Failure, Playlists, Transcode};
use screener_ladder::{Format as SegmentFormat, Plan, Track, TrackKind};

use self::clock::{Grid, Timeline};
use self::normal::Normalizer;
use self::playlist::{Part, Rates};
use self::reader::{Pictures, Reader, Stop};
use self::rung::{Picture, Step};
use self::shelf::{Planned, Shelf};
use self::x264::{Color, Effort};
use crate::failure::{failure, internal};
use crate::session::Session;
use crate::{input, probe};

/// Pictures that may wait between two threads: enough to even out, few enough to be small.
const WAITING: usize = 3;

/// Makes the stream that the task asks for.
pub fn transcode(session: &Session, task: &Transcode) -> Result<(), Failure> {
    if let Some(groups) = task.credits {
        session.limit(groups);
    }
    let plan = match task.resume.as_ref().and_then(|resume| resume.plan.clone()) {
        Some(plan) => plan,
        None => probe::plan(&task.file, &task.wishes)?,
    };
    session.tell(&Event::Planned {
        plan: Box::new(plan.clone()),
    });
    Run {
        session,
        task,
        plan: &plan,
    }
    .run()
}

/// One transcode under way.
struct Run<'a> {
    session: &'a Session,
    task: &'a Transcode,
    plan: &'a Plan,
}

/// The encoders, opened before the first picture: playlists need their parameter sets.
struct Encoders {
    grid: Grid,
    rungs: Vec<Option<x264::Encoder>>,
    audio: Vec<sound::Encoder>,
}

impl Run<'_> {
    fn event(&self) -> bool {
        matches!(self.task.playlists, Playlists::Told { .. })
    }

    fn transport(&self) -> bool {
        self.plan.wishes.format == SegmentFormat::Ts
    }

    fn run(&self) -> Result<(), Failure> {
        let source = input::open_with(&self.task.file, &self.session.stop_flag())?;
        let mut encoders = self.open_encoders(&source.demuxer)?;
        let tracks = self.tracks(&encoders);
        let shelf = Shelf::new(
            self.session,
            Path::new(&self.task.out),
            self.transport(),
            tracks,
            Vec::new(),
        );
        shelf.inits()?;
        if self.event() {
            let tracks = (0..shelf.len())
                .map(|track| shelf.look(track, |planned, _| planned.track.clone()))
                .collect();
            self.session.tell(&Event::Tracks { tracks });
            self.session.tell(&Event::Index {
                text: self.index(&shelf, false),
            });
        }
        self.work(&shelf, source.demuxer, &mut encoders)?;
        self.session.check()?;
        self.finish(&shelf)
    }

    fn open_encoders(&self, source: &ffmpeg::format::context::Input) -> Result<Encoders, Failure> {
        let plan = self.plan;
        let video = plan.source.video.as_ref();
        let rate = plan
            .rungs
            .first()
            .map_or(Ratio { num: 25, den: 1 }, |rung| rung.frame_rate);
        let constant = video.is_none_or(|video| !video.variable_frame_rate);
        let grid = Grid::new(rate, constant, plan.segment_duration);
        let color = match video {
            Some(video) => {
                let stream = source
                    .stream(video.index)
                    .ok_or_else(|| internal("the video stream is gone"))?;
                color(&stream, video.hdr, video.display_height)
            }
            None => HD,
        };
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) as u32;
        let rungs = plan
            .rungs
            .iter()
            .enumerate()
            .map(|(index, rung)| {
                // The largest rung takes more time than all others together.
                let threads = if index == 0 { cores.max(2) } else { (cores / 4).max(1) };
                x264::open(
                    rung,
                    grid,
                    color,
                    Effort {
                        preset: plan.wishes.preset,
                        threads,
                    },
                )
                .map(Some)
            })
            .collect::<Result<_, _>>()?;
        let audio = plan
            .audio
            .iter()
            .map(|audio| {
                let source = plan.source.audio.iter().find(|stream| stream.index == audio.index);
                let rate = sound::output_rate(source.map_or(48_000, |stream| stream.sample_rate));
                sound::open(audio, rate, *b"und")
            })
            .collect::<Result<_, _>>()?;
        Ok(Encoders { grid, rungs, audio })
    }

    /// Every track as players will see it: rungs, audio, captions, in this order.
    fn tracks(&self, encoders: &Encoders) -> Vec<Planned> {
        let map = (!self.transport()).then_some("init.mp4");
        let track = |name: &str, kind, language: Option<&String>, map: Option<&str>| Track {
            name: name.to_owned(),
            kind,
            language: language.cloned(),
            head: playlist::media(self.plan.target_duration, self.event(), map).head(),
            init: map.map(|map| format!("{name}/{map}")),
        };
        let rungs = self
            .plan
            .rungs
            .iter()
            .zip(&encoders.rungs)
            .map(|(rung, encoder)| Planned {
                track: track(&rung.name, TrackKind::Video, None, map),
                description: encoder.as_ref().map(|encoder| encoder.description.clone()),
                copied: false,
            });
        let audio = self
            .plan
            .audio
            .iter()
            .zip(&encoders.audio)
            .map(|(audio, encoder)| Planned {
                track: track(&audio.name, TrackKind::Audio, audio.language.as_ref(), map),
                description: Some(encoder.description.clone()),
                copied: false,
            });
        let captions = self.plan.captions.iter().map(|captions| Planned {
            track: track(&captions.name, TrackKind::Captions, captions.language.as_ref(), None),
            description: None,
            copied: false,
        });
        rungs.chain(audio).chain(captions).collect()
    }

    /// Runs all threads to their end.
    fn work(
        &self,
        shelf: &Shelf,
        source: ffmpeg::format::context::Input,
        encoders: &mut Encoders,
    ) -> Result<(), Failure> {
        let plan = self.plan;
        let grid = encoders.grid;
        let zero = zero(&source, plan);
        let timeline = Timeline::new(1);
        if plan.rungs.is_empty() {
            timeline.over();
        }
        let progress = Mutex::new(Progress::new(self.session.clone(), plan.source.duration));
        std::thread::scope(|scope| {
            let mut threads = Threads {
                session: self.session,
                running: Vec::new(),
            };
            let mut top: Option<(SyncSender<Step>, Receiver<Step>)> =
                (!plan.rungs.is_empty()).then(|| sync_channel(WAITING));
            let first_down = top.as_ref().map(|(down, _)| down.clone());
            for (index, rung) in plan.rungs.iter().enumerate() {
                let last = index + 1 == plan.rungs.len();
                let Some((_, from)) = top.take() else { break };
                let mut down = None;
                if !last {
                    let (to, from) = sync_channel(WAITING);
                    down = Some(to.clone());
                    top = Some((to, from));
                }
                let progress = &progress;
                let watch = last.then(|| -> Box<dyn FnMut(&Arc<Picture>) -> Result<(), Failure> + Send> {
                    Box::new(move |picture| {
                        progress
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .at(grid.seconds(picture.pts));
                        Ok(())
                    })
                });
                let thread = rung::Thread {
                    session: self.session,
                    shelf,
                    track: index,
                    rung: rung.clone(),
                    encoder: encoders.rungs[index].take(),
                    from,
                    down,
                    first: 1,
                    watch,
                };
                threads.start(scope, move || thread.run());
            }
            drop(top);
            let mut packets: Vec<(usize, Sender<ffmpeg::Packet>)> = Vec::new();
            for (index, (audio, encoder)) in plan.audio.iter().zip(encoders.audio.drain(..)).enumerate() {
                let stream = source
                    .stream(audio.index)
                    .ok_or_else(|| internal("an audio stream is gone"))?;
                let decoder = reader::decoder(&stream, 1)?
                    .audio()
                    .map_err(|error| undecodable("sound", error))?;
                let (to, from) = channel();
                packets.push((audio.index, to));
                let thread = sound::Thread {
                    session: self.session,
                    shelf,
                    track: plan.rungs.len() + index,
                    from,
                    decoder,
                    time_base: stream.time_base(),
                    zero,
                    encoder,
                    timeline: &timeline,
                    alone: plan.rungs.is_empty().then_some(grid),
                    first: (1, 0),
                };
                threads.start(scope, move || thread.run());
            }
            let pictures = match (&plan.source.video, first_down, plan.rungs.first()) {
                (Some(video), Some(down), Some(rung)) => {
                    let stream = source
                        .stream(video.index)
                        .ok_or_else(|| internal("the video stream is gone"))?;
                    Some(Pictures {
                        stream: video.index,
                        decoder: reader::decoder(&stream, 2)?
                            .video()
                            .map_err(|error| undecodable("pictures", error))?,
                        time_base: stream.time_base(),
                        normal: Normalizer::new(video, rung),
                        zero,
                        grid,
                        timeline: &timeline,
                        down,
                        first: 1,
                        last: None,
                        number: 0,
                        due: 0,
                    })
                }
                _ => None,
            };
            let reader = Reader {
                session: self.session,
                source,
                pictures,
                packets,
            };
            let timeline = &timeline;
            threads.start(scope, move || {
                let ended = reader.run();
                timeline.over();
                match ended {
                    Ok(()) | Err(Stop::Gone) => Ok(()),
                    Err(Stop::Failed(failure)) => Err(failure),
                }
            });
            threads.join()
        })
    }

    fn finish(&self, shelf: &Shelf) -> Result<(), Failure> {
        let duration = (0..shelf.len()).map(|track| shelf.duration(track)).fold(0.0, f64::max);
        if duration <= 0.0 {
            return Err(failure(
                "empty",
                "Nothing could be decoded: the file holds neither pictures nor sound that can be played.",
                "Try another copy of the file.",
            ));
        }
        if let Some(declared) = self.plan.source.duration
            && declared - duration > (declared * 0.02).max(1.0)
        {
            return Err(failure(
                "truncated",
                format!(
                    "The file says that it lasts {declared:.1} s, but its media ends after {duration:.1} s: it was cut short."
                ),
                "Copy the file again from where it came; it may not have been copied to its end.",
            ));
        }
        let index = self.index(shelf, true);
        if !self.event() {
            for track in 0..shelf.len() {
                let (path, text) = shelf.look(track, |planned, segments| {
                    let mut text = planned.track.head.clone();
                    for segment in segments {
                        text += &playlist::entry(segment.duration, &segment.name).to_text();
                    }
                    (
                        format!("{}/index.m3u8", planned.track.name),
                        text + screener_hls::media::END,
                    )
                });
                shelf.file(&path, text.as_bytes())?;
            }
            shelf.file("index.m3u8", index.as_bytes())?;
        }
        self.session.tell(&Event::Progress {
            done: 1.0,
            position: duration,
            speed: 0.0,
        });
        let measured = shelf.measured(self.plan.target_duration);
        self.session.tell(&Event::Finished {
            index,
            duration,
            measured,
        });
        Ok(())
    }

    /// The multivariant playlist: from the plan's rates, or as measured.
    fn index(&self, shelf: &Shelf, measured: bool) -> String {
        let prefix = match self.task.playlists {
            Playlists::Told { generation } => format!("{generation}/"),
            Playlists::Files => String::new(),
        };
        let part = |track: usize, promised: Rates, frame_rate| {
            shelf.look(track, |planned, segments| Part {
                name: planned.track.name.clone(),
                rates: if measured {
                    playlist::rates(
                        segments.iter().map(|segment| (segment.bytes, segment.duration)),
                        self.plan.target_duration,
                    )
                } else {
                    promised
                },
                codecs: planned
                    .description
                    .as_ref()
                    .map(sample::Description::codecs)
                    .unwrap_or_default(),
                resolution: planned
                    .description
                    .as_ref()
                    .and_then(|description| match description.format {
                        sample::Format::Video { width, height, .. } => Some((width, height)),
                        sample::Format::Audio { .. } => None,
                    }),
                frame_rate,
                iframes: None,
            })
        };
        let rungs = &self.plan.rungs;
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
                    Some(rung.frame_rate),
                )
            })
            .collect();
        let audio: Vec<Part> = self
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
        playlist::multivariant(&prefix, self.plan, &video, &audio).to_string()
    }
}

/// Threads of a task: the first one that fails stops the others.
struct Threads<'scope, 'a> {
    session: &'a Session,
    running: Vec<ScopedJoinHandle<'scope, Result<(), Failure>>>,
}

impl<'scope, 'a: 'scope> Threads<'scope, 'a> {
    fn start<'env>(
        &mut self,
        scope: &'scope Scope<'scope, 'env>,
        work: impl FnOnce() -> Result<(), Failure> + Send + 'scope,
    ) {
        let session = self.session;
        self.running
            .push(scope.spawn(move || work().inspect_err(|_| session.stop())));
    }

    /// Waits for all; the failure that caused the others comes first.
    fn join(self) -> Result<(), Failure> {
        let mut worst: Option<Failure> = None;
        for thread in self.running {
            let ended = thread.join().unwrap_or_else(|_| {
                self.session.stop();
                Err(internal("a thread of the encoder broke down"))
            });
            if let Err(failure) = ended
                && worst.as_ref().is_none_or(|worst| worst.code == "cancelled")
            {
                worst = Some(failure);
            }
        }
        worst.map_or(Ok(()), Err)
    }
}

/// Tells how far the work is, a few times a second.
struct Progress {
    session: Session,
    duration: Option<f64>,
    began: Instant,
    from: Option<f64>,
    told: Instant,
}

impl Progress {
    fn new(session: Session, duration: Option<f64>) -> Self {
        let now = Instant::now();
        Self {
            session,
            duration,
            began: now,
            from: None,
            told: now,
        }
    }

    fn at(&mut self, position: f64) {
        let from = *self.from.get_or_insert(position);
        if self.told.elapsed() < Duration::from_millis(250) {
            return;
        }
        self.told = Instant::now();
        let done = self
            .duration
            .filter(|duration| *duration > 0.0)
            .map_or(0.0, |duration| (position / duration).clamp(0.0, 0.999));
        let speed = (position - from) / self.began.elapsed().as_secs_f64().max(0.001);
        self.session.tell(&Event::Progress { done, position, speed });
    }
}

fn undecodable(what: &str, error: ffmpeg::Error) -> Failure {
    failure(
        "unsupported_codec",
        format!("The {what} of this file cannot be decoded: {error}."),
        "Export the film as H.264 or ProRes with AAC or PCM sound, and try again.",
    )
}

/// The film's zero on the source's clock: where the first of its streams begins.
fn zero(source: &ffmpeg::format::context::Input, plan: &Plan) -> f64 {
    let video = plan.source.video.as_ref().map(|video| video.index);
    let audio = plan.audio.iter().map(|audio| audio.index);
    let zero = video
        .into_iter()
        .chain(audio)
        .filter_map(|index| {
            let stream = source.stream(index)?;
            let time_base = stream.time_base();
            (stream.start_time() != ffmpeg::ffi::AV_NOPTS_VALUE).then(|| {
                stream.start_time() as f64 * f64::from(time_base.numerator()) / f64::from(time_base.denominator())
            })
        })
        .fold(f64::INFINITY, f64::min);
    if zero.is_finite() { zero } else { 0.0 }
}

/// BT.709.
const HD: Color = Color {
    primaries: AVColorPrimaries::AVCOL_PRI_BT709,
    transfer: AVColorTransferCharacteristic::AVCOL_TRC_BT709,
    space: AVColorSpace::AVCOL_SPC_BT709,
};

/// BT.601 with 525 lines.
const SD: Color = Color {
    primaries: AVColorPrimaries::AVCOL_PRI_SMPTE170M,
    transfer: AVColorTransferCharacteristic::AVCOL_TRC_SMPTE170M,
    space: AVColorSpace::AVCOL_SPC_SMPTE170M,
};

/// The colour that all rungs are tagged with. Untagged pictures are taken for what players would take the source for:
/// left untagged, the small rungs would be shown in other colours than the large ones.
fn color(stream: &ffmpeg::format::stream::Stream<'_>, hdr: bool, height: u32) -> Color {
    let parameters = stream.parameters();
    // SAFETY: the stream's parameters live as long as it does.
    let (primaries, transfer, space) = unsafe {
        let raw = parameters.as_ptr();
        ((*raw).color_primaries, (*raw).color_trc, (*raw).color_space)
    };
    if hdr {
        return HD;
    }
    let guess = if height >= 720 { HD } else { SD };
    Color {
        primaries: if primaries == AVColorPrimaries::AVCOL_PRI_UNSPECIFIED {
            guess.primaries
        } else {
            primaries
        },
        transfer: if transfer == AVColorTransferCharacteristic::AVCOL_TRC_UNSPECIFIED {
            guess.transfer
        } else {
            transfer
        },
        space: match space {
            AVColorSpace::AVCOL_SPC_UNSPECIFIED | AVColorSpace::AVCOL_SPC_RGB => guess.space,
            space => space,
        },
    }
}
