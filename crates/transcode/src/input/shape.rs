//! A file's outer shape, judged without FFmpeg: playlists in disguise, text, and files shorter than they say.

use std::io::{Read, Seek, SeekFrom};

/// Words that name other files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// An HLS playlist.
    Hls,
    /// A concat script of FFmpeg.
    Concat,
    /// PLS, ASX, SMIL and their like.
    Playlist,
    /// A session description (SDP).
    Session,
    /// A DASH manifest.
    Dash,
}

/// What the first bytes give away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disguise {
    /// Words that name other files.
    List(List),
    /// Plain text.
    Text,
}

/// Looks at the first bytes of a file for what is certainly no media.
pub fn disguise(head: &[u8]) -> Option<Disguise> {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0)?;
    let text = &text[start..];
    let lower: Vec<u8> = text.iter().take(2048).map(u8::to_ascii_lowercase).collect();
    let begins = |word: &str| lower.starts_with(word.as_bytes());
    let contains = |word: &str| lower.windows(word.len()).any(|window| window == word.as_bytes());
    if begins("#extm3u") || begins("#ext-x-") || begins("#extinf") {
        return Some(Disguise::List(List::Hls));
    }
    if begins("ffconcat") {
        return Some(Disguise::List(List::Concat));
    }
    if begins("[playlist]") || begins("[reference]") {
        return Some(Disguise::List(List::Playlist));
    }
    if begins("v=0") && contains("\nm=") {
        return Some(Disguise::List(List::Session));
    }
    if begins("<mpd") || (begins("<?xml") && contains("<mpd")) {
        return Some(Disguise::List(List::Dash));
    }
    if begins("<asx") || begins("<smil") || (begins("<?xml") && (contains("<smil") || contains("<playlist"))) {
        return Some(Disguise::List(List::Playlist));
    }
    is_text(&text[..text.len().min(1024)]).then_some(Disguise::Text)
}

fn is_text(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0x80..=0xFF);
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // The last character may be cut.
        Err(error) => error.error_len().is_none(),
    };
    valid && bytes.iter().all(printable)
}

/// How a file contradicts its own sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Bytes that the file says it has and does not have.
    Missing(u64),
    /// An MP4 without its index: the recording or copy ended before it was written.
    NoIndex,
}

/// Compares the sizes that the outermost structures of a file declare with its length. `None` where they agree, or where
/// the container declares none (MPEG-TS, MP3, Ogg, …).
pub fn flaw(file: &mut (impl Read + Seek)) -> std::io::Result<Option<Flaw>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut head = [0_u8; 16];
    let got = read_at(file, 0, &mut head)?;
    let head = &head[..got];
    if head.len() < 12 {
        return Ok(None);
    }
    if matches!(
        &head[4..8],
        b"ftyp" | b"moov" | b"mdat" | b"free" | b"skip" | b"wide" | b"pnot"
    ) {
        return mp4(file, length);
    }
    if head.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]) {
        return matroska(file, length);
    }
    if head.starts_with(b"RIFF") && matches!(&head[8..12], b"AVI " | b"WAVE") {
        let declared = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        // Streamed files leave the size at 0 or all ones; writers disagree by the padding byte.
        if declared == 0 || declared >= 0xFFFF_FFFE {
            return Ok(None);
        }
        return Ok(missing(declared + 8, length, 1));
    }
    Ok(None)
}

fn missing(declared: u64, length: u64, slack: u64) -> Option<Flaw> {
    (declared > length.saturating_add(slack)).then(|| Flaw::Missing(declared - length))
}

