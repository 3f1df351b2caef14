//! The judge of what came out: each segment is read back from the disk as a player reads it, and compared with what it was to hold, before
//! any playlist may name it.
//!
//! Who made a segment says what it has to show ([`Expected`]). Every packet is compared, byte by byte; the lowest rung that is encoded is
//! decoded whole, of the other rungs the first picture of each segment, by a decoder that knows nothing but the init segment and this one;
//! sound is decoded whole. It sees what copying, encoding, muxing and writing spoil. What the decoder of the source misreads looks the same
//! to it.

pub mod likeness;
pub mod meter;
pub mod print;
mod readback;
#[cfg(debug_assertions)]
pub mod spoil;
pub mod verdict;

use ffmpeg_next::{codec, frame};

use self::likeness::Look;
use self::meter::{Heard, Meter};
use self::print::Print;
use self::readback::Packets;
use self::verdict::{Fault, Verdict};
use crate::h264;
use crate::mux::track::{Description, Format, Sample};
use crate::pulse;

/// What a segment is to show, besides its samples.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// What went into the encoder, by time in the track's ticks: the segment's first picture, or all of them.
    pub looks: Vec<(i64, Look)>,
    /// Where it is copied.
    pub copy: Option<Copy>,
    /// The sound that went into the encoder.
    pub heard: Option<Heard>,
}

/// What a segment of copied pictures is to hold.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The coded pictures of the source, in their order.
    pub packets: Vec<u64>,
    /// Its first picture as the source's decoder gave it; `None` where it gave none.
    pub first: Option<Print>,
}

/// How much of a track is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The first picture of each segment.
    First,
    /// Everything.
    Whole,
}

/// Looks at one segment: the bytes that lie on the disk, behind those of its init segment.
pub fn judge(
    track: &Description,
    init: &[u8],
    media: &[u8],
    samples: &[Sample],
    expected: &Expected,
    depth: Depth,
) -> Result<Verdict, Fault> {
    pulse::alive();
    let mut packets = Packets::open([init, media].concat())?;
    compare(track, &packets.found, samples)?;
    match track.format {
        Format::Video { .. } => {
            if let Some(copy) = &expected.copy {
                if copy.packets.len() != samples.len()
                    || !copy
                        .packets
                        .iter()
                        .copied()
                        .eq(samples.iter().map(|sample| coded(&h264::lengths(&sample.data, 4))))
                {
                    return Err(Fault::Packets);
                }
                let first = first(&packets, false)?;
                if copy.first.is_none_or(|source| source != Print::of(&first)) {
                    return Err(Fault::Picture);
                }
                has_size(&first, track)?;
            } else if depth == Depth::Whole {
                whole(&mut packets, track, samples, &expected.looks)?;
            } else {
                let first = first(&packets, true)?;
                let at = samples.first().map_or(0, |sample| sample.pts);
                shows(&first, track, at, &expected.looks)?;
            }
            Ok(Verdict {
                pictures: samples.len() as u64,
                ..Verdict::default()
            })
        }
        Format::Audio { rate, .. } => {
            let sounds = listen(&packets, rate, samples.len())?;
            Ok(Verdict {
                meant: expected.heard,
                heard: expected.heard.is_some().then_some(sounds),
                ..Verdict::default()
            })
        }
    }
}

/// What a coded picture is told by: its slices alone, however they are packed and whatever stands between them.
pub fn coded(units: &[&[u8]]) -> u64 {
    let mut digest = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme);
    for unit in units.iter().filter(|unit| matches!(unit[0] & 31, 1..=5)) {
        // Zeros behind a unit are padding: before a start code nobody can tell whose they are.
        let end = unit.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        digest.update(&unit[..end]);
    }
    digest.finalize()
}

/// Seconds by which a time may differ: transport streams have ticks of 90 kHz, and a parser counts the frames of sound within a packet.
const TICK: f64 = 0.000_05;

