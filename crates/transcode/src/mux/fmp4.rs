//! Fragmented MP4 as CMAF wants it (ISO/IEC 14496-12, 23000-19): an init segment, and fragments that begin at key pictures.
//!
//! Written here rather than by libavformat, because then every byte follows from the samples alone: a worker that goes
//! on after a kill writes what the first one would have written. Decode times count from the film's zero; pictures that are
//! shown later than they are decoded are all late by the same delay, which an edit list takes off again. (Signed offsets
//! would need none, but FFmpeg's demuxer, and so many a tool, then shows the pictures late.)

use std::borrow::Cow;

use super::boxes::{MATRIX, Place, boxed, full, put16, put32, trak};
use super::track::{Description, Format, KeyRange, Sample};

/// The init segment of a track. Depends on the description alone.
pub fn init(track: &Description) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    boxed(&mut out, *b"ftyp", |out| {
        out.extend(b"iso6");
        put32(out, 0);
        out.extend(b"iso6cmfcmp41");
    });
    boxed(&mut out, *b"moov", |out| {
        full(out, *b"mvhd", 0, 0, |out| {
            for value in [0, 0, track.timescale, 0, 0x1_0000] {
                put32(out, value);
            }
            put16(out, 0x100);
            out.extend([0; 10]);
            for value in MATRIX {
                put32(out, value);
            }
            out.extend([0; 24]);
            put32(out, 2);
        });
        boxed(out, *b"trak", |out| {
            trak(
                out,
                track,
                &Place {
                    id: 1,
                    shown: 0,
                    duration: 0,
                    tables: None,
                },
            );
        });
        boxed(out, *b"mvex", |out| {
            full(out, *b"trex", 0, 0, |out| {
                for value in [1, 1, 0, 0, 0] {
                    put32(out, value);
                }
            });
        });
    });
    out
}

/// A segment's bytes, one piece behind the other: samples stay where they are, so that a long one is not held twice.
pub type Pieces<'a> = Vec<Cow<'a, [u8]>>;

/// One segment: `styp`, then a fragment a key picture (one for all samples of audio).
pub fn segment<'a>(track: &Description, number: u32, samples: &'a [Sample]) -> (Pieces<'a>, Vec<KeyRange>) {
    let video = matches!(track.format, Format::Video { .. });
    let mut pieces = Vec::with_capacity(samples.len() + 16);
    let mut keys = Vec::new();
    let mut styp = Vec::with_capacity(24);
    boxed(&mut styp, *b"styp", |out| {
        out.extend(b"msdh");
        put32(out, 0);
        out.extend(b"msdhmsixcmfs");
    });
    let mut offset = styp.len() as u64;
    pieces.push(Cow::Owned(styp));
    let mut rest = samples;
    let mut part = 0;
    while !rest.is_empty() {
        let end = if video {
            rest.iter()
                .skip(1)
                .position(|sample| sample.key)
                .map_or(rest.len(), |at| at + 1)
        } else {
            rest.len()
        };
        let (fragment, after) = rest.split_at(end);
        // Numbers only have to grow; 1,000 fragments a segment are more than any key-frame distance makes.
        let sequence = number.saturating_sub(1) * 1000 + part + 1;
        let head = head(sequence, track.delay(), fragment);
        keys.push(KeyRange {
            offset,
            length: (head.len() + fragment[0].data.len()) as u64,
            pts: fragment[0].pts,
        });
        offset += head.len() as u64 + payload(fragment);
        pieces.push(Cow::Owned(head));
        pieces.extend(fragment.iter().map(|sample| Cow::Borrowed(&sample.data[..])));
        rest = after;
        part += 1;
    }
    (pieces, keys)
}

fn payload(samples: &[Sample]) -> u64 {
    samples.iter().map(|sample| sample.data.len() as u64).sum()
}

/// A fragment up to its samples: `moof`, and the head of `mdat`.
fn head(sequence: u32, delay: i64, samples: &[Sample]) -> Vec<u8> {
    let mut out = Vec::with_capacity(samples.len() * 16 + 128);
    let mut data_offset_at = 0;
    boxed(&mut out, *b"moof", |out| {
        full(out, *b"mfhd", 0, 0, |out| put32(out, sequence));
        boxed(out, *b"traf", |out| {
            full(out, *b"tfhd", 0, 0x2_0000, |out| put32(out, 1));
            full(out, *b"tfdt", 1, 0, |out| {
                out.extend((samples[0].dts.max(0) as u64).to_be_bytes());
            });
            full(out, *b"trun", 1, 0xf01, |out| {
                put32(out, samples.len() as u32);
                data_offset_at = out.len();
                put32(out, 0);
                for sample in samples {
                    put32(out, sample.duration.max(0) as u32);
                    put32(out, sample.data.len() as u32);
                    put32(out, if sample.key { 0x0200_0000 } else { 0x0101_0000 });
                    out.extend(((sample.pts + delay - sample.dts) as i32).to_be_bytes());
                }
            });
        });
    });
    put32(&mut out, (payload(samples) + 8) as u32);
    out.extend(b"mdat");
    let offset = out.len() as u32;
    out[data_offset_at..data_offset_at + 4].copy_from_slice(&offset.to_be_bytes());
    out
}
