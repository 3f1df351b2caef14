//! The playlists of a stream, and the rates they promise.

use screener_hls::media::{Entry, Kind, Map, Playlist};
use screener_hls::multivariant::{IframeVariant, Multivariant, Rendition, RenditionKind, Variant, VideoRange};
use screener_ladder::{Plan, plan};
use serde::{Deserialize, Serialize};

use super::track::Sample;

/// Where variants find their sound and their words.
const AUDIO: &str = "audio";
const CAPTIONS: &str = "captions";
/// How Apple's rule 4.6 wants captions for the deaf to be known.
const FOR_THE_DEAF: &str =
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

/// A media playlist of this stream before its segments.
pub fn media(target: u32, event: bool, map: Option<&str>) -> Playlist {
    let mut playlist = Playlist {
        target_duration: target,
        media_sequence: 1,
        kind: if event { Kind::Event } else { Kind::Vod },
        independent_segments: true,
        // Players otherwise begin a growing playlist near its end.
        start_offset: event.then_some(0.0),
        map: map.map(|uri| Map {
            uri: uri.to_owned(),
            byte_range: None,
        }),
        ..Playlist::default()
    };
    // EXT-X-INDEPENDENT-SEGMENTS came with 6.
    playlist.version = 6;
    playlist
}

/// A segment's place in its playlist.
pub fn entry(duration: f64, name: &str) -> Entry {
    Entry {
        duration,
        uri: name.to_owned(),
        ..Entry::default()
    }
}

/// Rates of one track, bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Highest rate of any run of segments that lasts between half and one and a half target durations (RFC 8216, 4.3.4.2).
    pub peak: u64,
    /// Average.
    pub average: u64,
}

/// Measures segments given as bytes and seconds.
pub fn rates(segments: impl IntoIterator<Item = (u64, f64)>, target: u32) -> Rates {
    let segments: Vec<(u64, f64)> = segments.into_iter().collect();
    let bits = |bytes: u64, seconds: f64| (bytes as f64 * 8.0 / seconds.max(0.001)).ceil() as u64;
    let total = segments
        .iter()
        .fold((0, 0.0), |sum, segment| (sum.0 + segment.0, sum.1 + segment.1));
    if total.0 == 0 {
        return Rates::default();
    }
    let average = bits(total.0, total.1);
    let target = f64::from(target);
    let mut peak = 0;
    for start in 0..segments.len() {
        let mut sum = (0, 0.0);
        for segment in &segments[start..] {
            sum = (sum.0 + segment.0, sum.1 + segment.1);
            if sum.1 > target * 1.5 {
                break;
            }
            if sum.1 >= target * 0.5 {
                peak = peak.max(bits(sum.0, sum.1));
            }
        }
    }
    Rates {
        peak: peak.max(average),
        average,
    }
}

/// How a segment's pictures stand in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// How many there are.
    pub frames: u32,
    /// Seconds between the two that stand closest; `None` where there are no two.
    pub closest: Option<f64>,
}

impl Pace {
    /// Of these pictures.
    pub fn of(samples: &[Sample], timescale: u32) -> Self {
        let mut times: Vec<i64> = samples.iter().map(|sample| sample.pts).collect();
        times.sort_unstable();
        let closest = times.windows(2).map(|pair| pair[1] - pair[0]).min();
        Self {
            frames: samples.len() as u32,
            closest: closest.map(|ticks| ticks as f64 / f64::from(timescale)),
        }
    }

    fn average(&self, duration: f64) -> f64 {
        f64::from(self.frames) / duration.max(0.001)
    }
}

/// FRAME-RATE as it came out, of segments given with their seconds: what was planned, unless no segment comes near it, as
/// in films of which half the pictures are broken, or of one picture under sound.
pub fn frame_rate(planned: f64, segments: &[(Pace, f64)]) -> f64 {
    const NEAR: f64 = 0.5;
    let averages = || segments.iter().map(|(pace, duration)| pace.average(*duration));
    let closest = segments.iter().filter_map(|(pace, _)| pace.closest).reduce(f64::min);
    let Some(highest) = closest.map(|closest| 1.0 / closest).or(averages().reduce(f64::max)) else {
        return planned;
    };
    let lowest = averages().fold(f64::INFINITY, f64::min);
    if planned > highest + NEAR {
        highest
    } else if planned < lowest - NEAR {
        averages().fold(0.0, f64::max)
    } else {
        planned
    }
}

/// One track that variants are made of.
#[derive(Clone, Debug)]
pub struct Part {
    /// Folder.
    pub name: String,
    /// Its own rates.
    pub rates: Rates,
    /// RFC 6381.
    pub codecs: String,
    /// Pixels, pictures only.
    pub resolution: Option<(u32, u32)>,
    /// Frames per second, pictures only.
    pub frame_rate: Option<f64>,
    /// Rates of its I-frame playlist, where there is one.
    pub iframes: Option<Rates>,
}

