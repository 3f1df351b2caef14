//! H.264 byte streams: parameter sets, start codes and lengths (ISO/IEC 14496-10 annex B, 14496-15).

pub mod parameter_sets;

use ffmpeg_next as ffmpeg;

/// NAL unit types that are looked at.
const SEI: u8 = 6;
const SPS: u8 = 7;
const PPS: u8 = 8;
const DELIMITER: u8 = 9;

/// The NAL units of an Annex B byte stream.
pub fn units(stream: &[u8]) -> Vec<&[u8]> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at + 3 <= stream.len() {
        if stream[at + 2] > 1 {
            at += 3;
        } else if stream[at..at + 3] == [0, 0, 1] {
            starts.push(at + 3);
            at += 3;
        } else {
            at += 1;
        }
    }
    let mut found = Vec::with_capacity(starts.len());
    for (index, &start) in starts.iter().enumerate() {
        let mut end = starts.get(index + 1).map_or(stream.len(), |next| next - 3);
        // The zero bytes before a start code belong to nobody.
        while end > start && stream[end - 1] == 0 {
            end -= 1;
        }
        if end > start {
            found.push(&stream[start..end]);
        }
    }
    found
}

/// The NAL units of a sample with four-byte lengths.
pub fn lengths(sample: &[u8], size: usize) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = sample;
    while rest.len() > size {
        let length = rest[..size]
            .iter()
            .fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
        rest = &rest[size..];
        if length > rest.len() {
            break;
        }
        if length > 0 {
            found.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    found
}

/// The `avcC` record of an encoder's parameter sets (Annex B extradata).
pub fn avcc(extradata: &[u8]) -> Option<Vec<u8>> {
    if extradata.first() == Some(&1) {
        return Some(extradata.to_vec());
    }
    let units = units(extradata);
    let sps: Vec<_> = units.iter().filter(|unit| unit[0] & 31 == SPS).collect();
    let pps: Vec<_> = units.iter().filter(|unit| unit[0] & 31 == PPS).collect();
    let first = sps.first().filter(|sps| sps.len() >= 4)?;
    let profile = first[1];
    let mut record = vec![1, profile, first[2], first[3], 0xff, 0xe0 | sps.len() as u8];
    for set in &sps {
        record.extend((set.len() as u16).to_be_bytes());
        record.extend_from_slice(set);
    }
    record.push(pps.len() as u8);
    for set in &pps {
        record.extend((set.len() as u16).to_be_bytes());
        record.extend_from_slice(set);
    }
    if matches!(profile, 100 | 110 | 122 | 144) {
        // 4:2:0, 8 bits luma and chroma, no extensions: all that is ever encoded or copied.
        record.extend([0xfd, 0xf8, 0xf8, 0]);
    }
    Some(record)
}

/// How many bytes a length takes in samples of this `avcC` record.
pub fn length_size(avcc: &[u8]) -> usize {
    usize::from(avcc.get(4).map_or(3, |byte| byte & 3)) + 1
}

/// The parameter sets of an `avcC` record.
pub fn parameter_sets(avcc: &[u8]) -> Vec<&[u8]> {
    let mut sets = Vec::new();
    let mut at = 5;
    for mask in [0x1f, 0xff] {
        let Some(&count) = avcc.get(at) else { break };
        at += 1;
        for _ in 0..count & mask {
            let Some(length) = avcc.get(at..at + 2) else {
                return sets;
            };
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            let Some(set) = avcc.get(at + 2..at + 2 + length) else {
                return sets;
            };
            sets.push(set);
            at += 2 + length;
        }
    }
    sets
}

/// A coded picture with four-byte lengths, of what only the picture needs: parameter sets stand in the init segment,
/// delimiters belong to transport streams, and an encoder's remarks about itself to nobody.
pub fn sample<'a>(units: impl IntoIterator<Item = &'a [u8]>, keep_sei: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for unit in units {
        let kind = unit[0] & 31;
        if matches!(kind, SPS | PPS | DELIMITER) || (kind == SEI && !keep_sei) {
            continue;
        }
        out.extend((unit.len() as u32).to_be_bytes());
        out.extend_from_slice(unit);
    }
    out
}

