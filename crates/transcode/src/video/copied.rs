//! The rung that is copied: packets of the source, cut at its own key pictures, which are then everybody's.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender};

use ffmpeg::format::stream::Stream;
use ffmpeg_next as ffmpeg;
use screener_wire::{Cause, Failure};

use super::frame::Stop;
use crate::error::internal;
use crate::h264::{self, parameter_sets::ParameterSets, parameter_sets::extradata};
use crate::input;
use crate::input::hidden::{Cuts, hidden};
use crate::judge::print::Originals;
use crate::judge::{self, Expected};
use crate::mux::track::{Description, Format, Sample};
use crate::output::Output;
use crate::output::finished::Made;
use crate::output::resume::From;
use crate::pulse;
use crate::session::Session;
use crate::timeline::{Grid, Timeline};

/// A coded picture on its way to the copied rung.
pub enum Step {
    /// A picture, the segment that it begins, and the coded pictures of the source since the last one.
    Sample(Sample, Option<u32>, Vec<u64>),
    /// The film ends at this tick.
    End(i64),
}

/// Turns the source's packets into samples and decides where segments begin.
pub struct Copier {
    to: SyncSender<Step>,
    time_base: ffmpeg::Rational,
    /// Bytes of a length in the source's packets; `None` where they have start codes.
    lengths: Option<usize>,
    /// What the init segment holds.
    sets: ParameterSets,
    /// What is left out, and whether it can be.
    cuts: Cuts,
    /// Largest distance of key pictures, in ticks.
    interval: i64,
    segment: i64,
    /// Earliest tick of this run's first segment.
    begin: i64,
    first: u32,
    number: u32,
    start: i64,
    last: i64,
    duration: i64,
    /// Seconds before the first picture, where the container counts pictures and does not stamp them.
    ahead: Option<f64>,
    counted: bool,
    /// Segments that begin behind the pictures decoded so far.
    starts: VecDeque<(i64, u32)>,
    /// The same, by the source's time stamps.
    stamps: VecDeque<(i64, u32)>,
    /// Coded pictures of the source that are not handed on yet.
    read: Vec<u64>,
}

impl Copier {
    /// A copier for this stream.
    pub fn new(stream: &Stream<'_>, grid: Grid, interval: f64, segment: f64, from: From, to: SyncSender<Step>) -> Self {
        let extradata = extradata(stream);
        let ticks = |seconds: f64| (seconds * f64::from(grid.timescale)).round() as i64;
        Self {
            to,
            time_base: stream.time_base(),
            lengths: (extradata.first() == Some(&1)).then(|| h264::length_size(&extradata)),
            sets: ParameterSets::of(stream),
            cuts: Cuts::default(),
            interval: ticks(interval),
            segment: ticks(segment),
            begin: from.begin,
            first: from.first,
            number: 0,
            start: 0,
            last: i64::MIN,
            duration: grid.frame,
            ahead: None,
            counted: false,
            starts: VecDeque::new(),
            stamps: VecDeque::new(),
            read: Vec::new(),
        }
    }

    /// The container counts pictures: the first one is the film's beginning.
    pub fn counted(&mut self) {
        self.counted = true;
    }

