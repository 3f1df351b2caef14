//! Where the in and the out point of a part fall between the pictures of a source.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ffmpeg_next as ffmpeg;
use screener_ladder::{Cut, Plan, Points};
use screener_wire::{Cause, Failure};

use super::{packets, programs};
use crate::h264::parameter_sets::ParameterSets;
use crate::input::hidden::hidden;
use crate::input::seeking::{self, BEFORE};
use crate::input::steady::Steady;
use crate::timeline::zero;
use crate::{input, pulse};

/// Seconds by which a picture may begin behind a point and be meant: times are written with three digits, and containers round likewise.
pub const NEAR: f64 = 0.0006;

/// A picture that stands for longer is no point in time: it is cut within.
const STANDS: f64 = 0.1;

/// Points that lie closer than this are found in one reading, seconds.
const CLOSE: f64 = 20.0;

/// Seconds of reordering, where nobody says when a picture is decoded.
const REORDERED: f64 = 2.0;

/// One point, while packets pass by in the order of decoding. Times are in seconds on the source's clock.
struct Point {
    at: f64,
    /// The picture that is shown at it, and whether decoding can begin there.
    shown: Option<(f64, bool)>,
    /// The latest picture so far.
    latest: f64,
    done: bool,
}

impl Point {
    fn new(at: f64) -> Self {
        Self {
            at,
            shown: None,
            latest: f64::NEG_INFINITY,
            done: false,
        }
    }

    /// Takes a picture: when it is shown and decoded, and whether it needs no other.
    fn take(&mut self, time: f64, decoded: Option<f64>, alone: bool) {
        if self.done {
            return;
        }
        match &mut self.shown {
            // Decoded behind it and shown before it.
            Some((shown, clean)) if time <= *shown => *clean = false,
            _ if time <= self.at + NEAR => self.shown = Some((time, alone && self.latest < time)),
            _ => {}
        }
        self.latest = self.latest.max(time);
        self.done = match decoded {
            Some(decoded) => decoded > self.at + NEAR,
            None => time > self.at + REORDERED,
        };
    }

    /// The time of the picture that is shown at it, where that does not stand for long, and whether decoding can begin there.
    fn picture(&self) -> Option<(f64, bool)> {
        self.shown.filter(|(time, _)| self.at - time <= STANDS)
    }
}

/// The packets of a source that pass by.
struct Passing {
    demuxer: ffmpeg::format::context::Input,
    steady: Steady,
    index: usize,
    sets: ParameterSets,
    ticks: Vec<f64>,
    /// Streams whose end is the film's.
    dense: Vec<usize>,
    /// Where the last of them ends, as far as was read.
    end: f64,
    /// A picture has no time.
    unstamped: bool,
    /// A picture is there that is not to be shown.
    hidden: bool,
    /// The last key picture at or before this time.
    key_before: f64,
    key: Option<i64>,
}

impl Passing {
    /// Reads until each of the points is found; false where the source ends before.
    fn until(&mut self, points: &mut [Point]) -> bool {
        let mut packet = ffmpeg::Packet::empty();
        while points.iter().any(|point| !point.done) {
            match input::read(&mut self.demuxer, &mut packet) {
                Ok(()) => self.steady.hold(&mut packet),
                Err(ffmpeg::Error::InvalidData) => continue,
                Err(_) => return false,
            }
            pulse::alive();
            let stream = packet.stream();
            let Some(tick) = self.ticks.get(stream).copied().filter(|_| self.dense.contains(&stream)) else {
                continue;
            };
            if hidden(&packet) {
                self.hidden |= stream == self.index;
                continue;
            }
            if let Some(time) = packet.pts().or(packet.dts()) {
                self.end = self.end.max((time + packet.duration().max(0)) as f64 * tick);
            }
            if stream != self.index {
                continue;
            }
            let Some(pts) = packet.pts() else {
                self.unstamped = true;
                return true;
            };
            let time = pts as f64 * tick;
            if packet.is_key() && time <= self.key_before {
                self.key = Some(pts);
            }
            let decoded = packet.dts().map(|dts| dts as f64 * tick);
            let alone = self.sets.begins(&packet);
            for point in &mut *points {
                point.take(time, decoded, alone);
            }
        }
        true
    }
}

/// Whether [`find`] costs little: what it looks at is found by an index, or is small.
pub fn quick(plan: &Plan) -> bool {
    seeking::trusted(&plan.source) || plan.source.bytes < 256 << 20
}

