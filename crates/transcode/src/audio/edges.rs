//! The edges of sound of which a part is wanted: no sample of what lies outside reaches the mixer.

use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use screener_wire::Failure;

use crate::error::internal;

/// What is wanted of a line of samples: from the first of these, up to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edges {
    /// Silence before it.
    pub from: i64,
    /// Nothing from here on; `None`: as far as there is sound.
    pub to: Option<i64>,
}

/// Samples of a frame that are made silent at its beginning, and that are left of it.
fn kept(edges: Edges, begins: i64, rate: f64, samples: usize, own: u32) -> (usize, usize) {
    let scale = f64::from(own.max(1)) / rate.max(1.0);
    let until = |edge: i64, round: fn(f64) -> f64| {
        let at = round((edge - begins) as f64 * scale);
        if at <= 0.0 { 0 } else { (at as usize).min(samples) }
    };
    let left = edges.to.map_or(samples, |to| until(to, f64::floor));
    (until(edges.from, f64::ceil).min(left), left)
}

impl Edges {
    /// Makes silent, or takes off, what is not wanted of a frame that begins at this sample of a line of so many a second. False where
    /// nothing of it is left.
    pub fn apply(self, frame: &mut frame::Audio, begins: i64, rate: u32) -> Result<bool, Failure> {
        let (silent, left) = kept(self, begins, f64::from(rate), frame.samples(), frame.rate());
        if left == 0 {
            return Ok(false);
        }
        if silent == 0 && left == frame.samples() {
            return Ok(true);
        }
        // SAFETY: the frame is ours and decoded, made writable before it is written; both counts are within its samples.
        let done = unsafe {
            let raw = frame.as_mut_ptr();
            (*raw).nb_samples = left as i32;
            silent == 0
                || (ffi::av_frame_make_writable(raw) >= 0
                    && ffi::av_samples_set_silence(
                        (*raw).extended_data,
                        0,
                        silent as i32,
                        (*raw).ch_layout.nb_channels,
                        std::mem::transmute::<i32, ffi::AVSampleFormat>((*raw).format),
                    ) >= 0)
        };
        if done {
            Ok(true)
        } else {
            Err(internal("sound could not be cut"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_the_sample() {
        let edges = Edges {
            from: 100,
            to: Some(5000),
        };
        let kept = |begins, own| kept(edges, begins, 48_000.0, 1024, own);
        assert_eq!(kept(0, 48_000), (100, 1024));
        assert_eq!(kept(-2000, 48_000), (1024, 1024), "all of it is before");
        assert_eq!(kept(1024, 48_000), (0, 1024));
        assert_eq!(kept(4096, 48_000), (0, 904));
        assert_eq!(kept(5000, 48_000), (0, 0));
        assert_eq!(
            kept(0, 24_000),
            (50, 1024),
            "two samples of the line are one of the frame's"
        );
        assert_eq!(kept(4096, 24_000), (0, 452));
        assert_eq!(kept(4097, 24_000), (0, 451), "never beyond");
    }
}
