//! Edit lists of an MP4 (ISO/IEC 14496-12, 8.6.6): FFmpeg follows them packet by packet, but tells nobody where a piece ends, which is
//! in the middle of a packet of sound as a rule. In fragmented files it does not follow them at all.

use std::io::{Read, Seek, SeekFrom};

/// More boxes, or pieces, than any film has.
const MOST: usize = 100_000;

/// A piece may begin so many seconds behind its media's beginning: reordering, and what an encoder of sound put in front.
const PRIMING: f64 = 0.5;

/// What the edit lists of a file say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// By track number.
    tracks: Vec<(u32, Vec<Piece>)>,
    /// Samples lie in fragments.
    fragments: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    /// Seconds.
    length: f64,
    /// Where it begins in the media, seconds; below zero where nothing is shown.
    from: f64,
}

impl Edits {
    /// Reads them; none where the file is no MP4.
    pub fn of(file: &mut (impl Read + Seek)) -> std::io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut edits = Self::default();
        for moov in boxes(file, 0, length, *b"moov")? {
            let clock = match boxes(file, moov.0, moov.1, *b"mvhd")?.first() {
                Some(&(at, _)) => clock(file, at)?,
                None => 0.0,
            };
            edits.fragments |= !boxes(file, moov.0, moov.1, *b"mvex")?.is_empty();
            for (from, to) in boxes(file, moov.0, moov.1, *b"trak")? {
                edits.tracks.extend(track(file, from, to, clock)?);
            }
        }
        Ok(edits)
    }

    /// Where the pieces of a track end on the film's time line, seconds.
    pub fn ends(&self, track: u32) -> Vec<f64> {
        let pieces = self.tracks.iter().find(|(number, _)| *number == track);
        let lengths = pieces
            .into_iter()
            .flat_map(|(_, pieces)| pieces)
            .map(|piece| piece.length);
        lengths
            .scan(0.0, |end, length| {
                *end += length;
                Some(*end)
            })
            .collect()
    }

    /// Where the beginning of a track's media would lie on the film's time line, seconds, where one piece of it is shown.
    pub fn begins(&self, track: u32) -> Option<f64> {
        let (_, pieces) = self.tracks.iter().find(|(number, _)| *number == track)?;
        let empty: f64 = pieces
            .iter()
            .take_while(|piece| piece.from < 0.0)
            .map(|piece| piece.length)
            .sum();
        let mut shown = pieces.iter().filter(|piece| piece.from >= 0.0);
        match (shown.next(), shown.next()) {
            (Some(only), None) => Some(empty - only.from),
            _ => None,
        }
    }

    /// Whether something is cut out of fragments, which FFmpeg would show.
    pub fn ignored(&self) -> bool {
        self.fragments
            && self.tracks.iter().any(|(_, pieces)| {
                let shown: Vec<_> = pieces.iter().filter(|piece| piece.from >= 0.0).collect();
                shown.len() > 1 || shown.iter().any(|piece| piece.from > PRIMING)
            })
    }
}

fn track(file: &mut (impl Read + Seek), from: u64, to: u64, movie: f64) -> std::io::Result<Option<(u32, Vec<Piece>)>> {
    let inside = |file: &mut _, path: &[[u8; 4]]| -> std::io::Result<Option<(u64, u64)>> {
        let mut range = (from, to);
        for kind in path {
            let Some(&found) = boxes(file, range.0, range.1, *kind)?.first() else {
                return Ok(None);
            };
            range = found;
        }
        Ok(Some(range))
    };
    let (Some((head, _)), Some((media, _)), Some((list, end))) = (
        inside(file, &[*b"tkhd"])?,
        inside(file, &[*b"mdia", *b"mdhd"])?,
        inside(file, &[*b"edts", *b"elst"])?,
    ) else {
        return Ok(None);
    };
    let long = bytes::<1>(file, head)? == [1];
    let number = u32::from_be_bytes(bytes(file, head + if long { 20 } else { 12 })?);
    let media = clock(file, media)?;
    if movie <= 0.0 || media <= 0.0 {
        return Ok(None);
    }
    let long = bytes::<1>(file, list)? == [1];
    let count = u32::from_be_bytes(bytes(file, list + 4)?) as usize;
    let mut pieces = Vec::new();
    let mut at = list + 8;
    for _ in 0..count.min(MOST) {
        let width = if long { 20 } else { 12 };
        if at + width > end {
            break;
        }
        let (length, from) = if long {
            (
                u64::from_be_bytes(bytes(file, at)?) as f64,
                i64::from_be_bytes(bytes(file, at + 8)?) as f64,
            )
        } else {
            (
                f64::from(u32::from_be_bytes(bytes(file, at)?)),
                f64::from(i32::from_be_bytes(bytes(file, at + 4)?)),
            )
        };
        pieces.push(Piece {
            length: length / movie,
            from: from / media,
        });
        at += width;
    }
    Ok(Some((number, pieces)))
}

