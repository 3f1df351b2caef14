//! Facts of finished segments, for the rules that need the media.
//!
//! Playlists are read by our own words and only name files below the folder; the media are demuxed from memory, so
//! nothing that a playlist says can make FFmpeg open a file.

mod fragments;
pub(crate) mod playlist;
mod segment;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use screener_hls::facts::{MediaFacts, piece};
use screener_wire::Failure;
use serde_json::Value;

use crate::error::{failure, internal};
use crate::pulse;

/// Playlists beyond this are not a video's.
const MAX_PLAYLISTS: usize = 500;
/// A segment larger than this is none.
const MAX_SEGMENT: u64 = 256 << 20;
/// I-frames of one playlist that are decoded; of the others it is seen whether their bytes are there.
const IFRAMES: usize = 30;

/// Facts of every segment that a media playlist below `folder` names: [`MediaFacts`] as JSON.
pub fn inspect(folder: &str) -> Result<Value, Failure> {
    let root = Path::new(folder);
    if !root.is_dir() {
        return Err(failure(
            "no_such_file",
            format!("{folder} is not a folder with a stream."),
            "Name the folder that holds index.m3u8.",
        ));
    }
    let mut playlists = Vec::new();
    collect(root, 0, &mut playlists);
    playlists.sort();
    let mut facts = MediaFacts::default();
    for path in playlists.iter().take(MAX_PLAYLISTS) {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let mut maps: BTreeMap<playlist::Piece, Vec<u8>> = BTreeMap::new();
        let pieces = playlist::pieces(&text);
        let iframes = playlist::is_iframes(&text);
        let every = if iframes {
            pieces.len().div_ceil(IFRAMES).max(1)
        } else {
            1
        };
        let tables = tables(&pieces, iframes);
        for (number, mut entry) in pieces.into_iter().enumerate() {
            pulse::alive();
            if entry.map.is_none() {
                entry.map = tables.get(&entry.media.uri).cloned();
            }
            let Some(file) = key(root, path, &entry.media.uri) else {
                continue;
            };
            let key = piece(&file, entry.media.range.map(|(offset, length)| (length, offset)));
            if facts.segments.contains_key(&key) {
                continue;
            }
            if number % every != 0 {
                if let Err(error) = find(path, &entry.media) {
                    facts.segments.insert(key, segment::unreadable(error));
                }
                continue;
            }
            let found = read(path, &entry.media).and_then(|media| {
                let map = match &entry.map {
                    None => Vec::new(),
                    Some(piece) => {
                        if let Some(bytes) = maps.get(piece) {
                            bytes.clone()
                        } else {
                            let bytes = read(path, piece)?;
                            maps.insert(piece.clone(), bytes.clone());
                            bytes
                        }
                    }
                };
                Ok((map, media))
            });
            facts.segments.insert(
                key,
                match found {
                    Ok((_, media)) if iframes && segment::begins_within(&media) => {
                        segment::unreadable("it begins in the middle of a picture".into())
                    }
                    Ok((map, media)) => segment::facts(&file, &map, &media),
                    Err(error) => segment::unreadable(error),
                },
            );
        }
    }
    serde_json::to_value(facts).map_err(internal)
}

/// What stands before the first I-frame of each file is what all its I-frames need, where no `EXT-X-MAP` names it (RFC 8216,
/// 4.3.3.6).
fn tables(pieces: &[playlist::Entry], iframes: bool) -> BTreeMap<String, playlist::Piece> {
    let mut first: BTreeMap<String, playlist::Piece> = BTreeMap::new();
    for piece in pieces.iter().map(|entry| &entry.media).filter(|_| iframes) {
        let Some((offset, _)) = piece.range.filter(|(offset, _)| *offset > 0) else {
            continue;
        };
        let tables = first.entry(piece.uri.clone()).or_insert_with(|| playlist::Piece {
            uri: piece.uri.clone(),
            range: Some((0, offset)),
        });
        tables.range = tables.range.map(|(start, length)| (start, length.min(offset)));
    }
    first
}

/// Media playlists below `folder`, a few levels deep.
fn collect(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) {
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
fn key(root: &Path, playlist: &Path, uri: &str) -> Option<String> {
    let folder = playlist.parent()?.strip_prefix(root).ok()?;
    let mut parts: Vec<String> = folder.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.extend(playlist::plain(uri)?.into_iter().map(str::to_owned));
    Some(parts.join("/"))
}

/// The file of a piece that a playlist names, below the playlist's folder; offset and length of the piece in it.
fn find(playlist: &Path, piece: &playlist::Piece) -> Result<(std::fs::File, u64, u64), String> {
    let words = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there".to_owned(),
        _ => error.to_string(),
    };
    let parts = playlist::plain(&piece.uri).ok_or("its address is not a path below the playlist")?;
    let mut path = playlist.parent().map(Path::to_path_buf).unwrap_or_default();
    path.extend(parts);
    let file = std::fs::File::open(&path).map_err(words)?;
    let size = file.metadata().map_err(words)?.len();
    let (offset, length) = piece.range.unwrap_or((0, size));
    if length > MAX_SEGMENT || offset.saturating_add(length) > size {
        return Err(format!("{length} bytes from {offset} are not in a file of {size}"));
    }
    Ok((file, offset, length))
}

/// The bytes of a piece that a playlist names, below the playlist's folder.
pub(crate) fn read(playlist: &Path, piece: &playlist::Piece) -> Result<Vec<u8>, String> {
    use std::io::{Read, Seek, SeekFrom};
    let words = |error: std::io::Error| error.to_string();
    let (mut file, offset, length) = find(playlist, piece)?;
    file.seek(SeekFrom::Start(offset)).map_err(words)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(words)?;
    Ok(bytes)
}
