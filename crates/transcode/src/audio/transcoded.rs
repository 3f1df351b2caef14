//! The thread of one audio rendition that is made anew: decode, lay on the film's time line, mix to stereo, encode AAC, cut with the pictures.

use std::sync::mpsc::Receiver;

use ffmpeg::{Error, codec, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::{Encoder, FRAME, PRIMING};
use super::cutter::Cutter;
use super::downmix::Gain;
use super::edges::Edges;
use super::mixer::{Mixer, Sum};
use super::stamps::{Stamps, Step};
use crate::error::internal;
use crate::output::finished::Anchor;
use crate::output::resume::From;
use crate::pulse;
use crate::session::Session;
use crate::timeline::Timeline;

/// Samples by which MP3 comes out of a decoder later than it went into an encoder: 529 of every decoder's, 576 of LAME's, which
/// others are near to. Other containers' time stamps take it off; AVI has none.
pub const MP3_DELAY: u32 = 1105;

/// Seconds by which a stamp may leave the line of samples unseen, and by which it may do so for long: nobody sees lips that late.
const TOLERANCE: f64 = 0.015;

/// A stream of the source that makes up the rendition, alone or with others.
pub struct Stream {
    /// Its index in the source.
    pub index: usize,
    /// Its decoder.
    pub decoder: codec::decoder::Audio,
    /// Time base of its packets.
    pub time_base: ffmpeg::Rational,
    /// How loud its only channel is in the left and the right, where others make up the sound with it.
    pub gain: Option<Gain>,
}

/// Everything the thread of an audio rendition owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Packets of the source.
    pub from: Receiver<ffmpeg::Packet>,
    /// The streams that they belong to.
    pub streams: Vec<Stream>,
    /// The film's zero, seconds on the source's clock; for these streams, where their decoder gives everything later than it was
    /// recorded, later by as much.
    pub zero: f64,
    /// The encoder.
    pub encoder: Encoder,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// Cuts the frames.
    pub cutter: Option<Cutter<'a>>,
    /// Where this run goes on, in samples.
    pub first: From,
    /// Where the sound stood some way before that.
    pub anchor: Option<Anchor>,
    /// What is wanted of the sound, where that is not all of it.
    pub edges: Option<Edges>,
}

/// Where the streams stand on their lines.
struct Lines {
    mixers: Vec<Mixer>,
    stamps: Vec<Stamps<frame::Audio>>,
    sum: Sum,
    /// First sample that is encoded.
    lead: i64,
    /// Samples sent to the encoder.
    sent: i64,
    /// The frame of the first stream at which its line is taken up again.
    await_anchor: Option<Anchor>,
}