    /// Takes the next packet of the source.
    pub fn packet(&mut self, packet: &ffmpeg::Packet, zero: f64, grid: Grid, timeline: &Timeline) -> Result<(), Stop> {
        let seconds = |time: i64| {
            time as f64 * f64::from(self.time_base.numerator()) / f64::from(self.time_base.denominator()) - zero
        };
        let data = packet.data().unwrap_or_default();
        let units = match self.lengths {
            Some(size) => h264::lengths(data, size),
            None => h264::units(data),
        };
        if !hidden(packet) && units.iter().any(|unit| matches!(unit[0] & 31, 1..=5)) {
            self.read.push(judge::coded(&units));
        }
        let Some(time) = packet.pts() else {
            return Ok(());
        };
        let ahead = *self.ahead.get_or_insert(if self.counted { seconds(time) } else { 0.0 });
        let mut pts = grid.ticks(seconds(time) - ahead);
        let key = packet.is_key() && units.iter().any(|unit| unit[0] & 31 == 5);
        // The look before the work found neither: what a copy could not show, or must not hold, ends it.
        if !self.sets.keep(packet) || !self.cuts.clean(hidden(packet), key) {
            return Err(Stop::Failed(Cause::NoCopy.into()));
        }
        if hidden(packet) {
            return Ok(());
        }
        if self.number == 0 {
            // Half a frame for a source whose rounding changed nothing but this.
            if !key || pts + grid.frame / 2 < self.begin {
                self.read.clear();
                return Ok(());
            }
            if self.first <= 1 {
                pts = 0;
            }
        }
        let mut begins = None;
        if key && self.due(pts, grid) {
            self.number = if self.number == 0 { self.first } else { self.number + 1 };
            self.start = pts;
            begins = Some(self.number);
            self.starts.push_back((pts, self.number));
            self.stamps.push_back((time, self.number));
            timeline.begin(grid.seconds(pts));
        }
        self.last = self.last.max(pts);
        if packet.duration() > 0 {
            self.duration = grid.ticks(seconds(packet.duration()) + zero).max(1);
        }
        let sample = Sample {
            data: h264::sample(units, true),
            pts,
            dts: pts,
            duration: self.duration,
            key,
        };
        let read = std::mem::take(&mut self.read);
        self.to.send(Step::Sample(sample, begins, read)).map_err(|_| Stop::Gone)
    }

    /// Whether a segment begins with the key picture at `pts`.
    fn due(&self, pts: i64, grid: Grid) -> bool {
        if self.number == 0 {
            return true;
        }
        let near = grid.frame / 2;
        let length = pts - self.start;
        // While segments are short any key picture that is two seconds on will do; later the next one would come too late.
        let wanted = grid.start(self.number + 1) - grid.start(self.number);
        length + near >= wanted.min(self.segment)
            || (length + self.interval > self.segment + near && length + near >= grid.gop)
    }

    /// The decoder has come to the picture with this time stamp of the source: the segments that began before it, and the one that begins
    /// with it.
    pub fn decoded(&mut self, time: i64) -> (Vec<u32>, Option<u32>) {
        let mut missed = Vec::new();
        while let Some(&(stamp, number)) = self.stamps.front() {
            if time < stamp {
                break;
            }
            self.stamps.pop_front();
            if time == stamp {
                return (missed, Some(number));
            }
            missed.push(number);
        }
        (missed, None)
    }

    /// The segment that the picture at `pts` begins.
    pub fn reached(&mut self, pts: i64) -> Option<u32> {
        let &(start, number) = self.starts.front()?;
        if pts < start {
            return None;
        }
        self.starts.pop_front();
        Some(number)
    }

    /// Tells the end; where it is. `out`: where what is wanted ends, where that is not the film's end.
    pub fn finish(self, out: Option<i64>) -> i64 {
        let end = if self.last == i64::MIN {
            self.begin
        } else {
            out.unwrap_or(self.last + self.duration).max(self.last + 1)
        };
        // A thread that is gone has failed, and says why itself.
        let _ = self.to.send(Step::End(end));
        end
    }
}

/// The description of a stream that is copied; `None` where its parameter sets are not in the container.
pub fn description(
    stream: &Stream<'_>,
    width: u32,
    height: u32,
    grid: Grid,
    color: Option<(u16, u16, u16)>,
) -> Option<Description> {
    let mut avcc = h264::avcc(&extradata(stream))?;
    // Samples are written with lengths of four bytes.
    *avcc.get_mut(4)? |= 3;
    Some(Description {
        timescale: grid.timescale,
        format: Format::Video {
            width,
            height,
            avcc,
            color,
            reorder: 2,
            frame: grid.frame,
        },
        language: *b"und",
    })
}

