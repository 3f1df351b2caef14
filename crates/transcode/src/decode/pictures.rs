//! Decoded pictures, laid on the film's time line: each at its tick, held where none comes, the first of each segment marked.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use ffmpeg::codec;
use ffmpeg::{Error, Packet, ffi, frame, picture};
use ffmpeg_next as ffmpeg;
use screener_wire::Cause;

use super::damage::Damage;
use super::normal::Normalizer;
use super::span::Part;
use crate::error::internal;
use crate::input::hidden::hidden;
use crate::judge::print::{Originals, Print};
use crate::session::Session;
use crate::timeline::{Grid, Timeline};
use crate::video::copied::Copier;
use crate::video::frame::{Picture, Step, Stop, again};

/// A picture that is missing for longer than this at a key picture's place is repeated there.
const HOLD: f64 = 0.25;

/// Sound may go on for so long without a picture: Apple's rule 8.3 wants all playlists to last as long.
const TAIL: f64 = 0.1;

/// Unevenly spaced pictures are at least so far apart: 60 a second, and a little for rounding.
const CLOSEST: f64 = 0.9 / 60.0;

/// Pictures of the source on their way to the ladder.
pub struct Pictures<'a> {
    /// Stream in the source.
    pub stream: usize,
    /// Its decoder.
    pub decoder: codec::decoder::Video,
    /// Time base of its packets.
    pub time_base: ffmpeg::Rational,
    /// Makes decoded pictures fit for the ladder.
    pub normal: Normalizer,
    /// Where what is made begins, seconds on the source's clock: the film's zero, or its in point.
    pub zero: f64,
    /// The container counts pictures instead of stamping them (AVI): the first one is the film's beginning, and what FFmpeg
    /// puts before it for reordering is no time of the film.
    pub counted: bool,
    /// When that first picture came, seconds.
    pub ahead: Option<f64>,
    /// The sound was moved by the delay of its encoder, which some writers of such containers round to a picture that they leave
    /// out behind the first.
    pub hole: bool,
    /// Where the container says that the film ends, seconds of the film.
    pub declared: Option<f64>,
    /// The part of the film that is wanted, where that is not all of it.
    pub part: Option<Part>,
    /// Where packets say that the last picture ends, seconds of the film.
    pub lasts: f64,
    /// The grid.
    pub grid: Grid,
    /// Told where segments begin.
    pub timeline: &'a Timeline,
    /// The top of the ladder.
    pub down: SyncSender<Step>,
    /// First segment that this run makes.
    pub first: u32,
    /// Where it begins, in ticks.
    pub begin: i64,
    /// The last picture before that, for a hold that begins there.
    pub before: Option<frame::Video>,
    /// The copied rung, which decides where segments begin.
    pub copy: Option<Copier>,
    /// Told what the source shows where segments of the copied rung begin.
    pub originals: &'a Originals,
    /// Whether anybody looks at pictures. If not, the decoder leaves out all but key pictures, which [`Pictures::originals`] asks for.
    pub decode: bool,
    /// The last picture that went down.
    pub last: Option<Last>,
    /// Segment under way, and the number of the key picture within the film.
    pub number: u32,
    /// Where the next key picture is due, in ticks.
    pub due: i64,
    /// What the container leaves out of the film.
    pub left_out: LeftOut,
    /// What the source holds damaged.
    pub damage: Damage,
}

/// Pictures that are decoded for others' sake, and not shown: what an edit list cut out.
#[derive(Default)]
pub struct LeftOut {
    /// Decode time of the last packet.
    at: Option<i64>,
}

impl LeftOut {
    /// Whether the decoder has to begin anew with this packet: a piece begins, decoded from a key picture before it.
    fn begins(&mut self, packet: &Packet) -> bool {
        let back = packet.dts().zip(self.at).is_some_and(|(dts, at)| dts <= at);
        self.at = packet.dts().or(self.at);
        hidden(packet) && back
    }

