//! One clock for a source whose own clock jumps.
//!
//! Recordings of broadcasts join pieces whose time stamps have nothing to do with each other, and a damaged byte can move
//! a packet by years. Followed blindly, a second of film would become hours of a standing picture. Where a jump cannot
//! be meant, everything behind it is moved so that it follows what was before.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::media::Type;

use super::header;
use super::hidden::hidden;

/// Seconds that two neighbouring packets of a broadcast may be apart; FFmpeg's own measure.
const JUMP: f64 = 10.0;

/// Seconds that no pause and no late beginning lasts.
const AGES: f64 = 6.0 * 3600.0;

/// Seconds that a recording which does not say how long it is may last, however few its bytes.
const UNSAID: f64 = 3600.0;

/// Bits a second that a longer one has: sound alone takes ten times as many.
const UNSAID_RATE: f64 = 400.0;

/// Seconds that a broadcast's clock may go back: recordings that were joined often begin at the same time.
const BACK: f64 = 0.5;

/// Moves packets that jump.
pub struct Steady {
    /// The container joins pieces (MPEG-TS, program streams).
    joins: bool,
    /// Where the film was declared to begin, on the source's clock.
    start: f64,
    /// Time up to which the film was declared to last, or else can last, on the source's clock.
    end: f64,
    /// Seconds that are added to every packet.
    offset: f64,
    /// Seconds that were added before the last jump, and how many jumps there were. The streams of a piece do not end at
    /// one packet: some of the old piece come behind the first of the new.
    before: f64,
    jumps: u32,
    streams: Vec<Known>,
}

struct Known {
    tick: f64,
    /// Pictures or sound: subtitles may be minutes apart.
    dense: bool,
    /// Where the next packet is expected, in seconds after moving.
    next: Option<f64>,
    /// Jumps that this stream has made.
    jumps: u32,
}

impl Steady {
    /// For a source that is about to be read from its beginning.
    pub fn new(demuxer: &ffmpeg::format::context::Input) -> Self {
        // SAFETY: plain fields of a context and its static format description.
        let (start, duration, flags) = unsafe {
            let raw = demuxer.as_ptr();
            ((*raw).start_time, (*raw).duration, (*(*raw).iformat).flags)
        };
        let seconds = |micros: i64| micros as f64 / f64::from(ffi::AV_TIME_BASE);
        let start = if start == ffi::AV_NOPTS_VALUE {
            0.0
        } else {
            seconds(start)
        };
        Self {
            joins: flags & ffi::AVFMT_TS_DISCONT != 0,
            start,
            end: if duration > 0 {
                start + seconds(duration)
            } else {
                start + (header::bytes(demuxer) as f64 * 8.0 / UNSAID_RATE).max(UNSAID)
            },
            offset: 0.0,
            before: 0.0,
            jumps: 0,
            streams: demuxer
                .streams()
                .map(|stream| Known {
                    tick: f64::from(stream.time_base()),
                    dense: matches!(stream.parameters().medium(), Type::Video | Type::Audio),
                    next: None,
                    jumps: 0,
                })
                .collect(),
        }
    }

    /// Moves a packet's time stamps where its clock jumped.
    pub fn hold(&mut self, packet: &mut ffmpeg::Packet) {
        let (joins, start, end) = (self.joins, self.start, self.end);
        let Some(known) = self.streams.get_mut(packet.stream()).filter(|known| known.tick > 0.0) else {
            return;
        };
        let Some(stamp) = packet.dts().or(packet.pts()) else {
            return;
        };
        // Reordering takes a few frames: a picture that is to be shown long after it is decoded, and after the film, has a
        // broken stamp. (Slides may be minutes apart.)
        let broken = |pts: i64| {
            let shown = pts as f64 * known.tick + self.offset;
            pts.abs_diff(stamp) as f64 * known.tick > JUMP && (joins || shown > end + JUMP)
        };
        if packet.pts().is_some_and(broken) {
            packet.set_pts(Some(stamp));
        }
        let mut offset = self.offset;
        // Around a cut packets that are not shown lie ahead of their time or behind it, as far as the next key picture.
        if known.dense && !hidden(packet) {
            let time = stamp as f64 * known.tick;
            let behind = |offset: f64| known.next.map_or(0.0, |next| time + offset - next);
            if known.jumps < self.jumps && behind(offset).abs() > BACK && behind(self.before).abs() <= BACK {
                offset = self.before;
            } else {
                known.jumps = self.jumps;
                let jump = match known.next {
                    Some(next) if is_jump(behind(offset), time + offset, joins, end) => time + offset - next,
                    None if !may_begin(time + offset, start, end) => time + offset - start,
                    _ => 0.0,
                };
                if jump.abs() > 0.0 {
                    self.before = offset;
                    self.jumps += 1;
                    known.jumps = self.jumps;
                    self.offset -= jump;
                    offset = self.offset;
                }
            }
            let duration = packet.duration().max(0) as f64 * known.tick;
            known.next = Some(time + offset + duration.min(JUMP));
        }
        let ticks = (offset / known.tick).round() as i64;
        if ticks != 0 {
            packet.set_pts(packet.pts().map(|pts| pts.saturating_add(ticks)));
            packet.set_dts(packet.dts().map(|dts| dts.saturating_add(ticks)));
        }
    }
}

/// A stream may begin late, but not after the film, nor so late that nobody would wait: one bit moves it by days.
fn may_begin(at: f64, start: f64, end: f64) -> bool {
    (start - JUMP..=(end + JUMP).min(start + AGES)).contains(&at)
}

/// A broadcast's clock may not leave the line by ten seconds, nor go back. Elsewhere a pause may be meant (slides), as long
/// as it ends before the film does.
fn is_jump(by: f64, to: f64, joins: bool, end: f64) -> bool {
    if joins {
        !(-BACK..=JUMP).contains(&by)
    } else {
        by < -JUMP || by > JUMP && (to > end + JUMP || by > AGES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_stream_may_begin() {
        assert!(may_begin(1200.0, 0.0, 3600.0), "captions or sound, twenty minutes late");
        assert!(!may_begin(3700.0, 0.0, 3600.0), "behind the film's end");
        assert!(!may_begin(12.0 * 86_400.0, 0.0, 13.0 * 86_400.0), "twelve days late");
        assert!(!may_begin(-60.0, 0.0, 3600.0), "a minute before the film");
        assert!(may_begin(90_001.0, 90_000.0, f64::INFINITY), "a broadcast's own clock");
    }

    #[test]
    fn what_is_a_jump() {
        let open = f64::INFINITY;
        assert!(!is_jump(9.0, 20.0, true, open));
        assert!(is_jump(5965.0, 5966.0, true, open));
        assert!(
            is_jump(-4.0, 1.4, true, open),
            "another recording that begins as the first one did"
        );
        assert!(!is_jump(-0.04, 4.0, true, open), "reordering");
        assert!(
            is_jump(-26.5 * 3600.0, 1.0, true, open),
            "the clock of 33 bits began again"
        );
        assert!(!is_jump(1200.0, 1300.0, false, 3600.0), "a slide of 20 minutes");
        assert!(is_jump(1200.0, 1300.0, false, 60.0), "behind the film's end");
        assert!(is_jump(30_000.0, 30_001.0, false, open));
    }
}
