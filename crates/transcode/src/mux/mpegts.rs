//! MPEG transport streams, one elementary stream each (ISO/IEC 13818-1).
//!
//! Written here rather than by libavformat, whose muxers shift each stream by its own negative decode times: separate
//! audio would then be off by as much. All streams of a film share one offset instead, [`BASE`].

use super::track::{Description, Format, KeyRange, Sample};
use crate::h264;

/// Ticks of 90 kHz that stand for the film's zero: room for decode times and clocks before it.
pub const BASE: i64 = 900_000;

const PACKET: usize = 188;
const PMT_PID: u16 = 0x1000;
const PID: u16 = 0x100;
/// The clock runs this far before the decode times: what a receiver may buffer.
const LEAD: i64 = 63_000;

/// Packets that a segment has at least: FFmpeg does not know a shorter file for a transport stream.
const FEWEST: usize = 12;

/// Writes the segments of one track; its counters run on from segment to segment.
#[derive(Clone)]
pub struct Writer {
    tables: u8,
    counter: u8,
    /// Bytes that one packet carries at most.
    room: usize,
}

impl Writer {
    /// A writer whose counters stand where segments of these sizes have left them.
    pub fn after(sizes: impl IntoIterator<Item = u64>) -> Self {
        let mut writer = Self {
            tables: 0,
            counter: 0,
            room: PACKET,
        };
        for size in sizes {
            writer.tables = (writer.tables + 1) & 15;
            writer.counter = ((u64::from(writer.counter) + size / PACKET as u64 - 2) & 15) as u8;
        }
        writer
    }

    /// One segment: tables, then the samples. A very short one is spread over more packets than it needs, each of which counts,
    /// so that its size still tells how far.
    pub fn segment(&mut self, track: &Description, samples: &[Sample]) -> (Vec<u8>, Vec<KeyRange>) {
        let before = self.clone();
        loop {
            let made = self.written(track, samples);
            if made.0.len() >= FEWEST * PACKET || self.room < 4 {
                self.room = before.room;
                return made;
            }
            *self = Self {
                room: self.room / 2,
                ..before.clone()
            };
        }
    }

    fn written(&mut self, track: &Description, samples: &[Sample]) -> (Vec<u8>, Vec<KeyRange>) {
        let mut out = Vec::new();
        let mut keys = Vec::new();
        self.write_tables(&mut out, matches!(track.format, Format::Audio { .. }));
        let ticks = |time: i64| {
            ((i128::from(time) * 90_000 + i128::from(track.timescale) / 2).div_euclid(i128::from(track.timescale)))
                as i64
                + BASE
        };
        match &track.format {
            Format::Video {
                avcc, reorder, frame, ..
            } => {
                let delay = ticks(*frame * *reorder as i64) - BASE;
                let mut last = i64::MIN;
                for sample in samples {
                    let pts = ticks(sample.pts);
                    let dts = (ticks(sample.dts) - delay).min(pts).max(last.saturating_add(1));
                    last = dts;
                    let start = out.len() as u64;
                    let picture = h264::annex_b(&sample.data, sample.key, avcc);
                    self.pes(&mut out, 0xe0, pts, dts, sample.key, &picture);
                    if sample.key {
                        keys.push(KeyRange {
                            offset: start,
                            length: out.len() as u64 - start,
                            pts: sample.pts,
                        });
                    }
                }
            }
            Format::Audio { config, .. } => {
                for group in samples.chunks(8) {
                    let mut frames = Vec::new();
                    for sample in group {
                        frames.extend(adts(config, sample.data.len()));
                        frames.extend_from_slice(&sample.data);
                    }
                    let pts = ticks(group[0].pts);
                    self.pes(&mut out, 0xc0, pts, pts, true, &frames);
                }
            }
        }
        (out, keys)
    }

    fn write_tables(&mut self, out: &mut Vec<u8>, audio: bool) {
        let mut pat = vec![0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1];
        pat.extend((0xe000 | PMT_PID).to_be_bytes());
        let mut pmt = vec![0x02, 0xb0, 18, 0, 1, 0xc1, 0, 0];
        pmt.extend((0xe000 | PID).to_be_bytes());
        pmt.extend([0xf0, 0, if audio { 0x0f } else { 0x1b }]);
        pmt.extend((0xe000 | PID).to_be_bytes());
        pmt.extend([0xf0, 0]);
        for (pid, mut table) in [(0u16, pat), (PMT_PID, pmt)] {
            table.extend(crc(&table).to_be_bytes());
            let mut packet = vec![0x47, 0x40 | (pid >> 8) as u8, pid as u8, 0x10 | self.tables, 0];
            packet.extend(table);
            packet.resize(PACKET, 0xff);
            out.extend(packet);
        }
        self.tables = (self.tables + 1) & 15;
    }