impl Thread<'_> {
    /// Works until the packets end.
    pub fn run(mut self) -> Result<(), Failure> {
        let rate = self.encoder.description.timescale;
        let mut cutter = self.cutter.take().ok_or_else(|| internal("no cutter"))?;
        cutter.tell_start();
        // Frames before the first wanted one prime the encoder: its first packets still ring of silence.
        let lead = (self.first.begin - PRIMING * FRAME as i64).max(0);
        let tolerance = TOLERANCE * f64::from(rate);
        let streams = self.streams.iter();
        let mut lines = Lines {
            mixers: streams.map(|stream| Mixer::new(rate, stream.gain, lead)).collect(),
            stamps: (0..self.streams.len())
                .map(|_| Stamps::new(rate, tolerance, tolerance))
                .collect(),
            sum: Sum::new(rate),
            lead,
            sent: lead,
            await_anchor: self.anchor.filter(|anchor| lead > 0 && anchor.at <= lead),
        };
        while let Ok(packet) = self.from.recv() {
            self.session.check()?;
            if let Some(number) = self.streams.iter().position(|stream| stream.index == packet.stream()) {
                // A packet that cannot be decoded is a gap, and gaps are filled with silence.
                if self.streams[number].decoder.send_packet(&packet).is_ok() {
                    self.decoded(number, &mut lines, &mut cutter)?;
                }
            }
        }
        self.session.check()?;
        for number in 0..self.streams.len() {
            if self.streams[number].decoder.send_eof().is_ok() {
                self.decoded(number, &mut lines, &mut cutter)?;
            }
            let mut steps = Vec::new();
            lines.stamps[number].finish(&mut steps);
            self.follow(number, steps, &mut lines, &mut cutter)?;
            lines.mixers[number].flush()?;
        }
        let pictures = if cutter.alone.is_some() {
            None
        } else {
            self.timeline.wait_for_end()
        };
        self.session.check()?;
        // Sound that ends before the pictures goes on as silence: every playlist lasts as long as the film.
        let heard = lines.mixers.iter().map(|mixer| mixer.at).max().unwrap_or(lead);
        let wanted = pictures
            .map_or(heard, |end| (end * f64::from(rate)).ceil() as i64)
            .max(heard);
        for number in 0..lines.mixers.len() {
            self.silence(number, wanted - lines.mixers[number].at, &mut lines, &mut cutter)?;
        }
        lines.sum.finish(&mut lines.mixers);
        self.encode(&mut lines, &mut cutter)?;
        self.encoder.inner.send_eof().map_err(internal)?;
        self.take(&mut cutter, lead)?;
        cutter.finish(lines.sent)
    }

    /// Lays what a stream's decoder has ready.
    fn decoded(&mut self, number: usize, lines: &mut Lines, cutter: &mut Cutter) -> Result<(), Failure> {
        let mut steps = Vec::new();
        loop {
            let mut decoded = frame::Audio::empty();
            let stream = &mut self.streams[number];
            if stream.decoder.receive_frame(&mut decoded).is_err() {
                return Ok(());
            }
            pulse::alive();
            let mixer = &mut lines.mixers[number];
            if let Some(anchor) = lines.await_anchor.filter(|_| number == 0) {
                match decoded.timestamp() {
                    Some(time) if time < anchor.time => continue,
                    Some(time) if time == anchor.time => {
                        // From here every sample lies where the run before would have laid it.
                        mixer.at = anchor.at;
                        mixer.drop = (lines.lead - anchor.at) as usize;
                        lines.stamps[number].begin();
                    }
                    // The source's frames are others than before: time stamps must do.
                    _ => {}
                }
                lines.await_anchor = None;
            }
            let rate = f64::from(mixer.rate);
            let end = mixer.end();
            let off = decoded.timestamp().map(|time| {
                let base = stream.time_base;
                let seconds = time as f64 * f64::from(base.numerator()) / f64::from(base.denominator()) - self.zero;
                (seconds * rate).round() - end as f64
            });
            let length = decoded.samples() as f64 * rate / f64::from(decoded.rate().max(1));
            lines.stamps[number].next(decoded, off, length, &mut steps);
            self.follow(number, std::mem::take(&mut steps), lines, cutter)?;
            let mixer = &mut lines.mixers[number];
            if mixer.end() > lines.lead {
                lines.stamps[number].begin();
            }
        }
    }

    /// Does what the stamps of a stream ask for.
    fn follow(
        &mut self,
        number: usize,
        steps: Vec<Step<frame::Audio>>,
        lines: &mut Lines,
        cutter: &mut Cutter,
    ) -> Result<(), Failure> {
        for step in steps {
            match step {
                Step::Move(by) => {
                    let silence = lines.mixers[number].shift(by);
                    self.silence(number, silence, lines, cutter)?;
                }
                Step::Drift(by) => lines.mixers[number].stretch(by)?,
                Step::Lay(mut frame) => {
                    let mixer = &mut lines.mixers[number];
                    mixer.prepare(&frame)?;
                    let begins = mixer.end();
                    if let Some(edges) = self.edges
                        && !edges.apply(&mut frame, begins, mixer.rate)?
                    {
                        continue;
                    }
                    if let Some(time) = frame.timestamp().filter(|_| number == 0) {
                        cutter.anchors.push_back(Anchor { time, at: begins });
                    }
                    mixer.add(&frame)?;
                    self.encode(lines, cutter)?;
                }
            }
        }
        Ok(())
    }

    /// Lays down silence, a second at a time: time stamps may leave out hours.
    fn silence(&mut self, number: usize, samples: i64, lines: &mut Lines, cutter: &mut Cutter) -> Result<(), Failure> {
        let mut left = samples;
        while left > 0 {
            let mixer = &mut lines.mixers[number];
            let piece = left.min(i64::from(mixer.rate));
            mixer.silence(piece as usize);
            left -= piece;
            self.encode(lines, cutter)?;
            self.session.check()?;
            pulse::alive();
        }
        Ok(())
    }

    fn encode(&mut self, lines: &mut Lines, cutter: &mut Cutter) -> Result<(), Failure> {
        while let Some(mut frame) = lines.sum.frame(&mut lines.mixers) {
            frame.set_pts(Some(lines.sent));
            // What primes the encoder is an earlier run's.
            if let Some(meter) = cutter.meter.as_mut().filter(|_| lines.sent >= self.first.begin) {
                meter.frame(&frame);
            }
            lines.sent += FRAME as i64;
            self.encoder.inner.send_frame(&frame).map_err(internal)?;
            self.take(cutter, lines.lead)?;
        }
        Ok(())
    }

    fn take(&mut self, cutter: &mut Cutter, lead: i64) -> Result<(), Failure> {
        let mut packet = ffmpeg::Packet::empty();
        loop {
            match self.encoder.inner.receive_packet(&mut packet) {
                Ok(()) => {
                    let pts = packet.pts().unwrap_or(0);
                    // The packet before the first sample holds the encoder's own delay and no sound; it is left out rather
                    // than hidden by an edit list, which MPEG-TS does not have and some players ignore.
                    if pts >= lead {
                        cutter.keep(packet.data().unwrap_or_default(), pts)?;
                    }
                }
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(()),
                Err(Error::Eof) => return Ok(()),
                Err(error) => return Err(internal(error)),
            }
        }
    }
}
