//! Packets of a source, one after the other: on one clock, past what is damaged, and no more of them than is wanted.

use ffmpeg::format::context::Input;
use ffmpeg::{Error, Packet};
use ffmpeg_next as ffmpeg;
use screener_wire::{Cause, Failure};

use crate::input::hidden::hidden;
use crate::input::steady::Steady;
use crate::probe::points::NEAR;
use crate::session::Session;
use crate::{input, pulse};

/// Pieces in a row that make no sense, after which there is no hope.
const HOPELESS: u32 = 1000;

/// Whether the file was read to its last byte, and without an error of the disk.
fn all_read(source: &Input) -> bool {
    // SAFETY: plain fields of an I/O context that lives as long as the demuxer.
    unsafe {
        let io = (*source.as_ptr()).pb;
        !io.is_null() && (*io).eof_reached != 0 && (*io).error == 0
    }
}

/// A source under way.
pub struct Reading<'a> {
    /// The task.
    pub session: &'a Session,
    /// The source.
    pub source: Input,
    /// Its streams of sound that are wanted.
    sound: Vec<usize>,
    /// Sound that ends before this moment is not decoded, seconds on the source's clock; `None`: all of it is.
    since: Option<f64>,
    /// Where what is wanted ends; `None`: with the source.
    pub until: Option<Until>,
    steady: Steady,
    wrong: u32,
}

impl<'a> Reading<'a> {
    /// Of a source that stands where what is wanted begins.
    pub fn new(
        session: &'a Session,
        source: Input,
        sound: Vec<usize>,
        since: Option<f64>,
        until: Option<Until>,
    ) -> Self {
        Self {
            session,
            steady: Steady::new(&source),
            source,
            sound,
            since,
            until,
            wrong: 0,
        }
    }

    /// The next packet that is wanted; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Packet>, Failure> {
        loop {
            self.session.check()?;
            let mut packet = Packet::empty();
            match input::read(&mut self.source, &mut packet) {
                Ok(()) => {
                    pulse::alive();
                    self.steady.hold(&mut packet);
                    self.wrong = 0;
                }
                Err(Error::Eof) => return Ok(None),
                // A demuxer can find its way again behind bytes that make no sense, but not for ever.
                Err(Error::InvalidData) if self.wrong < HOPELESS => {
                    self.wrong += 1;
                    continue;
                }
                Err(Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => continue,
                // Some demuxers (GXF) have another word for the end.
                Err(_) if all_read(&self.source) => return Ok(None),
                Err(error) => {
                    return Err(Cause::NoEnd {
                        error: error.to_string(),
                    }
                    .into());
                }
            }
            if let Some(until) = &mut self.until {
                let wanted = until.wants(&packet);
                if until.over() {
                    return Ok(None);
                }
                if !wanted {
                    continue;
                }
            }
            if !self.is_early(&packet) {
                return Ok(Some(packet));
            }
        }
    }

    /// Whether a packet holds sound from before what is wanted.
    fn is_early(&self, packet: &Packet) -> bool {
        let index = packet.stream();
        let (Some(since), Some(time), Some(stream)) = (self.since, packet.pts(), self.source.stream(index)) else {
            return false;
        };
        let end = (time + packet.duration().max(0)) as f64 * f64::from(stream.time_base());
        self.sound.contains(&index) && end < since
    }
}

/// The end of what is wanted of a source.
pub struct Until {
    /// Seconds on the source's clock.
    pub at: f64,
    /// Ticks of each stream, seconds.
    ticks: Vec<f64>,
    /// Streams that are wanted, and those of them that have not come to it.
    wanted: Vec<usize>,
    waiting: Vec<usize>,
    /// Packets in a row that lie far behind it.
    far: u32,
    /// The stream of pictures, and how far behind the end they may still be decoded before they are shown, seconds.
    pictures: Option<(usize, f64)>,
}

/// Streams need not come to an end together: so many seconds behind it, by so many packets, no more is waited for.
const APART: f64 = 10.0;
const FAR: u32 = 8;

