//! Facts of finished segments, for the rules that need the media.
//!
//! Playlists are read by our own words and only name files below the folder; the media are demuxed from memory, so
//! nothing that a playlist says can make FFmpeg open a file.

pub(crate) mod entries;
mod fragments;
pub(crate) mod listed_pieces;
mod segment;

use std::collections::BTreeMap;
use std::path::Path;

use screener_hls::facts::{MediaFacts, piece};
use screener_wire::{Cause, Failure};
use serde_json::Value;

use crate::error::internal;
use crate::pulse;

/// Playlists beyond this are not a video's.
const MAX_PLAYLISTS: usize = 500;

/// I-frames of one playlist that are decoded; of the others it is seen whether their bytes are there.
const IFRAMES: usize = 30;

/// Facts of every segment that a media playlist below `folder` names: [`MediaFacts`] as JSON.
pub fn inspect(folder: &str) -> Result<Value, Failure> {
    let root = Path::new(folder);
    if !root.is_dir() {
        return Err(Cause::NoStream {
            folder: folder.to_owned(),
        }
        .into());
    }
    let mut playlists = Vec::new();
    listed_pieces::collect(root, 0, &mut playlists);
    playlists.sort();
    let mut facts = MediaFacts::default();
    for path in playlists.iter().take(MAX_PLAYLISTS) {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let mut maps: BTreeMap<entries::Piece, Vec<u8>> = BTreeMap::new();
        let listed = entries::pieces(&text);
        let iframes = entries::is_iframes(&text);
        let every = if iframes {
            listed.len().div_ceil(IFRAMES).max(1)
        } else {
            1
        };
        let tables = tables(&listed, iframes);
        for (number, mut entry) in listed.into_iter().enumerate() {
            pulse::alive();
            if entry.map.is_none() {
                entry.map = tables.get(&entry.media.uri).cloned();
            }
            let Some(file) = listed_pieces::key(root, path, &entry.media.uri) else {
                continue;
            };
            let key = piece(&file, entry.media.range.map(|(offset, length)| (length, offset)));
            if facts.segments.contains_key(&key) {
                continue;
            }
            if number % every != 0 {
                if let Err(error) = listed_pieces::find(path, &entry.media) {
                    facts.segments.insert(key, segment::unreadable(error.to_string()));
                }
                continue;
            }
            let found = listed_pieces::read(path, &entry.media).and_then(|media| {
                let map = match &entry.map {
                    None => Vec::new(),
                    Some(piece) => {
                        if let Some(bytes) = maps.get(piece) {
                            bytes.clone()
                        } else {
                            let bytes = listed_pieces::read(path, piece)?;
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
                    Err(error) => segment::unreadable(error.to_string()),
                },
            );
        }
    }
    serde_json::to_value(facts).map_err(internal)
}

/// What stands before the first I-frame of each file is what all its I-frames need, where no `EXT-X-MAP` names it (RFC 8216,
/// 4.3.3.6).
fn tables(pieces: &[entries::Entry], iframes: bool) -> BTreeMap<String, entries::Piece> {
    let mut first: BTreeMap<String, entries::Piece> = BTreeMap::new();
    for piece in pieces.iter().map(|entry| &entry.media).filter(|_| iframes) {
        let Some((offset, _)) = piece.range.filter(|(offset, _)| *offset > 0) else {
            continue;
        };
        let tables = first.entry(piece.uri.clone()).or_insert_with(|| entries::Piece {
            uri: piece.uri.clone(),
            range: Some((0, offset)),
        });
        tables.range = tables.range.map(|(start, length)| (start, length.min(offset)));
    }
    first
}
