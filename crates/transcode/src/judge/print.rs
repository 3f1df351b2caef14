//! Fingerprints of decoded pictures, and where those of the source wait for the segments that begin with them.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};

use ffmpeg_next::ffi;
use ffmpeg_next::frame;

/// Tells a decoded picture from every other: format, size, and each visible sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    format: ffi::AVPixelFormat,
    width: u32,
    height: u32,
    samples: u64,
}

impl Print {
    /// Of a picture.
    pub fn of(picture: &frame::Video) -> Self {
        let mut digest = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme);
        for plane in 0..picture.planes() {
            let stride = picture.stride(plane);
            let rows = picture.plane_height(plane) as usize;
            let bytes = line_bytes(picture, plane).min(stride);
            let data = picture.data(plane);
            for row in (0..rows).filter_map(|row| data.get(row * stride..row * stride + bytes)) {
                digest.update(row);
            }
        }
        Self {
            format: picture.format().into(),
            width: picture.width(),
            height: picture.height(),
            samples: digest.finalize(),
        }
    }
}

/// Bytes of a line that are seen; behind them lies what pads it.
fn line_bytes(picture: &frame::Video, plane: usize) -> usize {
    // SAFETY: a pure function of a format and two numbers.
    let bytes = unsafe { ffi::av_image_get_linesize(picture.format().into(), picture.width() as i32, plane as i32) };
    usize::try_from(bytes).unwrap_or(0)
}

/// The source's pictures at which segments of a copied rung begin.
#[derive(Default)]
pub struct Originals {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    prints: BTreeMap<u32, Option<Print>>,
    over: bool,
}

impl Originals {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the source shows where a segment begins; `None`: its decoder gave no picture there.
    pub fn lay(&self, segment: u32, print: Option<Print>) {
        self.lock().prints.insert(segment, print);
        self.changed.notify_all();
    }

    /// Nothing more will be decoded.
    pub fn over(&self) {
        self.lock().over = true;
        self.changed.notify_all();
    }

    /// Waits for the picture at which a segment begins; `None` where there is none.
    pub fn wait(&self, segment: u32) -> Option<Print> {
        let mut state = self.lock();
        loop {
            if let Some(print) = state.prints.remove(&segment) {
                return print;
            }
            if state.over {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