/// Pictures of a container that counts them are shown so many seconds after they are decoded, at most.
const COUNTED: f64 = 1.0;

impl Until {
    /// For these streams of a source that is about to be read. `counted`: it counts pictures instead of stamping them.
    pub fn of(
        source: &Input,
        at: f64,
        pictures: Option<usize>,
        sound: impl Iterator<Item = usize>,
        counted: bool,
    ) -> Self {
        let wanted: Vec<usize> = pictures.into_iter().chain(sound).collect();
        Self {
            at,
            ticks: source.streams().map(|stream| f64::from(stream.time_base())).collect(),
            waiting: wanted.clone(),
            wanted,
            far: 0,
            pictures: pictures.map(|stream| (stream, if counted { COUNTED } else { 0.0 })),
        }
    }

    /// Whether a packet is of what is wanted.
    fn wants(&mut self, packet: &Packet) -> bool {
        let index = packet.stream();
        let (Some(time), Some(tick)) = (packet.dts().or(packet.pts()), self.ticks.get(index)) else {
            return true;
        };
        if hidden(packet) || !self.wanted.contains(&index) {
            return true;
        }
        let behind = time as f64 * tick - self.at;
        let slack = match self.pictures {
            // Without a word of when it is decoded, others that are shown before may follow.
            Some((stream, slack)) if stream == index => slack + if packet.dts().is_none() { COUNTED } else { 0.0 },
            _ => 0.0,
        };
        self.waiting.retain(|waiting| *waiting != index);
        if behind < slack - NEAR {
            // It may have been there already, by one broken stamp.
            self.waiting.push(index);
            self.far = 0;
            return true;
        }
        self.far = if behind > APART { self.far + 1 } else { 0 };
        if self.far >= FAR {
            self.waiting.clear();
        }
        false
    }

    /// Whether nothing more is wanted.
    pub fn over(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packets as stream and second: which of them are wanted, and after how many nothing more is read.
    fn read(packets: &[(usize, i64)]) -> (Vec<bool>, Option<usize>) {
        let mut until = Until {
            at: 10.0,
            ticks: vec![1.0; 3],
            wanted: vec![0, 1],
            waiting: vec![0, 1],
            far: 0,
            pictures: Some((0, 0.0)),
        };
        let mut wanted = Vec::new();
        for (count, (stream, second)) in packets.iter().enumerate() {
            let mut packet = Packet::new(1);
            packet.set_stream(*stream);
            packet.set_dts(Some(*second));
            wanted.push(until.wants(&packet));
            if until.over() {
                return (wanted, Some(count + 1));
            }
        }
        (wanted, None)
    }

    #[test]
    fn reading_ends_where_every_stream_has_come_to_the_end() {
        let (wanted, over) = read(&[(0, 9), (1, 9), (0, 10), (1, 9), (0, 11), (1, 10), (0, 12)]);
        assert_eq!(wanted, [true, true, false, true, false, false]);
        assert_eq!(over, Some(6));
    }

    #[test]
    fn one_broken_stamp_ends_nothing() {
        let (wanted, over) = read(&[
            (0, 9),
            (1, 9_000),
            (0, 9_000),
            (1, 9),
            (0, 9),
            (2, 50),
            (1, 10),
            (0, 10),
        ]);
        assert_eq!(over, Some(3), "both at once are an end");
        assert_eq!(wanted, [true, false, false]);
        let (_, over) = read(&[(1, 9_000), (1, 9), (0, 9), (2, 50), (0, 10), (1, 9), (1, 10)]);
        assert_eq!(over, Some(7));
    }

    #[test]
    fn a_stream_that_ended_before_is_not_waited_for() {
        let packets: Vec<(usize, i64)> = (0..40).map(|second| (0, second)).collect();
        let (wanted, over) = read(&packets);
        assert_eq!(wanted.iter().filter(|wanted| **wanted).count(), 10);
        assert_eq!(over, Some(29), "eight packets behind the twentieth second");
    }
}