/// Whether the packets are the samples: as many, in their order, at their times, with their bytes.
fn compare(track: &Description, found: &[readback::Found], samples: &[Sample]) -> Result<(), Fault> {
    if found.len() != samples.len() {
        return Err(Fault::Count);
    }
    let video = matches!(track.format, Format::Video { .. });
    let Some(first) = found.first() else { return Ok(()) };
    let origin = first.time.ok_or(Fault::Times)?;
    let begin = samples.first().map_or(0, |first| first.pts);
    for (packet, sample) in found.iter().zip(samples) {
        let late = packet
            .time
            .map(|time| (time - origin) - track.seconds(sample.pts - begin));
        if late.map_or(video, |late| late.abs() > TICK) || (video && packet.key != sample.key) {
            return Err(Fault::Times);
        }
        let same = match packet.lengths {
            _ if !video => packet.data().ends_with(&sample.data),
            true => packet.data() == sample.data,
            false => {
                let slices = |units: Vec<&[u8]>| coded(&units);
                slices(h264::units(packet.data())) == slices(h264::lengths(&sample.data, 4))
            }
        };
        if !same {
            return Err(Fault::Bytes);
        }
    }
    // Where the segment lies in the film: transport streams begin at an offset, and count in 33 bits.
    let at = origin - readback::zero(found, track);
    let off = (at - track.seconds(begin)).rem_euclid(readback::WRAP);
    if off.min(readback::WRAP - off) > TICK {
        return Err(Fault::Times);
    }
    Ok(())
}

fn has_size(picture: &frame::Video, track: &Description) -> Result<(), Fault> {
    match track.format {
        Format::Video { width, height, .. } if (picture.width(), picture.height()) != (width, height) => {
            Err(Fault::Size)
        }
        _ => Ok(()),
    }
}

/// Whether a picture is of the track's size, and looks like the one that went into the encoder for its time.
fn shows(picture: &frame::Video, track: &Description, at: i64, looks: &[(i64, Look)]) -> Result<(), Fault> {
    has_size(picture, track)?;
    let meant = looks.binary_search_by_key(&at, |(pts, _)| *pts).ok();
    if meant.is_some_and(|meant| Look::of(picture).is_none_or(|look| !look.is_like(&looks[meant].1))) {
        return Err(Fault::Picture);
    }
    Ok(())
}

/// The first picture, by a fresh decoder.
fn first(packets: &Packets, strict: bool) -> Result<frame::Video, Fault> {
    let mut decoder = video_decoder(packets, strict)?;
    let mut picture = frame::Video::empty();
    let first = packets.found.first().ok_or(Fault::Count)?;
    decoder
        .send_packet(&first.packet)
        .and_then(|()| decoder.send_eof())
        .map_err(|_| Fault::Picture)?;
    decoder.receive_frame(&mut picture).map_err(|_| Fault::Picture)?;
    Ok(picture)
}

/// Every picture.
fn whole(packets: &mut Packets, track: &Description, samples: &[Sample], looks: &[(i64, Look)]) -> Result<(), Fault> {
    let mut decoder = video_decoder(packets, true)?;
    let mut times: Vec<i64> = samples.iter().map(|sample| sample.pts).collect();
    times.sort_unstable();
    let mut shown = times.iter();
    let mut picture = frame::Video::empty();
    let mut take = |decoder: &mut codec::decoder::Video| -> Result<(), Fault> {
        while decoder.receive_frame(&mut picture).is_ok() {
            let pts = *shown.next().ok_or(Fault::Count)?;
            if picture.timestamp() != Some(pts) {
                return Err(Fault::Times);
            }
            shows(&picture, track, pts, looks)?;
        }
        Ok(())
    };
    for (found, sample) in packets.found.iter_mut().zip(samples) {
        let packet = &mut found.packet;
        packet.set_pts(Some(sample.pts));
        packet.set_dts(Some(sample.dts - track.delay()));
        decoder.send_packet(packet).map_err(|_| Fault::Picture)?;
        take(&mut decoder)?;
        pulse::alive();
    }
    decoder.send_eof().map_err(|_| Fault::Picture)?;
    take(&mut decoder)?;
    if shown.next().is_some() {
        Err(Fault::Count)
    } else {
        Ok(())
    }
}

fn video_decoder(packets: &Packets, strict: bool) -> Result<codec::decoder::Video, Fault> {
    let decoder = packets.decoder(strict)?.video();
    decoder.map_err(|_| Fault::Unreadable)
}

/// Every frame of sound.
fn listen(packets: &Packets, rate: u32, frames: usize) -> Result<Heard, Fault> {
    if packets.found.is_empty() {
        return Ok(Heard::default());
    }
    let mut decoder = packets.decoder(false)?.audio().map_err(|_| Fault::Unreadable)?;
    let mut meter = Meter::new(rate);
    let mut decoded = frame::Audio::empty();
    let mut count = 0;
    for found in &packets.found {
        // The frames of a copy may be damaged as they were.
        let _ = decoder.send_packet(&found.packet);
        while decoder.receive_frame(&mut decoded).is_ok() {
            count += 1;
            meter.frame(&decoded);
        }
    }
    // A frame of sound that cannot be decoded is silence, and is missed where the level is compared.
    if count == 0 && frames > 0 {
        Err(Fault::Sound)
    } else {
        Ok(meter.take())
    }
}
