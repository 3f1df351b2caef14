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

/// What a still picture in a film's container is called, by its brand (ISO/IEC 23008-12, 10.2; AVIF 1.1, 9). One with tracks is an
/// animation, which only the boxes behind tell.
pub fn still(head: &[u8]) -> Option<&'static str> {
    let size = usize::try_from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?)).ok()?;
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    let others = head.get(16..size.min(head.len())).unwrap_or_default();
    match head.get(8..12)? {
        b"avif" | b"avis" => Some("AVIF"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some("HEIC"),
        b"mif1" | b"mif2" | b"msf1" | b"miaf" if others.chunks_exact(4).any(|brand| brand == b"avif") => Some("AVIF"),
        b"mif1" | b"mif2" | b"msf1" | b"miaf" => Some("HEIF"),
        _ => None,
    }
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
        return riff(file, length);
    }
    Ok(None)
}

/// Writers count their own heads, a padding byte, an index: so many bytes are nobody's pictures or sound.
const LITTLE: u64 = 4096;

fn missing(declared: u64, length: u64, slack: u64) -> Option<Flaw> {
    (declared > length.saturating_add(slack)).then(|| Flaw::Missing(declared - length))
}

/// Chunks of WAV and AVI: what counts is where the sound, or the list of pictures and sound, ends. Large AVIs are several lists of chunks.
fn riff(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Option<Flaw>> {
    let (mut at, mut found, mut declared) = (0_u64, false, 0);
    for _ in 0..10_000 {
        let mut head = [0_u8; 12];
        if read_at(file, at, &mut head)? < 8 {
            break;
        }
        let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        if &head[..4] == b"RIFF" {
            declared = declared.max(at + 8 + size);
            at += 12;
            continue;
        }
        // Streamed files leave sizes at 0 or all ones.
        let open = size == 0 || size >= 0xFFFF_FFFE;
        if &head[..4] == b"data" || &head[..4] == b"LIST" && &head[8..] == b"movi" {
            found = true;
            if open {
                return Ok(None);
            }
            if let Some(flaw) = missing(at + 8 + size, length, LITTLE) {
                return Ok(Some(flaw));
            }
        }
        at += 8 + size + size % 2;
    }
    Ok(if found { None } else { missing(declared, length, 1) })
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
            // Fewer bytes than a head behind the last box are none.
            1 => break,
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
            // Only what holds pictures and sound, or their tables, is a loss; anything else may be bytes that a camera or a
            // program left behind the last box. Where tables stand before the pictures they tell it sample by sample.
            let loss = match kind {
                b"mdat" => fragments || !moov,
                b"moov" | b"moof" => true,
                _ => false,
            };
            if loss {
                return Ok(Some(Flaw::Missing(end - length)));
            }
            break;
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
            let (inside, end) = (at + 4 + width, (at + 4 + width).saturating_add(size));
            if unknown(size, width) || end <= length {
                return Ok(None);
            }
            return Ok(lost(file, inside, length, end - length)?.then_some(Flaw::Missing(end - length)));
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

fn unknown(size: u64, width: u64) -> bool {
    size == (1 << (7 * width)) - 1
}

/// Whether a Segment that goes on behind the end of the file lacks pictures or sound: it may be an index or tags, or a size that was
/// never right.
fn lost(file: &mut (impl Read + Seek), inside: u64, length: u64, behind: u64) -> std::io::Result<bool> {
    /// More than any index or attachment.
    const MUCH: u64 = 16 << 20;
    const CLUSTER: u64 = 0x0F43_B675;
    /// Cues, tags, chapters, attachments, void, checksum: IDs without the bit that marks their length, as `vint` reads them.
    const OTHERS: [u64; 6] = [0x0C53_BB6B, 0x0254_C367, 0x0043_A770, 0x0941_A469, 0x6C, 0x3F];
    let (mut at, mut pictures) = (inside, false);
    for _ in 0..200_000 {
        if at >= length {
            // All that there is is whole.
            return Ok(!pictures || behind > MUCH);
        }
        let Some((id, first)) = vint(file, at)? else {
            return Ok(true);
        };
        let Some((size, width)) = vint(file, at + first)? else {
            return Ok(true);
        };
        pictures |= id == CLUSTER;
        let end = (at + first + width).saturating_add(size);
        if unknown(size, width) || end > length {
            return Ok(!(pictures && OTHERS.contains(&id)));
        }
        at = end;
    }
    Ok(true)
}

/// A variable-length integer and its own length in bytes.
pub fn vint(file: &mut (impl Read + Seek), at: u64) -> std::io::Result<Option<(u64, u64)>> {
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
        // Tables before the pictures tell what is missing; tables behind them are missing themselves.
        assert_eq!(flaw(&mut Cursor::new(&whole[..whole.len() - 30])).unwrap(), None);
        let fragment = [&whole[..], &atom(*b"moof", &[0; 8]), &atom(*b"mdat", &[7; 100])].concat();
        assert_eq!(
            flaw(&mut Cursor::new(&fragment[..fragment.len() - 30])).unwrap(),
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
        for junk in [&[0xFF; 33][..], b"<?xpacket begin=\"\"?>", b"\0\0\0\x01mdat", b"\0\0"] {
            let behind = [&whole[..], junk].concat();
            assert_eq!(flaw(&mut Cursor::new(&behind)).unwrap(), None, "{junk:?}");
        }
    }

    #[test]
    fn chunks_are_measured_where_pictures_and_sound_end() {
        let chunk = |kind: &[u8; 4], size: u32, body: &[u8]| [&kind[..], &size.to_le_bytes(), body].concat();
        let song = |riff: u32, data: u32, bytes: usize| {
            let inside = [chunk(b"fmt ", 16, &[0; 16]), chunk(b"data", data, &vec![1; bytes])].concat();
            let file = chunk(b"RIFF", riff, &[&b"WAVE"[..], &inside].concat());
            flaw(&mut Cursor::new(file)).unwrap()
        };
        assert_eq!(song(10_036, 10_000, 10_000), None);
        assert_eq!(song(900_000, 10_000, 10_000), None, "the outer size alone is wrong");
        assert_eq!(song(10_036, 10_044, 10_000), None, "a head that counts itself");
        assert_eq!(song(0, 0, 10_000), None, "streamed");
        assert_eq!(song(10_036, 10_000, 5000), Some(Flaw::Missing(5000)));
        let film = |movi: u32, bytes: usize| {
            let list = chunk(b"LIST", movi, &[&b"movi"[..], &vec![1; bytes]].concat());
            let file = chunk(
                b"RIFF",
                90_000,
                &[&b"AVI "[..], &chunk(b"JUNK", 3, &[0; 4]), &list].concat(),
            );
            flaw(&mut Cursor::new(file)).unwrap()
        };
        assert_eq!(film(10_004, 10_000), None, "the index behind it is missing");
        assert_eq!(film(20_004, 10_000), Some(Flaw::Missing(10_000)));
    }

    #[test]
    fn stills_are_known_by_their_brand() {
        let head = |brand: &[u8; 4], other: &[u8; 4]| [b"\0\0\0\x14ftyp", &brand[..], b"\0\0\0\0", other].concat();
        assert_eq!(still(&head(b"avif", b"mif1")), Some("AVIF"));
        assert_eq!(still(&head(b"mif1", b"avif")), Some("AVIF"));
        assert_eq!(still(&head(b"heic", b"mif1")), Some("HEIC"));
        assert_eq!(still(&head(b"mif1", b"heic")), Some("HEIF"));
        assert_eq!(still(&head(b"isom", b"mp42")), None);
        assert_eq!(still(b"RIFF"), None);
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
        // An index that is cut off, and one that was never there.
        let cluster = [&[0x1F, 0x43, 0xB6, 0x75, 0x90][..], &[0; 16]].concat();
        let cues = [&[0x1C, 0x53, 0xBB, 0x6B, 0x90][..], &[0; 16]].concat();
        let indexed = [&head[..], &[0x18, 0x53, 0x80, 0x67, 0x40, 42], &cluster, &cues].concat();
        for (cut, lost) in [(0, false), (9, false), (21, false), (25, true)] {
            let found = flaw(&mut Cursor::new(&indexed[..indexed.len() - cut])).unwrap();
            assert_eq!(found.is_some(), lost, "{cut}: {found:?}");
        }
        let live = [&head[..], &[0x18, 0x53, 0x80, 0x67, 0xFF], &[0; 10]].concat();
        assert_eq!(flaw(&mut Cursor::new(&live)).unwrap(), None);
    }
}
