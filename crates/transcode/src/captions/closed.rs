//! Closed captions: those that pictures carry (ATSC A/53, part 4, 6.2.3), and tracks of them (`c608`).

use std::collections::BTreeMap;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use screener_wire::Failure;

use super::cea608::Decoder;
use super::cue::Cue;
use crate::input::{self, Source, seeking};
use crate::pulse;

/// `GA94` and the type of what follows, in the user data of a picture.
const MARK: &[u8] = b"GA94\x03";

/// Pictures that may lie between one in the order of the file and its place in the film.
const REORDERED: usize = 32;

/// Seconds that are read beyond what was asked for: a caption's end may be far behind its start.
const AHEAD: f64 = 20.0;

/// Bytes of a film that are read for [`channels`], and where there is a place for captions that nothing was said in yet.
const LOOKED: usize = 48 << 20;
const LOOKED_ON: usize = 256 << 20;

/// One construct of caption data: its type (0 and 1: a field of line 21) and two bytes.
type Triplet = (u8, [u8; 2]);

/// What the captions of a stream are, as far as the film was looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Channels of line 21 in which something is said.
    pub channels: Vec<u8>,
    /// The pictures carry captions of some kind, which need not be of line 21.
    pub any: bool,
}

/// Whether a codec's pictures may carry captions.
pub fn may_carry(id: Id) -> bool {
    matches!(id, Id::H264 | Id::HEVC | Id::MPEG2VIDEO | Id::EIA_608)
}

/// Looks for captions in a stream.
pub fn channels(file: &str, index: usize) -> Found {
    let mut found = Found::default();
    // Which channel it reads does not matter: its pairs are asked for.
    let Ok(Some(mut reader)) = Reader::open(file, index, 1, 0.0, false) else {
        return found;
    };
    let mut decoders: Vec<(u8, Decoder)> = (1..=4).map(|channel| (channel, Decoder::new(channel))).collect();
    let (mut looked, mut place) = (0, false);
    while looked < if place { LOOKED_ON } else { LOOKED } && found.channels.is_empty() {
        let Some(size) = reader.step() else { break };
        looked += size;
        let all = reader.ended;
        for (at, triplets) in reader.due(all) {
            place = true;
            for (kind, pair) in triplets {
                // Line 21 also says things of the programme, and the other kind is often filled up with nothing.
                let says = if kind > 1 {
                    pair != [0, 0]
                } else {
                    (0x10..0x20).contains(&(pair[0] & 0x7F))
                };
                found.any |= says;
                for (channel, decoder) in &mut decoders {
                    let ended = kind < 2 && decoder.take(at, kind, pair).is_some();
                    if ended && !found.channels.contains(channel) {
                        found.channels.push(*channel);
                    }
                }
            }
        }
    }
    // What is still shown where the look ends was said as well.
    for (channel, decoder) in &mut decoders {
        if decoder.stale(f64::MAX, true).is_some() && !found.channels.contains(channel) {
            found.channels.push(*channel);
        }
    }
    found.channels.sort_unstable();
    found
}

/// Reads the captions of one channel, and the film only as far as they are wanted.
pub struct Reader {
    source: Source,
    index: usize,
    id: Id,
    zero: f64,
    /// Where the last packet stood, seconds in the film.
    at: f64,
    decoder: Decoder,
    /// What came before its time, by ticks.
    waiting: BTreeMap<i64, Vec<Triplet>>,
    /// Those of a picture of which nobody said when it is shown.
    unplaced: Vec<Triplet>,
    tick: f64,
    /// Bytes that were read.
    pub looked: usize,
    /// There is no more.
    pub ended: bool,
}

impl Reader {
    /// Opens the file once more, for one channel of one stream. `zero` is where what is wanted begins on the source's clock; with `seek`
    /// reading begins shortly before it.
    pub fn open(file: &str, index: usize, channel: u8, zero: f64, seek: bool) -> Result<Option<Self>, Failure> {
        let mut source = input::open(file)?;
        if seek && seeking::go(&mut source.demuxer, zero - AHEAD).is_err() {
            return Self::open(file, index, channel, zero, false);
        }
        let Some(stream) = source.demuxer.stream(index) else {
            return Ok(None);
        };
        let (id, tick) = (stream.parameters().id(), f64::from(stream.time_base()));
        Ok(Some(Self {
            source,
            index,
            id,
            zero,
            at: f64::NEG_INFINITY,
            decoder: Decoder::new(channel),
            waiting: BTreeMap::new(),
            unplaced: Vec::new(),
            tick,
            looked: 0,
            ended: false,
        }))
    }

