//! A stream's text, collected to be judged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use screener_hls::parse::{Playlist, parse};
use screener_hls::rules::Delivered;

/// Text of one playlist is no longer than this.
pub(super) const PLAYLIST: u64 = 16 << 20;

/// What is judged.
pub(super) struct Collected {
    pub(super) index: Vec<u8>,
    pub(super) playlists: BTreeMap<String, Vec<u8>>,
    pub(super) delivery: Option<BTreeMap<String, Delivered>>,
    /// Where the media lie that the worker looks at.
    pub(super) folder: PathBuf,
    /// Goes with what was downloaded.
    pub(super) _scratch: Option<tempfile::TempDir>,
}

/// The playlists that a multivariant playlist names; none for a media playlist.
pub(super) fn named(text: &[u8]) -> Vec<String> {
    match parse(text) {
        Ok(Playlist::Multivariant(index)) => index.playlists().into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A path that stays below its folder, whatever a playlist says.
pub(super) fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    plain.then(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_leads_nowhere_outside_its_folder() {
        let folder = Path::new("/films");
        assert_eq!(
            below(folder, "1/720p/index.m3u8"),
            Some(PathBuf::from("/films/1/720p/index.m3u8"))
        );
        for name in [
            "../a",
            "/etc/passwd",
            "a/../../b",
            "a//b",
            "",
            ".",
            "file:/etc/passwd",
            "a\\b",
        ] {
            assert_eq!(below(folder, name), None, "{name}");
        }
    }
}