    fn pes(&mut self, out: &mut Vec<u8>, stream: u8, pts: i64, dts: i64, key: bool, data: &[u8]) {
        let mut pes = Vec::with_capacity(data.len() + 32);
        let with_dts = dts != pts;
        let header = if with_dts { 10 } else { 5 };
        // Length 0, "until the next one", is for video alone.
        let length = if stream == 0xe0 {
            0
        } else {
            (data.len() + header + 3).min(0xffff) as u16
        };
        pes.extend([0, 0, 1, stream]);
        pes.extend(length.to_be_bytes());
        pes.extend([0x84, if with_dts { 0xc0 } else { 0x80 }, header as u8]);
        stamp(&mut pes, if with_dts { 3 } else { 2 }, pts);
        if with_dts {
            stamp(&mut pes, 1, dts);
        }
        pes.extend_from_slice(data);
        let mut rest = &pes[..];
        let mut first = true;
        while !rest.is_empty() {
            let mut adaptation = Vec::new();
            if first {
                let clock = (dts - LEAD) as u64 & 0x1_ffff_ffff;
                adaptation.push(0x10 | if key { 0x40 } else { 0 });
                adaptation.extend([
                    (clock >> 25) as u8,
                    (clock >> 17) as u8,
                    (clock >> 9) as u8,
                    (clock >> 1) as u8,
                    (clock << 7) as u8 | 0x7e,
                    0,
                ]);
            }
            let room = PACKET - 4 - if first { 1 + adaptation.len() } else { 0 };
            let take = rest.len().min(room).min(self.room);
            let mut field = Vec::new();
            if first || take < room {
                let length = PACKET - 4 - take - 1;
                field.push(length as u8);
                if length > 0 {
                    if adaptation.is_empty() {
                        adaptation.push(0);
                    }
                    adaptation.resize(length, 0xff);
                    field.extend(&adaptation);
                }
            }
            let control = if field.is_empty() { 0x10 } else { 0x30 };
            out.extend([
                0x47,
                if first { 0x40 } else { 0 } | (PID >> 8) as u8,
                PID as u8,
                control | self.counter,
            ]);
            out.extend(field);
            out.extend_from_slice(&rest[..take]);
            self.counter = (self.counter + 1) & 15;
            rest = &rest[take..];
            first = false;
        }
    }
}

fn stamp(out: &mut Vec<u8>, mark: u8, time: i64) {
    let time = time as u64 & 0x1_ffff_ffff;
    out.push(mark << 4 | ((time >> 30) as u8 & 7) << 1 | 1);
    out.extend(
        ((time >> 15) as u16 & 0x7fff)
            .wrapping_shl(1)
            .wrapping_add(1)
            .to_be_bytes(),
    );
    out.extend((time as u16 & 0x7fff).wrapping_shl(1).wrapping_add(1).to_be_bytes());
}

/// The ADTS header of a frame of `size` bytes.
pub fn adts(config: &[u8], size: usize) -> [u8; 7] {
    let bits = u16::from_be_bytes([
        config.first().copied().unwrap_or(0x11),
        config.get(1).copied().unwrap_or(0x90),
    ]);
    let profile = ((bits >> 11) as u8 & 31).saturating_sub(1) & 3;
    let rate = (bits >> 7) as u8 & 15;
    let channels = (bits >> 3) as u8 & 15;
    let length = (size + 7) as u32;
    [
        0xff,
        0xf1,
        profile << 6 | rate << 2 | channels >> 2,
        channels << 6 | (length >> 11) as u8,
        (length >> 3) as u8,
        (length << 5) as u8 | 0x1f,
        0xfc,
    ]
}

fn crc(data: &[u8]) -> u32 {
    data.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track() -> Description {
        Description {
            timescale: 48_000,
            format: Format::Audio {
                rate: 48_000,
                channels: 2,
                config: vec![0x11, 0x90],
            },
            language: *b"und",
        }
    }

    fn samples(count: i64, from: i64) -> Vec<Sample> {
        (from..from + count)
            .map(|n| Sample {
                data: vec![n as u8; 300 + n as usize % 7],
                pts: n * 1024,
                dts: n * 1024,
                duration: 1024,
                key: true,
            })
            .collect()
    }

    #[test]
    fn packets_are_whole_and_count_on() {
        let mut writer = Writer::after([]);
        let mut counters = Vec::new();
        for segment in 0..3 {
            let (bytes, _) = writer.segment(&track(), &samples(20, segment * 20));
            assert_eq!(bytes.len() % PACKET, 0);
            for packet in bytes.chunks(PACKET) {
                assert_eq!(packet[0], 0x47);
                if packet[1] & 0x1f == 1 {
                    counters.push(packet[3] & 15);
                }
            }
        }
        for pair in counters.windows(2) {
            assert_eq!((pair[0] + 1) & 15, pair[1]);
        }
    }

    #[test]
    fn a_writer_goes_on_where_another_stopped() {
        let mut whole = Writer::after([]);
        let sizes: Vec<u64> = (0..3)
            .map(|n| whole.segment(&track(), &samples(20, n * 20)).0.len() as u64)
            .collect();
        let next = whole.segment(&track(), &samples(5, 60)).0;
        assert_eq!(Writer::after(sizes).segment(&track(), &samples(5, 60)).0, next);
    }

    #[test]
    fn the_shortest_segment_is_known_for_what_it_is() {
        let mut whole = Writer::after([]);
        let mut sizes = Vec::new();
        for count in [1, 2, 9, 40] {
            let mut quiet = samples(count, 0);
            for sample in &mut quiet {
                sample.data.truncate(6);
            }
            let (bytes, _) = whole.segment(&track(), &quiet);
            assert!(
                bytes.len() >= FEWEST * PACKET && bytes.len().is_multiple_of(PACKET),
                "{count}"
            );
            sizes.push(bytes.len() as u64);
        }
        let next = whole.segment(&track(), &samples(5, 60)).0;
        assert_eq!(Writer::after(sizes).segment(&track(), &samples(5, 60)).0, next);
    }

    #[test]
    fn the_table_checksum_is_mpegs() {
        // The checksum over a table with its own checksum is 0.
        let mut out = Vec::new();
        Writer::after([]).write_tables(&mut out, false);
        assert_eq!(crc(&out[5..5 + 16]), 0);
        assert_eq!(crc(&out[PACKET + 5..PACKET + 5 + 21]), 0);
    }
}
