//! One JPEG at a time of the film, from the source or from the stream that was made of it.

use std::path::Path;

use screener_wire::Failure;
use serde_json::{Value, json};

use super::{grab, segment_at};
use crate::error::write_failed;
use crate::input;

/// Writes the picture at `at` seconds to `out`: `{"file", "width", "height"}`. A time behind the end is the last picture.
pub fn still(file: &str, at: f64, out: &str) -> Result<Value, Failure> {
    let at = if at.is_finite() { at.max(0.0) } else { 0.0 };
    let folder = reads(file);
    let picture = if Path::new(&folder).is_dir() {
        let (source, within) = segment_at::open(&folder, at)?;
        grab::at(source, within)?
    } else {
        grab::at(input::open(file)?, at)?
    };
    let out = Path::new(out);
    let part = out.with_extension("part");
    std::fs::write(&part, &picture.jpeg).map_err(|error| write_failed(&part, &error))?;
    std::fs::rename(&part, out).map_err(|error| write_failed(out, &error))?;
    Ok(json!({ "file": out.to_string_lossy(), "width": picture.width, "height": picture.height }))
}

/// The path that a still of `file` reads: the folder, where a stream's `index.m3u8` is named.
pub fn reads(file: &str) -> String {
    let path = Path::new(file);
    match (path.file_name().is_some_and(|name| name == "index.m3u8"), path.parent()) {
        (true, Some(folder)) => folder.to_string_lossy().into_owned(),
        _ => file.to_owned(),
    }
}
