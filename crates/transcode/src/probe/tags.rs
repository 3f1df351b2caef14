//! Words that a file says of itself: titles, languages, statistics.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;

/// A metadata word as it stands in the file, which need not be UTF-8: `DictionaryRef::get` would take it for that unseen.
pub fn word(metadata: &ffmpeg::DictionaryRef<'_>, key: &str) -> Option<String> {
    let key = std::ffi::CString::new(key).ok()?;
    // SAFETY: the dictionary lives as long as the reference; its entries hold C strings.
    unsafe {
        let entry = ffi::av_dict_get(metadata.as_ptr(), key.as_ptr(), std::ptr::null(), 0);
        if entry.is_null() || (*entry).value.is_null() {
            return None;
        }
        Some(std::ffi::CStr::from_ptr((*entry).value).to_string_lossy().into_owned())
    }
}

/// A metadata word of the file: trimmed, without control characters, bounded.
pub fn tag(metadata: &ffmpeg::DictionaryRef<'_>, key: &str) -> Option<String> {
    let text: String = word(metadata, key)?
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Matroska's statistics tag.
pub fn declared_rate(stream: &ffmpeg::Stream<'_>) -> Option<u64> {
    let metadata = stream.metadata();
    ["BPS", "BPS-eng"]
        .iter()
        .find_map(|key| word(&metadata, key)?.trim().parse().ok())
        .filter(|rate| *rate > 0)
}
