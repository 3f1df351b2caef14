//! One segment, demuxed from memory.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::media::Type;
use screener_hls::facts::{AudioFacts, SegmentFacts, VideoFacts};

use super::fragments;
use crate::h264::{has_idr, has_lengths};
use crate::input::{self, header};

/// A segment whose bytes could not be had.
pub fn unreadable(error: String) -> SegmentFacts {
    SegmentFacts {
        error: Some(error),
        ..SegmentFacts::default()
    }
}

/// Facts of a segment after its init segment (`map`, may be empty).
pub fn facts(name: &str, map: &[u8], media: &[u8]) -> SegmentFacts {
    let mut facts = SegmentFacts {
        bytes: media.len() as u64,
        ..SegmentFacts::default()
    };
    if media.trim_ascii_start().starts_with(b"WEBVTT") || media.starts_with(b"\xEF\xBB\xBFWEBVTT") {
        facts.container = Some("webvtt".into());
        return facts;
    }
    match input::open_bytes(name, [map, media].concat()) {
        Ok(mut source) => {
            look(&mut source.demuxer, fragments::duration(map, media), &mut facts);
            // The demuxer is told to leave edit lists alone: what they take off is taken off here.
            facts.start = facts.start.map(|start| start - fragments::late(map));
            facts.counters = counters(media).filter(|_| facts.container.as_deref() == Some("mpegts"));
            if facts.video.is_none() && facts.audio.is_none() {
                facts.error = Some("it holds neither pictures nor sound".into());
            } else if facts.container.as_deref() == Some("mpegts") && !has_tables(&[map, media].concat()) {
                facts.error = Some("it has no tables of its streams (PAT and PMT)".into());
            }
        }
        Err(failure) => facts.error = Some(failure.message),
    }
    facts
}

/// Bytes of a packet of MPEG-TS.
const PACKET: usize = 188;

/// Whether a piece of MPEG-TS begins with a packet in which no new picture begins.
pub fn begins_within(media: &[u8]) -> bool {
    matches!(media, [0x47, flags, ..] if media.len().is_multiple_of(PACKET) && flags & 0x40 == 0)
}

/// Continuity counters of the first and the last packet of the stream that most packets belong to.
fn counters(media: &[u8]) -> Option<(u8, u8)> {
    let of = |packet: &[u8]| (u16::from(packet[1] & 0x1F) << 8 | u16::from(packet[2]), packet[3] & 15);
    let mut seen = std::collections::BTreeMap::<u16, (usize, u8, u8)>::new();
    for packet in media.chunks_exact(PACKET).filter(|packet| packet[3] & 0x10 != 0) {
        let (stream, counter) = of(packet);
        let (count, _, last) = seen.entry(stream).or_insert((0, counter, counter));
        (*count, *last) = (*count + 1, counter);
    }
    let (_, first, last) = seen.into_values().max_by_key(|(count, ..)| *count)?;
    Some((first, last))
}

/// Whether a transport stream names its programs (PID 0): RFC 8216, 3.2, asks for that in each segment. FFmpeg's demuxer does
/// without, players do not.
fn has_tables(stream: &[u8]) -> bool {
    stream
        .chunks_exact(PACKET)
        .any(|packet| matches!(packet, [0x47, high, 0, ..] if high.trailing_zeros() >= 5))
}

/// Samples of one stream, in the order of the file.
#[derive(Default)]
struct Samples {
    times: Vec<f64>,
    durations: f64,
    keys: Vec<f64>,
    first_is_key: Option<bool>,
}

impl Samples {
    fn first(&self) -> Option<f64> {
        self.times.iter().copied().min_by(f64::total_cmp)
    }

    /// Seconds from the first sample's start to the last one's end, where only time stamps tell.
    fn length(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        match (times.first(), times.last()) {
            (Some(first), Some(last)) if times.len() > 1 => {
                (last - first) * times.len() as f64 / (times.len() - 1) as f64
            }
            _ => self.durations,
        }
    }

    /// Whether any frame stands longer than others; also where there are too few to tell.
    fn uneven(&self) -> bool {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let distances = || times.windows(2).map(|pair| pair[1] - pair[0]);
        let (least, most) = distances().fold((f64::INFINITY, 0.0), |(least, most), distance| {
            (f64::min(least, distance), f64::max(most, distance))
        });
        times.len() < 3 || most > least * 1.2 + 0.002
    }

    /// Frames a second where they stand closest.
    fn peak_rate(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let closest = times
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .filter(|distance| *distance > 0.001)
            .fold(f64::INFINITY, f64::min);
        1.0 / closest
    }

    /// Frames a second: what most frames keep; else the average. A first frame that stands a little longer, until the sound
    /// begins, is no other rate.
    fn rate(&self, duration: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let mut distances: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        distances.sort_by(f64::total_cmp);
        let median = distances
            .get(distances.len() / 2)
            .copied()
            .filter(|distance| *distance > 0.0);
        let kept = |median: f64| {
            distances
                .iter()
                .filter(|distance| (**distance - median).abs() < median * 0.05)
                .count()
        };
        match median {
            Some(median) if kept(median) * 10 >= distances.len() * 9 => 1.0 / median,
            _ if duration > 0.0 => self.times.len() as f64 / duration,
            _ => 0.0,
        }
    }
}

