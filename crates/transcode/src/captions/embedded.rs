//! Text subtitles inside the source.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use ffmpeg_next::ffi;
use screener_wire::Failure;

use super::blocks::USUAL;
use super::cue::Cue;
use super::{charset, markup, vtt};
use crate::input::hidden::hidden;
use crate::input::{self, Source, seeking};
use crate::pulse;

/// A film has a few thousand cues; a hostile one may claim millions.
const MAX_CUES: usize = 100_000;

/// Seconds that are read beyond what was asked for. Words lie in a file near to what is shown with them, not just at it.
const AHEAD: f64 = 60.0;

/// Reads the cues of one stream, and the file only as far as they are wanted: a film of hours must play after seconds.
pub struct Reader {
    source: Source,
    index: usize,
    id: Id,
    /// Where the film begins in the file's own time.
    zero: f64,
    /// How its letters are stored.
    letters: Letters,
    /// Where the last packet stood, seconds in the film.
    at: f64,
    /// A cue that says no end: the next one ends it, which may be an empty one that only clears.
    open: Option<Cue>,
    count: usize,
    /// Bytes that were read.
    pub looked: usize,
    /// There is no more.
    pub ended: bool,
}

impl Reader {
    /// Opens the file once more, for one stream of words. What is said before `zero`, seconds on the source's clock, is not wanted; with
    /// `seek` reading begins shortly before it.
    pub fn open(
        file: &str,
        index: usize,
        language: Option<&str>,
        zero: f64,
        seek: bool,
    ) -> Result<Option<Self>, Failure> {
        let mut source = input::open(file)?;
        let Some(stream) = source.demuxer.stream(index) else {
            return Ok(None);
        };
        let id = stream.parameters().id();
        discard_others(&mut source, &[index]);
        if seek && seeking::go(&mut source.demuxer, zero - AHEAD).is_err() {
            return Self::open(file, index, language, zero, false);
        }
        Ok(Some(Self {
            source,
            index,
            id,
            zero,
            letters: Letters::new(language),
            at: f64::NEG_INFINITY,
            open: None,
            count: 0,
            looked: 0,
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
            self.looked += packet.size();
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
        let plain = self.letters.text(self.id, data);
        let text = words(self.id, &plain);
        if text.is_empty() {
            return;
        }
        self.count += 1;
        let duration = packet.duration() as f64 * tick;
        let cue = Cue {
            start,
            end: start + duration,
            settings: settings(packet, &plain),
            text,
        };
        if duration > 0.0 {
            cues.push(cue);
        } else {
            self.open = Some(cue);
        }
    }
}

/// How a stream's letters are stored: UTF-8 by every container's rules, and something else in films of people who did not know
/// them. One packet says too little of that, so that those before it are asked as well.
struct Letters {
    language: Option<String>,
    /// Packets that were not UTF-8.
    seen: Vec<u8>,
}

/// Bytes of a film that are read for [`empty`].
const LOOKED: usize = 48 << 20;

/// Bytes of such packets that are kept.
const ENOUGH: usize = 16 << 10;

impl Letters {
    fn new(language: Option<&str>) -> Self {
        Self {
            language: language.map(str::to_owned),
            seen: Vec::new(),
        }
    }

    /// The text of a packet, before anything is made of its markup.
    fn text(&mut self, id: Id, data: &[u8]) -> String {
        let data = match (id, data) {
            // 3GPP timed text (TS 26.245): a length, the text in UTF-8 or in UTF-16 with its mark, then boxes of styling.
            (Id::MOV_TEXT, [high, low, rest @ ..]) => {
                &rest[..usize::from(u16::from_be_bytes([*high, *low])).min(rest.len())]
            }
            (Id::MOV_TEXT, _) => &[],
            _ => data,
        };
        let marked = data.starts_with(&[0xFE, 0xFF]) || data.starts_with(&[0xFF, 0xFE]);
        if marked || std::str::from_utf8(data).is_ok() {
            return charset::decode(data, self.language.as_deref()).unwrap_or_default();
        }
        if self.seen.len() < ENOUGH {
            self.seen.extend(data);
            self.seen.push(b'\n');
        }
        let before = [&self.seen[..], data].concat();
        let text = charset::decode(&before, self.language.as_deref());
        // Whole lines, so that the last ones are this packet's.
        let lines = data.split(|byte| *byte == b'\n').count();
        text.and_then(|text| {
            let all: Vec<&str> = text.split('\n').collect();
            Some(all.get(all.len().checked_sub(lines)?..)?.join("\n"))
        })
        .unwrap_or_else(|| charset::unicode(data))
    }
}

/// Of the streams of words those that hold none, as far as that can be known before the film is read: each is read up to its
/// first word, all of them together no further than [`LOOKED`].
pub fn empty(file: &str, streams: &[usize]) -> Vec<usize> {
    let mut waiting = streams.to_vec();
    if waiting.is_empty() {
        return waiting;
    }
    let Ok(mut source) = input::open(file) else {
        return Vec::new();
    };
    discard_others(&mut source, &waiting);
    let ids: Vec<Id> = source
        .demuxer
        .streams()
        .map(|stream| stream.parameters().id())
        .collect();
    let (mut looked, mut packet) = (0_usize, ffmpeg::Packet::empty());
    let mut letters = Letters::new(None);
    while !waiting.is_empty() {
        match input::read(&mut source.demuxer, &mut packet) {
            Ok(()) => {}
            Err(ffmpeg::Error::Eof) => return waiting,
            Err(_) => break,
        }
        pulse::alive();
        looked += packet.size();
        if looked > LOOKED {
            break;
        }
        let (Some(id), Some(data)) = (ids.get(packet.stream()), packet.data()) else {
            continue;
        };
        if waiting.contains(&packet.stream()) && !words(*id, &letters.text(*id, data)).is_empty() {
            waiting.retain(|index| *index != packet.stream());
        }
    }
    Vec::new()
}

/// An index leads straight to the words. Elsewhere the packets of all streams tell how far the reading is: there may be no
/// more words for an hour.
fn discard_others(source: &mut Source, wanted: &[usize]) {
    if !source.demuxer.format().name().contains("mp4") {
        return;
    }
    for mut stream in source
        .demuxer
        .streams_mut()
        .filter(|stream| !wanted.contains(&stream.index()))
    {
        // SAFETY: a plain field of a stream that is ours; nothing reads at the same time.
        unsafe {
            (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL;
        }
    }
}

/// WebVTT cue text of a packet's text.
fn words(id: Id, text: &str) -> String {
    match id {
        Id::ASS | Id::SSA => markup::from_ass(event(text)),
        Id::WEBVTT => markup::from_vtt(text),
        _ => markup::from_srt(text),
    }
}

/// The text field of `ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text`, or of a line as files have it.
fn event(text: &str) -> &str {
    let fields = if text.starts_with("Dialogue:") { 10 } else { 9 };
    text.splitn(fields, ',').nth(fields - 1).unwrap_or_default()
}

fn settings(packet: &ffmpeg::Packet, text: &str) -> String {
    packet
        .side_data()
        .find(|data| data.kind() == SideData::WebVTTSettings)
        .map(|data| vtt::settings(String::from_utf8_lossy(data.data()).split_whitespace()))
        .filter(|settings| !settings.is_empty())
        .unwrap_or_else(|| markup::position(text).into())
}
