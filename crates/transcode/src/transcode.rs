//! From one source to a stream: decode once, scale, encode, cut, tell.
//!
//! Who feeds whom is in `threads`; what is ready before them in `prepare`; what players see of it in `presentation`. Where one loudness is
//! wished for, `measure` comes before all of them.

mod begin;
mod copies;
mod joined;
mod measure;
mod prepare;
mod presentation;
mod run;
mod sounds;
mod threads;
mod whole;

use std::path::Path;

use screener_hls::media::END;
use screener_wire::{Cause, Event, Failure, Transcode};

use self::run::Run;
use crate::input::Source;
use crate::mux::playlists;
use crate::output::{Output, resume};
use crate::probe::length;
use crate::session::Session;
use crate::{cage, probe};

/// Makes the stream that the task asks for.
pub fn transcode(session: &Session, task: &Transcode) -> Result<(), Failure> {
    if let Some(groups) = task.credits {
        session.limit(groups);
    }
    let mut plan = match task.resume.as_ref().and_then(|resume| resume.plan.clone()) {
        Some(plan) => plan,
        None => probe::plan(&task.file, &task.wishes, Some(&session.stop_flag()))?,
    };
    copies::check(session, task, &mut plan)?;
    if let Some(film) = plan.duration() {
        cage::allow_processor_time(film);
    }
    measure::measure(session, task, &mut plan)?;
    session.tell(&Event::Planned {
        plan: Box::new(plan.clone()),
    });
    let run = Run {
        session,
        task,
        plan: &plan,
    };
    make(&run, begin::open(&run)?)
}

fn make(run: &Run<'_>, source: Source) -> Result<(), Failure> {
    let declared = run.plan.duration();
    let prepared = prepare::prepare(run, &source)?;
    let tracks = presentation::tracks(run, &prepared);
    let done = tracks
        .iter()
        .map(|planned| resume::finished(run.task.resume.as_ref(), &planned.track.name))
        .collect();
    // For what measures the judge's cost; who starts workers to publish hands this on to none of them.
    let judged = std::env::var_os("SCREENER_UNJUDGED").is_none();
    let output = Output::new(
        run.session,
        Path::new(&run.task.out),
        run.transport(),
        judged,
        tracks,
        done,
    );
    output.inits()?;
    if run.event() {
        let tracks = (0..output.len())
            .map(|track| output.look(track, |planned, _| planned.track.clone()))
            .collect();
        run.session.tell(&Event::Tracks { tracks });
        run.session.tell(&Event::Index {
            text: presentation::index(run, &output, false),
        });
    }
    let resumed = (0..output.len()).any(|track| output.look(track, |_, segments| !segments.is_empty()));
    if run.plan.wishes.mp4 && resumed {
        run.session
            .note("The film was interrupted: there is no single MP4 file of it. Publish it again if you need one");
    } else if run.plan.wishes.mp4 {
        let rungs = run.plan.rungs.len();
        let sound = run.plan.audio.iter().position(|audio| audio.default).unwrap_or(0);
        let wanted: Vec<usize> = (rungs > 0)
            .then_some(0)
            .into_iter()
            .chain((!run.plan.audio.is_empty()).then_some(rungs + sound))
            .collect();
        output.download(&wanted)?;
    }
    threads::work(run, &output, source, prepared)?;
    run.session.check()?;
    output.finish_download()?;
    finish(run, &output, declared)
}

fn finish(run: &Run<'_>, output: &Output, declared: Option<f64>) -> Result<(), Failure> {
    let duration = (0..output.len())
        .map(|track| output.duration(track))
        .fold(0.0, f64::max);
    if duration <= 0.0 {
        return Err(Cause::NothingDecoded.into());
    }
    whole::judge(run, output)?;
    if let Some(declared) = declared.filter(|declared| declared - duration > length::slack(*declared)) {
        run.session.note(ended_early(duration, declared));
    }
    if run.plan.wishes.extras {
        for track in 0..run.plan.rungs.len() {
            let (path, text) = output.look(track, |planned, segments| {
                (
                    format!("{}/iframes.m3u8", planned.track.name),
                    presentation::iframes(run, planned, segments),
                )
            });
            output.file(&path, text.as_bytes())?;
        }
    }
    let index = presentation::index(run, output, true);
    if !run.event() {
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
    run.session.tell(&Event::Progress {
        done: 1.0,
        position: duration,
        speed: 0.0,
    });
    let measured = output.measured(run.plan.target_duration);
    run.session.tell(&Event::Finished {
        index,
        duration,
        measured,
    });
    Ok(())
}

/// What only the end can show.
fn ended_early(reached: f64, declared: f64) -> String {
    format!("The film ends after {reached:.1} s: the file says {declared:.1} s, but holds no more of it")
}
