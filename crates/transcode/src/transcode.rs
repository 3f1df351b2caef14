//! From one source to a stream: decode once, scale, encode, cut, tell.

mod work;

use std::path::Path;

use ffmpeg_next as ffmpeg;
use screener_hls::media::{ByteRange, END, Entry};
use screener_ladder::source::Ratio;
use screener_ladder::{Format as SegmentFormat, Plan, Track, TrackKind};
use screener_wire::{Event, Failure, Playlists, Transcode};

use crate::audio::{aac, passthrough};
use crate::error::{failure, internal};
use crate::input::Source;
use crate::mux::playlists::{self, Part, Rates};
use crate::mux::track::{Description, Format};
use crate::output::finished::{Finished, Planned};
use crate::output::{Output, resume};
use crate::session::Session;
use crate::timeline::{Grid, zero};
use crate::video::encode::{Effort, Encoder};
use crate::video::{color, copied, hardware, x264};
use crate::{cage, input, probe};

/// Makes the stream that the task asks for.
pub fn transcode(session: &Session, task: &Transcode) -> Result<(), Failure> {
    if let Some(groups) = task.credits {
        session.limit(groups);
    }
    let mut plan = match task.resume.as_ref().and_then(|resume| resume.plan.clone()) {
        Some(plan) => plan,
        None => probe::plan(&task.file, &task.wishes)?,
    };
    let source = input::open_with(&task.file, &session.stop_flag())?;
    check_copies(session, task, &mut plan)?;
    if let Some(film) = plan.source.duration {
        cage::allow_processor_time(film);
    }
    session.tell(&Event::Planned {
        plan: Box::new(plan.clone()),
    });
    Run {
        session,
        task,
        plan: &plan,
    }
    .run(source)
}

/// One transcode under way.
struct Run<'a> {
    session: &'a Session,
    task: &'a Transcode,
    plan: &'a Plan,
}

/// How a rung is made.
enum Making {
    /// By an encoder, after a quicker one where there is one.
    Encoded(Encoder, Option<Encoder>),
    /// From the source's packets.
    Copied(Description),
}

/// How an audio rendition is made.
enum Sounding {
    /// By an encoder.
    Encoded(aac::Encoder),
    /// From the source's packets.
    Copied(Description),
}

impl Sounding {
    fn description(&self) -> &Description {
        match self {
            Self::Encoded(encoder) => &encoder.description,
            Self::Copied(description) => description,
        }
    }
}

/// What is ready before the first picture: playlists need the encoders' parameter sets.
struct Prepared {
    grid: Grid,
    zero: f64,
    rungs: Vec<Making>,
    audio: Vec<Sounding>,
}

