//! What the packets of a stream tell: how far apart key frames are, whether frames are evenly spaced, how many bits.
//!
//! An MP4's index tells it for the whole film without reading. Elsewhere the first half minute is read.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::packet::side_data::Type as SideData;
use ffmpeg_next::ffi;

use crate::h264::parameter_sets::ParameterSets;
use crate::h264::{has_idr, has_lengths};
use crate::input::hidden::{Cuts, hidden};
use crate::{input, pulse};

/// Seconds of film that are looked at.
const WINDOW: f64 = 30.0;
/// Packets of all streams that are looked at.
const PACKETS: usize = 20_000;
/// Bytes that are looked at.
const BYTES: usize = 96 << 20;

/// So few pictures keep no rate.
const FEW: usize = 4;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was seen")]
pub struct Seen {
    /// Longest distance between key frames in seconds.
    pub key_frame_interval: Option<f64>,
    /// False where a frame that the container calls key is none that a decoder could start at (H.264 without IDR).
    pub keys_are_idr: bool,
    /// There are pictures that the container says not to show, and that others need.
    pub hidden: bool,
    /// Packets bring other parameter sets than the container's.
    pub changes: bool,
    /// Where the first of the wanted streams begins and the last ends, seconds of the file's own time, if all was read.
    pub whole: Option<(f64, f64)>,
    /// A packet says that it is encrypted.
    pub encrypted: bool,
    /// Distance of frames in seconds: of most, or the average where they are uneven.
    pub frame_distance: Option<f64>,
    /// Frames are not evenly spaced.
    pub uneven: bool,
    /// Frames a second that most frames keep, where they are uneven.
    pub usual_rate: Option<f64>,
    /// Of so few frames that no distance is kept: how many, and the seconds of everything that was looked at. A still picture
    /// under sound, perhaps.
    pub few: Option<(usize, f64)>,
    /// Bits per second of the stream over what was looked at, and whether that was all of it.
    pub bit_rate: Option<(u64, bool)>,
}

/// Looks at the packets of one video stream, and at where the streams that are `wanted` begin and end.
pub fn look(demuxer: &mut ffmpeg::format::context::Input, index: usize, wanted: &[usize]) -> Seen {
    let mut seen = read(demuxer, index, wanted);
    if let Some(indexed) = indexed(demuxer, index) {
        seen.key_frame_interval = indexed.key_frame_interval.or(seen.key_frame_interval);
        seen.hidden |= indexed.hidden;
        if indexed.every_sample {
            seen.bit_rate = indexed.bit_rate.or(seen.bit_rate);
            seen.uneven |= indexed.uneven;
        }
    }
    seen
}

/// Whether a container with an index of all samples (MP4) says not to play some of a stream's sound. What warms up a decoder at the
/// very beginning is none: two or three packets of it.
pub fn hidden_sound(demuxer: &ffmpeg::format::context::Input, stream: &ffmpeg::Stream<'_>) -> bool {
    const WARM_UP: usize = 3;
    if !demuxer.format().name().starts_with("mov") {
        return false;
    }
    let flags = flags(stream);
    let warm_up = flags
        .iter()
        .take_while(|flags| **flags & ffi::AVINDEX_DISCARD_FRAME != 0)
        .count();
    let later = flags[warm_up..]
        .iter()
        .any(|flags| flags & ffi::AVINDEX_DISCARD_FRAME != 0);
    // Samples behind the last that is played stand in no index; an encoder's last two hold no sound.
    // SAFETY: a plain field of parameters that live as long as the stream.
    let coded = unsafe { (*stream.parameters().as_ptr()).frame_size } > 1;
    let missing = coded && usize::try_from(stream.frames()).unwrap_or(0) > flags.len() + 2 && !flags.is_empty();
    warm_up > WARM_UP || later || missing
}

/// Whether a container with an index of all samples (MP4) says of any picture not to show it.
pub fn any_hidden(demuxer: &ffmpeg::format::context::Input, stream: &ffmpeg::Stream<'_>) -> bool {
    demuxer.format().name().starts_with("mov")
        && flags(stream)
            .iter()
            .any(|flags| flags & ffi::AVINDEX_DISCARD_FRAME != 0)
}

fn flags(stream: &ffmpeg::Stream<'_>) -> Vec<i32> {
    // SAFETY: the stream lives as long as the demuxer; nothing else touches the index meanwhile.
    unsafe {
        let raw = stream.as_ptr().cast_mut();
        (0..ffi::avformat_index_get_entries_count(raw))
            .map(|at| ffi::avformat_index_get_entry(raw, at))
            .filter(|entry| !entry.is_null())
            .map(|entry| (*entry).flags())
            .collect()
    }
}

