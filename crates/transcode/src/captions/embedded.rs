//! Text subtitles inside the source.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use ffmpeg_next::ffi;
use screener_wire::Failure;

use super::cue::Cue;
use super::{charset, markup, vtt};
use crate::input::hidden::hidden;
use crate::input::{self, Source};
use crate::pulse;

/// A film has a few thousand cues; a hostile one may claim millions.
const MAX_CUES: usize = 100_000;

/// A cue without a duration is shown this long, or until the next.
const USUAL: f64 = 4.0;

/// Seconds that are read beyond what was asked for. Words lie in a file near to what is shown with them, not just at it.
const AHEAD: f64 = 60.0;

/// Reads the cues of one stream, and the file only as far as they are wanted: a film of hours must play after seconds.
pub struct Reader {
    source: Source,
    index: usize,
    id: Id,
    /// Where the film begins in the file's own time.
    zero: f64,
    /// Where the last packet stood, seconds in the film.
    at: f64,
    /// A cue that says no end: the next one ends it, which may be an empty one that only clears.
    open: Option<Cue>,
    count: usize,
    ended: bool,
}

impl Reader {
    /// Opens the file once more, for one stream of words.
    pub fn open(file: &str, index: usize, zero: f64) -> Result<Option<Self>, Failure> {
        let mut source = input::open(file)?;
        let Some(stream) = source.demuxer.stream(index) else {
            return Ok(None);
        };
        let id = stream.parameters().id();
        // An index leads straight to the words. Elsewhere the packets of all streams tell how far the reading is: there may
        // be no more words for an hour.
        if source.demuxer.format().name().contains("mp4") {
            for mut stream in source.demuxer.streams_mut().filter(|stream| stream.index() != index) {
                // SAFETY: a plain field of a stream that is ours; nothing reads at the same time.
                unsafe {
                    (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL;
                }
            }
        }
        Ok(Some(Self {
            source,
            index,
            id,
            zero,
            at: f64::NEG_INFINITY,
            open: None,
            count: 0,
            ended: false,
        }))
    }

    /// The cues that were not read before and begin before `end` (seconds in the film), and some that follow.
    pub fn until(&mut self, end: f64) -> Vec<Cue> {
        let mut cues = Vec::new();
        let mut packet = ffmpeg::Packet::empty();
        while !self.ended {
            if self.count >= MAX_CUES || input::read(&mut self.source.demuxer, &mut packet).is_err() {
                self.ended = true;
                break;
            }
            pulse::alive();
            self.take(&packet, &mut cues);
            if self.at >= end + AHEAD {
                break;
            }
        }
        if let Some(open) = self.open.take_if(|open| self.ended || open.start + USUAL <= self.at) {
            cues.push(Cue {
                end: open.start + USUAL,
                ..open
            });
        }
        cues
    }

    fn take(&mut self, packet: &ffmpeg::Packet, cues: &mut Vec<Cue>) {
        // What was cut out is nobody's to read.
        if hidden(packet) {
            return;
        }
        let stream = self.source.demuxer.stream(packet.stream());
        let (Some(stream), Some(time)) = (stream, packet.pts().or(packet.dts())) else {
            return;
        };
        let tick = f64::from(stream.time_base());
        let start = time as f64 * tick - self.zero;
        self.at = start;
        let Some(data) = packet.data().filter(|_| packet.stream() == self.index) else {
            return;
        };
        if let Some(open) = self.open.take() {
            cues.push(Cue {
                end: start.min(open.start + USUAL),
                ..open
            });
        }
        let text = words(self.id, data);
        if text.is_empty() {
            return;
        }
        self.count += 1;
        let duration = packet.duration() as f64 * tick;
        let cue = Cue {
            start: start.max(0.0),
            end: start + duration,
            settings: settings(packet),
            text,
        };
        if duration > 0.0 {
            cues.push(cue);
        } else {
            self.open = Some(cue);
        }
    }
}

fn words(id: Id, data: &[u8]) -> String {
    match id {
        Id::MOV_TEXT => match data {
            // 3GPP timed text: a length, the text, then boxes of styling.
            [high, low, rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
                markup::from_plain(&charset::decode(&rest[..length]))
            }
            _ => String::new(),
        },
        // `ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text`.
        Id::ASS | Id::SSA => markup::from_ass(charset::decode(data).splitn(9, ',').nth(8).unwrap_or_default()),
        Id::WEBVTT => markup::from_vtt(&charset::decode(data)),
        _ => markup::from_srt(&charset::decode(data)),
    }
}

fn settings(packet: &ffmpeg::Packet) -> String {
    packet
        .side_data()
        .find(|data| data.kind() == SideData::WebVTTSettings)
        .map(|data| vtt::settings(String::from_utf8_lossy(data.data()).split_whitespace()))
        .unwrap_or_default()
}