    /// The cues that were not read before and begin before `end` (seconds in the film), and some that follow.
    pub fn until(&mut self, end: f64) -> Vec<Cue> {
        let mut cues = Vec::new();
        while !self.ended && self.at < end + AHEAD {
            self.step();
            for (at, triplets) in self.due(self.ended) {
                for (kind, pair) in triplets.into_iter().filter(|(kind, _)| *kind < 2) {
                    cues.extend(self.decoder.take(at, kind, pair));
                }
                cues.extend(self.decoder.stale(at, false));
            }
        }
        if self.ended {
            cues.extend(self.decoder.stale(self.at, true));
        }
        for cue in &mut cues {
            cue.start = cue.start.max(0.0);
        }
        cues
    }

    /// Reads a packet; answers its size.
    fn step(&mut self) -> Option<usize> {
        let mut packet = ffmpeg::Packet::empty();
        if input::read(&mut self.source.demuxer, &mut packet).is_err() {
            self.ended = true;
            self.place(((self.at + self.zero) / self.tick).round() as i64);
            return None;
        }
        pulse::alive();
        self.looked += packet.size();
        if packet.stream() != self.index {
            return Some(packet.size());
        }
        let (pts, dts) = (packet.pts(), packet.dts());
        let (Some(time), Some(data)) = (pts.or(dts), packet.data()) else {
            return Some(packet.size());
        };
        self.at = self.at.max(time as f64 * self.tick - self.zero);
        // Programme streams do not say of every picture when it is shown. One that others wait for is shown when the next of
        // its kind is decoded.
        if pts.is_none() || pts > dts {
            self.place(dts.unwrap_or(time));
        }
        let triplets = carried(self.id, data);
        match pts {
            _ if triplets.is_empty() => {}
            Some(pts) => self.waiting.entry(pts).or_default().extend(triplets),
            None => self.unplaced = triplets,
        }
        Some(packet.size())
    }

    fn place(&mut self, time: i64) {
        if !self.unplaced.is_empty() {
            let triplets = std::mem::take(&mut self.unplaced);
            self.waiting.entry(time).or_default().extend(triplets);
        }
    }

    /// What no later packet can come before, in the order in which it is shown.
    fn due(&mut self, all: bool) -> Vec<(f64, Vec<Triplet>)> {
        let keep = if all || self.id == Id::EIA_608 { 0 } else { REORDERED };
        let mut due = Vec::new();
        while self.waiting.len() > keep
            && let Some((time, triplets)) = self.waiting.pop_first()
        {
            due.push((time as f64 * self.tick - self.zero, triplets));
        }
        due
    }
}

/// The caption data of a packet.
fn carried(id: Id, data: &[u8]) -> Vec<Triplet> {
    if id == Id::EIA_608 {
        return triplets(data, data.len() / 3);
    }
    let mut found = Vec::new();
    let mut rest = data;
    while let Some(at) = memchr::memmem::find(rest, MARK) {
        rest = &rest[at + MARK.len()..];
        let bytes = if id == Id::MPEG2VIDEO {
            rest[..rest.len().min(128)].to_vec()
        } else {
            plain(rest)
        };
        // Flags and how many there are, then a byte that says nothing.
        if let [flags, _, data @ ..] = bytes.as_slice()
            && flags & 0x40 != 0
        {
            found.extend(triplets(data, usize::from(flags & 0x1F)));
        }
    }
    found
}

/// The beginning of a unit's bytes without those that keep start codes out (ISO 14496-10, 7.4.1).
fn plain(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    let mut zeros = 0;
    for &byte in data.iter().take(128) {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
    out
}

fn triplets(data: &[u8], count: usize) -> Vec<Triplet> {
    data.chunks_exact(3)
        .take(count)
        .filter(|bytes| bytes[0] & 0x04 != 0)
        .map(|bytes| (bytes[0] & 3, [bytes[1], bytes[2]]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_of_a_picture() {
        let data = b"\0\0\0\x01\x06\x04\x10\xB5\0\x31GA94\x03\x43\xFF\xFC\x94\x20\xFD\0\0\x03\0\xFA\x01\x02\xFF\x80";
        assert_eq!(carried(Id::H264, data), [(0, [0x94, 0x20]), (1, [0, 0])]);
        assert_eq!(carried(Id::H264, &data[..19]), []);
        assert_eq!(carried(Id::EIA_608, b"\xFC\x94\x20\xFC\x94"), [(0, [0x94, 0x20])]);
    }
}
