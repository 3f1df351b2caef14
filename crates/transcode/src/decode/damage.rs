//! Pictures that the source holds damaged: they are shown as far as they could be decoded, and that is said.

use ffmpeg_next::{ffi, frame};

/// What could not be decoded, or not whole.
#[derive(Debug, Default)]
pub struct Damage {
    begun: bool,
    pictures: u32,
    first: f64,
}

impl Damage {
    /// A picture was decoded that is shown at this second.
    pub fn decoded(&mut self, picture: &frame::Video, at: f64) {
        self.begun = true;
        // SAFETY: plain fields of a frame that lives as long as the reference.
        let whole = unsafe {
            let raw = picture.as_ptr();
            (*raw).decode_error_flags == 0 && (*raw).flags & ffi::AV_FRAME_FLAG_CORRUPT == 0
        };
        if !whole {
            self.count(at);
        }
    }

    /// A packet made no sense, behind the picture shown at this second. Before the first picture it is what a recording begins with that
    /// was joined late.
    pub fn lost(&mut self, at: f64) {
        if self.begun {
            self.count(at);
        }
    }

    fn count(&mut self, at: f64) {
        if self.pictures == 0 {
            self.first = at.max(0.0);
        }
        self.pictures += 1;
    }

    /// In words, where there is something to say.
    pub fn words(&self) -> Option<String> {
        let (pictures, first) = (self.pictures, self.first);
        match pictures {
            0 => None,
            1 => Some(format!(
                "One picture of the file is damaged, at {first:.1} s: it is shown as far as it can be decoded"
            )),
            _ => Some(format!(
                "{pictures} pictures of the file are damaged, the first at {first:.1} s: they are shown as far as they can be decoded"
            )),
        }
    }
}
