//! Small films, made by the system's `ffmpeg`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A test picture with a tone: `seconds` long, `width` × `height`, H.264 and AAC in MP4.
///
/// # Panics
/// Without `ffmpeg` on the path, or when it fails.
pub fn make(folder: &Path, name: &str, seconds: u32, width: u32, height: u32) -> PathBuf {
    let out = folder.join(name);
    let picture = format!("testsrc2=size={width}x{height}:rate=24:duration={seconds}");
    let tone = format!("sine=frequency=440:sample_rate=48000:duration={seconds}");
    let done = Command::new("ffmpeg")
        .args([
            "-v", "error", "-y", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &tone,
        ])
        .args([
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-shortest",
        ])
        .arg(&out)
        .status()
        .expect("ffmpeg is installed");
    assert!(done.success(), "ffmpeg made no film");
    out
}
