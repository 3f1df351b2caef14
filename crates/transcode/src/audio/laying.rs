//! Sound decoded, laid on the film's time line and mixed to stereo, in frames of the encoder's length: the same to the sample for whoever
//! takes them.

use ffmpeg::{codec, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::FRAME;
use super::downmix::Gain;
use super::edges::Edges;
use super::mixer::{Level, Mixer, Sum};
use super::stamps::{Stamps, Step};
use crate::output::finished::Anchor;
use crate::pulse;
use crate::session::Session;

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

/// What a rendition is made of.
pub struct Sound {
    /// Its streams.
    pub streams: Vec<Stream>,
    /// The film's zero, seconds on the source's clock; for these streams, where their decoder gives everything later than it was
    /// recorded, later by as much.
    pub zero: f64,
    /// What is wanted of the sound, where that is not all of it.
    pub edges: Option<Edges>,
}

/// Whoever takes what is laid.
pub trait Taker {
    /// The next frame, whose first sample is this one of the line.
    fn take(&mut self, frame: frame::Audio, at: i64) -> Result<(), Failure>;

    /// A frame of the first stream lies here.
    fn lies(&mut self, _at: Anchor) {}
}

/// Where the streams stand on their lines.
pub struct Laying<'a> {
    session: &'a Session,
    sound: Sound,
    mixers: Vec<Mixer>,
    stamps: Vec<Stamps<frame::Audio>>,
    sum: Sum,
    /// First sample that is given.
    lead: i64,
    /// Samples up to which frames were given.
    given: i64,
    /// The frame of the first stream at which its line is taken up again.
    await_anchor: Option<Anchor>,
}

impl<'a> Laying<'a> {
    /// On a line of so many samples a second, from a sample on. `anchor`: where the sound stood some way before that, in an earlier run.
    pub fn new(session: &'a Session, sound: Sound, rate: u32, level: Level, lead: i64, anchor: Option<Anchor>) -> Self {
        let tolerance = TOLERANCE * f64::from(rate);
        let streams = sound.streams.iter();
        Self {
            session,
            mixers: streams.map(|stream| Mixer::new(rate, stream.gain, lead)).collect(),
            stamps: (0..sound.streams.len())
                .map(|_| Stamps::new(rate, tolerance, tolerance))
                .collect(),
            sum: Sum::new(rate, level),
            sound,
            lead,
            given: lead,
            await_anchor: anchor.filter(|anchor| lead > 0 && anchor.at <= lead),
        }
    }

    /// Lays what a packet of the source holds, where it is of this sound.
    pub fn packet(&mut self, packet: &ffmpeg::Packet, taker: &mut impl Taker) -> Result<(), Failure> {
        let streams = &mut self.sound.streams;
        let Some(number) = streams.iter().position(|stream| stream.index == packet.stream()) else {
            return Ok(());
        };
        // A packet that cannot be decoded is a gap, and gaps are filled with silence.
        if streams[number].decoder.send_packet(packet).is_ok() {
            self.decoded(number, taker)?;
        }
        Ok(())
    }

    /// There are no more packets: lays what is held back. Answers where the sound ends, in samples.
    pub fn end(&mut self, taker: &mut impl Taker) -> Result<i64, Failure> {
        for number in 0..self.mixers.len() {
            if self.sound.streams[number].decoder.send_eof().is_ok() {
                self.decoded(number, taker)?;
            }
            let mut steps = Vec::new();
            self.stamps[number].finish(&mut steps);
            self.follow(number, steps, taker)?;
            self.mixers[number].flush()?;
        }
        Ok(self.mixers.iter().map(|mixer| mixer.at).max().unwrap_or(self.lead))
    }

    /// Fills up with silence as far as is wanted, and gives all that is left. Answers where the last frame ends.
    pub fn finish(mut self, wanted: i64, taker: &mut impl Taker) -> Result<i64, Failure> {
        for number in 0..self.mixers.len() {
            self.silence(number, wanted - self.mixers[number].at, taker)?;
        }
        self.sum.finish(&mut self.mixers);
        self.give(taker)?;
        Ok(self.given)
    }

    /// Lays what a stream's decoder has ready.
    fn decoded(&mut self, number: usize, taker: &mut impl Taker) -> Result<(), Failure> {
        let mut steps = Vec::new();
        loop {
            let mut decoded = frame::Audio::empty();
            let stream = &mut self.sound.streams[number];
            if stream.decoder.receive_frame(&mut decoded).is_err() {
                return Ok(());
            }
            pulse::alive();
            let mixer = &mut self.mixers[number];
            if let Some(anchor) = self.await_anchor.filter(|_| number == 0) {
                match decoded.timestamp() {
                    Some(time) if time < anchor.time => continue,
                    Some(time) if time == anchor.time => {
                        // From here every sample lies where the run before would have laid it.
                        mixer.at = anchor.at;
                        mixer.drop = (self.lead - anchor.at) as usize;
                        self.stamps[number].begin();
                    }
                    // The source's frames are others than before: time stamps must do.
                    _ => {}
                }
                self.await_anchor = None;
            }
            let rate = f64::from(mixer.rate);
            let end = mixer.end();
            let off = decoded.timestamp().map(|time| {
                let base = stream.time_base;
                let seconds =
                    time as f64 * f64::from(base.numerator()) / f64::from(base.denominator()) - self.sound.zero;
                (seconds * rate).round() - end as f64
            });
            let length = decoded.samples() as f64 * rate / f64::from(decoded.rate().max(1));
            self.stamps[number].next(decoded, off, length, &mut steps);
            self.follow(number, std::mem::take(&mut steps), taker)?;
            let mixer = &mut self.mixers[number];
            if mixer.end() > self.lead {
                self.stamps[number].begin();
            }
        }
    }

    /// Does what the stamps of a stream ask for.
    fn follow(&mut self, number: usize, steps: Vec<Step<frame::Audio>>, taker: &mut impl Taker) -> Result<(), Failure> {
        for step in steps {
            match step {
                Step::Move(by) => {
                    let silence = self.mixers[number].shift(by);
                    self.silence(number, silence, taker)?;
                }
                Step::Drift(by) => self.mixers[number].stretch(by)?,
                Step::Lay(mut frame) => {
                    let mixer = &mut self.mixers[number];
                    mixer.prepare(&frame)?;
                    let begins = mixer.end();
                    if let Some(edges) = self.sound.edges
                        && !edges.apply(&mut frame, begins, mixer.rate)?
                    {
                        continue;
                    }
                    if let Some(time) = frame.timestamp().filter(|_| number == 0) {
                        taker.lies(Anchor { time, at: begins });
                    }
                    mixer.add(&frame)?;
                    self.give(taker)?;
                }
            }
        }
        Ok(())
    }

    /// Lays down silence, a second at a time: time stamps may leave out hours.
    fn silence(&mut self, number: usize, samples: i64, taker: &mut impl Taker) -> Result<(), Failure> {
        let mut left = samples;
        while left > 0 {
            let mixer = &mut self.mixers[number];
            let piece = left.min(i64::from(mixer.rate));
            mixer.silence(piece as usize);
            left -= piece;
            self.give(taker)?;
            self.session.check()?;
            pulse::alive();
        }
        Ok(())
    }

    fn give(&mut self, taker: &mut impl Taker) -> Result<(), Failure> {
        while let Some(frame) = self.sum.frame(&mut self.mixers) {
            let at = self.given;
            self.given += FRAME as i64;
            taker.take(frame, at)?;
        }
        Ok(())
    }
}
