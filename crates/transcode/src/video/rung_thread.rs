//! The thread of one rung: scale from the rung above, hand down, encode, cut.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use ffmpeg::{Error, picture};
use ffmpeg_next as ffmpeg;
use screener_ladder::Rung;
use screener_wire::Failure;

use super::encode::Encoder;
use super::frame::{Picture, Step, again};
use super::scaler::{Edges, Scaler};
use crate::error::internal;
use crate::h264;
use crate::judge::likeness::Look;
use crate::judge::{Depth, Expected};
use crate::mux::track::Sample;
use crate::output::Output;
use crate::output::finished::Made;
use crate::pulse;
use crate::session::Session;

/// The first segment that no quick encoder makes: a player that has two seconds can start.
const QUICK: u32 = 3;

/// Pictures that an encoder sees before the first of a segment in the middle of the film, and that are left out. x264 gives a
/// key picture more bytes than it does to those before it; with none before it, it gives the first as few as the others.
const LEAD: i64 = 6;

/// Somebody who looks at every picture of a rung.
pub type Watch<'a> = Box<dyn FnMut(&Arc<Picture>) -> Result<(), Failure> + Send + 'a>;

/// Everything a rung's thread owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Where segments go.
    pub output: &'a Output,
    /// Number of the track in the output.
    pub track: usize,
    /// The rung.
    pub rung: Rung,
    /// Ticks that a picture lasts as a rule.
    pub frame: i64,
    /// Its encoder; `None` where the rung is copied and only scales for the ones below.
    pub encoder: Option<Encoder>,
    /// The one that makes the segments before [`QUICK`], where there is one.
    pub quick: Option<Encoder>,
    /// Pictures from above.
    pub from: Receiver<Step>,
    /// The rung below.
    pub down: Option<SyncSender<Step>>,
    /// First segment that this track needs.
    pub first: u32,
    /// Segment that counts as the first group of this run.
    pub group: u32,
    /// How much of it the judge decodes.
    pub depth: Depth,
    /// Told about every picture in this rung's size.
    pub watches: Vec<Watch<'a>>,
}

impl Thread<'_> {
    /// Works until the film ends.
    pub fn run(mut self) -> Result<(), Failure> {
        // The second rung is made of the first, the source's own pictures as a rule; those below of pictures made smaller before.
        let edges = if self.track > 1 { Edges::Steep } else { Edges::Plain };
        let mut scaler = Scaler::new(self.rung.width, self.rung.height, edges);
        let quick = self.quick.take().filter(|_| self.first < QUICK);
        let (encoder, next) = match (self.encoder.take(), quick) {
            (Some(main), Some(quick)) => (Some(quick), Some(main)),
            (main, _) => (main, None),
        };
        let mut cutter = encoder.map(|encoder| Cutter {
            session: self.session,
            output: self.output,
            track: self.track,
            encoder,
            next,
            number: 0,
            begin: i64::MIN,
            frame: self.frame,
            first_group: self.group,
            depth: self.depth,
            looks: Vec::new(),
            samples: Vec::new(),
            shown: VecDeque::new(),
            begins: VecDeque::new(),
        });
        loop {
            // A sender that is gone without an end has failed, and says why itself.
            let Ok(step) = self.from.recv() else { return Ok(()) };
            self.session.check()?;
            match step {
                Step::Picture(picture) => {
                    let picture = scaler.scale(&picture)?;
                    if let Some(down) = &self.down
                        && down.send(Step::Picture(Arc::clone(&picture))).is_err()
                    {
                        return Ok(());
                    }
                    for watch in &mut self.watches {
                        watch(&picture)?;
                    }
                    if let Some(cutter) = &mut cutter {
                        if cutter.number == 0 {
                            match picture.begins {
                                Some(number) if number >= self.first => cutter.number = number,
                                _ => continue,
                            }
                            if cutter.number > 1 {
                                cutter.lead(&picture)?;
                            }
                        }
                        cutter.encode(&picture)?;
                    }
                }
                Step::End(end) => {
                    if let Some(down) = &self.down {
                        // A rung below that is gone has failed, and says why itself.
                        let _ = down.send(Step::End(end));
                    }
                    return cutter.map_or(Ok(()), |cutter| cutter.finish(end));
                }
            }
        }
    }
}

