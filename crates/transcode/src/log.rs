//! FFmpeg's log, kept instead of printed, so that a failure can say why.

use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, Once, PoisonError};

use ffmpeg_next::ffi;

/// Lines that are kept: enough for the cause of a failure, bounded whatever a hostile file makes FFmpeg say.
const KEPT: usize = 200;

static LINES: Mutex<VecDeque<Line>> = Mutex::new(VecDeque::new());
static INSTALLED: Once = Once::new();

/// One line of FFmpeg's log.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    error: bool,
    text: String,
}

#[cfg(all(target_arch = "x86_64", not(windows)))]
type VaList = *mut ffi::__va_list_tag;
#[cfg(not(all(target_arch = "x86_64", not(windows))))]
type VaList = ffi::va_list;

/// From now on FFmpeg's warnings and errors are kept here, and nothing of it is printed.
pub fn capture() {
    INSTALLED.call_once(|| {
        // SAFETY: `keep` is a static function with the signature that FFmpeg asks for, and is safe to call from any thread.
        unsafe {
            ffi::av_log_set_level(ffi::AV_LOG_WARNING);
            ffi::av_log_set_callback(Some(keep));
        }
    });
}

/// Forgets what was kept, so that the next cause is the next file's.
pub fn clear() {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Whether a kept line contains `words`.
pub fn says(words: &str) -> bool {
    LINES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .any(|line| line.text.contains(words))
}

/// The likeliest cause: the last error, else the last warning, without FFmpeg's decoration.
pub fn cause() -> Option<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines
        .iter()
        .rev()
        .find(|line| line.error)
        .or_else(|| lines.back())
        .map(|line| line.text.clone())
}

unsafe extern "C" fn keep(context: *mut c_void, level: c_int, format: *const c_char, arguments: VaList) {
    if !(0..=ffi::AV_LOG_WARNING).contains(&level) {
        return;
    }
    let mut buffer: [c_char; 512] = [0; 512];
    let mut prefix: c_int = 1;
    // SAFETY: the pointers are FFmpeg's own, passed on unchanged; the buffer's length is told, and the line ends with NUL.
    let text = unsafe {
        ffi::av_log_format_line2(
            context,
            level,
            format,
            arguments,
            buffer.as_mut_ptr(),
            buffer.len() as c_int,
            &raw mut prefix,
        );
        CStr::from_ptr(buffer.as_ptr()).to_string_lossy().into_owned()
    };
    let text = clean(&text);
    if text.is_empty() {
        return;
    }
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.len() == KEPT {
        lines.pop_front();
    }
    lines.push_back(Line {
        error: level <= ffi::AV_LOG_ERROR,
        text,
    });
}

/// `[mov,mp4 @ 0x55…] moov atom not found\n` → `moov atom not found`; one line, no control characters.
fn clean(line: &str) -> String {
    let mut rest = line.trim();
    while let Some(after) = rest
        .strip_prefix('[')
        .and_then(|inner| inner.split_once("] "))
        .map(|(_, after)| after)
    {
        rest = after.trim_start();
    }
    rest.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim_end_matches('.')
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoration_goes() {
        assert_eq!(clean("[mov,mp4 @ 0x55d] moov atom not found\n"), "moov atom not found");
        assert_eq!(clean("[a @ 0x1] [b @ 0x2] two\u{7} of them.\n"), "two  of them");
        assert_eq!(clean("[unclosed"), "[unclosed");
    }
}
