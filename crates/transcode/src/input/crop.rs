//! Edges that a container asks to cut off: Matroska's `PixelCrop` (RFC 9559, 5.1.4.1.28) and the clean aperture of an MP4 (`clap`,
//! ISO/IEC 14496-12, 12.1.4). FFmpeg reads them since 7.1 and leaves them to others; before it does not say a word.

use std::io::{Read, Seek, SeekFrom};

use screener_ladder::source::Edges;

use super::edits::{boxes, bytes};

/// More elements than stand before the first picture of any film.
const MOST: usize = 10_000;

/// Fewer pixels than this on a side are no picture.
const LEAST: u32 = 16;

/// What is cut off the pictures of each video track, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crops(Vec<Option<Edges>>);

impl Crops {
    /// Reads them; none where the file is neither.
    pub fn of(file: &mut (impl Read + Seek)) -> std::io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut crops = Self::default();
        if bytes::<4>(file, 0)? == [0x1A, 0x45, 0xDF, 0xA3] {
            matroska(file, 0, length, &mut crops)?;
            return Ok(crops);
        }
        for moov in boxes(file, 0, length, *b"moov")? {
            for (from, to) in boxes(file, moov.0, moov.1, *b"trak")? {
                crops.track(file, from, to)?;
            }
        }
        Ok(crops)
    }

    /// Of the n-th video track, whose pictures are stored in this size.
    pub fn track_number(&self, n: usize, width: u32, height: u32) -> Option<Edges> {
        let edges = (*self.0.get(n)?)?;
        let left = width.checked_sub(edges.left + edges.right)?;
        let high = height.checked_sub(edges.top + edges.bottom)?;
        (edges != Edges::default() && left >= LEAST && high >= LEAST).then_some(edges)
    }

    fn track(&mut self, file: &mut (impl Read + Seek), from: u64, to: u64) -> std::io::Result<()> {
        let mut range = (from, to);
        for kind in [*b"mdia", *b"minf", *b"stbl", *b"stsd"] {
            let found = boxes(file, range.0, range.1, kind)?;
            if kind == *b"minf" && found.iter().all(|(from, to)| !has(file, *from, *to, *b"vmhd")) {
                return Ok(());
            }
            let Some(&found) = found.first() else { return Ok(()) };
            range = found;
        }
        // A count, then the first description: its head, 78 bytes of a picture's, and boxes.
        let entry = range.0 + 8;
        let end = (entry + u64::from(u32::from_be_bytes(bytes(file, entry)?))).min(range.1);
        let (width, height) = (
            u16::from_be_bytes(bytes(file, entry + 32)?),
            u16::from_be_bytes(bytes(file, entry + 34)?),
        );
        let edges = match boxes(file, entry + 86, end, *b"clap")?.first() {
            Some(&(at, _)) => clean(&bytes::<32>(file, at)?, f64::from(width), f64::from(height)),
            None => None,
        };
        self.0.push(edges);
        Ok(())
    }
}

fn has(file: &mut (impl Read + Seek), from: u64, to: u64, kind: [u8; 4]) -> bool {
    boxes(file, from, to, kind).is_ok_and(|found| !found.is_empty())
}

/// A clean aperture: its size, and by how much its middle lies off the picture's, each a fraction.
fn clean(clap: &[u8; 32], width: f64, height: f64) -> Option<Edges> {
    let mut values = [0.0; 4];
    for (value, fraction) in values.iter_mut().zip(clap.chunks_exact(8)) {
        let number =
            |at: usize| i32::from_be_bytes([fraction[at], fraction[at + 1], fraction[at + 2], fraction[at + 3]]);
        if number(4) <= 0 {
            return None;
        }
        *value = f64::from(number(0)) / f64::from(number(4));
    }
    let [wide, high, right, down] = values;
    if wide < 1.0 || high < 1.0 || wide > width || high > height {
        return None;
    }
    let before =
        |whole: f64, part: f64, off: f64| ((whole - part) / 2.0 + off).round().clamp(0.0, (whole - part).floor());
    let (left, top) = (before(width, wide, right), before(height, high, down));
    Some(Edges {
        top: top as u32,
        bottom: (height - high - top).round().max(0.0) as u32,
        left: left as u32,
        right: (width - wide - left).round().max(0.0) as u32,
    })
}