/// The part between two points of a film: from picture to picture. `plan` is the plan for the whole of it. A picture that stands for
/// long is cut within; sound alone wherever the points are.
pub fn find(file: &str, stop: &Arc<AtomicBool>, plan: &Plan, points: Points) -> Result<Cut, Failure> {
    let Points { from, to } = points;
    let Some(video) = &plan.source.video else {
        return Ok(points.into());
    };
    let nothing = || {
        let to = to.unwrap_or(from);
        Err(Cause::CutNothing { from, to }.into())
    };
    let mut source = input::open_with(file, stop)?;
    if let Some(programs) = programs::choose(&source.demuxer, Some(video.index)) {
        programs::leave_out(&mut source.demuxer, &programs.foreign);
    }
    let demuxer = source.demuxer;
    let zero = zero(&demuxer, plan);
    let Some((sets, indexed_hidden)) = demuxer
        .stream(video.index)
        .map(|stream| (ParameterSets::of(&stream), packets::any_hidden(&demuxer, &stream)))
    else {
        return Ok(points.into());
    };
    let mut passing = Passing {
        steady: Steady::new(&demuxer),
        index: video.index,
        sets,
        ticks: demuxer.streams().map(|stream| f64::from(stream.time_base())).collect(),
        dense: std::iter::once(video.index)
            .chain(plan.audio.iter().flat_map(screener_ladder::plan::AudioPlan::streams))
            .collect(),
        end: f64::NEG_INFINITY,
        unstamped: false,
        hidden: indexed_hidden,
        key_before: zero + from - BEFORE,
        key: None,
        demuxer,
    };
    let mut begin = Point::new(zero + from);
    let mut end = Point::new(zero + to.unwrap_or(0.0));
    begin.done = from <= 0.0;
    end.done = to.is_none();
    let counted = plan.source.container == "avi";
    let trusted = seeking::trusted(&plan.source);
    let mut whole = true;
    if !counted {
        if trusted && from > BEFORE && seeking::go(&mut passing.demuxer, zero + from - BEFORE).is_err() {
            return find_anew(file, stop, plan, points);
        }
        let far = trusted && to.is_some_and(|to| to - from > CLOSE);
        if far {
            whole = passing.until(std::slice::from_mut(&mut begin));
            let key = passing.key;
            if whole && seeking::go(&mut passing.demuxer, zero + to.unwrap_or(0.0) - BEFORE).is_ok() {
                passing.steady = Steady::new(&passing.demuxer);
                whole = passing.until(std::slice::from_mut(&mut end));
            }
            passing.key = key;
        } else {
            let mut both = [begin, end];
            whole = passing.until(&mut both);
            [begin, end] = both;
        }
    }
    if counted || passing.unstamped {
        return by_rate(plan, points).map_or_else(nothing, Ok);
    }
    if !whole && !begin.done && zero + from >= passing.end {
        let duration = (passing.end - zero).max(0.0);
        return Err(Cause::CutBehind { at: from, duration }.into());
    }
    let (first, begins_clean) = if from > 0.0 {
        let picture = begin.picture();
        picture.map_or((from, false), |(time, clean)| ((time - zero).max(0.0), clean))
    } else {
        (0.0, true)
    };
    let mut ends_clean = true;
    let last = match to {
        Some(to) if whole || end.done || zero + to < passing.end - NEAR => {
            let picture = end.picture();
            ends_clean = picture.is_some_and(|(_, clean)| clean);
            Some(picture.map_or(to, |(time, _)| time - zero))
        }
        _ => None,
    };
    if last.is_some_and(|last| last <= first + NEAR) {
        return nothing();
    }
    Ok(Cut {
        from: first,
        to: last,
        heard: from.max(first),
        clean: begins_clean && ends_clean && !passing.hidden,
        key: passing.key.filter(|_| !passing.hidden),
    })
}

/// Where a search failed, which leaves a demuxer anywhere: read from the beginning.
fn find_anew(file: &str, stop: &Arc<AtomicBool>, plan: &Plan, points: Points) -> Result<Cut, Failure> {
    let mut plan = plan.clone();
    plan.source.container = String::new();
    find(file, stop, &plan, points)
}

/// Where pictures are counted and not stamped: by their rate.
fn by_rate(plan: &Plan, Points { from, to }: Points) -> Option<Cut> {
    let video = plan.source.video.as_ref()?;
    let rate = video.frame_rate.value().max(0.01);
    let picture = |at: f64| {
        let time = ((at + NEAR) * rate).floor() / rate;
        if at - time <= STANDS { time } else { at }
    };
    let (first, last) = (picture(from), to.map(picture));
    last.is_none_or(|last| last > first + NEAR).then_some(Cut {
        from: first,
        to: last,
        heard: from.max(first),
        clean: false,
        key: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures in the order of decoding, as `time` or, where decoding can begin, `time!`; each is decoded at its place, a second apart.
    fn at(at: f64, pictures: &[&str]) -> Option<(f64, bool)> {
        let mut point = Point::new(at);
        for (place, picture) in pictures.iter().enumerate() {
            let time = picture.trim_end_matches('!').parse().unwrap();
            point.take(time, Some(place as f64 - 2.0), picture.ends_with('!'));
        }
        point.shown
    }

    #[test]
    fn the_picture_that_is_shown_at_a_point() {
        let closed = ["0!", "3", "1", "2", "4!", "7", "5", "6", "8!"];
        assert_eq!(at(4.0, &closed), Some((4.0, true)));
        assert_eq!(at(4.9, &closed), Some((4.0, true)), "between two pictures");
        assert_eq!(at(5.0, &closed), Some((5.0, false)), "within a group");
        assert_eq!(at(3.9999, &closed), Some((4.0, true)), "as it is typed");
        assert_eq!(at(-1.0, &closed), None);
        // Pictures that are decoded behind the key picture and shown before it.
        assert_eq!(at(4.0, &["0!", "1", "4!", "2", "3", "5"]), Some((4.0, false)));
        // One that is decoded before it and shown behind it.
        assert_eq!(at(4.0, &["0!", "5", "4!", "6"]), Some((4.0, false)));
    }
}
