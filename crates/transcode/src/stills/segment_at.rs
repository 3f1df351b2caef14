//! The piece of a finished stream that holds a moment.

use std::path::Path;

use screener_wire::{Cause, Failure};

use crate::input::{self, Source};
use crate::inspect::entries;
use crate::inspect::listed_pieces::{PieceError, read};

/// The largest rung's segment that shows second `at`, and that moment within it.
pub fn open(folder: &str, at: f64) -> Result<(Source, f64), Failure> {
    let root = Path::new(folder);
    let named = || folder.to_owned();
    let unreadable = |error: std::io::Error| Cause::StreamNotReadable {
        folder: named(),
        error: error.to_string(),
    };
    let missing = |error: PieceError| piece_missing(named(), &error);
    let index = root.join("index.m3u8");
    let text = std::fs::read_to_string(&index).map_err(unreadable)?;
    let variant = entries::largest_variant(&text).ok_or_else(|| Cause::StreamWithoutPictures { folder: named() })?;
    let parts = entries::plain(&variant).ok_or_else(|| Cause::VariantElsewhere { folder: named() })?;
    let mut path = root.to_path_buf();
    path.extend(parts);
    let text = std::fs::read_to_string(&path).map_err(unreadable)?;
    let listed = entries::entries(&text);
    let mut begin = 0.0;
    let mut found = None;
    for entry in &listed {
        found = Some((entry, begin));
        let next = begin + entry.millis as f64 / 1000.0;
        if next > at {
            break;
        }
        begin = next;
    }
    let (entry, begin) = found.ok_or_else(|| Cause::EmptyPlaylist { folder: named() })?;
    let mut bytes = match &entry.map {
        Some(map) => read(&path, map).map_err(missing)?,
        None => Vec::new(),
    };
    bytes.extend(read(&path, &entry.media).map_err(missing)?);
    Ok((input::open_bytes(&entry.media.uri, bytes)?, (at - begin).max(0.0)))
}

/// A piece that cannot be had, as the failure to take a picture of the stream.
fn piece_missing(folder: String, error: &PieceError) -> Failure {
    match *error {
        PieceError::Gone => Cause::SegmentGone { folder },
        PieceError::Elsewhere => Cause::SegmentElsewhere { folder },
        PieceError::Short { length, offset, size } => Cause::SegmentShort {
            folder,
            length,
            offset,
            size,
        },
        PieceError::Io(ref error) => Cause::StreamNotReadable {
            folder,
            error: error.to_string(),
        },
    }
    .into()
}
