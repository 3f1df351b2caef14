//! The thread of an audio rendition that is copied: AAC frames of the source, laid on the film's line of samples.

use std::sync::mpsc::Receiver;

use ffmpeg::format::stream::Stream;
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::aac::{self, FRAME};
use super::cutter::Cutter;
use super::stamps::{Stamps, Step};
use crate::mux::track::{Description, Format};
use crate::output::resume::From;
use crate::pulse;
use crate::session::Session;
use crate::timeline::Timeline;

/// Samples per second by index (ISO/IEC 14496-3, table 1.18).
const RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];

/// The track of a stream that can be copied: AAC-LC in stereo whose configuration is in the container.
pub fn description(stream: &Stream<'_>, language: [u8; 3]) -> Option<Description> {
    let parameters = stream.parameters();
    // SAFETY: the stream's parameters live as long as it does.
    let config = unsafe {
        let raw = parameters.as_ptr();
        if (*raw).extradata.is_null() || (*raw).extradata_size < 2 {
            return None;
        }
        [*(*raw).extradata, *(*raw).extradata.add(1)]
    };
    let bits = u16::from_be_bytes(config);
    let (object, index, channels, short) = (bits >> 11, bits >> 7 & 15, bits >> 3 & 15, bits >> 2 & 1);
    let rate = *RATES.get(usize::from(index))?;
    (object == 2 && channels == 2 && short == 0).then(|| Description {
        timescale: rate,
        format: Format::Audio {
            rate,
            channels: 2,
            config: config.to_vec(),
        },
        language,
    })
}

/// Everything the thread of a copied rendition owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Packets of the source.
    pub from: Receiver<ffmpeg::Packet>,
    /// Time base of the packets.
    pub time_base: ffmpeg::Rational,
    /// The film's zero, seconds on the source's clock.
    pub zero: f64,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// Cuts the frames.
    pub cutter: Cutter<'a>,
    /// Where this run goes on, in samples.
    pub first: From,
    /// Bits per second, for frames of silence.
    pub bit_rate: u64,
}

impl Thread<'_> {
    /// Works until the packets end.
    pub fn run(mut self) -> Result<(), Failure> {
        let rate = f64::from(self.cutter.rate);
        let frame = FRAME as i64;
        let silence = aac::silence(self.cutter.rate, self.bit_rate)?;
        self.cutter.tell_start();
        let half = frame as f64 / 2.0;
        // Whole frames can be put in or left out, and nothing be stretched.
        let mut stamps = Stamps::new(self.cutter.rate, half, frame as f64);
        let mut steps = Vec::new();
        let mut laid = Laid {
            next: self.first.begin,
            skip: 0,
        };
        let mut begun = false;
        while let Ok(packet) = self.from.recv() {
            self.session.check()?;
            pulse::alive();
            let off = packet.pts().map(|time| {
                let seconds = time as f64 * f64::from(self.time_base.numerator())
                    / f64::from(self.time_base.denominator())
                    - self.zero;
                (seconds * rate).round() - (laid.next - laid.skip * frame) as f64
            });
            // Frames before the film, or of an earlier run; less than half a frame is rounding.
            if !begun && off.is_some_and(|off| off <= -half) {
                continue;
            }
            stamps.next(packet, off, frame as f64, &mut steps);
            if !begun {
                begun = true;
                stamps.begin();
            }
            self.follow(&mut steps, &silence, &mut laid)?;
        }
        stamps.finish(&mut steps);
        self.follow(&mut steps, &silence, &mut laid)?;
        let mut next = laid.next;
        let pictures = if self.cutter.alone.is_some() {
            None
        } else {
            self.timeline.wait_for_end()
        };
        self.session.check()?;
        let end = pictures.map_or(next, |end| (end * rate).ceil() as i64);
        while next < end {
            self.cutter.keep(&silence, next)?;
            next += frame;
        }
        self.cutter.finish(next)
    }

    /// Does what the stamps ask for, in whole frames.
    fn follow(
        &mut self,
        steps: &mut Vec<Step<ffmpeg::Packet>>,
        silence: &[u8],
        laid: &mut Laid,
    ) -> Result<(), Failure> {
        let frame = FRAME as i64;
        for step in steps.drain(..) {
            match step {
                Step::Lay(_) if laid.skip > 0 => laid.skip -= 1,
                Step::Lay(packet) => {
                    self.cutter.keep(packet.data().unwrap_or_default(), laid.next)?;
                    laid.next += frame;
                }
                Step::Move(by) | Step::Drift(by) => {
                    // Half a frame and less is left to the sound itself.
                    let frames = (by + by.signum() * (frame / 2 - 1)) / frame;
                    let less = frames.min(laid.skip);
                    laid.skip -= less;
                    for _ in 0..frames - less {
                        self.session.check()?;
                        self.cutter.keep(silence, laid.next)?;
                        laid.next += frame;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is laid.
struct Laid {
    /// Where the next frame lies, in samples.
    next: i64,
    /// Frames that are there twice, still to be left out.
    skip: i64,
}
