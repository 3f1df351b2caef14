//! Playlists below a folder, and the pieces of files that they name: never anything outside that folder.

use std::path::{Path, PathBuf};

use super::entries::{self, Piece};

/// A segment larger than this is none.
const MAX_SEGMENT: u64 = 256 << 20;

/// Media playlists below `folder`, a few levels deep.
pub fn collect(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        if kind.is_dir() && depth < 4 {
            collect(&path, depth + 1, into);
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("m3u8"))
        {
            into.push(path);
        }
    }
}

/// `1080p/00001.m4s`: the segment's path relative to `root`; `None` for what is not a plain path below it.
pub fn key(root: &Path, playlist: &Path, uri: &str) -> Option<String> {
    let folder = playlist.parent()?.strip_prefix(root).ok()?;
    let mut parts: Vec<String> = folder.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.extend(entries::plain(uri)?.into_iter().map(str::to_owned));
    Some(parts.join("/"))
}

/// Why a piece cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PieceError {
    /// There is no such file.
    #[error("it is not there")]
    Gone,
    /// Its address leads out of the playlist's folder.
    #[error("its address is not a path below the playlist")]
    Elsewhere,
    /// The file is shorter than the playlist says, or the piece larger than any segment.
    #[error("{length} bytes from {offset} are not in a file of {size}")]
    Short {
        /// Bytes of the piece.
        length: u64,
        /// Where it begins.
        offset: u64,
        /// Bytes of the file.
        size: u64,
    },
    /// The system's word.
    #[error("{0}")]
    Io(std::io::Error),
}

/// The file of a piece that a playlist names, below the playlist's folder; offset and length of the piece in it.
pub fn find(playlist: &Path, piece: &Piece) -> Result<(std::fs::File, u64, u64), PieceError> {
    let cause = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => PieceError::Gone,
        _ => PieceError::Io(error),
    };
    let parts = entries::plain(&piece.uri).ok_or(PieceError::Elsewhere)?;
    let mut path = playlist.parent().map(Path::to_path_buf).unwrap_or_default();
    path.extend(parts);
    let file = std::fs::File::open(&path).map_err(cause)?;
    let size = file.metadata().map_err(cause)?.len();
    let (offset, length) = piece.range.unwrap_or((0, size));
    if length > MAX_SEGMENT || offset.saturating_add(length) > size {
        return Err(PieceError::Short { length, offset, size });
    }
    Ok((file, offset, length))
}

/// The bytes of a piece that a playlist names, below the playlist's folder.
pub fn read(playlist: &Path, piece: &Piece) -> Result<Vec<u8>, PieceError> {
    use std::io::{Read, Seek, SeekFrom};
    let (mut file, offset, length) = find(playlist, piece)?;
    file.seek(SeekFrom::Start(offset)).map_err(PieceError::Io)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(PieceError::Io)?;
    Ok(bytes)
}