/// Where the last of these streams ends, seconds of the file's own time: read behind the last place that a search finds near `at`.
/// `None` where the end is not found within what is looked at.
pub fn last(demuxer: &mut ffmpeg::format::context::Input, wanted: &[usize], at: f64) -> Option<f64> {
    let micros = (at * f64::from(ffi::AV_TIME_BASE)) as i64;
    demuxer.seek(micros, ..micros).ok()?;
    let ticks: Vec<f64> = demuxer.streams().map(|stream| f64::from(stream.time_base())).collect();
    let (mut latest, mut looked) = (None, 0);
    let mut packet = ffmpeg::Packet::empty();
    for _ in 0..PACKETS {
        if let Err(error) = input::read(demuxer, &mut packet) {
            return latest.filter(|_| error == ffmpeg::Error::Eof);
        }
        pulse::alive();
        looked += packet.size();
        if looked > BYTES {
            return None;
        }
        if wanted.contains(&packet.stream())
            && !hidden(&packet)
            && let Some((time, tick)) = packet.pts().or(packet.dts()).zip(ticks.get(packet.stream()))
        {
            let end = (time + packet.duration().max(0)) as f64 * tick;
            latest = Some(latest.map_or(end, |latest: f64| latest.max(end)));
        }
    }
    None
}

fn read(demuxer: &mut ffmpeg::format::context::Input, index: usize, wanted: &[usize]) -> Seen {
    // Without pictures there is nothing to measure, but still something to see: encryption.
    let (tick, h264, lengths) = demuxer.stream(index).map_or((0.0, false, false), |stream| {
        (
            f64::from(stream.time_base()),
            stream.parameters().id() == ffmpeg::codec::Id::H264,
            has_lengths(&stream.parameters()),
        )
    });
    let (mut times, mut keys) = (Vec::new(), Vec::new());
    let (mut bytes, mut looked, mut ended, mut keys_are_idr) = (0_usize, 0_usize, false, true);
    let (mut encrypted, mut changes, mut complete) = (false, false, false);
    let sets = demuxer.stream(index).map(|stream| ParameterSets::of(&stream));
    let (mut begin, mut finish) = (f64::INFINITY, f64::NEG_INFINITY);
    let ticks: Vec<f64> = demuxer.streams().map(|stream| f64::from(stream.time_base())).collect();
    let (mut earliest, mut latest) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut packet = ffmpeg::Packet::empty();
    for _ in 0..PACKETS {
        if let Err(error) = input::read(demuxer, &mut packet) {
            (ended, complete) = (true, error == ffmpeg::Error::Eof);
            break;
        }
        pulse::alive();
        encrypted |= packet.side_data().any(|data| data.kind() == SideData::EncryptionInfo);
        looked += packet.size();
        if let Some((time, tick)) = packet.pts().or(packet.dts()).zip(ticks.get(packet.stream())) {
            earliest = earliest.min(time as f64 * tick);
            latest = latest.max((time + packet.duration().max(0)) as f64 * tick);
            if wanted.contains(&packet.stream()) && !hidden(&packet) {
                begin = begin.min(time as f64 * tick);
                finish = finish.max((time + packet.duration().max(0)) as f64 * tick);
            }
        }
        if packet.stream() == index {
            bytes += packet.size();
            changes |= sets.as_ref().is_some_and(|sets| !sets.keep(&packet));
            let time = packet.pts().or(packet.dts()).map(|ticks| ticks as f64 * tick);
            if let Some(time) = time {
                if packet.is_key() {
                    if h264 && !packet.data().is_some_and(|data| has_idr(data, lengths)) {
                        keys_are_idr = false;
                    }
                    keys.push(time);
                }
                times.push(time);
                if time - times[0] > WINDOW {
                    break;
                }
            }
        }
        if looked > BYTES {
            break;
        }
    }
    times.sort_by(f64::total_cmp);
    let spacing = spacing(&times, tick);
    let end = times.last().copied();
    let few = !times.is_empty() && times.len() < FEW && latest > earliest;
    Seen {
        key_frame_interval: longest(&keys, end),
        keys_are_idr,
        hidden: false,
        changes,
        whole: (complete && finish > begin).then_some((begin, finish)),
        encrypted,
        frame_distance: spacing.map(|(distance, uneven)| match (times.first(), end) {
            (Some(first), Some(last)) if uneven => (last - first) / (times.len() - 1) as f64,
            _ => distance,
        }),
        uneven: spacing.is_some_and(|(_, uneven)| uneven),
        usual_rate: match spacing {
            Some((distance, true)) => Some(1.0 / distance),
            None => closest(&times).map(|distance| 1.0 / distance),
            _ => None,
        },
        few: few.then_some((times.len(), latest - earliest)),
        bit_rate: match (times.first(), end) {
            (Some(first), Some(last)) if last - first > 0.2 => {
                let length = last - first + spacing.map_or(0.0, |(distance, _)| distance);
                Some(((bytes as f64 * 8.0 / length) as u64, ended))
            }
            _ => None,
        },
    }
}

