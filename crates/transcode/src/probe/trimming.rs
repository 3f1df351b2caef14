//! The plan for a part of a source: where it falls between the pictures, and what is said in it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use screener_ladder::{Cut, Plan, Points, SourceInfo, Wishes, plan_part};
use screener_wire::Failure;

use super::points;
use crate::captions::{Cues, Part};
use crate::timeline::zero;
use crate::{input, pulse};

/// Seconds of words that are read at once, until the first is found.
const STEP: f64 = 30.0;

/// Bytes of the source that are read for a track's first word.
const LOOKED: usize = 48 << 20;

/// The plan for the part between two points. With `stop`, which ends it when it is set, the source is read as far as it takes; without,
/// where that costs little.
pub fn plan(
    path: &str,
    mut source: SourceInfo,
    wishes: &Wishes,
    points: Points,
    stop: Option<&Arc<AtomicBool>>,
) -> Result<Plan, Failure> {
    let whole = plan_part(&source, wishes, None)?;
    let quick = points::quick(&whole);
    let cut = if stop.is_some() || quick {
        points::find(path, &stop.cloned().unwrap_or_default(), &whole, points)?
    } else {
        Cut::from(points)
    };
    if !whole.captions.is_empty() && (stop.is_some() || quick) {
        leave_out_silent(path, &whole, &mut source, &cut)?;
    }
    Ok(plan_part(&source, wishes, Some(cut))?)
}

/// Leaves out the captions that say nothing in the part.
fn leave_out_silent(path: &str, whole: &Plan, source: &mut SourceInfo, cut: &Cut) -> Result<(), Failure> {
    let begins = zero(&input::open(path)?.demuxer, whole);
    let part = Part::of(&whole.source, cut);
    let mut spoken = Vec::new();
    for captions in &whole.captions {
        let Ok(mut cues) = Cues::of_part(path, captions, begins, part) else {
            // Said where they are read for good.
            spoken.push(true);
            continue;
        };
        let lasts = part.lasts.min(source.duration.unwrap_or(f64::MAX));
        let mut end = 0.0;
        while cues.is_empty() && end < lasts && cues.looked() < LOOKED && !cues.ended() {
            end = (end + STEP).min(lasts);
            cues.until(end);
            pulse::alive();
        }
        let said = !cues.is_empty() || (end < lasts && !cues.ended());
        if !said {
            source.left_aside.push(format!(
                "The captions “{}” say nothing in this part of the film: left out",
                captions.label
            ));
        }
        spoken.push(said);
    }
    let mut spoken = spoken.into_iter();
    source.subtitles.retain(|_| spoken.next().unwrap_or(true));
    Ok(())
}
