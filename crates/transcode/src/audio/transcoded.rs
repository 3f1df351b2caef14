//! The thread of one audio rendition that is made anew: decode, lay on the film's time line, mix to stereo, encode AAC, cut with the pictures.

use std::sync::mpsc::Receiver;

use ffmpeg::{Error, codec, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::{Encoder, FRAME, PRIMING};
use super::cutter::Cutter;
use super::mixer::{Line, Mixer};
use crate::error::internal;
use crate::output::finished::Anchor;
use crate::output::resume::From;
use crate::pulse;
use crate::session::Session;
use crate::timeline::Timeline;

/// Samples by which MP3 comes out of a decoder later than it went into an encoder: 529 of every decoder's, 576 of LAME's, which
/// others are near to. Other containers' time stamps take it off; AVI has none.
pub const MP3_DELAY: u32 = 1105;

/// Everything the thread of an audio rendition owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Packets of the source.
    pub from: Receiver<ffmpeg::Packet>,
    /// Decoder of the source's stream.
    pub decoder: codec::decoder::Audio,
    /// Time base of its packets.
    pub time_base: ffmpeg::Rational,
    /// The film's zero, seconds on the source's clock; for this stream, where its decoder gives everything later than it was
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
}

impl Thread<'_> {
    /// Works until the packets end.
    pub fn run(mut self) -> Result<(), Failure> {
        let rate = self.encoder.description.timescale;
        let mut cutter = self.cutter.take().ok_or_else(|| internal("no cutter"))?;
        let mut mixer = Mixer::new(rate);
        cutter.tell_start();
        // Frames before the first wanted one prime the encoder: its first packets still ring of silence.
        let lead = (self.first.begin - PRIMING * FRAME as i64).max(0);
        let mut line = Line {
            at: lead,
            sent: lead,
            await_anchor: self.anchor.filter(|anchor| lead > 0 && anchor.at <= lead),
            drop: 0,
        };
        let mut decoded = frame::Audio::empty();
        loop {
            let packet = self.from.recv().ok();
            self.session.check()?;
            let fed = match &packet {
                // A packet that cannot be decoded is a gap, and gaps are filled with silence.
                Some(packet) => self.decoder.send_packet(packet).is_ok(),
                None => self.decoder.send_eof().is_ok(),
            };
            if fed {
                while self.decoder.receive_frame(&mut decoded).is_ok() {
                    pulse::alive();
                    let seconds = decoded.timestamp().map(|time| {
                        time as f64 * f64::from(self.time_base.numerator()) / f64::from(self.time_base.denominator())
                            - self.zero
                    });
                    if let Some(anchor) = line.await_anchor {
                        match decoded.timestamp() {
                            Some(time) if time < anchor.time => continue,
                            Some(time) if time == anchor.time => {
                                // From here every sample lies where the run before would have laid it.
                                line.at = anchor.at;
                                line.drop = (lead - anchor.at) as usize;
                            }
                            // The source's frames are others than before: time stamps must do.
                            _ => {}
                        }
                        line.await_anchor = None;
                    }
                    if let Some(time) = decoded.timestamp() {
                        cutter.anchors.push_back(Anchor {
                            time,
                            at: line.at + mixer.delay(),
                        });
                    }
                    let off = mixer.prepare(&decoded, seconds, &mut line)?;
                    self.silence(off.max(0), &mut mixer, &mut line, &mut cutter)?;
                    mixer.add(&decoded, (-off).max(0) as usize, &mut line)?;
                    mixer.skip(&mut line);
                    self.encode(&mut mixer, &mut line, &mut cutter)?;
                }
            }
            if packet.is_none() {
                break;
            }
        }
        mixer.flush(&mut line)?;
        let pictures = if cutter.alone.is_some() {
            None
        } else {
            self.timeline.wait_for_end()
        };
        self.session.check()?;
        // Sound that ends before the pictures goes on as silence: every playlist lasts as long as the film.
        let wanted = pictures
            .map_or(line.at, |end| (end * f64::from(rate)).ceil() as i64)
            .max(line.at);
        self.silence(wanted - line.at, &mut mixer, &mut line, &mut cutter)?;
        self.encode(&mut mixer, &mut line, &mut cutter)?;
        mixer.finish();
        self.encode(&mut mixer, &mut line, &mut cutter)?;
        let rest = mixer.waiting();
        if rest > 0 {
            mixer.silence(FRAME - rest);
            self.encode(&mut mixer, &mut line, &mut cutter)?;
        }
        self.encoder.inner.send_eof().map_err(internal)?;
        self.take(&mut cutter, lead)?;
        cutter.finish(line.sent)
    }

    /// Lays down silence, a second at a time: time stamps may leave out hours.
    fn silence(
        &mut self,
        samples: i64,
        mixer: &mut Mixer,
        line: &mut Line,
        cutter: &mut Cutter,
    ) -> Result<(), Failure> {
        let mut left = samples;
        while left > 0 {
            let piece = left.min(i64::from(mixer.rate));
            mixer.silence(piece as usize);
            (line.at, left) = (line.at + piece, left - piece);
            mixer.skip(line);
            self.encode(mixer, line, cutter)?;
            self.session.check()?;
            pulse::alive();
        }
        Ok(())
    }

    fn encode(&mut self, mixer: &mut Mixer, line: &mut Line, cutter: &mut Cutter) -> Result<(), Failure> {
        let lead = (self.first.begin - PRIMING * FRAME as i64).max(0);
        while let Some(mut frame) = mixer.frame() {
            frame.set_pts(Some(line.sent));
            line.sent += FRAME as i64;
            self.encoder.inner.send_frame(&frame).map_err(internal)?;
            self.take(cutter, lead)?;
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