/// Encodes pictures and cuts the packets into segments.
struct Cutter<'a> {
    session: &'a Session,
    output: &'a Output,
    track: usize,
    encoder: Encoder,
    /// The encoder that takes over at [`QUICK`].
    next: Option<Encoder>,
    /// Segment under way.
    number: u32,
    /// What is shown before this tick was for the encoder alone.
    begin: i64,
    /// Ticks that a picture lasts as a rule.
    frame: i64,
    first_group: u32,
    depth: Depth,
    /// What the judge is to find, by the pictures' times.
    looks: Vec<(i64, Look)>,
    samples: Vec<Sample>,
    /// Times of the pictures that went in and have not come out: the n-th packet out is decoded when the n-th picture is shown.
    shown: VecDeque<i64>,
    begins: VecDeque<(i64, u32)>,
}

impl Cutter<'_> {
    /// Lets the encoder see the first picture as if it had stood for a while.
    fn lead(&mut self, first: &Picture) -> Result<(), Failure> {
        self.begin = first.pts;
        for before in (1..=LEAD).rev() {
            let pts = first.pts - before * self.frame;
            let mut picture = again(&first.frame);
            picture.set_pts(Some(pts));
            picture.set_kind(picture::Type::None);
            self.shown.push_back(pts);
            self.encoder.send(&picture).map_err(internal)?;
            self.take()?;
        }
        Ok(())
    }

    fn encode(&mut self, picture: &Picture) -> Result<(), Failure> {
        if picture.begins.is_some_and(|number| number >= QUICK)
            && let Some(next) = self.next.take()
        {
            self.encoder.inner.send_eof().map_err(internal)?;
            self.take()?;
            self.encoder = next;
            self.lead(picture)?;
        }
        self.shown.push_back(picture.pts);
        if let Some(number) = picture.begins {
            self.begins.push_back((picture.pts, number));
        }
        if self.depth == Depth::Whole || picture.begins.is_some() {
            self.looks
                .extend(Look::of(&picture.frame).map(|look| (picture.pts, look)));
        }
        self.encoder.send(&picture.frame).map_err(internal)?;
        self.take()
    }

    fn take(&mut self) -> Result<(), Failure> {
        let mut packet = ffmpeg::Packet::empty();
        loop {
            match self.encoder.inner.receive_packet(&mut packet) {
                Ok(()) => self.keep(&packet)?,
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(()),
                Err(Error::Eof) => return Ok(()),
                Err(error) => return Err(internal(error)),
            }
        }
    }

    fn keep(&mut self, packet: &ffmpeg::Packet) -> Result<(), Failure> {
        let pts = packet.pts().ok_or_else(|| internal("a packet without a time"))?;
        let dts = self
            .shown
            .pop_front()
            .ok_or_else(|| internal("more packets than pictures"))?;
        if pts < self.begin {
            return Ok(());
        }
        if let Some(last) = self.samples.last_mut() {
            last.duration = dts - last.dts;
        }
        if packet.is_key()
            && let Some(&(at, number)) = self.begins.front()
            && at == pts
        {
            self.begins.pop_front();
            if !self.samples.is_empty() {
                self.cut(dts)?;
            }
            self.number = number;
        }
        pulse::alive();
        let data = h264::sample(h264::units(packet.data().unwrap_or_default()), false);
        self.samples.push(Sample {
            data,
            pts,
            dts,
            duration: 0,
            key: packet.is_key(),
        });
        Ok(())
    }

    fn cut(&mut self, end: i64) -> Result<(), Failure> {
        self.session
            .wait_for_group(u64::from(self.number.saturating_sub(self.first_group)) + 1)?;
        let samples = std::mem::take(&mut self.samples);
        // Later pictures may have gone in already.
        let later = self.looks.partition_point(|(pts, _)| *pts < end);
        let looks = self.looks.drain(..later).collect();
        self.output.put(
            self.track,
            Made {
                number: self.number,
                end,
                samples,
                anchor: None,
                expected: Expected {
                    looks,
                    ..Expected::default()
                },
            },
        )
    }

    fn finish(mut self, end: i64) -> Result<(), Failure> {
        self.encoder.inner.send_eof().map_err(internal)?;
        self.take()?;
        if let Some(last) = self.samples.last_mut() {
            last.duration = (end - last.dts).max(1);
            self.cut(end)?;
        }
        self.output.end(self.track);
        Ok(())
    }
}
