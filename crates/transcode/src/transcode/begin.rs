//! Where this run begins: at the film's beginning, or behind what an earlier one finished.

use screener_wire::Failure;

use super::prepare::Prepared;
use super::run::Run;
use crate::input::{self, Source, seeking};
use crate::output::Output;
use crate::output::finished::Anchor;
use crate::output::resume::From;
use crate::probe::programs;
use crate::timeline::Grid;

/// Where a run begins.
pub struct Begin {
    /// By track.
    pub from: Vec<From>,
    /// The first segment that any track needs.
    pub group: u32,
    /// Where that begins, in ticks of the grid; 0 where there are no pictures.
    pub at: i64,
}

impl Begin {
    /// Behind what lies in the output.
    pub fn of(run: &Run<'_>, output: &Output, grid: Grid) -> Self {
        let from: Vec<From> = (0..output.len())
            .map(|track| {
                output.look(track, |planned, segments| {
                    From::behind(
                        segments,
                        planned.description.as_ref().map_or(grid.timescale, |d| d.timescale),
                    )
                })
            })
            .collect();
        let group = from.iter().map(|from| from.first).min().unwrap_or(1);
        let begin = if run.plan.rungs.is_empty() {
            0
        } else {
            output.look(0, |_, segments| {
                From::behind(&segments[..(group as usize - 1).min(segments.len())], grid.timescale).begin
            })
        };
        Self { from, group, at: begin }
    }
}

/// Goes to where this run begins, where the container has an index to be trusted; else all is read and left out. False where the source
/// has to be opened anew: a search that failed leaves it anywhere.
pub fn seek(run: &Run<'_>, source: &mut Source, from: &[From], begin: i64, prepared: &Prepared) -> bool {
    if !seeking::trusted(&run.plan.source) {
        return true;
    }
    let rungs = run.plan.rungs.len();
    let mut at = if rungs > 0 {
        prepared.grid.seconds(begin)
    } else {
        f64::INFINITY
    };
    for (making, from) in prepared.audio.iter().zip(&from[rungs..]) {
        at = at.min(making.description().seconds(from.begin));
    }
    let at = at - seeking::BEFORE;
    if at + run.plan.begins() <= 0.0 || !at.is_finite() {
        return true;
    }
    seeking::go(&mut source.demuxer, prepared.zero + at).is_ok()
}

/// The source once more, from its beginning.
pub fn open(run: &Run<'_>) -> Result<Source, Failure> {
    let mut source = input::open_with(&run.task.file, &run.session.stop_flag())?;
    let video = run.plan.source.video.as_ref().map(|video| video.index);
    if let Some(programs) = programs::choose(&source.demuxer, video) {
        programs::leave_out(&mut source.demuxer, &programs.foreign);
    }
    Ok(source)
}

/// Where the sound of a track stood some way before it goes on.
pub fn anchor(output: &Output, track: usize) -> Option<Anchor> {
    output.look(track, |_, segments| segments.last().and_then(|last| last.anchor))
}