/// Outermost boxes (ISO 14496-12, 4.2).
fn mp4(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Option<Flaw>> {
    let (mut at, mut moov, mut fragments) = (0_u64, false, false);
    // Ordinary files have a handful of boxes, fragmented ones two a fragment.
    for _ in 0..200_000 {
        let mut header = [0_u8; 16];
        let got = read_at(file, at, &mut header)?;
        if got < 8 {
            break;
        }
        let small = u64::from(u32::from_be_bytes([header[0], header[1], header[2], header[3]]));
        let kind = &header[4..8];
        let size = match small {
            // To the end of the file.
            0 => length - at,
            1 if got == 16 => u64::from_be_bytes([
                header[8], header[9], header[10], header[11], header[12], header[13], header[14], header[15],
            ]),
            1 => return Ok(Some(Flaw::Missing(8))),
            size => size,
        };
        let known = kind.iter().all(|byte| (0x20..0x7F).contains(byte) || *byte == 0xA9);
        if !known || size < 8 {
            // Not a box: padding or junk behind the last one.
            break;
        }
        moov |= kind == b"moov";
        fragments |= kind == b"moof" || kind == b"styp" || kind == b"sidx";
        let end = at.saturating_add(size);
        if end > length {
            return Ok(Some(Flaw::Missing(end - length)));
        }
        at = end;
        if at >= length {
            break;
        }
    }
    Ok((!moov && !fragments).then_some(Flaw::NoIndex))
}

/// The size of the first Segment (RFC 8794 variable-length integers; all ones: unknown).
fn matroska(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Option<Flaw>> {
    let mut at = 4;
    let Some((header, width)) = vint(file, at)? else {
        return Ok(None);
    };
    at += width + header;
    // EBML Void or CRC elements may stand before the Segment.
    for _ in 0..16 {
        let mut id = [0_u8; 4];
        if read_at(file, at, &mut id)? < 4 {
            return Ok(Some(Flaw::NoIndex));
        }
        if id == [0x18, 0x53, 0x80, 0x67] {
            let Some((size, width)) = vint(file, at + 4)? else {
                return Ok(None);
            };
            let unknown = size == (1 << (7 * width)) - 1;
            return Ok(if unknown {
                None
            } else {
                missing(at + 4 + width + size, length, 0)
            });
        }
        if id[0] != 0xEC && id[0] != 0xBF {
            return Ok(None);
        }
        let Some((size, width)) = vint(file, at + 1)? else {
            return Ok(None);
        };
        at += 1 + width + size;
    }
    Ok(None)
}

/// A variable-length integer and its own length in bytes.
fn vint(file: &mut (impl Read + Seek), at: u64) -> std::io::Result<Option<(u64, u64)>> {
    let mut bytes = [0_u8; 8];
    let got = read_at(file, at, &mut bytes)?;
    let width = bytes[0].leading_zeros() as usize + 1;
    if got < width || width > 8 {
        return Ok(None);
    }
    let first = u64::from(bytes[0]) & ((1 << (8 - width)) - 1);
    let value = bytes[1..width]
        .iter()
        .fold(first, |value, byte| (value << 8) | u64::from(*byte));
    Ok(Some((value, width as u64)))
}

fn read_at(file: &mut (impl Read + Seek), at: u64, into: &mut [u8]) -> std::io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut got = 0;
    while got < into.len() {
        match file.read(&mut into[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn playlists_show_through_any_name() {
        let table: &[(&[u8], Option<Disguise>)] = &[
            (
                b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
                Some(Disguise::List(List::Hls)),
            ),
            (b"\xEF\xBB\xBF\r\n #extm3u\n", Some(Disguise::List(List::Hls))),
            (
                b"ffconcat version 1.0\nfile a.mp4\n",
                Some(Disguise::List(List::Concat)),
            ),
            (b"<?xml version=\"1.0\"?>\n<MPD>", Some(Disguise::List(List::Dash))),
            (
                b"v=0\r\no=- 0 0\r\nm=video 5004 RTP/AVP 96\r\n",
                Some(Disguise::List(List::Session)),
            ),
            (b"Dear reader,\nthis is no film.\n", Some(Disguise::Text)),
            (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", None),
            (b"\x1A\x45\xDF\xA3\x01\x00\x00\x00", None),
            (b"", None),
        ];
        for (head, expected) in table {
            assert_eq!(disguise(head), *expected, "{:?}", String::from_utf8_lossy(head));
        }
    }

    fn atom(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let mut out = ((body.len() + 8) as u32).to_be_bytes().to_vec();
        out.extend_from_slice(&kind);
        out.extend_from_slice(body);
        out
    }

    #[test]
    fn mp4_boxes_are_measured() {
        let whole = [
            atom(*b"ftyp", b"isom0000"),
            atom(*b"moov", &[0; 40]),
            atom(*b"mdat", &[7; 100]),
        ]
        .concat();
        assert_eq!(flaw(&mut Cursor::new(&whole)).unwrap(), None);
        assert_eq!(
            flaw(&mut Cursor::new(&whole[..whole.len() - 30])).unwrap(),
            Some(Flaw::Missing(30))
        );
        let unfinished = [atom(*b"ftyp", b"isom0000"), atom(*b"mdat", &[7; 100])].concat();
        assert_eq!(flaw(&mut Cursor::new(&unfinished)).unwrap(), Some(Flaw::NoIndex));
        // A last box of size 0 goes to the end of the file, and junk behind the last box is nobody's loss.
        let open = [
            atom(*b"ftyp", b"isom0000"),
            atom(*b"moov", &[0; 40]),
            b"\0\0\0\0mdat1234".to_vec(),
        ]
        .concat();
        assert_eq!(flaw(&mut Cursor::new(&open)).unwrap(), None);
        let junk = [whole, vec![0xFF; 33]].concat();
        assert_eq!(flaw(&mut Cursor::new(&junk)).unwrap(), None);
    }

    #[test]
    fn matroska_segments_are_measured() {
        let head = [&[0x1A, 0x45, 0xDF, 0xA3, 0x84][..], &[1, 2, 3, 4]].concat();
        let sized = [&head[..], &[0x18, 0x53, 0x80, 0x67, 0x40, 0x64], &[0; 100]].concat();
        assert_eq!(flaw(&mut Cursor::new(&sized)).unwrap(), None);
        assert_eq!(
            flaw(&mut Cursor::new(&sized[..sized.len() - 9])).unwrap(),
            Some(Flaw::Missing(9))
        );
        let live = [&head[..], &[0x18, 0x53, 0x80, 0x67, 0xFF], &[0; 10]].concat();
        assert_eq!(flaw(&mut Cursor::new(&live)).unwrap(), None);
    }
}
