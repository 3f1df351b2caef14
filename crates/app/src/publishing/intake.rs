//! From what was dropped to the files that are published.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::{App, AppError, Result};

/// One film of what was dropped: folders are taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmView {
    /// Path of the film, or of what is none.
    pub file: String,
    /// Why it cannot be published.
    pub error: Option<AppError>,
}

/// What a folder's files are taken by. A file that is named itself is always looked at, whatever it is called.
const FILMS: [&str; 26] = [
    "3gp", "aac", "ac3", "aif", "aiff", "avi", "flac", "flv", "m2ts", "m4a", "m4v", "mka", "mkv", "mov", "mp3", "mp4",
    "mpeg", "mpg", "mts", "mxf", "ogg", "ogv", "opus", "ts", "wav", "webm",
];

/// Films of a folder that can be one batch, and entries that are looked at on the way: a whole disk is dropped by mistake.
const MANY: usize = 2000;
const ENTRIES: usize = 100_000;

impl App {
    /// The films that dropped files and folders mean, each once, after a look that needs no parsing.
    pub async fn films(&self, paths: Vec<PathBuf>) -> Result<Vec<FilmView>> {
        tokio::task::spawn_blocking(move || all(&paths))
            .await
            .map_err(AppError::internal)
    }
}

/// A film's absolute path, after a look that needs no parsing.
///
/// # Errors
/// `no_such_file`, `not_a_file`, `empty`, `not_readable`, `wrong_name`.
pub(crate) fn film(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).map_err(|e| file_error(path, &e))?;
    // The window takes names as text, in which such bytes are marked.
    let is_text = |text: &str| !text.contains('\u{fffd}') || path.exists();
    if !path.to_str().is_some_and(is_text) {
        return Err(Cause::NameNotInUnicode {
            path: path.display().to_string(),
        }
        .into());
    }
    let facts = std::fs::metadata(&path).map_err(|e| file_error(&path, &e))?;
    if facts.is_dir() {
        return Err(Cause::IsAFolder {
            path: path.display().to_string(),
        }
        .into());
    }
    if !facts.is_file() {
        return Err(Cause::NotAnOrdinaryFile {
            path: path.display().to_string(),
        }
        .into());
    }
    if facts.len() == 0 {
        return Err(Cause::EmptyFile {
            path: path.display().to_string(),
        }
        .into());
    }
    std::fs::File::open(&path).map_err(|e| file_error(&path, &e))?;
    Ok(path)
}

/// The films that a path means: itself, or those of a folder, in order of their names, folders in folders included.
///
/// # Errors
/// `no_films` for a folder without any, `too_many`.
pub(crate) fn films(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    let mut looked = 0;
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            // A folder somewhere below that is somebody else's hides no film of the creator's.
            Err(_) if folder != path => continue,
            Err(error) => return Err(file_error(&folder, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| file_error(&folder, &e))?;
            looked += 1;
            if looked > ENTRIES || found.len() > MANY {
                return Err(Cause::TooMany {
                    path: path.display().to_string(),
                    most: MANY,
                }
                .into());
            }
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // Not through links: a link to a folder above would never end.
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if path.is_file() && is_film(&path) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(Cause::NoFilms {
            path: path.display().to_string(),
        }
        .into());
    }
    found.sort();
    Ok(found)
}

/// [`films`] of each path in turn, each film once; what cannot be published keeps its reason.
pub(crate) fn all(paths: &[PathBuf]) -> Vec<FilmView> {
    let mut seen = std::collections::HashSet::new();
    let mut views = Vec::new();
    for path in paths {
        let found = films(path).map(|found| found.into_iter().map(|path| (film(&path).err(), path)).collect());
        let found: Vec<_> = found.unwrap_or_else(|error| vec![(Some(error), path.clone())]);
        for (error, path) in found {
            if seen.insert(path.clone()) {
                let file = path.display().to_string();
                views.push(FilmView { file, error });
            }
        }
    }
    views
}

fn is_film(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    FILMS.contains(&extension.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_named_as_the_trouble() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.mp4"));
        std::fs::write(&odd, b"x").unwrap();
        assert_eq!(film(&odd).unwrap_err().code, "wrong_name");
        let as_text = PathBuf::from(odd.to_string_lossy().into_owned());
        assert_eq!(film(&as_text).unwrap_err().code, "wrong_name");
        // A file that is really called so is a film like any other.
        std::fs::write(&as_text, b"x").unwrap();
        assert_eq!(film(&as_text).unwrap(), as_text);
    }

    #[test]
    fn a_folder_is_the_films_in_it_and_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        };
        for name in ["b.MP4", "a.mov", "notes.txt", ".hidden.mp4", "deeper/c d*?[.mkv"] {
            write(name);
        }
        let names: Vec<_> = films(folder.path())
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["a.mov", "b.MP4", "deeper/c d*?[.mkv"]);
        let all = all(&[
            folder.path().join("a.mov"),
            folder.path().to_owned(),
            folder.path().join("none.mp4"),
        ]);
        let told: Vec<_> = all
            .iter()
            .map(|film| film.error.as_ref().map(|error| error.code.as_str()))
            .collect();
        assert_eq!(told, [None, None, None, Some("no_such_file")], "{all:?}");
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        assert_eq!(films(&folder.path().join("empty")).unwrap_err().code, "no_films");
        assert_eq!(film(&folder.path().join("empty")).unwrap_err().code, "not_a_file");
        assert_eq!(film(&folder.path().join("none.mp4")).unwrap_err().code, "no_such_file");
        std::fs::write(folder.path().join("nothing.mp4"), b"").unwrap();
        assert_eq!(film(&folder.path().join("nothing.mp4")).unwrap_err().code, "empty");
    }
}
