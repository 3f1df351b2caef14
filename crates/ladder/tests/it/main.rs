//! The plan, judged from outside the crate.

mod copying;
mod language;
mod parts;
mod sizes;
mod tracks;

use screener_ladder::source::{AudioStream, Ratio, SourceInfo, VideoStream};

/// A 1080p30 H.264 film as a camera makes it, 60 s.
pub fn film(width: u32, height: u32) -> SourceInfo {
    SourceInfo {
        container: "mov".into(),
        bytes: 30_000_000,
        duration: Some(60.0),
        video: Some(VideoStream {
            codec: "h264".into(),
            profile: Some("High".into()),
            width,
            height,
            display_width: width,
            display_height: height,
            frame_rate: Ratio { num: 30, den: 1 },
            pixel_format: "yuv420p".into(),
            bit_depth: 8,
            bit_rate: Some(4_000_000),
            key_frame_interval: Some(2.0),
            ..VideoStream::default()
        }),
        audio: vec![AudioStream {
            index: 1,
            codec: "aac".into(),
            profile: Some("LC".into()),
            channels: 2,
            sample_rate: 48_000,
            default: true,
            bit_rate: Some(128_000),
            ..AudioStream::default()
        }],
        ..SourceInfo::default()
    }
}