/// Longest distance between neighbours, and from the last to `end`.
fn longest(keys: &[f64], end: Option<f64>) -> Option<f64> {
    let last = *keys.last()?;
    let inner = keys.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    Some(end.map_or(inner, |end| inner.max(end - last)))
}

/// Smallest distance of sorted times.
fn closest(times: &[f64]) -> Option<f64> {
    let distances = times.windows(2).map(|pair| pair[1] - pair[0]);
    distances.filter(|distance| *distance > 0.001).reduce(f64::min)
}

/// Median distance of sorted times, and whether they are uneven by more than the container's rounding.
fn spacing(times: &[f64], tick: f64) -> Option<(f64, bool)> {
    let mut distances: Vec<f64> = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|distance| *distance > 0.0)
        .collect();
    if distances.len() < 3 {
        return None;
    }
    distances.sort_by(f64::total_cmp);
    let median = distances[distances.len() / 2];
    // Stray gaps (a cut, a lost packet) do not make a film uneven: more than one in fifty does.
    let slack = (median * 0.1).max(tick * 1.5);
    let strays = distances
        .iter()
        .filter(|distance| (**distance - median).abs() > slack)
        .count();
    Some((median, strays * 50 > distances.len()))
}

struct Indexed {
    hidden: bool,
    key_frame_interval: Option<f64>,
    every_sample: bool,
    uneven: bool,
    bit_rate: Option<(u64, bool)>,
}

/// What the container's own index tells of the whole film.
fn indexed(demuxer: &ffmpeg::format::context::Input, index: usize) -> Option<Indexed> {
    let every_sample = demuxer.format().name().starts_with("mov");
    // Elsewhere the index holds what was read so far, or key frames alone.
    if !every_sample {
        return None;
    }
    let stream = demuxer.stream(index)?;
    let tick = f64::from(stream.time_base());
    let (mut times, mut keys, mut bytes) = (Vec::new(), Vec::new(), 0_u64);
    // SAFETY: the stream lives as long as the demuxer; nothing else touches the index meanwhile.
    unsafe {
        let raw = stream.as_ptr().cast_mut();
        for at in 0..ffi::avformat_index_get_entries_count(raw) {
            let entry = ffi::avformat_index_get_entry(raw, at);
            if entry.is_null() {
                continue;
            }
            let time = (*entry).timestamp as f64 * tick;
            if (*entry).flags() & ffi::AVINDEX_KEYFRAME != 0 {
                keys.push(time);
            }
            times.push(time);
            bytes += u64::try_from((*entry).size()).unwrap_or(0);
        }
    }
    let (first, last) = (*times.first()?, *times.last()?);
    let spacing = spacing(&times, tick);
    let length = last - first + spacing.map_or(0.0, |(distance, _)| distance);
    let mut cuts = Cuts::default();
    Some(Indexed {
        hidden: !flags(&stream).iter().all(|flags| {
            cuts.clean(
                flags & ffi::AVINDEX_DISCARD_FRAME != 0,
                flags & ffi::AVINDEX_KEYFRAME != 0,
            )
        }),
        key_frame_interval: longest(&keys, Some(last)),
        every_sample,
        uneven: spacing.is_some_and(|(_, uneven)| uneven),
        bit_rate: (length > 0.0).then(|| ((bytes as f64 * 8.0 / length) as u64, true)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_and_uneven_frames() {
        let even: Vec<f64> = (0..100).map(|n| f64::from(n) / 30.0).collect();
        assert_eq!(spacing(&even, 1.0 / 90_000.0).map(|(_, uneven)| uneven), Some(false));
        // A millisecond clock makes 33 and 34 of it.
        let rounded: Vec<f64> = (0..100)
            .map(|n| (f64::from(n) * 1000.0 / 30.0).round() / 1000.0)
            .collect();
        assert_eq!(spacing(&rounded, 0.001).map(|(_, uneven)| uneven), Some(false));
        let uneven: Vec<f64> = (0..100)
            .map(|n| f64::from(n) / 30.0 + if n % 5 == 0 { 0.02 } else { 0.0 })
            .collect();
        assert_eq!(spacing(&uneven, 1.0 / 90_000.0).map(|(_, uneven)| uneven), Some(true));
        assert_eq!(spacing(&[0.0, 0.1], 0.001), None);
    }

    #[test]
    fn the_last_key_frame_counts_to_the_end() {
        assert_eq!(longest(&[0.0, 2.0, 5.0], Some(6.0)), Some(3.0));
        assert_eq!(longest(&[0.0], Some(10.0)), Some(10.0));
        assert_eq!(longest(&[], Some(10.0)), None);
    }
}