/// Ticks per second in a header of a movie or of media.
fn clock(file: &mut (impl Read + Seek), at: u64) -> std::io::Result<f64> {
    let long = bytes::<1>(file, at)? == [1];
    Ok(f64::from(u32::from_be_bytes(bytes(
        file,
        at + if long { 20 } else { 12 },
    )?)))
}

/// The insides of every box of a kind between two offsets.
pub fn boxes(file: &mut (impl Read + Seek), from: u64, to: u64, kind: [u8; 4]) -> std::io::Result<Vec<(u64, u64)>> {
    let (mut found, mut at) = (Vec::new(), from);
    for _ in 0..MOST {
        if at + 8 > to {
            break;
        }
        let head: [u8; 8] = bytes(file, at)?;
        let (size, width) = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
            0 => (to - at, 8),
            1 => (u64::from_be_bytes(bytes(file, at + 8)?), 16),
            size => (u64::from(size), 8),
        };
        if size < width || at.saturating_add(size) > to {
            break;
        }
        if head[4..] == kind {
            found.push((at + width, at + size));
        }
        at += size;
    }
    Ok(found)
}

/// So many bytes from there; zeros behind the end.
pub fn bytes<const N: usize>(file: &mut (impl Read + Seek), at: u64) -> std::io::Result<[u8; N]> {
    let mut into = [0; N];
    file.seek(SeekFrom::Start(at))?;
    let mut got = 0;
    while got < N {
        match file.read(&mut into[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(into)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn atom(kind: [u8; 4], inside: &[u8]) -> Vec<u8> {
        [&(inside.len() as u32 + 8).to_be_bytes()[..], &kind, inside].concat()
    }

    fn film(pieces: &[(u32, i32)], fragments: bool) -> Edits {
        let clock = |ticks: u32| [&[0; 12][..], &ticks.to_be_bytes(), &[0; 8]].concat();
        let mut list = [&[0; 4][..], &(pieces.len() as u32).to_be_bytes()].concat();
        for (length, from) in pieces {
            list.extend(length.to_be_bytes());
            list.extend(from.to_be_bytes());
            list.extend([0, 1, 0, 0]);
        }
        let head = [&[0; 12][..], &7_u32.to_be_bytes(), &[0; 8]].concat();
        let track = [
            atom(*b"tkhd", &head),
            atom(*b"edts", &atom(*b"elst", &list)),
            atom(*b"mdia", &atom(*b"mdhd", &clock(48_000))),
        ];
        let mut moov = [atom(*b"mvhd", &clock(1000)), atom(*b"trak", &track.concat())].concat();
        if fragments {
            moov.extend(atom(*b"mvex", &[]));
        }
        let file = [
            atom(*b"ftyp", b"isom0000"),
            atom(*b"moov", &moov),
            atom(*b"mdat", &[1; 9]),
        ]
        .concat();
        Edits::of(&mut Cursor::new(file)).unwrap()
    }

    #[test]
    fn pieces_end_where_their_lengths_say() {
        let edits = film(&[(500, -1), (1000, 0), (1500, 72_000)], false);
        assert_eq!(edits.ends(7), [0.5, 1.5, 3.0]);
        assert_eq!(edits.ends(1), Vec::<f64>::new());
        assert_eq!((edits.begins(7), edits.begins(1)), (None, None), "of two pieces");
        assert_eq!(film(&[(500, -1), (1000, 96_000)], false).begins(7), Some(-1.5));
        assert!(!edits.ignored());
    }

    #[test]
    fn cuts_in_fragments_are_known() {
        assert!(!film(&[(0, 1024)], true).ignored(), "priming");
        assert!(!film(&[(500, -1), (1000, 0)], true).ignored(), "sound that begins late");
        assert!(film(&[(1000, 0), (1500, 72_000)], true).ignored());
        assert!(film(&[(0, 96_000)], true).ignored(), "two seconds at the beginning");
    }

    #[test]
    fn other_files_have_none() {
        for file in [&b""[..], b"RIFF\xFF\xFF\xFF\xFFWAVE", &[0; 64], b"\0\0\0\x01moov"] {
            assert_eq!(Edits::of(&mut Cursor::new(file)).unwrap(), Edits::default(), "{file:?}");
        }
    }
}