/// Elements by their IDs without the bit that marks their length: into the segment, its tracks, their entries, up to the first cluster.
fn matroska(file: &mut (impl Read + Seek), from: u64, to: u64, crops: &mut Crops) -> std::io::Result<()> {
    let mut at = from;
    for _ in 0..MOST {
        let Some((id, size, inside)) = element(file, at, to)? else {
            break;
        };
        let end = inside.saturating_add(size).min(to);
        match id {
            0x0853_8067 | 0x0654_AE6B | 0x2E => matroska(file, inside, end, crops)?,
            0x0F43_B675 => break,
            0x60 => {
                let edges = edges(file, inside, end)?;
                crops.0.push(Some(edges));
            }
            _ => {}
        }
        at = end;
    }
    Ok(())
}

fn edges(file: &mut (impl Read + Seek), from: u64, to: u64) -> std::io::Result<Edges> {
    let mut edges = Edges::default();
    let mut at = from;
    for _ in 0..MOST {
        let Some((id, size, inside)) = element(file, at, to)? else {
            break;
        };
        let edge = match id {
            0x14AA => Some(&mut edges.bottom),
            0x14BB => Some(&mut edges.top),
            0x14CC => Some(&mut edges.left),
            0x14DD => Some(&mut edges.right),
            _ => None,
        };
        if let Some(edge) = edge.filter(|_| size <= 4) {
            let value: [u8; 4] = bytes(file, inside)?;
            let value = value[..size as usize]
                .iter()
                .fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
            // No picture is wider; and sums must not overflow.
            *edge = value.min(1 << 16);
        }
        at = inside.saturating_add(size);
    }
    Ok(edges)
}

/// ID, size and where its inside begins.
fn element(file: &mut (impl Read + Seek), at: u64, to: u64) -> std::io::Result<Option<(u64, u64, u64)>> {
    if at >= to {
        return Ok(None);
    }
    let Some((id, first)) = super::shape::vint(file, at)? else {
        return Ok(None);
    };
    let Some((size, width)) = super::shape::vint(file, at + first)? else {
        return Ok(None);
    };
    Ok(Some((id, size, at + first + width)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn element(id: &[u8], inside: &[u8]) -> Vec<u8> {
        [id, &[0x40 | (inside.len() >> 8) as u8, inside.len() as u8], inside].concat()
    }

    #[test]
    fn edges_in_matroska() {
        let video = [
            element(&[0x54, 0xBB], &[20]),
            element(&[0x54, 0xAA], &[0, 20]),
            element(&[0xB0], &[1, 64]),
        ]
        .concat();
        let sound = element(&[0xAE], &element(&[0xE1], &[]));
        let tracks = [sound, element(&[0xAE], &element(&[0xE0], &video))].concat();
        let segment = element(&[0x16, 0x54, 0xAE, 0x6B], &tracks);
        let file = [
            element(&[0x1A, 0x45, 0xDF, 0xA3], &[1, 2, 3]),
            element(&[0x18, 0x53, 0x80, 0x67], &segment),
        ]
        .concat();
        let crops = Crops::of(&mut Cursor::new(file)).unwrap();
        let edges = Edges {
            top: 20,
            bottom: 20,
            ..Edges::default()
        };
        assert_eq!(crops.track_number(0, 320, 180), Some(edges));
        assert_eq!(crops.track_number(0, 320, 50), None, "nothing would be left");
        assert_eq!(crops.track_number(1, 320, 180), None);
    }

    #[test]
    fn a_clean_aperture_lies_off_the_middle() {
        let clap = |values: [i32; 8]| {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
            clean(bytes.as_slice().try_into().unwrap(), 720.0, 480.0)
        };
        let edges = |top, bottom, left, right| {
            Some(Edges {
                top,
                bottom,
                left,
                right,
            })
        };
        assert_eq!(clap([704, 1, 480, 1, 0, 1, 0, 1]), edges(0, 0, 8, 8));
        assert_eq!(clap([704, 1, 460, 1, 4, 1, -10, 1]), edges(0, 20, 12, 4));
        assert_eq!(clap([720, 1, 480, 1, 0, 1, 0, 1]), edges(0, 0, 0, 0));
        assert_eq!(clap([900, 1, 480, 1, 0, 1, 0, 1]), None);
        assert_eq!(clap([704, 0, 480, 1, 0, 1, 0, 1]), None);
    }
}