/// Whether the container holds the stream's parameter sets.
pub fn has_parameter_sets(stream: &Stream<'_>) -> bool {
    h264::avcc(&extradata(stream)).is_some_and(|avcc| !h264::parameter_sets(&avcc).is_empty())
}

/// Whether the source's first picture is a key picture at the film's zero: an edit list may begin it anywhere.
pub fn begins_clean(source: &mut ffmpeg::format::context::Input, stream: usize, zero: f64, frame: f64) -> bool {
    for _ in 0..1000 {
        let mut packet = ffmpeg::Packet::empty();
        if input::read(source, &mut packet).is_err() {
            return false;
        }
        if packet.stream() != stream {
            continue;
        }
        let Some((time, stream)) = packet.pts().zip(source.stream(stream)) else {
            return false;
        };
        let base = stream.time_base();
        let seconds = time as f64 * f64::from(base.numerator()) / f64::from(base.denominator()) - zero;
        let units = match extradata(&stream) {
            extradata if extradata.first() == Some(&1) => {
                h264::lengths(packet.data().unwrap_or_default(), h264::length_size(&extradata))
            }
            _ => h264::units(packet.data().unwrap_or_default()),
        };
        return seconds.abs() <= frame.max(0.05) && units.iter().any(|unit| unit[0] & 31 == 5);
    }
    false
}

/// The thread of the copied rung: cuts and writes.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Where segments go.
    pub output: &'a Output,
    /// Number of the track in the output.
    pub track: usize,
    /// Samples of the source.
    pub from: Receiver<Step>,
    /// What the source's decoder shows where segments begin.
    pub originals: &'a Originals,
    /// First segment that this track needs.
    pub first: u32,
    /// Segment that counts as the first group of this run.
    pub group: u32,
}

impl Thread<'_> {
    /// Works until the film ends.
    pub fn run(self) -> Result<(), Failure> {
        let mut number = 0;
        let mut samples: Vec<Sample> = Vec::new();
        let mut read: Vec<u64> = Vec::new();
        loop {
            let Ok(step) = self.from.recv() else { return Ok(()) };
            self.session.check()?;
            pulse::alive();
            match step {
                Step::Sample(sample, begins, new) => {
                    if let Some(begins) = begins {
                        self.cut(number, &mut samples, &mut read, sample.pts)?;
                        number = begins;
                    }
                    samples.push(sample);
                    read.extend(new);
                }
                Step::End(end) => {
                    self.cut(number, &mut samples, &mut read, end)?;
                    self.output.end(self.track);
                    return Ok(());
                }
            }
        }
    }

    fn cut(&self, number: u32, samples: &mut Vec<Sample>, read: &mut Vec<u64>, end: i64) -> Result<(), Failure> {
        let (mut samples, packets) = (std::mem::take(samples), std::mem::take(read));
        if samples.is_empty() || number < self.first {
            return Ok(());
        }
        self.session
            .wait_for_group(u64::from(number.saturating_sub(self.group)) + 1)?;
        // Decode times as of encoded rungs: the n-th picture that is decoded takes the time of the n-th that is shown.
        let mut shown: Vec<i64> = samples.iter().map(|sample| sample.pts).collect();
        shown.sort_unstable();
        shown.push(end.max(shown.last().copied().unwrap_or(0) + 1));
        for (sample, times) in samples.iter_mut().zip(shown.windows(2)) {
            let &[dts, next] = times else {
                return Err(internal("a window of two"));
            };
            sample.dts = dts;
            sample.duration = next - dts;
        }
        self.output.put(
            self.track,
            Made {
                number,
                end,
                samples,
                anchor: None,
                expected: Expected {
                    copy: Some(judge::Copy {
                        packets,
                        first: self.originals.wait(number),
                    }),
                    ..Expected::default()
                },
            },
        )
    }
}
