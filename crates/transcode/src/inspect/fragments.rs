//! How long a CMAF segment lasts, from its boxes (ISO 14496-12, 8.8): the sum of its samples' durations. FFmpeg's demuxer
//! guesses the durations of reordered samples from the frame rate, which is no measure for frames that are unevenly spaced.

/// Seconds of the first track in a segment after its init segment; `None` where the boxes do not tell.
pub fn duration(map: &[u8], media: &[u8]) -> Option<f64> {
    let moov = find(map, &[*b"moov"])?;
    let timescale = timescale(find(moov, &[*b"trak", *b"mdia", *b"mdhd"])?)?;
    let usual = find(moov, &[*b"mvex", *b"trex"]).and_then(|trex| word(trex, 12));
    let mut ticks = 0_u64;
    let mut samples = 0_u64;
    for moof in all(media, *b"moof") {
        let Some(traf) = find(moof, &[*b"traf"]) else { continue };
        let usual = find(traf, &[*b"tfhd"]).and_then(fragment_default).or(usual);
        for trun in all(traf, *b"trun") {
            let (count, sum) = run(trun, usual)?;
            ticks = ticks.saturating_add(sum);
            samples += u64::from(count);
        }
    }
    (samples > 0 && timescale > 0).then(|| ticks as f64 / f64::from(timescale))
}

/// Seconds by which the first track's edit list shows its samples earlier than their time stamps say (ISO 14496-12, 8.6.6);
/// less than 0 where an empty edit shows them later.
pub fn late(map: &[u8]) -> f64 {
    let edits = || {
        let moov = find(map, &[*b"moov"])?;
        let movie = timescale(find(moov, &[*b"mvhd"])?)?;
        let trak = find(moov, &[*b"trak"])?;
        let track = timescale(find(trak, &[*b"mdia", *b"mdhd"])?)?;
        let elst = find(trak, &[*b"edts", *b"elst"])?;
        let wide = *elst.first()? == 1;
        let (count, mut at, mut late) = (word(elst, 4)?, 8, 0.0);
        for _ in 0..count {
            let long = |at: usize| Some(i64::from(word(elst, at)?) << 32 | i64::from(word(elst, at + 4)?));
            let (length, time) = if wide {
                (long(at)?, long(at + 8)?)
            } else {
                (i64::from(word(elst, at)?), i64::from(word(elst, at + 4)?.cast_signed()))
            };
            if time >= 0 {
                return Some(late + time as f64 / f64::from(track.max(1)));
            }
            late -= length as f64 / f64::from(movie.max(1));
            at += if wide { 20 } else { 12 };
        }
        Some(late)
    };
    edits().unwrap_or(0.0)
}

/// The content of the first box at a path.
fn find<'a>(inside: &'a [u8], path: &[[u8; 4]]) -> Option<&'a [u8]> {
    let (first, rest) = path.split_first()?;
    let content = all(inside, *first).next()?;
    if rest.is_empty() {
        Some(content)
    } else {
        find(content, rest)
    }
}

/// The content of each box of a kind, one level deep.
fn all(inside: &[u8], kind: [u8; 4]) -> impl Iterator<Item = &[u8]> {
    let mut rest = inside;
    std::iter::from_fn(move || {
        loop {
            let size = word(rest, 0)? as usize;
            let (content, next) = match size {
                1 => {
                    let size = usize::try_from(u64::from(word(rest, 8)?) << 32 | u64::from(word(rest, 12)?)).ok()?;
                    (rest.get(16..size)?, rest.get(size..)?)
                }
                0 => (rest.get(8..)?, &[][..]),
                size => (rest.get(8..size)?, rest.get(size..)?),
            };
            let found = rest.get(4..8)? == kind.as_slice();
            rest = next;
            if found {
                return Some(content);
            }
        }
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// `mdhd` and `mvhd`: version 1 has times of eight bytes.
fn timescale(header: &[u8]) -> Option<u32> {
    word(header, if *header.first()? == 1 { 20 } else { 12 })
}

/// `tfhd`'s default sample duration, behind the optional fields before it.
fn fragment_default(tfhd: &[u8]) -> Option<u32> {
    let flags = word(tfhd, 0)?;
    let mut at = 8;
    if flags & 0x1 != 0 {
        at += 8;
    }
    if flags & 0x2 != 0 {
        at += 4;
    }
    if flags & 0x8 == 0 { None } else { word(tfhd, at) }
}

/// `trun`: how many samples, and the sum of their durations.
fn run(trun: &[u8], usual: Option<u32>) -> Option<(u32, u64)> {
    let flags = word(trun, 0)?;
    let count = word(trun, 4)?;
    if flags & 0x100 == 0 {
        return Some((count, u64::from(count) * u64::from(usual?)));
    }
    let mut at = 8;
    at += if flags & 0x1 == 0 { 0 } else { 4 };
    at += if flags & 0x4 == 0 { 0 } else { 4 };
    let each = 4 * [0x100, 0x200, 0x400, 0x800]
        .iter()
        .filter(|flag| flags & **flag != 0)
        .count();
    let mut sum = 0_u64;
    for _ in 0..count {
        sum += u64::from(word(trun, at)?);
        at += each;
    }
    Some((count, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&((content.len() + 8) as u32).to_be_bytes()[..], &kind, content].concat()
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn samples_are_summed() {
        let mdhd = boxed(*b"mdhd", &words(&[0, 0, 0, 1000, 0, 0]));
        let trex = boxed(*b"trex", &words(&[0, 1, 1, 40, 0, 0]));
        let moov = boxed(
            *b"moov",
            &[boxed(*b"trak", &boxed(*b"mdia", &mdhd)), boxed(*b"mvex", &trex)].concat(),
        );
        let usual = boxed(*b"moof", &boxed(*b"traf", &boxed(*b"trun", &words(&[0, 25]))));
        assert_eq!(duration(&moov, &usual), Some(1.0));
        // Each sample's own duration and size, behind a data offset.
        let own = boxed(*b"traf", &boxed(*b"trun", &words(&[0x301, 2, 99, 500, 7, 250, 7])));
        assert_eq!(duration(&moov, &boxed(*b"moof", &own)), Some(0.75));
        // The fragment's default, behind a base offset.
        let tfhd = boxed(*b"tfhd", &words(&[0x9, 1, 0, 0, 100]));
        let fragment = boxed(
            *b"moof",
            &boxed(*b"traf", &[tfhd, boxed(*b"trun", &words(&[0, 3]))].concat()),
        );
        assert_eq!(duration(&moov, &fragment), Some(0.3));
        assert_eq!(duration(&moov, b"nothing"), None);
        assert!(late(&moov).abs() < 1e-9);
        let edits = boxed(*b"elst", &words(&[0, 2, 250, u32::MAX, 1 << 16, 0, 80, 1 << 16]));
        let parts = [
            boxed(*b"mvhd", &words(&[0, 0, 0, 500, 0])),
            boxed(*b"trak", &[boxed(*b"mdia", &mdhd), boxed(*b"edts", &edits)].concat()),
        ];
        assert!((late(&boxed(*b"moov", &parts.concat())) - (0.08 - 0.5)).abs() < 1e-9);
        assert_eq!(duration(b"", &usual), None);
    }
}