/// The multivariant playlist of rungs, audio and captions. `prefix` comes before every URI (`1/` or nothing).
pub fn multivariant(prefix: &str, plan: &Plan, video: &[Part], audio: &[Part]) -> Multivariant {
    let uri = |name: &str| format!("{prefix}{name}/index.m3u8");
    let mut renditions = Vec::new();
    let grouped = !video.is_empty() || audio.len() > 1;
    if grouped {
        renditions.extend(plan.audio.iter().map(|rendition| Rendition {
            channels: Some("2".into()),
            ..self::rendition(
                RenditionKind::Audio,
                AUDIO,
                &rendition.label,
                rendition.language.as_ref(),
                rendition.default,
                uri(&rendition.name),
            )
        }));
    }
    renditions.extend(captions(plan).map(|rendition| Rendition {
        forced: rendition.forced,
        characteristics: rendition.hearing_impaired.then(|| FOR_THE_DEAF.into()),
        ..self::rendition(
            RenditionKind::Subtitles,
            CAPTIONS,
            &rendition.label,
            rendition.language.as_ref(),
            false,
            uri(&rendition.name),
        )
    }));
    let loudest = audio.iter().fold(Rates::default(), |most, part| Rates {
        peak: most.peak.max(part.rates.peak),
        average: most.average.max(part.rates.average),
    });
    let sound = audio.first().map(|part| part.codecs.clone());
    // Apple's rule 5.10.
    let words = captions(plan).next().map(|_| String::from("wvtt"));
    let mut variants: Vec<Variant> = video
        .iter()
        .map(|part| Variant {
            uri: uri(&part.name),
            bandwidth: part.rates.peak + loudest.peak,
            average_bandwidth: Some(part.rates.average + loudest.average),
            codecs: std::iter::once(part.codecs.clone())
                .chain(sound.clone())
                .chain(words.clone())
                .collect::<Vec<_>>()
                .join(","),
            resolution: part.resolution,
            frame_rate: part.frame_rate,
            video_range: Some(VideoRange::Sdr),
            audio: sound.is_some().then(|| AUDIO.into()),
            subtitles: captions(plan).next().map(|_| CAPTIONS.into()),
            // RFC 8216, 4.3.4.2: said of all variants or of none, and a copied picture keeps what it carries.
            no_closed_captions: !(plan.source.closed_captions && plan.rungs.iter().any(|rung| rung.copied)),
        })
        .collect();
    if video.is_empty()
        && let Some(part) = audio.first()
    {
        variants.push(Variant {
            uri: uri(&part.name),
            bandwidth: loudest.peak,
            average_bandwidth: Some(loudest.average),
            codecs: std::iter::once(part.codecs.clone())
                .chain(words.clone())
                .collect::<Vec<_>>()
                .join(","),
            audio: grouped.then(|| AUDIO.into()),
            subtitles: captions(plan).next().map(|_| CAPTIONS.into()),
            ..Variant::default()
        });
    }
    // Many players begin with the first variant: one of about 2 Mbit/s starts soon on most lines.
    if let Some(first) = variants
        .iter()
        .position(|variant| variant.average_bandwidth.unwrap_or(0) <= 2_400_000)
    {
        variants[..=first].rotate_right(1);
    }
    Multivariant {
        version: 6,
        independent_segments: true,
        renditions,
        variants,
        iframe_variants: video
            .iter()
            .filter_map(|part| {
                let rates = part.iframes?;
                Some(IframeVariant {
                    uri: format!("{prefix}{}/iframes.m3u8", part.name),
                    bandwidth: rates.peak,
                    average_bandwidth: Some(rates.average),
                    codecs: part.codecs.clone(),
                    resolution: part.resolution,
                    video_range: Some(VideoRange::Sdr),
                })
            })
            .collect(),
        ..Multivariant::default()
    }
}

fn captions(plan: &Plan) -> impl Iterator<Item = &plan::CaptionsPlan> {
    plan.captions.iter()
}

fn rendition(
    kind: RenditionKind,
    group: &str,
    name: &str,
    language: Option<&String>,
    default: bool,
    uri: String,
) -> Rendition {
    Rendition {
        kind,
        group_id: group.into(),
        name: name.to_owned(),
        // Apple's rule 8.10 asks for it always: `und` is the tag of a language that nobody named.
        language: Some(language.cloned().unwrap_or_else(|| "und".into())),
        default,
        autoselect: true,
        uri: Some(uri),
        ..Rendition::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ends_do_not_make_peaks() {
        let measured = rates([(750_000, 6.0), (375_000, 6.0), (125_000, 0.2)], 6);
        // 750,000 bytes in 6 s; the last fifth of a second counts only together with its neighbour.
        assert_eq!(measured.peak, 1_000_000);
        assert_eq!(
            rates([(1000, 1.0)], 6),
            Rates {
                peak: 8000,
                average: 8000
            }
        );
        assert_eq!(rates([], 6), Rates::default());
    }

    fn segment(frames: u32, closest: Option<f64>, duration: f64) -> (Pace, f64) {
        (Pace { frames, closest }, duration)
    }

    fn close(rate: f64, expected: f64) {
        assert!((rate - expected).abs() < 1e-9, "{rate}, expected {expected}");
    }

    #[test]
    fn the_frame_rate_is_the_planned_one_where_any_segment_keeps_it() {
        let kept = [segment(150, Some(0.04), 6.0), segment(3, Some(0.4), 6.0)];
        close(frame_rate(25.0, &kept), 25.0);
        // Pictures that are spaced unevenly: the average is below the rate.
        close(frame_rate(60.0, &[segment(100, Some(1.0 / 60.0), 6.0)]), 60.0);
        close(frame_rate(25.0, &[]), 25.0);
    }

    #[test]
    fn the_frame_rate_is_what_came_out_where_no_segment_keeps_the_planned_one() {
        close(frame_rate(25.0, &[segment(75, Some(0.08), 6.0)]), 12.5);
        close(frame_rate(25.0, &[segment(1, None, 4.0)]), 0.25);
        close(frame_rate(25.0, &[segment(300, Some(0.02), 6.0)]), 50.0);
    }
}
