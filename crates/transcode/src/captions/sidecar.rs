//! Caption files beside a film: which there are, what their names tell, and their cues.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use screener_ladder::language;
use screener_ladder::source::SubtitleStream;
use screener_wire::{Cause, Failure};

use super::cue::Cue;
use super::{charset, srt, vtt};
use crate::input::{self, refusal};

/// A file of words larger than this is none.
const MAX_SIDECAR: u64 = 16 << 20;

/// More files than this beside one film are not looked at.
const MAX_SIDECARS: usize = 40;

/// What lay beside each source when it was first asked for. The cage closes the folder afterwards.
static BESIDE: Mutex<BTreeMap<PathBuf, Vec<PathBuf>>> = Mutex::new(BTreeMap::new());

/// Caption files beside a film: `film.srt`, `film.en.vtt`, `film.en.sdh.srt` for `film.mp4`. Sorted by name. The first
/// answer for a film is kept.
pub fn beside(film: &str) -> Vec<PathBuf> {
    let film = PathBuf::from(film);
    let mut known = BESIDE.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(film).or_insert_with_key(|film| look_beside(film)).clone()
}

fn look_beside(film: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(stem)) = (
        film.parent(),
        film.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()),
    ) else {
        return Vec::new();
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let rest = name.strip_prefix(&stem).unwrap_or_default();
            let kind = rest.rsplit('.').next().unwrap_or_default();
            // `film.part2.srt` belongs to another film.
            let mut words = rest.split('.').rev().skip(1).filter(|word| !word.is_empty());
            rest.starts_with('.')
                && matches!(kind, "srt" | "vtt")
                && words.all(|word| KINDS.contains(&word) || spoken(word).is_some())
        })
        // No links: a folder from elsewhere could point at any file of this computer.
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found.truncate(MAX_SIDECARS);
    found
}

/// What may stand in a caption file's name beside the language.
const KINDS: [&str; 8] = ["forced", "sdh", "cc", "hi", "default", "full", "captions", "subtitles"];

/// Languages whose English name people write out.
const WRITTEN_OUT: [(&str, &str); 14] = [
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("swedish", "sv"),
];

/// The language that a word of a file's name names.
fn spoken(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let written = WRITTEN_OUT
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, tag)| (*tag).to_owned());
    // `hi` is Hindi, but in such names it says “hearing impaired”.
    written.or_else(|| {
        if KINDS.contains(&lower.as_str()) {
            None
        } else {
            language::known_tag(word)
        }
    })
}

/// Facts of a caption file from its name alone.
pub fn facts(film: &str, file: &Path) -> SubtitleStream {
    let stem = Path::new(film)
        .file_stem()
        .map(|stem| stem.to_string_lossy().chars().count())
        .unwrap_or_default();
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let rest: String = name.chars().skip(stem).collect();
    let words: Vec<&str> = rest.split('.').filter(|word| !word.is_empty()).collect();
    let (words, kind) = match words.split_last() {
        Some((kind, words)) => (words, kind.to_lowercase()),
        None => (&[][..], String::new()),
    };
    let language = words.iter().find_map(|word| spoken(word));
    let title = words
        .iter()
        .find(|word| spoken(word).is_none())
        .map(|word| (*word).to_owned());
    let says = |kinds: &[&str]| words.iter().any(|word| kinds.contains(&word.to_lowercase().as_str()));
    SubtitleStream {
        index: None,
        file: Some(file.to_string_lossy().into_owned()),
        codec: if kind == "vtt" {
            "webvtt".into()
        } else {
            "subrip".into()
        },
        language,
        title: title.filter(|title| !KINDS.contains(&title.to_lowercase().as_str())),
        forced: says(&["forced"]),
        hearing_impaired: says(&["sdh", "cc", "hi"]),
    }
}

/// The cues of a file beside the film.
pub fn read(path: &Path) -> Result<Vec<Cue>, Failure> {
    let name = input::name_of(&path.to_string_lossy());
    let size = std::fs::metadata(path)
        .map_err(|error| refusal::io(&name, &error))?
        .len();
    if size > MAX_SIDECAR {
        return Err(Cause::CaptionsTooLarge { name }.into());
    }
    let bytes = std::fs::read(path).map_err(|error| refusal::io(&name, &error))?;
    let text = charset::decode(&bytes);
    let is_vtt = text.trim_start().starts_with("WEBVTT");
    Ok(if is_vtt { vtt::parse(&text) } else { srt::parse(&text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_language() {
        let facts = |name: &str| {
            let stream = super::facts("/films/my.film.mp4", Path::new(name));
            let kind = (stream.forced, stream.hearing_impaired);
            (stream.codec, stream.language, stream.title, kind)
        };
        assert_eq!(
            facts("/films/my.film.srt"),
            ("subrip".into(), None, None, (false, false))
        );
        assert_eq!(
            facts("/films/my.film.en.vtt"),
            ("webvtt".into(), Some("en".into()), None, (false, false))
        );
        assert_eq!(
            facts("/films/My.Film.pt-BR.sdh.SRT"),
            ("subrip".into(), Some("pt-BR".into()), None, (false, true))
        );
        assert_eq!(
            facts("/films/my.film.english.hi.srt"),
            ("subrip".into(), Some("en".into()), None, (false, true))
        );
        assert_eq!(
            facts("/films/my.film.de.forced.srt"),
            ("subrip".into(), Some("de".into()), None, (true, false))
        );
    }

    #[test]
    fn files_beside_are_found_by_stem() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a.mp4",
            "a.srt",
            "A.de.VTT",
            "a.English.forced.srt",
            "a.part2.srt",
            "ab.srt",
            "a.txt",
            "b.srt",
        ] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let film = folder.path().join("a.mp4");
        let names: Vec<String> = beside(film.to_str().unwrap())
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["A.de.VTT", "a.English.forced.srt", "a.srt"]);
    }
}
