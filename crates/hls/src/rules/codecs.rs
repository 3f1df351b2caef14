//! RFC 6381 names: which codec, which profile, which level.

/// What a name of a codec tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// H.264, with `profile_idc` and level times ten.
    H264 { profile: u8, level: u32, in_band: bool },
    /// HEVC, with `general_profile_idc`, level times ten, and the high tier.
    Hevc { profile: u8, level: u32, in_band: bool },
    /// Dolby Vision.
    DolbyVision { in_band: bool },
    /// AV1, with level times ten.
    Av1 { level: u32 },
    /// AAC-LC.
    Aac,
    /// HE-AAC of either version.
    HeAac,
    /// xHE-AAC, Apple Lossless, FLAC, APAC: only in fragmented MP4.
    Mp4Audio,
    /// Dolby Digital and Dolby Digital Plus.
    Dolby,
    /// WebVTT or IMSC1.
    Subtitles,
    /// Motion JPEG.
    Jpeg,
    /// Anything else.
    Unknown,
}

pub(super) fn codec(name: &str) -> Codec {
    let mut parts = name.split('.');
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let mut next = || parts.next().unwrap_or_default();
    match kind.as_str() {
        "avc1" | "avc3" => {
            let digits = next();
            let byte = |at: usize| {
                digits
                    .get(at..at + 2)
                    .and_then(|text| u8::from_str_radix(text, 16).ok())
            };
            match (byte(0), byte(4)) {
                (Some(profile), Some(level)) => Codec::H264 {
                    profile,
                    level: u32::from(level),
                    in_band: kind == "avc3",
                },
                _ => Codec::Unknown,
            }
        }
        "hvc1" | "hev1" => {
            let profile = next().trim_start_matches(['A', 'B', 'C']).parse();
            let _compatibility = next();
            // L120 is level 4.0: thirty times the level.
            let level = next().trim_start_matches(['L', 'H']).parse::<u32>();
            match (profile, level) {
                (Ok(profile), Ok(level)) => Codec::Hevc {
                    profile,
                    level: level / 3,
                    in_band: kind == "hev1",
                },
                _ => Codec::Unknown,
            }
        }
        "dvh1" | "dvhe" | "dav1" => Codec::DolbyVision {
            in_band: kind == "dvhe",
        },
        "av01" => {
            let _profile = next();
            let level = next().trim_end_matches(['M', 'H']).parse::<u32>();
            // seq_level_idx: four to a major level, from 2.0 on.
            level.map_or(Codec::Unknown, |index| Codec::Av1 {
                level: 20 + index / 4 * 10 + index % 4,
            })
        }
        "mp4a" => match (next(), next()) {
            ("40", "2") => Codec::Aac,
            ("40", "5" | "29") => Codec::HeAac,
            ("40", "42") => Codec::Mp4Audio,
            _ => Codec::Unknown,
        },
        "alac" | "flac" | "fl-a" | "apac" => Codec::Mp4Audio,
        "ac-3" | "ec-3" | "ec+3" => Codec::Dolby,
        "wvtt" | "stpp" => Codec::Subtitles,
        "mjpg" | "jpeg" => Codec::Jpeg,
        _ => Codec::Unknown,
    }
}

pub(super) fn is_video(name: &str) -> bool {
    matches!(
        codec(name),
        Codec::H264 { .. } | Codec::Hevc { .. } | Codec::DolbyVision { .. } | Codec::Av1 { .. } | Codec::Jpeg
    )
}

pub(super) fn is_audio(name: &str) -> bool {
    matches!(codec(name), Codec::Aac | Codec::HeAac | Codec::Mp4Audio | Codec::Dolby)
}

/// The lowest H.264 level (times ten) for a size, a frame rate and a peak rate in bits per second (ITU-T H.264, table
/// A-1; High Profile allows 1.25 times the rate of the table).
pub(super) fn h264_level(size: (u32, u32), frame_rate: f64, peak: u64) -> Option<u32> {
    // Level, macroblocks a second, macroblocks a frame, kbit/s.
    const LEVELS: [(u32, u32, u32, u64); 16] = [
        (10, 1485, 99, 64),
        (11, 3000, 396, 192),
        (12, 6000, 396, 384),
        (13, 11_880, 396, 768),
        (20, 11_880, 396, 2000),
        (21, 19_800, 792, 4000),
        (22, 20_250, 1620, 4000),
        (30, 40_500, 1620, 10_000),
        (31, 108_000, 3600, 14_000),
        (32, 216_000, 5120, 20_000),
        (40, 245_760, 8192, 20_000),
        (41, 245_760, 8192, 50_000),
        (42, 522_240, 8704, 50_000),
        (50, 589_824, 22_080, 135_000),
        (51, 983_040, 36_864, 240_000),
        (52, 2_073_600, 36_864, 240_000),
    ];
    let blocks = size.0.div_ceil(16) * size.1.div_ceil(16);
    let rate = f64::from(blocks) * frame_rate;
    LEVELS
        .iter()
        .find(|(_, per_second, per_frame, kbits)| {
            rate <= f64::from(*per_second) && blocks <= *per_frame && peak <= kbits * 1250
        })
        .map(|(level, ..)| *level)
}
