//! The parameter sets that a stream's container names once, and whether its packets keep to them.
//!
//! A copy has one init segment: what is decoded by other parameter sets than its own comes out broken, or not at all.

use ffmpeg::codec::packet::side_data::Type as SideData;
use ffmpeg::format::stream::Stream;
use ffmpeg_next as ffmpeg;

use super::{PPS, SPS, avcc, length_size, lengths, parameter_sets, units};

/// What a decoder is told before the first packet.
pub struct ParameterSets {
    extradata: Vec<u8>,
    h264: bool,
    /// Bytes of a length in packets; `None` where they have start codes.
    lengths: Option<usize>,
    sets: Vec<Vec<u8>>,
}

impl ParameterSets {
    /// Those that the container has for a stream.
    pub fn of(stream: &Stream<'_>) -> Self {
        let extradata = extradata(stream);
        let h264 = stream.parameters().id() == ffmpeg::codec::Id::H264;
        Self {
            h264,
            lengths: (extradata.first() == Some(&1)).then(|| length_size(&extradata)),
            sets: if h264 { sets(&extradata) } else { Vec::new() },
            extradata,
        }
    }

    /// Whether a packet is decoded by them: it brings none, or the same once more.
    pub fn keep(&self, packet: &ffmpeg::Packet) -> bool {
        let told = packet
            .side_data()
            .find(|data| data.kind() == SideData::NewExtraData)
            .is_none_or(|data| self.same(data.data()));
        told && (!self.h264 || self.sets.is_empty() || self.inside(packet.data().unwrap_or_default()))
    }

    /// Whether a packet holds an IDR picture, at which a decoder can begin anew.
    pub fn begins(&self, packet: &ffmpeg::Packet) -> bool {
        packet.is_key()
            && self
                .units(packet.data().unwrap_or_default())
                .iter()
                .any(|unit| unit[0] & 31 == 5)
    }

    /// Whether another record says the same.
    fn same(&self, extradata: &[u8]) -> bool {
        if !self.h264 {
            return self.extradata == extradata;
        }
        let others = sets(extradata);
        // A record without any says nothing.
        (others.is_empty() || others == self.sets)
            && (extradata.first() == Some(&1)) == self.lengths.is_some()
            && self.lengths.is_none_or(|size| size == length_size(extradata))
    }

    fn units<'a>(&self, data: &'a [u8]) -> Vec<&'a [u8]> {
        match self.lengths {
            Some(size) => lengths(data, size),
            None => units(data),
        }
    }

    fn inside(&self, data: &[u8]) -> bool {
        self.units(data)
            .iter()
            .filter(|unit| matches!(unit[0] & 31, SPS | PPS))
            .all(|unit| self.sets.iter().any(|known| known == trimmed(unit)))
    }
}

/// The record or byte stream that a container has for a stream.
pub fn extradata(stream: &Stream<'_>) -> Vec<u8> {
    let parameters = stream.parameters();
    // SAFETY: the stream's parameters live as long as it does.
    unsafe {
        let raw = parameters.as_ptr();
        if (*raw).extradata.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts((*raw).extradata, (*raw).extradata_size as usize).to_vec()
        }
    }
}

fn sets(extradata: &[u8]) -> Vec<Vec<u8>> {
    let record = avcc(extradata).unwrap_or_default();
    parameter_sets(&record)
        .into_iter()
        .map(|set| trimmed(set).to_vec())
        .collect()
}

/// Zero bytes behind a unit are no part of it.
fn trimmed(unit: &[u8]) -> &[u8] {
    let end = unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &unit[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sets_in_any_packing_and_others() {
        let stream: &[u8] = &[0, 0, 0, 1, 0x67, 100, 0, 40, 9, 0, 0, 1, 0x68, 0xee, 0x3c];
        let record = avcc(stream).unwrap();
        let known = ParameterSets {
            h264: true,
            lengths: Some(4),
            sets: sets(stream),
            extradata: record.clone(),
        };
        assert!(known.same(&record));
        assert!(!known.same(stream), "packets behind it would have start codes");
        assert!(known.inside(&[0, 0, 0, 5, 0x67, 100, 0, 40, 9, 0, 0, 0, 2, 0x65, 1]));
        assert!(known.inside(&[0, 0, 0, 4, 0x68, 0xee, 0x3c, 0]));
        assert!(!known.inside(&[0, 0, 0, 5, 0x67, 100, 0, 41, 9, 0, 0, 0, 2, 0x65, 1]));
        assert!(!known.inside(&[0, 0, 0, 3, 0x68, 0xee, 0x3d]));
    }
}
