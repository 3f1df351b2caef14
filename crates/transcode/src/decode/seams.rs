//! Sound around a cut: the last packet of a piece goes on into what was cut out, and the decoder is told where to stop.

use ffmpeg::Packet;
use ffmpeg::codec::packet::{Mut, Ref};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;

use crate::input::edits::Edits;
use crate::input::hidden::hidden;

/// The seams of one stream, whose container says not to play some of its sound.
pub struct Seams {
    stream: usize,
    /// Samples in a tick of the stream's clock.
    tick: f64,
    /// Where pieces end, ticks.
    ends: Vec<i64>,
    /// Ticks that a packet lasts: where time goes back behind it, it does not say so itself.
    usual: i64,
}

impl Seams {
    /// For a stream of a source that is about to be read.
    pub fn of(stream: &ffmpeg::format::stream::Stream<'_>, edits: &Edits) -> Self {
        let parameters = stream.parameters();
        // SAFETY: a plain field of parameters that live as long as the stream.
        let rate = unsafe { (*parameters.as_ptr()).sample_rate };
        let base = f64::from(stream.time_base());
        let ends = edits.ends(u32::try_from(stream.id()).unwrap_or(0));
        Self {
            stream: stream.index(),
            tick: base * f64::from(rate),
            ends: ends.iter().map(|end| (end / base).round() as i64).collect(),
            usual: 0,
        }
    }

    /// The stream's index.
    pub fn stream(&self) -> usize {
        self.stream
    }

    /// Ends a packet where its piece ends.
    pub fn end(&mut self, packet: &mut Packet) {
        let Some(begin) = packet.pts().filter(|_| !hidden(packet)) else {
            return;
        };
        if packet.duration() > 0 {
            self.usual = packet.duration();
        }
        let end = begin + self.usual;
        if let Some(cut) = self.ends.iter().find(|cut| (begin + 1..end).contains(cut)) {
            discard(packet, ((end - cut) as f64 * self.tick).round() as u32);
        }
    }
}

/// Tells the decoder to leave out so many samples at the end of a packet (`AV_PKT_DATA_SKIP_SAMPLES`: two little-endian
/// numbers, at the beginning and at the end, and two bytes of reasons).
fn discard(packet: &mut Packet, samples: u32) {
    const LENGTH: usize = 10;
    let kind = ffi::AVPacketSideDataType::AV_PKT_DATA_SKIP_SAMPLES;
    // SAFETY: the packet is ours; side data is as long as it says, or as it was asked for.
    unsafe {
        let mut length: usize = 0;
        let mut data = ffi::av_packet_get_side_data(packet.as_ptr(), kind, &raw mut length);
        if data.is_null() || length < LENGTH {
            data = ffi::av_packet_new_side_data(packet.as_mut_ptr(), kind, LENGTH as _);
            if data.is_null() {
                return;
            }
            std::ptr::write_bytes(data, 0, LENGTH);
        }
        let bytes = std::slice::from_raw_parts_mut(data, LENGTH);
        let known = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
        bytes[4..8].copy_from_slice(&known.max(samples).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_packet_of_a_piece_ends_where_the_piece_ends() {
        let mut seams = Seams {
            stream: 1,
            tick: 0.5,
            ends: vec![2000, 4096],
            usual: 0,
        };
        let mut cut = |pts: i64, hidden: bool| {
            let mut packet = Packet::new(4);
            packet.set_pts(Some(pts));
            packet.set_duration(1024);
            if hidden {
                // SAFETY: a plain field of a packet that is ours.
                unsafe { (*packet.as_mut_ptr()).flags |= ffi::AV_PKT_FLAG_DISCARD };
            }
            seams.end(&mut packet);
            let data = packet.side_data().next()?.data().to_vec();
            Some(u32::from_le_bytes([data[4], data[5], data[6], data[7]]))
        };
        assert_eq!(cut(0, false), None);
        assert_eq!(cut(1024, false), Some(24));
        assert_eq!(cut(1024, true), None, "what is not shown is decoded as it is");
        assert_eq!((cut(2000, false), cut(3072, false)), (None, None), "at the very end");
    }
}