/// The same picture for a transport stream: delimiter, parameter sets before key pictures, start codes.
pub fn annex_b(sample: &[u8], key: bool, avcc: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(sample.len() + 128);
    out.extend([0, 0, 0, 1, DELIMITER, 0xf0]);
    if key {
        for set in parameter_sets(avcc) {
            out.extend([0, 0, 0, 1]);
            out.extend_from_slice(set);
        }
    }
    for unit in lengths(sample, 4) {
        out.extend([0, 0, 0, 1]);
        out.extend_from_slice(unit);
    }
    out
}

/// How H.264's units are told apart: lengths of four bytes (`avcC` in the container) or start codes. The packet itself does
/// not tell: the length of a unit of 256 to 511 bytes looks like a start code.
pub fn has_lengths(parameters: &ffmpeg::codec::Parameters) -> bool {
    // SAFETY: FFmpeg keeps the extradata as long as the parameters; its size is told beside it.
    unsafe {
        let raw = parameters.as_ptr();
        !(*raw).extradata.is_null() && (*raw).extradata_size > 6 && *(*raw).extradata == 1
    }
}

/// Whether an H.264 packet holds an IDR picture: NAL unit type 5.
pub fn has_idr(data: &[u8], lengths: bool) -> bool {
    if !lengths {
        return data
            .windows(4)
            .any(|window| window[..3] == [0, 0, 1] && window[3] & 0x1F == 5);
    }
    let mut at = 0;
    while let Some(length) = data.get(at..at + 4) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        match data.get(at + 4) {
            Some(byte) if byte & 0x1F == 5 => return true,
            None => return false,
            _ => at = at.saturating_add(4).saturating_add(length),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = &[
        0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 100, 0, 40, 9, 0, 0, 1, 0x68, 0xee, 0x3c, 0, 0, 1, 0x65, 0, 0, 3, 1, 2,
    ];

    #[test]
    fn units_are_found_between_start_codes() {
        let found = units(STREAM);
        assert_eq!(found.len(), 4);
        assert_eq!(found[1], [0x67, 100, 0, 40, 9]);
        assert_eq!(found[3], [0x65, 0, 0, 3, 1, 2]);
    }

    #[test]
    fn a_sample_holds_the_picture_alone_and_comes_back() {
        let record = avcc(STREAM).unwrap();
        assert_eq!(&record[..6], [1, 100, 0, 40, 0xff, 0xe1]);
        assert_eq!(
            parameter_sets(&record),
            [&[0x67, 100, 0, 40, 9][..], &[0x68, 0xee, 0x3c]]
        );
        let sample = sample(units(STREAM), false);
        assert_eq!(sample, [0, 0, 0, 6, 0x65, 0, 0, 3, 1, 2]);
        let back = annex_b(&sample, true, &record);
        assert_eq!(units(&back), units(STREAM));
    }

    #[test]
    fn a_length_beyond_the_sample_ends_it() {
        assert_eq!(lengths(&[0, 0, 0, 9, 1, 2], 4), Vec::<&[u8]>::new());
        assert_eq!(lengths(&[0, 2, 1, 2, 0], 2), [&[1, 2][..]]);
    }

    #[test]
    fn idr_in_both_packings() {
        assert!(has_idr(&[0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x65, 9], false));
        assert!(!has_idr(&[0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x61, 9], false));
        assert!(has_idr(&[0, 0, 0, 2, 0x06, 1, 0, 0, 0, 2, 0x65, 9], true));
        assert!(!has_idr(&[0, 0, 0, 2, 0x41, 1], true));
        assert!(!has_idr(&[0xFF, 0xFF, 0xFF, 0xFF, 0x41, 1], true));
        assert!(!has_idr(&[], true));
        // A unit of 274 bytes, whose length looks like a start code.
        let long = [&[0, 0, 1, 0x12, 0x65][..], &[0; 273]].concat();
        assert!(has_idr(&long, true));
    }
}
