//! Boxes of ISO base media files (ISO/IEC 14496-12, 14496-14, 14496-15): what fragmented files and plain ones share.

use super::track::{Description, Format};

/// A box: its size is filled in when its contents are there.
pub fn boxed(out: &mut Vec<u8>, kind: [u8; 4], fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    out.extend(kind);
    fill(out);
    let size = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

/// A box with version and flags.
pub fn full(out: &mut Vec<u8>, kind: [u8; 4], version: u8, flags: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    boxed(out, kind, |out| {
        put32(out, u32::from(version) << 24 | flags);
        fill(out);
    });
}

pub fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_be_bytes());
}

pub fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_be_bytes());
}

pub const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// Writes a track's sample tables.
pub type Tables<'a> = dyn Fn(&mut Vec<u8>) + 'a;

/// A track's place in its file.
pub struct Place<'a> {
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
pub fn trak(out: &mut Vec<u8>, track: &Description, place: &Place<'_>) {
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
