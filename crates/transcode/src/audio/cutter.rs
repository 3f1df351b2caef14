//! AAC frames cut into segments that begin where the pictures' do.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use screener_wire::Failure;

use super::aac::{FRAME, PRIMING};
use crate::headway::Headway;
use crate::judge::Expected;
use crate::judge::meter::Meter;
use crate::mux::track::Sample;
use crate::output::Output;
use crate::output::finished::{Anchor, Made};
use crate::session::Session;
use crate::timeline::{Grid, Timeline};

/// Cuts AAC frames into segments that begin where the pictures' do.
pub struct Cutter<'a> {
    /// The task.
    pub session: &'a Session,
    /// Where segments go.
    pub output: &'a Output,
    /// Number of the track in the output.
    pub track: usize,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// The grid, where there are no pictures to follow.
    pub alone: Option<Grid>,
    /// Samples per second.
    pub rate: u32,
    /// Segment that counts as the first group of this run.
    pub group: u32,
    /// Segment under way.
    pub number: u32,
    /// Frames before this sample are an earlier attempt's.
    pub from: i64,
    /// Frames not yet in a segment.
    pub samples: VecDeque<Sample>,
    /// Where frames of the source lie, newest last.
    pub anchors: VecDeque<Anchor>,
    /// Tells the others where segments begin: the first rendition where there are no pictures.
    pub leads: bool,
    /// The sound that went into the encoder since the last segment; `None` where it is copied.
    pub meter: Option<Meter>,
    /// Told how far the sound is, by the rendition that leads.
    pub headway: &'a Mutex<Headway>,
}

impl Cutter<'_> {
    /// Takes the next AAC frame.
    pub fn keep(&mut self, data: &[u8], pts: i64) -> Result<(), Failure> {
        if pts < self.from {
            return Ok(());
        }
        self.samples.push_back(Sample {
            data: data.to_vec(),
            pts,
            dts: pts,
            duration: FRAME as i64,
            key: true,
        });
        self.cut(pts + FRAME as i64)
    }

    /// Tells where the segment under way begins.
    pub fn tell_start(&self) {
        if self.leads {
            self.timeline.begin(self.from as f64 / f64::from(self.rate));
        }
    }

    fn start(&self, number: u32) -> Option<f64> {
        match self.alone {
            Some(grid) => Some(grid.seconds(grid.start(number))),
            None => self.timeline.start(number),
        }
    }

    /// Cuts every segment that is complete when frames reach up to `end`.
    fn cut(&mut self, end: i64) -> Result<(), Failure> {
        while let Some(start) = self.start(self.number + 1) {
            let boundary = start * f64::from(self.rate);
            if (end as f64) < boundary {
                break;
            }
            let count = self
                .samples
                .iter()
                .take_while(|sample| (sample.pts as f64) < boundary - 0.5)
                .count();
            if count == self.samples.len() && (end as f64) < boundary {
                // Its last frame may be still to come.
                break;
            }
            self.put(count)?;
        }
        Ok(())
    }

    fn put(&mut self, count: usize) -> Result<(), Failure> {
        if self.alone.is_some() {
            self.session
                .wait_for_group(u64::from(self.number.saturating_sub(self.group)) + 1)?;
        }
        let samples: Vec<Sample> = self.samples.drain(..count).collect();
        let end = samples.last().map_or(0, |last| last.pts + last.duration);
        // A later run takes up the line a little before the frames that prime its encoder.
        let wanted = end - (PRIMING + 2) * FRAME as i64;
        while self.anchors.get(1).is_some_and(|next| next.at <= wanted) {
            self.anchors.pop_front();
        }
        let anchor = self.anchors.front().copied().filter(|anchor| anchor.at <= wanted);
        self.output.put(
            self.track,
            Made {
                number: self.number,
                end,
                samples,
                anchor,
                expected: Expected {
                    heard: self.meter.as_mut().map(Meter::take),
                    ..Expected::default()
                },
            },
        )?;
        self.number += 1;
        self.from = end;
        if self.leads {
            let position = end as f64 / f64::from(self.rate);
            self.headway.lock().unwrap_or_else(PoisonError::into_inner).at(position);
        }
        self.tell_start();
        Ok(())
    }

    /// Cuts what is left.
    pub fn finish(mut self, end: i64) -> Result<(), Failure> {
        self.cut(end + 2 * FRAME as i64)?;
        if !self.samples.is_empty() {
            self.put(self.samples.len())?;
        }
        if self.leads {
            self.timeline.end(end as f64 / f64::from(self.rate));
        }
        self.output.end(self.track);
        Ok(())
    }
}
