//! A stream in a folder, or a playlist file with what it names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use screener_hls::rules::name_of;

use super::collected::{Collected, PLAYLIST, below, named};
use crate::Result;
use crate::cause::Cause;
use crate::computer::own_files::file_error;

pub(super) fn local(target: &Path) -> Result<Collected> {
    let target = std::path::absolute(target).map_err(|e| file_error(target, &e))?;
    let facts = std::fs::metadata(&target).map_err(|e| file_error(&target, &e))?;
    let path = if facts.is_dir() { index_of(&target)? } else { target };
    let index = read(&path)?;
    let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
    let mut playlists = BTreeMap::new();
    for uri in named(&index) {
        let name = name_of(&uri);
        // `name_of` leaves an address of elsewhere as it is: then there is no such file, and the rules say so.
        if let Some(text) = below(&folder, &name).and_then(|path| read(&path).ok()) {
            playlists.insert(name, text);
        }
    }
    Ok(Collected {
        index,
        playlists,
        delivery: None,
        folder,
        _scratch: None,
    })
}

/// The playlist of a folder: `index.m3u8`, or the only one there is.
fn index_of(folder: &Path) -> Result<PathBuf> {
    let index = folder.join("index.m3u8");
    if index.is_file() {
        return Ok(index);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| file_error(folder, &e))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("m3u8")))
        .collect();
    if found.len() > 1 {
        // The one that names the others.
        let texts = |path: &PathBuf| std::fs::read(path).is_ok_and(|text| !named(&text).is_empty());
        found.retain(texts);
    }
    let several = !found.is_empty();
    match found.pop() {
        Some(path) if found.is_empty() => Ok(path),
        _ => {
            let folder = folder.display().to_string();
            Err(if several {
                Cause::SeveralPlaylists { folder }
            } else {
                Cause::NoPlaylist { folder }
            }
            .into())
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let facts = std::fs::metadata(path).map_err(|e| file_error(path, &e))?;
    if !facts.is_file() || facts.len() > PLAYLIST {
        return Err(Cause::NotAPlaylist {
            path: path.display().to_string(),
        }
        .into());
    }
    std::fs::read(path).map_err(|e| file_error(path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_playlist_of_a_folder_is_the_one_that_names_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(index_of(folder.path()).unwrap_err().code, "no_playlist");
        write(
            "a.m3u8",
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n",
        );
        assert!(index_of(folder.path()).unwrap().ends_with("a.m3u8"));
        write("z.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n");
        assert!(index_of(folder.path()).unwrap().ends_with("z.m3u8"));
        write("main.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n");
        assert_eq!(index_of(folder.path()).unwrap_err().code, "no_playlist");
        write("index.m3u8", "#EXTM3U\n");
        assert!(index_of(folder.path()).unwrap().ends_with("index.m3u8"));
    }
}
