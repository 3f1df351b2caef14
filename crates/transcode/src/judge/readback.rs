//! A segment as FFmpeg's demuxer reads it.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec;
use ffmpeg_next::ffi;

use super::verdict::Fault;
use crate::h264::has_lengths;
use crate::input;
use crate::mux::mpegts;
use crate::mux::track::Description;

/// Seconds until the clock of a transport stream begins anew.
pub const WRAP: f64 = (1_u64 << 33) as f64 / 90_000.0;

/// One packet.
pub struct Found {
    /// When it is shown, seconds on the segment's clock; `None` for frames of sound behind the first of a packet of a transport stream.
    pub time: Option<f64>,
    /// A decoder can begin here.
    pub key: bool,
    /// As a decoder takes it.
    pub packet: ffmpeg::Packet,
    /// Its units have lengths before them: it comes from an MP4.
    pub lengths: bool,
    transport: bool,
}

impl Found {
    /// Its bytes.
    pub fn data(&self) -> &[u8] {
        self.packet.data().unwrap_or_default()
    }
}

/// All packets of a segment.
pub struct Packets {
    demuxer: ffmpeg::format::context::Input,
    /// In their order.
    pub found: Vec<Found>,
}

impl Packets {
    /// Reads what lies in memory.
    pub fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut demuxer = input::open_raw(bytes).map_err(|_| Fault::Unreadable)?;
        let transport = demuxer.format().name() == "mpegts";
        let mut found = Vec::new();
        loop {
            let mut packet = ffmpeg::Packet::empty();
            if input::read(&mut demuxer, &mut packet).is_err() {
                break;
            }
            let stream = demuxer.stream(packet.stream()).ok_or(Fault::Unreadable)?;
            if stream.index() != 0 {
                return Err(Fault::Count);
            }
            let time = packet.pts().map(|pts| pts as f64 * f64::from(stream.time_base()));
            found.push(Found {
                time,
                key: packet.is_key(),
                lengths: has_lengths(&stream.parameters()),
                transport,
                packet,
            });
        }
        Ok(Self { demuxer, found })
    }

    /// A decoder that knows nothing but this segment. A strict one refuses what it could also conceal.
    pub fn decoder(&self, strict: bool) -> Result<codec::decoder::Decoder, Fault> {
        let stream = self.demuxer.stream(0).ok_or(Fault::Unreadable)?;
        let (mut context, _) = input::decoder("", &stream).map_err(|_| Fault::Unreadable)?;
        if strict {
            // SAFETY: a plain field of a context that is not open yet.
            unsafe {
                (*context.as_mut_ptr()).err_recognition |= ffi::AV_EF_EXPLODE;
            }
        }
        Ok(context.decoder())
    }
}

/// The film's zero on the segment's clock, seconds.
pub fn zero(found: &[Found], track: &Description) -> f64 {
    if found.first().is_some_and(|first| first.transport) {
        mpegts::BASE as f64 / 90_000.0
    } else {
        // All pictures are late by the delay that the init segment's edit list takes off.
        track.seconds(track.delay())
    }
}
