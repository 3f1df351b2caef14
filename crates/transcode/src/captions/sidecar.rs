//! Caption files beside a film: which there are, and their cues. What their names say is `naming`'s.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use screener_ladder::source::SubtitleStream;
use screener_wire::{Cause, Failure};

use super::blocks::Words;
use super::naming::{self, Named};
use super::{ass, charset, srt, vtt};
use crate::input::{self, refusal};

/// A file of words larger than this is none.
const MAX_SIDECAR: u64 = 16 << 20;

/// More files than this beside one film are not looked at.
const MAX_SIDECARS: usize = 40;

/// More names than this in one folder are not looked at.
const MAX_NAMES: usize = 20_000;

/// A caption file that belongs to a film.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// Where it lies.
    pub path: PathBuf,
    /// What its name says.
    pub named: Named,
}

/// What lay beside each source when it was first asked for. The cage closes the folder afterwards.
static BESIDE: Mutex<BTreeMap<PathBuf, Vec<Beside>>> = Mutex::new(BTreeMap::new());

/// Caption files that belong to a film, by the names that players know: beside it, or in a folder `Subs` or `Subtitles` there.
/// Sorted by path. The first answer for a film is kept.
pub fn beside(film: &str) -> Vec<Beside> {
    let film = PathBuf::from(film);
    let mut known = BESIDE.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(film).or_insert_with_key(|film| look_beside(film)).clone()
}