    /// Whether a picture is one of them. Its time stamp does not tell: the piece behind it takes the same times.
    fn has(frame: &frame::Video) -> bool {
        // SAFETY: a plain field of a frame that lives as long as the reference.
        unsafe { (*frame.as_ptr()).flags & ffi::AV_FRAME_FLAG_DISCARD != 0 }
    }
}

/// The last picture that went down the ladder.
pub struct Last {
    picture: Arc<Picture>,
    duration: i64,
}

impl Pictures<'_> {
    /// Takes the next packet; `None` lets out what the decoder still holds.
    pub fn packet(&mut self, packet: Option<&Packet>, session: &Session) -> Result<(), Stop> {
        let wanted = packet.is_none_or(|packet| self.is_shown(packet));
        if let (Some(packet), Some(copy)) = (packet.filter(|_| wanted), &mut self.copy) {
            copy.packet(packet, self.zero, self.grid, self.timeline)?;
        }
        let needed = match (&mut self.part, packet) {
            (Some(part), Some(packet)) => part.needs(packet),
            _ => true,
        };
        if !needed {
            return Ok(());
        }
        if !self.decode {
            let _ = match packet {
                Some(packet) => self.decoder.send_packet(packet),
                None => self.decoder.send_eof(),
            };
            let mut decoded = frame::Video::empty();
            while self.decoder.receive_frame(&mut decoded).is_ok() {
                if !LeftOut::has(&decoded) {
                    self.original(&decoded);
                }
            }
            return Ok(());
        }
        if packet.is_some_and(|packet| self.left_out.begins(packet)) {
            let _ = self.decoder.send_eof();
            self.receive(true, session)?;
            self.decoder.flush();
        }
        if let Some((packet, time)) = packet
            .filter(|packet| wanted && !hidden(packet))
            .and_then(|packet| Some((packet, packet.pts()?)))
        {
            self.lasts = self.lasts.max(self.seconds(time + packet.duration().max(0)));
        }
        // A packet that makes no sense to the decoder is a gap in the pictures; if all are, there is no picture at the end.
        let sent = match packet {
            Some(packet) => self.decoder.send_packet(packet),
            None => self.decoder.send_eof(),
        };
        if packet.is_some_and(|packet| !hidden(packet)) && sent.is_err() {
            self.lost();
        }
        if self.receive(packet.is_none(), session)? {
            if let Some(first) = self.part.as_mut().and_then(Part::last) {
                self.normal.add(first, Some(0.0))?;
            }
            self.normal.flush()?;
            self.place_ready()?;
        }
        Ok(())
    }

    /// Takes out what the decoder has ready; whether that was the last of it.
    fn receive(&mut self, last: bool, session: &Session) -> Result<bool, Stop> {
        let mut decoded = frame::Video::empty();
        loop {
            session.check()?;
            match self.decoder.receive_frame(&mut decoded) {
                Ok(()) if LeftOut::has(&decoded) => {}
                Ok(()) => {
                    self.original(&decoded);
                    let picture = std::mem::replace(&mut decoded, frame::Video::empty());
                    self.decoded(picture)?;
                    self.place_ready()?;
                }
                Err(Error::Eof) => return Ok(true),
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => return Ok(false),
                // One bad picture does not end a film.
                Err(_) if !last => {
                    self.lost();
                    return Ok(false);
                }
                Err(error) => return Err(internal(error).into()),
            }
        }
    }

    /// Keeps what a segment of the copied rung has to begin with.
    fn original(&mut self, decoded: &frame::Video) {
        if let (Some(copy), Some(time)) = (&mut self.copy, decoded.timestamp()) {
            let (missed, begins) = copy.decoded(time);
            for number in missed {
                self.originals.lay(number, None);
            }
            if let Some(number) = begins {
                self.originals.lay(number, Some(Print::of(decoded)));
            }
        }
    }

    /// Second at which the last picture is shown.
    fn shown(&self) -> f64 {
        self.last
            .as_ref()
            .map_or(0.0, |last| self.grid.seconds(last.picture.pts))
    }

    fn lost(&mut self) {
        let at = self.shown();
        self.damage.lost(at);
    }

    /// Takes a picture from the decoder, if it is of what is wanted.
    fn decoded(&mut self, picture: frame::Video) -> Result<(), Stop> {
        let time = picture.timestamp();
        let mut seconds = time.map(|time| self.seconds(time));
        if self.counted {
            seconds = seconds.map(|seconds| self.counted(seconds));
        }
        let at = seconds.unwrap_or_else(|| self.shown());
        if self.part.as_ref().is_none_or(|part| part.holds(at)) {
            self.damage.decoded(&picture, at);
        }
        let wanted = match &mut self.part {
            None => [Some((picture, seconds)), None],
            Some(part) => part.take(picture, seconds),
        };
        for (picture, seconds) in wanted.into_iter().flatten() {
            self.normal.add(picture, seconds)?;
        }
        Ok(())
    }

    /// Whether a packet holds a picture of what is wanted.
    fn is_shown(&self, packet: &Packet) -> bool {
        let Some(part) = &self.part else { return true };
        packet.pts().is_none_or(|time| part.holds(self.seconds(time)))
    }

    fn place_ready(&mut self) -> Result<(), Stop> {
        while let Some((frame, seconds)) = self.normal.take() {
            self.place(frame, seconds)?;
        }
        Ok(())
    }

    fn seconds(&self, time: i64) -> f64 {
        time as f64 * f64::from(self.time_base.numerator()) / f64::from(self.time_base.denominator()) - self.zero
    }

    /// Time of a picture in a container that counts them.
    fn counted(&mut self, seconds: f64) -> f64 {
        let from = self.part.as_ref().map_or(0.0, |part| part.from);
        self.of_count(seconds + from) - from
    }

    fn of_count(&mut self, seconds: f64) -> f64 {
        let ahead = *self.ahead.get_or_insert(seconds);
        let frame = self.grid.seconds(self.grid.frame);
        let frames = (seconds - ahead) / frame;
        if frames < 0.5 || !std::mem::take(&mut self.hole) || (frames - 2.0).abs() > 0.1 {
            return seconds - ahead;
        }
        self.ahead = Some(ahead + frame);
        seconds - ahead - frame
    }

    /// Lays a picture on the time line and sends it down.
    fn place(&mut self, frame: frame::Video, seconds: Option<f64>) -> Result<(), Stop> {
        let after = self.last.as_ref().map(|last| last.picture.pts);
        let mut pts = match (seconds, after) {
            (Some(seconds), _) => self.grid.ticks(seconds),
            (None, after) => after.map_or(0, |after| after + self.grid.frame),
        };
        if self.first > 1 && self.last.is_none() {
            if pts < self.begin {
                self.before = Some(frame);
                return Ok(());
            }
            // The segment began with a picture that was held.
            if pts > self.begin
                && self.copy.is_none()
                && let Some(before) = self.before.take()
            {
                let begin = self.begin;
                self.send(before, begin)?;
            }
        }
        match self.last.as_ref().map(|last| last.picture.pts) {
            // Two pictures at one time: the first one is shown.
            Some(after) if pts <= after => return Ok(()),
            // Phones film slow motion at 240 a second within films of 30.
            Some(after) if !self.grid.constant && self.copy.is_none() && self.grid.seconds(pts - after) < CLOSEST => {
                return Ok(());
            }
            // The first picture stands from the very beginning.
            None if self.first <= 1 => pts = 0,
            _ => {}
        }
        // Where no picture comes for long, the last one is repeated, so that segments begin where they should.
        let hold = (HOLD * f64::from(self.grid.timescale)) as i64;
        while let Some(last) = &self.last
            && self.copy.is_none()
            && pts - self.due > hold
        {
            let copy = again(&last.picture.frame);
            let due = self.due;
            self.send(copy, due)?;
        }
        self.send(frame, pts)
    }

    fn send(&mut self, mut frame: frame::Video, pts: i64) -> Result<(), Stop> {
        // Half a frame early is on time: rates that are not whole numbers round either way.
        let near = pts + self.grid.frame / 2;
        let next = if self.last.is_none() {
            self.first
        } else {
            self.number + 1
        };
        let begins = match &mut self.copy {
            None => (self.last.is_none() || near >= self.grid.start(next)).then_some(next),
            // Behind a damaged stretch the picture itself may be missing: then the next one begins the segment.
            Some(copy) => copy.reached(pts),
        };
        let key = begins.is_some() || near >= self.due;
        if let Some(number) = begins {
            self.number = number;
            if self.copy.is_none() {
                self.timeline.begin(self.grid.seconds(pts));
            } else {
                self.due = pts;
            }
        }
        if key {
            while self.due <= near {
                self.due += self.grid.gop;
            }
        }
        frame.set_pts(Some(pts));
        // A decoder's picture types would otherwise bind the encoders.
        frame.set_kind(if key { picture::Type::I } else { picture::Type::None });
        let duration = self
            .last
            .as_ref()
            .map_or(self.grid.frame, |last| pts - last.picture.pts);
        let picture = Arc::new(Picture {
            frame,
            pts,
            begins,
            key,
        });
        self.last = Some(Last {
            picture: Arc::clone(&picture),
            duration,
        });
        self.down.send(Step::Picture(picture)).map_err(|_| Stop::Gone)
    }

    /// Where the last picture ends. At a constant rate it lasts a frame. Otherwise its packet knows, or the one before it lasted as
    /// long; the last slide may stand for minutes, but not for longer than the film is said to last.
    fn ends(&self, last: &Last) -> i64 {
        let begins = last.picture.pts;
        if self.grid.constant {
            return begins + self.grid.frame;
        }
        let second = i64::from(self.grid.timescale);
        let ticks = |seconds: f64| (seconds * f64::from(self.grid.timescale)).round() as i64;
        let usual = begins + last.duration.clamp(1, second);
        let told = Some(ticks(self.lasts)).filter(|&told| told > begins && !self.counted);
        let declared = self.declared.map(ticks).filter(|&declared| declared > begins);
        match (told, declared) {
            (Some(told), Some(declared)) => told.min(declared),
            (Some(told), None) => told.min(begins + 10 * second),
            (None, Some(declared)) => usual.min(declared),
            (None, None) => usual,
        }
    }

    /// Lays down what is missing up to the film's end, and tells it. `heard`: where the sound ends, seconds. `cut`: it ends at the end
    /// of the part that is wanted, and not because there is no more.
    pub fn finish(&mut self, heard: f64, cut: bool) -> Result<(), Stop> {
        let out = self.part.as_ref().and_then(|part| part.lasts).filter(|_| cut);
        let out = out.map(|seconds| self.grid.ticks(seconds));
        let copied = self.copy.take().map(|copy| copy.finish(out));
        if let Some(end) = copied
            && (self.last.is_none() || !self.decode)
        {
            self.timeline.end(self.grid.seconds(end));
            return self.down.send(Step::End(end)).map_err(|_| Stop::Gone);
        }
        if self.first > 1 && self.last.is_none() {
            // All pictures are an earlier attempt's.
            self.timeline.end(self.grid.seconds(self.begin));
            return self.down.send(Step::End(self.begin)).map_err(|_| Stop::Gone);
        }
        let Some(last) = &self.last else {
            self.timeline.over();
            return Err(Stop::Failed(Cause::NotOnePicture.into()));
        };
        let mut end = copied.unwrap_or_else(|| match out {
            Some(out) => out.max(last.picture.pts + 1),
            None => self.ends(last),
        });
        // Sound that goes on for long keeps the last picture: every playlist lasts as long as the film.
        if heard > self.grid.seconds(end) + TAIL && copied.is_none() {
            end = end.max((heard * f64::from(self.grid.timescale)) as i64);
        }
        while copied.is_none() && self.due + self.grid.frame < end {
            let Some(copy) = self.last.as_ref().map(|last| again(&last.picture.frame)) else {
                break;
            };
            let due = self.due;
            self.send(copy, due)?;
        }
        self.timeline.end(self.grid.seconds(end));
        self.down.send(Step::End(end)).map_err(|_| Stop::Gone)
    }
}
