//! How many bits a rung may take.

use super::sizes::Size;
use crate::source::{Ratio, VideoStream};

/// Frames per second that no rung exceeds.
const FASTEST: f64 = 60.0;

/// Cap for 1920x1080 at 30 frames per second, from Apple's authoring table (6 Mbit/s for 16:9 1080p H.264).
const CAP_1080P30: f64 = 6_000_000.0;

/// What capped CRF uses of its cap on ordinary films.
const USUAL_SHARE: f64 = 0.6;

/// Bit rates of one rung, bits per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Expected average.
    pub average: u64,
    /// Cap of the rate control.
    pub cap: u64,
}

/// Where no picture comes for long the last one is repeated every two seconds.
const SLOWEST: Ratio = Ratio { num: 1, den: 2 };

/// The output's frame rate: the source's, or, above 60, the source's divided so that every n-th frame is kept evenly.
/// An unevenly spaced source is capped at 60 itself.
pub fn frame_rate(video: &VideoStream) -> Ratio {
    let rate = video.frame_rate.value();
    if !rate.is_finite() || rate <= 0.0 {
        return Ratio { num: 30, den: 1 };
    }
    if rate < SLOWEST.value() {
        return SLOWEST;
    }
    if rate <= FASTEST + 0.001 {
        return video.frame_rate;
    }
    // A clock that runs a little fast (60.02) is no reason to halve the rate.
    if video.variable_frame_rate || rate <= FASTEST * 1.005 {
        return Ratio { num: 60, den: 1 };
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a frame rate is small and positive"
    )]
    let every = (rate / (FASTEST * 1.005)).ceil() as u32;
    Ratio::new(video.frame_rate.num, video.frame_rate.den.saturating_mul(every))
}

/// What FRAME-RATE says of rungs of this rate: the highest of the stream (RFC 8216, 4.3.4.2), not its average.
pub fn highest(average: Ratio, video: &VideoStream) -> f64 {
    let usual = video.usual_frame_rate.filter(|_| video.variable_frame_rate);
    average.value().max(usual.unwrap_or(0.0).min(FASTEST))
}

/// Bit rates for H.264 of this size and rate. They grow slower than pixels and frames do, because neighbours resemble
/// each other.
pub fn rates(size: Size, frame_rate: Ratio, video: &VideoStream) -> Rates {
    let pixels = (size.pixels() / (1920.0 * 1080.0)).powf(0.8);
    let frames = (frame_rate.value().clamp(5.0, 60.0) / 30.0).powf(0.6);
    let cap = (CAP_1080P30 * pixels * frames).max(64_000.0);
    // A source that is thin already does not become thicker by being encoded again.
    let source_pixels = f64::from(video.display_width.max(1)) * f64::from(video.display_height.max(1));
    let ceiling = video.bit_rate.map_or(f64::INFINITY, |rate| {
        (rate as f64 * 1.2 * (size.pixels() / source_pixels).min(1.0).powf(0.8)).max(16_000.0)
    });
    Rates {
        average: to_bits((cap * USUAL_SHARE).min(ceiling)),
        cap: to_bits(cap),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bit rate is positive and below 2^53"
)]
fn to_bits(rate: f64) -> u64 {
    rate.round().max(0.0) as u64
}
