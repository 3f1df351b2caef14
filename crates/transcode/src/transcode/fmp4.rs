//! Fragmented MP4 as CMAF wants it (ISO/IEC 14496-12, 23000-19): an init segment, and fragments that begin at key pictures.
//!
//! Written here rather than by libavformat, because then every byte follows from the samples alone: a worker that goes
//! on after a kill writes what the first one would have written. Decode times count from the film's zero; pictures that are
//! shown later than they are decoded are all late by the same delay, which an edit list takes off again. (Signed offsets
//! would need none, but FFmpeg's demuxer, and so many a tool, then shows the pictures late.)

use std::borrow::Cow;

use super::sample::{Description, Format, Sample};

/// A box: its size is filled in when its contents are there.
pub(super) fn boxed(out: &mut Vec<u8>, kind: [u8; 4], fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    out.extend(kind);
    fill(out);
    let size = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

/// A box with version and flags.
pub(super) fn full(out: &mut Vec<u8>, kind: [u8; 4], version: u8, flags: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    boxed(out, kind, |out| {
        put32(out, u32::from(version) << 24 | flags);
        fill(out);
    });
}

pub(super) fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_be_bytes());
}

pub(super) fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_be_bytes());
}

pub(super) const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

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

/// Writes a track's sample tables.
pub(super) type Tables<'a> = dyn Fn(&mut Vec<u8>) + 'a;

/// A track's place in its file.
pub(super) struct Place<'a> {
    /// From 1.
    pub id: u32,
    /// Duration in the movie's ticks; 0 in fragmented files.
    pub shown: u32,
    /// Duration in the track's ticks; 0 in fragmented files.
    pub duration: u32,
    /// The sample tables; `None` in fragmented files, where they are empty.
    pub tables: Option<&'a Tables<'a>>,
}

/// Everything within a `trak`.
pub(super) fn trak(out: &mut Vec<u8>, track: &Description, place: &Place<'_>) {
    let (width, height, audio) = match track.format {
        Format::Video { width, height, .. } => (width, height, false),
        Format::Audio { .. } => (0, 0, true),
    };
    full(out, *b"tkhd", 0, 3, |out| {
        for value in [0, 0, place.id, 0, place.shown, 0, 0] {
            put32(out, value);
        }
        put32(out, 0);
        put16(out, if audio { 0x100 } else { 0 });
        put16(out, 0);
        for value in MATRIX {
            put32(out, value);
        }
        put32(out, width << 16);
        put32(out, height << 16);
    });
    if track.delay() > 0 {
        boxed(out, *b"edts", |out| {
            full(out, *b"elst", 0, 0, |out| {
                for value in [1, place.shown, track.delay() as u32, 0x1_0000] {
                    put32(out, value);
                }
            });
        });
    }
    boxed(out, *b"mdia", |out| {
        full(out, *b"mdhd", 0, 0, |out| {
            for value in [0, 0, track.timescale, place.duration] {
                put32(out, value);
            }
            let language = track.language.iter().fold(0u16, |sum, &letter| {
                sum << 5 | u16::from(letter.wrapping_sub(0x60) & 31)
            });
            put16(out, language);
            put16(out, 0);
        });
        full(out, *b"hdlr", 0, 0, |out| {
            put32(out, 0);
            out.extend(if audio { b"soun" } else { b"vide" });
            out.extend([0; 12]);
            out.extend(if audio { b"sound\0" } else { b"video\0" });
        });
        boxed(out, *b"minf", |out| {
            if audio {
                full(out, *b"smhd", 0, 0, |out| put32(out, 0));
            } else {
                full(out, *b"vmhd", 0, 1, |out| out.extend([0; 8]));
            }
            boxed(out, *b"dinf", |out| {
                full(out, *b"dref", 0, 0, |out| {
                    put32(out, 1);
                    full(out, *b"url ", 0, 1, |_| ());
                });
            });
            boxed(out, *b"stbl", |out| {
                full(out, *b"stsd", 0, 0, |out| {
                    put32(out, 1);
                    sample_entry(out, track);
                });
                if let Some(tables) = place.tables {
                    tables(out);
                    return;
                }
                for kind in [*b"stts", *b"stsc", *b"stco"] {
                    full(out, kind, 0, 0, |out| put32(out, 0));
                }
                full(out, *b"stsz", 0, 0, |out| out.extend([0; 8]));
            });
        });
    });
}

fn sample_entry(out: &mut Vec<u8>, track: &Description) {
    match &track.format {
        Format::Video {
            width,
            height,
            avcc,
            color,
            ..
        } => boxed(out, *b"avc1", |out| {
            out.extend([0, 0, 0, 0, 0, 0, 0, 1]);
            out.extend([0; 16]);
            put16(out, *width as u16);
            put16(out, *height as u16);
            put32(out, 0x48_0000);
            put32(out, 0x48_0000);
            put32(out, 0);
            put16(out, 1);
            out.extend([0; 32]);
            put16(out, 24);
            put16(out, 0xffff);
            boxed(out, *b"avcC", |out| out.extend_from_slice(avcc));
            if let Some((primaries, transfer, matrix)) = *color {
                boxed(out, *b"colr", |out| {
                    out.extend(b"nclx");
                    put16(out, primaries);
                    put16(out, transfer);
                    put16(out, matrix);
                    out.push(0);
                });
            }
            boxed(out, *b"pasp", |out| {
                put32(out, 1);
                put32(out, 1);
            });
        }),
        Format::Audio { rate, channels, config } => boxed(out, *b"mp4a", |out| {
            out.extend([0, 0, 0, 0, 0, 0, 0, 1]);
            out.extend([0; 8]);
            put16(out, u16::from(*channels));
            put16(out, 16);
            put32(out, 0);
            put32(out, if *rate < 0x1_0000 { rate << 16 } else { 0 });
            full(out, *b"esds", 0, 0, |out| {
                let config_size = config.len() as u8;
                out.extend([3, 23 + config_size, 0, 1, 0]);
                out.extend([4, 15 + config_size, 0x40, 0x15, 0, 0, 0]);
                out.extend([0; 8]);
                out.extend([5, config_size]);
                out.extend_from_slice(config);
                out.extend([6, 1, 2]);
            });
        }),
    }
}

/// Where a key picture lies in a segment: what a byte range of an I-frame playlist covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyRange {
    /// First byte of the fragment.
    pub offset: u64,
    /// Bytes up to the end of the key picture.
    pub length: u64,
    /// When it is shown, in ticks.
    pub pts: i64,
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
