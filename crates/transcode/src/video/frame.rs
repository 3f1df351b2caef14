//! What goes down the ladder: pictures, the end, and the word that nobody takes them any more.

use std::sync::Arc;

use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

/// One picture on its way down the ladder, shared by all rungs.
pub struct Picture {
    /// YUV 4:2:0, 8 bits. Its time stamp and picture type are set for the encoders.
    pub frame: frame::Video,
    /// Ticks from the film's zero.
    pub pts: i64,
    /// Begins this segment.
    pub begins: Option<u32>,
    /// Worth a look as a still: passed on by the rung that the stills are taken from.
    pub key: bool,
}

/// The same pixels once more.
pub fn again(frame: &frame::Video) -> frame::Video {
    let mut copy = frame::Video::empty();
    // SAFETY: a new reference to the same pixels.
    unsafe {
        ffmpeg::ffi::av_frame_ref(copy.as_mut_ptr(), frame.as_ptr());
    }
    copy
}

/// What goes down the ladder.
#[derive(Clone)]
pub enum Step {
    /// A picture.
    Picture(Arc<Picture>),
    /// The film ends at this tick.
    End(i64),
}

/// The ladder below is gone: it says itself why.
pub enum Stop {
    /// Nobody takes pictures any more.
    Gone,
    /// Something failed here.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
