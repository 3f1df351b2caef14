//! The piece of a finished stream that holds a moment.

use std::path::Path;

use screener_wire::Failure;

use crate::error::failure;
use crate::input::{self, Source};
use crate::inspect::entries;
use crate::inspect::pieces::read;

/// The largest rung's segment that shows second `at`, and that moment within it.
pub fn open(folder: &str, at: f64) -> Result<(Source, f64), Failure> {
    let root = Path::new(folder);
    let index = root.join("index.m3u8");
    let text = std::fs::read_to_string(&index).map_err(|error| missing(folder, &error.to_string()))?;
    let variant =
        entries::largest_variant(&text).ok_or_else(|| missing(folder, "it names no variant with pictures"))?;
    let parts = entries::plain(&variant).ok_or_else(|| missing(folder, "its variant lies elsewhere"))?;
    let mut path = root.to_path_buf();
    path.extend(parts);
    let text = std::fs::read_to_string(&path).map_err(|error| missing(folder, &error.to_string()))?;
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
    let (entry, begin) = found.ok_or_else(|| missing(folder, "its playlist is empty"))?;
    let mut bytes = match &entry.map {
        Some(map) => read(&path, map).map_err(|error| missing(folder, &error))?,
        None => Vec::new(),
    };
    bytes.extend(read(&path, &entry.media).map_err(|error| missing(folder, &error))?);
    Ok((input::open_bytes(&entry.media.uri, bytes)?, (at - begin).max(0.0)))
}

fn missing(folder: &str, why: &str) -> Failure {
    failure(
        "no_such_file",
        format!("{folder} holds no stream that a picture can be taken from: {why}."),
        "Name the folder that holds index.m3u8.",
    )
}
