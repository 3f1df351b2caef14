//! Where a run goes on that follows an earlier one.

use screener_wire::{Resume, Segment};
use serde_json::{Value, json};

use super::finished::{Anchor, Finished};
use crate::judge::verdict::Verdict;
use crate::mux::playlists::Pace;
use crate::mux::track::KeyRange;

/// Where one track goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct From {
    /// Number of its first segment in this run.
    pub first: u32,
    /// Where that begins, in the track's ticks.
    pub begin: i64,
}

impl From {
    /// Behind the last of these segments.
    pub fn behind(segments: &[Finished], timescale: u32) -> Self {
        let begin = segments.last().map_or(0, |last| {
            ((last.start + last.duration) * f64::from(timescale)).round() as i64
        });
        Self {
            first: segments.last().map_or(1, |last| last.number + 1),
            begin,
        }
    }
}

/// The words that a segment carries for a later run.
pub fn state(segment: &Finished) -> Value {
    let verdict = segment.verdict;
    if let Some(anchor) = segment.anchor {
        return json!({ "anchor": (anchor.time, anchor.at), "verdict": verdict });
    }
    let Some(pace) = segment.pace else {
        return if verdict == Verdict::default() {
            Value::Null
        } else {
            json!({ "verdict": verdict })
        };
    };
    let keys: Vec<(u64, u64, i64)> = segment
        .keys
        .iter()
        .map(|key| (key.offset, key.length, key.pts))
        .collect();
    json!({ "keys": keys, "pace": pace, "verdict": verdict })
}

/// What an earlier run finished of a track.
pub fn finished(resume: Option<&Resume>, track: &str) -> Vec<Finished> {
    let Some(segments) = resume.and_then(|resume| resume.segments.get(track)) else {
        return Vec::new();
    };
    segments
        .iter()
        .enumerate()
        // Only an unbroken row from number 1 counts.
        .take_while(|(index, segment)| segment.number as usize == index + 1)
        .map(|(_, segment)| Finished {
            number: segment.number,
            name: segment.path.rsplit('/').next().unwrap_or_default().to_owned(),
            bytes: segment.bytes,
            start: segment.start,
            duration: segment.duration,
            keys: keys(segment),
            pace: pace(&segment.state),
            anchor: anchor(&segment.state),
            verdict: verdict(&segment.state),
        })
        .collect()
}

fn keys(segment: &Segment) -> Vec<KeyRange> {
    let keys: Vec<(u64, u64, i64)> = segment
        .state
        .get("keys")
        .and_then(|keys| serde_json::from_value(keys.clone()).ok())
        .unwrap_or_default();
    keys.into_iter()
        .map(|(offset, length, pts)| KeyRange { offset, length, pts })
        .collect()
}

fn pace(state: &Value) -> Option<Pace> {
    serde_json::from_value(state.get("pace")?.clone()).ok()
}

fn verdict(state: &Value) -> Verdict {
    state
        .get("verdict")
        .and_then(|verdict| serde_json::from_value(verdict.clone()).ok())
        .unwrap_or_default()
}

fn anchor(state: &Value) -> Option<Anchor> {
    let (time, at) = serde_json::from_value(state.get("anchor")?.clone()).ok()?;
    Some(Anchor { time, at })
}

/// Whether the poster was made already.
pub fn has_poster(resume: Option<&Resume>) -> bool {
    resume
        .and_then(|resume| resume.checkpoint.as_ref())
        .and_then(|state| state.get("poster"))
        .and_then(Value::as_bool)
        .unwrap_or(false)
}
