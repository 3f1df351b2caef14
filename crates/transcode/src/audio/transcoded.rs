//! The thread of one audio rendition that is made anew: what is laid on the film's time line is encoded as AAC and cut with the pictures.

use std::sync::mpsc::Receiver;

use ffmpeg::{Error, frame};
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::{Encoder, FRAME, PRIMING};
use super::cutter::Cutter;
use super::laying::{Laying, Sound, Taker};
use super::mixer::Level;
use crate::error::internal;
use crate::output::finished::Anchor;
use crate::output::resume::From;
use crate::session::Session;
use crate::timeline::Timeline;

/// Everything the thread of an audio rendition owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Packets of the source.
    pub from: Receiver<ffmpeg::Packet>,
    /// What they are of.
    pub sound: Sound,
    /// How loud it becomes.
    pub level: Level,
    /// The encoder.
    pub encoder: Encoder,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// Cuts the frames.
    pub cutter: Cutter<'a>,
    /// Where this run goes on, in samples.
    pub first: From,
    /// Where the sound stood some way before that.
    pub anchor: Option<Anchor>,
}

/// Encodes what is laid.
struct Encoding<'a> {
    encoder: Encoder,
    cutter: Cutter<'a>,
    /// First sample that is encoded, and the first that is kept.
    lead: i64,
    begin: i64,
}

impl Thread<'_> {
    /// Works until the packets end.
    pub fn run(self) -> Result<(), Failure> {
        let rate = self.encoder.description.timescale;
        self.cutter.tell_start();
        // Frames before the first wanted one prime the encoder: its first packets still ring of silence.
        let lead = (self.first.begin - PRIMING * FRAME as i64).max(0);
        let mut laying = Laying::new(self.session, self.sound, rate, self.level, lead, self.anchor);
        let mut encoding = Encoding {
            encoder: self.encoder,
            cutter: self.cutter,
            lead,
            begin: self.first.begin,
        };
        while let Ok(packet) = self.from.recv() {
            self.session.check()?;
            laying.packet(&packet, &mut encoding)?;
        }
        self.session.check()?;
        let heard = laying.end(&mut encoding)?;
        let pictures = if encoding.cutter.alone.is_some() {
            None
        } else {
            self.timeline.wait_for_end()
        };
        self.session.check()?;
        // Sound that ends before the pictures goes on as silence: every playlist lasts as long as the film.
        let wanted = pictures
            .map_or(heard, |end| (end * f64::from(rate)).ceil() as i64)
            .max(heard);
        let end = laying.finish(wanted, &mut encoding)?;
        encoding.finish(end)
    }
}

impl Taker for Encoding<'_> {
    fn take(&mut self, mut frame: frame::Audio, at: i64) -> Result<(), Failure> {
        frame.set_pts(Some(at));
        // What primes the encoder is an earlier run's.
        if let Some(meter) = self.cutter.meter.as_mut().filter(|_| at >= self.begin) {
            meter.frame(&frame);
        }
        self.encoder.inner.send_frame(&frame).map_err(internal)?;
        self.keep()
    }

    fn lies(&mut self, at: Anchor) {
        self.cutter.anchors.push_back(at);
    }
}

impl Encoding<'_> {
    /// Keeps what the encoder has ready.
    fn keep(&mut self) -> Result<(), Failure> {
        let mut packet = ffmpeg::Packet::empty();
        loop {
            match self.encoder.inner.receive_packet(&mut packet) {
                Ok(()) => {
                    let pts = packet.pts().unwrap_or(0);
                    // The packet before the first sample holds the encoder's own delay and no sound; it is left out rather
                    // than hidden by an edit list, which MPEG-TS does not have and some players ignore.
                    if pts >= self.lead {
                        self.cutter.keep(packet.data().unwrap_or_default(), pts)?;
                    }
                }
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(()),
                Err(Error::Eof) => return Ok(()),
                Err(error) => return Err(internal(error)),
            }
        }
    }

    fn finish(mut self, end: i64) -> Result<(), Failure> {
        self.encoder.inner.send_eof().map_err(internal)?;
        self.keep()?;
        self.cutter.finish(end)
    }
}
