//! The part of a film that is wanted: which packets its pictures need, and which pictures are in it. What is not never leaves the decoder.

use ffmpeg::{Packet, frame};
use ffmpeg_next as ffmpeg;
use screener_ladder::Cut;

use crate::probe::points::NEAR;

/// A part of a film. Times are in seconds from its beginning.
pub struct Part {
    /// Where it begins, seconds of the film.
    pub from: f64,
    /// How long it is; `None`: up to the film's end.
    pub lasts: Option<f64>,
    /// Time stamp of the key picture at which decoding begins, while it has not.
    key: Option<i64>,
    /// The picture that is shown at its beginning, as far as is known.
    first: Option<frame::Video>,
    begun: bool,
    /// How long a picture is shown as a rule.
    usual: f64,
    /// When the next one is expected, where it does not say so itself.
    next: f64,
}

impl Part {
    /// What was cut out of a film whose pictures are shown for so many seconds as a rule.
    pub fn of(cut: &Cut, usual: f64) -> Self {
        Self {
            from: cut.from,
            lasts: cut.to.map(|to| to - cut.from),
            key: cut.key,
            first: None,
            begun: false,
            usual,
            next: -cut.from,
        }
    }

    /// Whether a time is in it.
    pub fn holds(&self, seconds: f64) -> bool {
        seconds > -NEAR && self.lasts.is_none_or(|lasts| seconds < lasts - NEAR)
    }

    /// Whether the decoder needs a packet: none before the key picture at which it begins.
    pub fn needs(&mut self, packet: &Packet) -> bool {
        let Some(key) = self.key else { return true };
        if packet.is_key() && packet.pts().is_some_and(|time| time >= key) {
            self.key = None;
        }
        self.key.is_none()
    }

    /// Takes the next picture in the order in which they are shown; what is to be shown of it and of those before.
    pub fn take(&mut self, picture: frame::Video, seconds: Option<f64>) -> [Option<(frame::Video, Option<f64>)>; 2] {
        let seconds = seconds.unwrap_or(self.next);
        self.next = seconds + self.usual;
        if seconds <= NEAR {
            if !self.begun {
                self.first = Some(picture);
            }
            return [None, None];
        }
        let first = self.last().map(|first| (first, Some(0.0)));
        if !self.holds(seconds) {
            return [first, None];
        }
        self.begun = true;
        [first, Some((picture, Some(seconds)))]
    }

    /// The picture that is shown at its beginning, if none was given out yet: no more come.
    pub fn last(&mut self) -> Option<frame::Video> {
        let first = self.first.take().filter(|_| !self.begun);
        self.begun |= first.is_some();
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures at these times: those that come out, as they are laid down.
    fn shown(from: f64, to: Option<f64>, times: &[f64]) -> Vec<f64> {
        shown_of(from, to, &times.iter().copied().map(Some).collect::<Vec<_>>())
    }

    fn shown_of(from: f64, to: Option<f64>, times: &[Option<f64>]) -> Vec<f64> {
        let mut part = Part::of(
            &Cut {
                from,
                to,
                heard: from,
                clean: false,
                key: None,
            },
            1.0,
        );
        let mut out = Vec::new();
        for time in times {
            let pictures = part.take(frame::Video::empty(), time.map(|time| time - from));
            out.extend(pictures.into_iter().flatten().map(|(_, seconds)| seconds.unwrap()));
        }
        out.extend(part.last().map(|_| 0.0));
        out
    }

    #[test]
    fn from_the_picture_at_its_beginning_up_to_the_one_at_its_end() {
        let times = [0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(shown(1.0, Some(3.0), &times), [0.0, 1.0]);
        assert_eq!(shown(1.0, None, &times), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(shown(0.0, Some(1.0), &times), [0.0]);
        assert_eq!(
            shown(1.5, Some(2.5), &times),
            [0.0, 0.5],
            "within one that stands for long"
        );
        assert_eq!(shown(1.2, Some(1.8), &times), [0.0], "it alone");
        assert_eq!(
            shown(9.0, None, &times),
            [0.0],
            "the last one, under sound that goes on"
        );
    }

    #[test]
    fn decoding_begins_at_a_key_picture() {
        let mut part = Part::of(
            &Cut {
                from: 9.0,
                to: None,
                heard: 9.0,
                clean: false,
                key: Some(50),
            },
            1.0,
        );
        let mut needs = |time: i64, key: bool| {
            let mut packet = Packet::new(1);
            packet.set_pts(Some(time));
            if key {
                packet.set_flags(ffmpeg::codec::packet::Flags::KEY);
            }
            part.needs(&packet)
        };
        let told = [
            (0, true),
            (25, true),
            (30, false),
            (50, false),
            (50, true),
            (48, false),
            (75, true),
        ];
        assert_eq!(
            told.map(|(time, key)| needs(time, key)),
            [false, false, false, false, true, true, true]
        );
    }
}
