//! The house in order: no circle of files, no hall, one file for each name. Read from the sources by their imports.
//!
//! The rule: an arrow runs from a file to the file that *defines* what it names, by `use` or by a path in its code; a re-export
//! is followed to its end and is itself no arrow; so is the declaration of a child. Nor is there one from a child to its parent's
//! plain types, but there is one to its parent's functions. Files that reach each other along arrows are a circle. Code behind
//! `#[cfg(test)]` does not count.

mod imports;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::imports::Crate;

/// Lines from which a file is asked what two things live there.
const HALL: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folders with sources of every crate.
fn crates() -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("src"))
        .chain([root().join("lambda/src"), root().join("src-tauri/src")])
        .filter(|folder| folder.is_dir())
        .collect();
    all.sort();
    all
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut arrows = 0;
    let mut circles = Vec::new();
    for folder in crates() {
        let read = Crate::read(&folder);
        arrows += read.arrows().len();
        circles.extend(read.circles().into_iter().map(|circle| (folder.clone(), circle)));
    }
    assert!(arrows > 800, "the sources are read: {arrows}");
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_that_is_made_on_purpose_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod film; mod reel; mod light; pub use film::Film;");
    write("film.rs", "use crate::reel::Reel; pub struct Film(Reel);");
    write(
        "reel.rs",
        "pub struct Reel; impl Reel { fn of(_: &crate::light::Lamp) {} }",
    );
    write("light.rs", "mod bulb; pub use bulb::Lamp;");
    write(
        "light/bulb.rs",
        "pub struct Lamp; #[cfg(test)] mod tests { use crate::film::Film; }",
    );
    assert_eq!(Crate::read(folder.path()).circles(), Vec::<Vec<String>>::new());

    write(
        "light/bulb.rs",
        "pub struct Lamp; fn show() { let _: Option<crate::Film> = None; }",
    );
    let circle = ["film.rs", "light/bulb.rs", "reel.rs"].map(str::to_owned).to_vec();
    assert_eq!(Crate::read(folder.path()).circles(), [circle]);
}

#[test]
fn no_file_is_a_hall() {
    let halls: Vec<_> = crates()
        .iter()
        .flat_map(|folder| imports::sources(folder))
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > HALL)
        .collect();
    assert!(halls.is_empty(), "what two things live in {halls:?}?");
}

/// Names that every crate has, and the shells' commands, which are called after the verbs that they call.
fn is_common(folder: &Path, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let below = path.strip_prefix(folder).unwrap_or(path);
    ["lib.rs", "main.rs", "error.rs", "cause.rs"]
        .iter()
        .any(|common| name == *common)
        || below.starts_with("commands")
        || below.starts_with("verbs")
}

#[test]
fn no_name_stands_for_two_things() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for folder in crates() {
        for path in imports::sources(&folder) {
            if !is_common(&folder, &path) {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                places.entry(name).or_default().push(path);
            }
        }
    }
    places.retain(|_, paths| paths.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