/// What only the packets show: a source that begins in the middle of a group of pictures cannot be copied.
fn check_copies(session: &Session, task: &Transcode, plan: &mut Plan) -> Result<(), Failure> {
    if !plan.rungs.iter().any(|rung| rung.copied) {
        return Ok(());
    }
    let mut source = input::open_with(&task.file, &session.stop_flag())?.demuxer;
    let zero = zero(&source, plan);
    let clean = plan.source.video.as_ref().is_some_and(|video| {
        source
            .stream(video.index)
            .is_some_and(|stream| copied::has_parameter_sets(&stream))
            && copied::begins_clean(&mut source, video.index, zero, 1.0 / video.frame_rate.value().max(1.0))
    });
    // The last picture of a copied rung cannot be held for sound that goes on.
    let seconds = |index: usize| {
        source.stream(index).map_or(0.0, |stream| {
            stream.duration().max(0) as f64 * f64::from(stream.time_base())
        })
    };
    let pictures = plan.source.video.as_ref().map_or(0.0, |video| seconds(video.index));
    let longer = pictures > 0.0 && plan.audio.iter().any(|audio| seconds(audio.index) > pictures + 0.2);
    if !clean || longer {
        let why = if clean {
            "the sound is longer than the pictures"
        } else {
            "its first picture is no key frame"
        };
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

impl Run<'_> {
    fn event(&self) -> bool {
        matches!(self.task.playlists, Playlists::Told { .. })
    }

    fn transport(&self) -> bool {
        self.plan.wishes.format == SegmentFormat::Ts
    }

    fn run(&self, source: Source) -> Result<(), Failure> {
        let declared = declared(&source.demuxer, self.plan);
        let prepared = self.prepare(&source)?;
        let tracks = self.tracks(&prepared);
        let done = tracks
            .iter()
            .map(|planned| resume::finished(self.task.resume.as_ref(), &planned.track.name))
            .collect();
        let output = Output::new(self.session, Path::new(&self.task.out), self.transport(), tracks, done);
        output.inits()?;
        if self.event() {
            let tracks = (0..output.len())
                .map(|track| output.look(track, |planned, _| planned.track.clone()))
                .collect();
            self.session.tell(&Event::Tracks { tracks });
            self.session.tell(&Event::Index {
                text: self.index(&output, false),
            });
        }
        let resumed = (0..output.len()).any(|track| output.look(track, |_, segments| !segments.is_empty()));
        if self.plan.wishes.mp4 && resumed {
            self.session
                .note("The film was interrupted: there is no single MP4 file of it. Publish it again if you need one");
        } else if self.plan.wishes.mp4 {
            let rungs = self.plan.rungs.len();
            let sound = self.plan.audio.iter().position(|audio| audio.default).unwrap_or(0);
            let wanted: Vec<usize> = (rungs > 0)
                .then_some(0)
                .into_iter()
                .chain((!self.plan.audio.is_empty()).then_some(rungs + sound))
                .collect();
            output.download(&wanted)?;
        }
        self.work(&output, source, prepared)?;
        self.session.check()?;
        output.finish_download()?;
        self.finish(&output, declared)
    }

    fn prepare(&self, source: &Source) -> Result<Prepared, Failure> {
        let plan = self.plan;
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
            self.session.note(text);
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
                        Err(failure) => self
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
                let facts = plan.source.audio.iter().find(|stream| stream.index == audio.index);
                let rate = aac::output_rate(facts.map_or(48_000, |stream| stream.sample_rate));
                aac::open(&audio.name, audio.bit_rate, rate, language).map(Sounding::Encoded)
            })
            .collect::<Result<_, _>>()?;
        Ok(Prepared {
            grid,
            zero: zero(&source.demuxer, plan),
            rungs,
            audio,
        })
    }

    /// Every track as players will see it: rungs, audio, captions, in this order.
    fn tracks(&self, prepared: &Prepared) -> Vec<Planned> {
        let map = (!self.transport()).then_some("init.mp4");
        let track = |name: &str, kind, language: Option<&String>, map: Option<&str>| Track {
            name: name.to_owned(),
            kind,
            language: language.cloned(),
            head: playlists::media(self.plan.target_duration, self.event(), map).head(),
            init: map.map(|map| format!("{name}/{map}")),
        };
        let rungs = self.plan.rungs.iter().zip(&prepared.rungs).map(|(rung, making)| {
            let (description, copied) = match making {
                Making::Encoded(encoder, _) => (&encoder.description, false),
                Making::Copied(description) => (description, true),
            };
            Planned {
                track: track(&rung.name, TrackKind::Video, None, map),
                description: Some(description.clone()),
                copied,
            }
        });
        let audio = self
            .plan
            .audio
            .iter()
            .zip(&prepared.audio)
            .map(|(audio, making)| Planned {
                track: track(&audio.name, TrackKind::Audio, audio.language.as_ref(), map),
                description: Some(making.description().clone()),
                copied: matches!(making, Sounding::Copied(_)),
            });
        let captions = self.plan.captions.iter().map(|captions| Planned {
            track: track(&captions.name, TrackKind::Captions, captions.language.as_ref(), None),
            description: None,
            copied: false,
        });
        rungs.chain(audio).chain(captions).collect()
    }

    fn finish(&self, output: &Output, declared: Option<f64>) -> Result<(), Failure> {
        let duration = (0..output.len())
            .map(|track| output.duration(track))
            .fold(0.0, f64::max);
        if duration <= 0.0 {
            return Err(failure(
                "empty",
                "Nothing could be decoded: the file holds neither pictures nor sound that can be played.",
                "Try another copy of the file.",
            ));
        }
        if let Some(declared) = declared
            && declared - duration > (declared * 0.02).max(1.0)
        {
            return Err(input::ended_early(&input::name_of(&self.task.file), duration, declared));
        }
        if self.plan.wishes.extras {
            for track in 0..self.plan.rungs.len() {
                let (path, text) = output.look(track, |planned, segments| {
                    (
                        format!("{}/iframes.m3u8", planned.track.name),
                        self.iframes(planned, segments),
                    )
                });
                output.file(&path, text.as_bytes())?;
            }
        }
        let index = self.index(output, true);
        if !self.event() {
            for track in 0..output.len() {
                let (path, text) = output.look(track, |planned, segments| {
                    let mut text = planned.track.head.clone();
                    for segment in segments {
                        text += &playlists::entry(segment.duration, &segment.name).to_text();
                    }
                    (format!("{}/index.m3u8", planned.track.name), text + END)
                });
                output.file(&path, text.as_bytes())?;
            }
            output.file("index.m3u8", index.as_bytes())?;
        }
        self.session.tell(&Event::Progress {
            done: 1.0,
            position: duration,
            speed: 0.0,
        });
        let measured = output.measured(self.plan.target_duration);
        self.session.tell(&Event::Finished {
            index,
            duration,
            measured,
        });
        Ok(())
    }

    /// The playlist of key pictures alone.
    fn iframes(&self, planned: &Planned, segments: &[Finished]) -> String {
        let mut playlist = playlists::media(
            self.plan.target_duration,
            false,
            planned.track.init.as_ref().map(|_| "init.mp4"),
        );
        playlist.i_frames_only = true;
        playlist.independent_segments = false;
        let entries = key_pictures(planned, segments).map(|(name, offset, length, duration)| Entry {
            duration,
            uri: name.to_owned(),
            byte_range: Some(ByteRange { length, offset }),
            ..Entry::default()
        });
        playlist.finished(&entries.collect::<Vec<_>>())
    }

    /// The multivariant playlist: from the plan's rates, or as measured.
    fn index(&self, output: &Output, measured: bool) -> String {
        let prefix = match self.task.playlists {
            Playlists::Told { generation } => format!("{generation}/"),
            Playlists::Files => String::new(),
        };
        let part = |track: usize, promised: Rates, declared: Option<f64>| {
            output.look(track, |planned, segments| Part {
                name: planned.track.name.clone(),
                rates: if measured {
                    playlists::rates(
                        segments.iter().map(|segment| (segment.bytes, segment.duration)),
                        self.plan.target_duration,
                    )
                } else {
                    promised
                },
                codecs: planned
                    .description
                    .as_ref()
                    .map(Description::codecs)
                    .unwrap_or_default(),
                resolution: planned
                    .description
                    .as_ref()
                    .and_then(|description| match description.format {
                        Format::Video { width, height, .. } => Some((width, height)),
                        Format::Audio { .. } => None,
                    }),
                frame_rate: declared.map(|declared| {
                    let paces = segments.iter().map(|segment| Some((segment.pace?, segment.duration)));
                    match paces.collect::<Option<Vec<_>>>() {
                        Some(paces) if measured => playlists::frame_rate(declared, &paces),
                        _ => declared,
                    }
                }),
                iframes: (measured && self.plan.wishes.extras && planned.track.kind == TrackKind::Video).then(|| {
                    playlists::rates(
                        key_pictures(planned, segments).map(|(_, _, length, duration)| (length, duration)),
                        self.plan.target_duration,
                    )
                }),
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
                    Some(self.plan.declared_frame_rate(rung)),
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
        playlists::multivariant(&prefix, self.plan, &video, &audio).to_string()
    }
}

/// How long the streams that are used last as the file itself declares it; `None` where that is only a guess from bit
/// rates. Subtitles that go on for longer make no film.
fn declared(source: &ffmpeg::format::context::Input, plan: &Plan) -> Option<f64> {
    let video = plan.source.video.iter().map(|video| video.index);
    let longest = video
        .chain(plan.audio.iter().map(|audio| audio.index))
        .filter_map(|index| source.stream(index))
        .filter(|stream| stream.duration() > 0)
        .map(|stream| stream.duration() as f64 * f64::from(stream.time_base()))
        .reduce(f64::max);
    // SAFETY: a plain field of a context that lives as long as the reference.
    let method = unsafe { (*source.as_ptr()).duration_estimation_method };
    if method == ffmpeg::ffi::AVDurationEstimationMethod::AVFMT_DURATION_FROM_BITRATE {
        return None;
    }
    longest.or(plan.source.duration)
}

/// ISO 639-2 code for a container that knows no other; `und` where the tag has none of three letters.
fn language(tag: Option<&str>) -> [u8; 3] {
    tag.and_then(|tag| <[u8; 3]>::try_from(tag.split('-').next()?.as_bytes()).ok())
        .filter(|code| code.iter().all(u8::is_ascii_lowercase))
        .unwrap_or(*b"und")
}

/// Key pictures of a track: file, first byte, bytes, seconds until the next one.
fn key_pictures<'a>(planned: &'a Planned, segments: &'a [Finished]) -> impl Iterator<Item = (&'a str, u64, u64, f64)> {
    let timescale = planned
        .description
        .as_ref()
        .map_or(1.0, |description| f64::from(description.timescale));
    segments.iter().flat_map(move |segment| {
        segment.keys.iter().enumerate().map(move |(index, key)| {
            let end = segment
                .keys
                .get(index + 1)
                .map_or(segment.start + segment.duration, |next| next.pts as f64 / timescale);
            (
                segment.name.as_str(),
                key.offset,
                key.length,
                end - key.pts as f64 / timescale,
            )
        })
    })
}
