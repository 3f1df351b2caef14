//! Text subtitles inside the source.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use ffmpeg_next::ffi;
use screener_ladder::wire::Failure;

use super::{Cue, charset, markup, vtt};
use crate::cage;
use crate::input;

/// A film has a few thousand cues; a hostile one may claim millions.
const MAX_CUES: usize = 100_000;

/// A cue without a duration is shown this long, or until the next.
const USUAL: f64 = 4.0;

/// Every cue of one stream, from a reading of its own that skips all other streams. `zero` is where the film begins in the
/// file's own time.
pub fn cues(file: &str, index: usize, zero: f64) -> Result<Vec<Cue>, Failure> {
    let mut source = input::open(file)?;
    for mut stream in source.demuxer.streams_mut() {
        if stream.index() != index {
            // SAFETY: a plain field of a stream that is ours; nothing reads at the same time.
            unsafe {
                (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL;
            }
        }
    }
    let Some(stream) = source.demuxer.stream(index) else {
        return Ok(Vec::new());
    };
    let (tick, id) = (f64::from(stream.time_base()), stream.parameters().id());
    let mut cues: Vec<Cue> = Vec::new();
    let mut packet = ffmpeg::Packet::empty();
    while cues.len() < MAX_CUES && input::read(&mut source.demuxer, &mut packet).is_ok() {
        cage::alive();
        if packet.stream() != index {
            continue;
        }
        let (Some(time), Some(data)) = (packet.pts().or(packet.dts()), packet.data()) else {
            continue;
        };
        let start = time as f64 * tick - zero;
        // A cue that is open-ended ends with the next, which may be an empty one that only clears.
        if let Some(last) = cues.last_mut().filter(|last| last.end.is_infinite()) {
            last.end = start.min(last.start + USUAL);
        }
        let text = words(id, data);
        if text.is_empty() {
            continue;
        }
        let duration = packet.duration() as f64 * tick;
        let end = if duration > 0.0 {
            start + duration
        } else {
            f64::INFINITY
        };
        cues.push(Cue {
            start: start.max(0.0),
            end,
            settings: settings(&packet),
            text,
        });
    }
    for cue in cues.iter_mut().filter(|cue| cue.end.is_infinite()) {
        cue.end = cue.start + USUAL;
    }
    Ok(cues)
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