fn look(demuxer: &mut ffmpeg::format::context::Input, boxes: Option<f64>, facts: &mut SegmentFacts) {
    let format = demuxer.format().name().split(',').next().unwrap_or_default().to_owned();
    facts.container = Some(match format.as_str() {
        "mov" => "fmp4".into(),
        other => other.to_owned(),
    });
    let count = demuxer.nb_streams() as usize;
    let mut samples: Vec<Samples> = (0..count).map(|_| Samples::default()).collect();
    let ticks: Vec<(f64, bool, bool)> = demuxer
        .streams()
        .map(|stream| {
            let parameters = stream.parameters();
            (
                f64::from(stream.time_base()),
                parameters.id() == Id::H264,
                has_lengths(&parameters),
            )
        })
        .collect();
    let mut packet = ffmpeg::Packet::empty();
    while input::read(demuxer, &mut packet).is_ok() {
        let at = packet.stream();
        let (Some(of), Some((tick, h264, lengths))) = (samples.get_mut(at), ticks.get(at)) else {
            continue;
        };
        let Some(time) = packet.pts().or(packet.dts()).map(|time| time as f64 * tick) else {
            continue;
        };
        let key = packet.is_key() && (!h264 || packet.data().is_some_and(|data| has_idr(data, *lengths)));
        of.first_is_key.get_or_insert(key);
        if key {
            of.keys.push(time);
        }
        of.times.push(time);
        of.durations += packet.duration() as f64 * tick;
    }
    for stream in demuxer.streams() {
        let Some(of) = samples.get(stream.index()).filter(|of| !of.times.is_empty()) else {
            continue;
        };
        let parameters = stream.parameters();
        match parameters.medium() {
            Type::Video if facts.video.is_none() => {
                facts.duration = boxes.unwrap_or_else(|| of.length());
                facts.start = of.first();
                facts.video = Some(video(&parameters, of, facts.duration));
            }
            Type::Audio if facts.audio.is_none() => {
                if facts.video.is_none() {
                    facts.duration = boxes.unwrap_or_else(|| of.length());
                    facts.start = of.first();
                }
                facts.audio = Some(audio(&parameters));
            }
            _ => {}
        }
    }
}

fn video(parameters: &ffmpeg::codec::Parameters, samples: &Samples, duration: f64) -> VideoFacts {
    let (width, height) = header::coded_size(parameters);
    let start = samples.times.iter().copied().fold(f64::INFINITY, f64::min);
    // SAFETY: plain fields of parameters that live as long as the reference.
    let raw = unsafe { &*parameters.as_ptr() };
    let id = parameters.id();
    let level = u32::try_from(raw.level).ok().filter(|level| *level > 0);
    VideoFacts {
        codec: header::codec_name(id),
        codecs: (id == Id::H264).then(|| h264_name(parameters)).flatten(),
        // SAFETY: as above.
        profile: unsafe { header::profile(parameters.as_ptr()) },
        level: if id == Id::HEVC {
            level.map(|level| level / 3)
        } else {
            level
        },
        width,
        height,
        frame_rate: samples.rate(duration),
        uneven: samples.uneven(),
        peak_frame_rate: samples.peak_rate(),
        starts_with_key_frame: samples.first_is_key.unwrap_or(false),
        key_frames: samples
            .keys
            .iter()
            .map(|time| ((time - start) * 1e6).round() / 1e6)
            .collect(),
        interlaced: header::interlaced(raw, id),
    }
}

/// `avc1.` and the three bytes after the NAL header of the SPS (RFC 6381, 3.3), from `avcC` or from start codes.
fn h264_name(parameters: &ffmpeg::codec::Parameters) -> Option<String> {
    // SAFETY: FFmpeg keeps the extradata as long as the parameters; its size is told beside it.
    let extra = unsafe {
        let raw = parameters.as_ptr();
        let size = usize::try_from((*raw).extradata_size).unwrap_or(0);
        if (*raw).extradata.is_null() || size == 0 {
            return None;
        }
        std::slice::from_raw_parts((*raw).extradata, size)
    };
    let bytes = if let [1, profile, constraints, level, ..] = extra {
        [*profile, *constraints, *level]
    } else {
        let at = extra
            .windows(4)
            .position(|window| window[..3] == [0, 0, 1] && window[3] & 0x1F == 7)?;
        [*extra.get(at + 4)?, *extra.get(at + 5)?, *extra.get(at + 6)?]
    };
    Some(format!("avc1.{:02x}{:02x}{:02x}", bytes[0], bytes[1], bytes[2]))
}

fn audio(parameters: &ffmpeg::codec::Parameters) -> AudioFacts {
    // SAFETY: plain fields of parameters that live as long as the reference.
    let raw = unsafe { &*parameters.as_ptr() };
    let id = parameters.id();
    AudioFacts {
        codec: header::codec_name(id),
        // MPEG-4 audio object type: FFmpeg's AAC profiles are one less.
        codecs: (id == Id::AAC && raw.profile >= 0).then(|| format!("mp4a.40.{}", raw.profile + 1)),
        channels: u16::try_from(raw.ch_layout.nb_channels).unwrap_or(0),
        sample_rate: u32::try_from(raw.sample_rate).unwrap_or(0),
    }
}