fn look_beside(film: &Path) -> Vec<Beside> {
    let (Some(folder), Some(name)) = (film.parent(), film.file_name()) else {
        return Vec::new();
    };
    let name = name.to_string_lossy();
    let (files, folders) = entries(folder);
    let films: Vec<&str> = files
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| naming::is_film(name))
        .collect();
    let family = naming::Family::new(&name, &films);
    let mut found: Vec<Beside> = named(&files, |name| family.beside(name));
    for (_, below) in folders.iter().filter(|(name, _)| naming::holds_captions(name)) {
        let (files, folders) = entries(below);
        found.extend(named(&files, |name| {
            // Where there is only one film the folder is its own: `Subs/English.srt`.
            family
                .beside(name)
                .or_else(|| family.is_only_one().then(|| naming::alone(name)).flatten())
        }));
        for (_, own) in folders.iter().filter(|(name, _)| family.is_called(name)) {
            let (files, _) = entries(own);
            found.extend(named(&files, |name| {
                family.beside(name).or_else(|| naming::alone(name))
            }));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.truncate(MAX_SIDECARS);
    found
}

type Entries = Vec<(String, PathBuf)>;

/// Files and folders in a folder. No links: a folder from elsewhere could point at any file of this computer.
fn entries(folder: &Path) -> (Entries, Entries) {
    // A film named without its folder lies in the one where the work is done.
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() { here } else { folder };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(MAX_NAMES)
    {
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_file() {
            files.push((name, entry.path()));
        } else if kind.is_dir() {
            folders.push((name, entry.path()));
        }
    }
    (files, folders)
}

fn named(files: &Entries, read: impl Fn(&str) -> Option<Named>) -> Vec<Beside> {
    let known = files.iter().filter_map(|(name, path)| {
        let named = read(name)?;
        Some(Beside {
            path: path.clone(),
            named,
        })
    });
    known.collect()
}

/// Facts of a caption file from its name alone.
pub fn facts(beside: &Beside) -> SubtitleStream {
    let named = &beside.named;
    SubtitleStream {
        index: None,
        file: Some(beside.path.to_string_lossy().into_owned()),
        codec: match named.kind.as_str() {
            "vtt" => "webvtt".into(),
            "srt" => "subrip".into(),
            kind => kind.into(),
        },
        language: named.language.clone(),
        title: None,
        forced: named.forced,
        hearing_impaired: named.hearing_impaired,
        channel: None,
    }
}

/// Why a file beside the film gives no cues.
#[derive(Debug)]
pub enum Unread {
    /// It is too large to be captions.
    TooLarge,
    /// Its encoding cannot be told.
    Letters,
    /// The system does not give it.
    Disk(Failure),
}

impl Unread {
    /// The same, of the file called `name`.
    pub fn of(self, name: String) -> Failure {
        match self {
            Self::TooLarge => Cause::CaptionsTooLarge { name }.into(),
            Self::Letters => Cause::CaptionsUnknownLetters { name }.into(),
            Self::Disk(failure) => failure,
        }
    }
}

/// The cues of a file beside the film. `language` is what its name says.
pub fn read(path: &Path, language: Option<&str>) -> Result<Words, Unread> {
    let disk = |error| Unread::Disk(refusal::io(&input::name_of(&path.to_string_lossy()), &error));
    if std::fs::metadata(path).map_err(disk)?.len() > MAX_SIDECAR {
        return Err(Unread::TooLarge);
    }
    let bytes = std::fs::read(path).map_err(disk)?;
    let text = charset::decode(&bytes, language).ok_or(Unread::Letters)?;
    // What a file is stands in it: names are changed by hand.
    let signature = text.trim_start().get(..6).unwrap_or_default();
    Ok(if signature.eq_ignore_ascii_case("WEBVTT") {
        vtt::parse(&text)
    } else if ass::is(&text) {
        ass::parse(&text)
    } else {
        srt::parse(&text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str], film: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let film = folder.path().join(film);
        beside(film.to_str().unwrap())
            .iter()
            .map(|beside| {
                beside
                    .path
                    .strip_prefix(folder.path())
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/")
            })
            .collect()
    }

    #[test]
    fn files_beside_are_found_by_stem() {
        let files = [
            "a.mp4",
            "a.srt",
            "A.de.VTT",
            "a.English.forced.srt",
            "a.part2.srt",
            "ab.srt",
            "a.txt",
            "b.srt",
            "a.mp4.srt",
            "a.mkv.srt",
            "a_fr.srt",
        ];
        let expected = ["A.de.VTT", "a.English.forced.srt", "a.mp4.srt", "a.srt", "a_fr.srt"];
        assert_eq!(found(&files, "a.mp4"), expected);
    }

    #[test]
    fn composed_and_decomposed_letters_are_equal() {
        let composed = "Caf\u{E9} \u{1E9B}.mp4";
        let decomposed = "CAFE\u{301} \u{17F}\u{307}.en.srt";
        assert_eq!(found(&[composed, decomposed], composed), [decomposed]);
        let (film, words) = ("\u{1112}\u{1161}\u{11AB}.mp4", "\u{D55C}.ko.SRT");
        assert_eq!(found(&[film, words], film), [words]);
    }

    #[test]
    fn folders_of_captions() {
        let files = [
            "a.mp4",
            "Subs/a.en.srt",
            "Subs/2_English.srt",
            "Subs/b.fr.srt",
            "Subs/a/3_French.srt",
            "subtitles/de.vtt",
            "other/a.it.srt",
        ];
        let expected = [
            "Subs/2_English.srt",
            "Subs/a/3_French.srt",
            "Subs/a.en.srt",
            "subtitles/de.vtt",
        ];
        assert_eq!(found(&files, "a.mp4"), expected);
        // Of two films nobody knows whose they are.
        let two = [&files[..], &["b.mkv"]].concat();
        assert_eq!(found(&two, "a.mp4"), ["Subs/a/3_French.srt", "Subs/a.en.srt"]);
    }

    #[test]
    fn a_file_belongs_to_the_film_whose_name_it_has_most_of() {
        assert_eq!(found(&["a.mp4", "a.en.mp3", "a.en.srt"], "a.mp4"), ["a.en.srt"]);
        let files = ["a.mp4", "a.de.mp4", "a.de.srt", "a.de.en.srt", "a.en.srt"];
        assert_eq!(found(&files, "a.mp4"), ["a.en.srt"]);
        assert_eq!(found(&files, "a.de.mp4"), ["a.de.en.srt", "a.de.srt"]);
    }
}
