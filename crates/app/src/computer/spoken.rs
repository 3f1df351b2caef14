//! What is said in English below the window, in other languages: what goes wrong by its code (the words of the moment, a name, an
//! amount, an answer, stay English and stand below); notes and steps of a check by their sentences, whose gaps are `{}` in
//! English and `{1}`, `{2}` in the other language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::AppError;

/// What is said in another language than English.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpokenView {
    /// Errors, by their codes.
    pub errors: Vec<AppError>,
    /// Notes and steps, by their English sentences with `{}` for each gap; `{1}` and `{2}` stand for these in the answer.
    pub phrases: BTreeMap<String, String>,
}

const ERRORS: &str = include_str!("spoken/errors.de.json");
const PHRASES: &str = include_str!("spoken/phrases.de.json");

#[derive(Deserialize)]
struct Words {
    message: String,
    mend: String,
}

/// What the window says instead, in a language. Empty where that is English, or unknown.
pub fn spoken_in(language: &str) -> SpokenView {
    if language != "de" {
        return SpokenView::default();
    }
    let errors: BTreeMap<String, Words> = serde_json::from_str(ERRORS).unwrap_or_default();
    let error = |(code, Words { message, mend })| AppError { code, message, mend };
    SpokenView {
        errors: errors.into_iter().map(error).collect(),
        phrases: serde_json::from_str(PHRASES).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    /// Said to whoever works on the terminal, or between our own parts: the window never shows them.
    const ELSEWHERE: &[&str] = &[
        "bad_task",
        "no_playlist",
        "no_url",
        "not_a_playlist",
        "not_available",
        "not_empty",
        "not_there",
        "pipe",
        "too_long",
        "usage",
        "wrong_signature",
        "wrong_version",
    ];

    fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }

    /// Names that stand first where an error is made, before the tests of their file.
    fn codes() -> BTreeSet<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for folder in ["app/src", "publish/src", "transcode/src", "../src-tauri/src"] {
            sources(&crates.join(folder), &mut files);
        }
        let mut found = BTreeSet::new();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for call in ["failure(", "AppError::new(", "code: "] {
                for behind in text.split(call).skip(1) {
                    let code = behind
                        .trim_start()
                        .strip_prefix('"')
                        .and_then(|rest| rest.split('"').next());
                    found.extend(
                        code.filter(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
                            .map(str::to_owned),
                    );
                }
            }
        }
        found
    }

    #[test]
    fn every_error_that_the_window_shows_has_german_words() {
        let known: BTreeSet<_> = spoken_in("de").errors.into_iter().map(|error| error.code).collect();
        let elsewhere: BTreeSet<_> = ELSEWHERE.iter().map(|code| (*code).to_owned()).collect();
        let all = codes();
        assert!(all.len() > 60, "the sources are not read as they are written: {all:?}");
        let missing: Vec<_> = all
            .iter()
            .filter(|code| !known.contains(*code) && !elsewhere.contains(*code))
            .collect();
        assert!(missing.is_empty(), "without German words: {missing:?}");
    }

    /// Where notes and steps are worded.
    const WORDED: &[&str] = &[
        "app/src/destinations/walk.rs",
        "doctor/src/chain.rs",
        "doctor/src/chain/delivery.rs",
        "doctor/src/chain/gate.rs",
        "doctor/src/chain/manners.rs",
        "ladder/src/plan.rs",
        "ladder/src/plan/copying.rs",
        "ladder/src/plan/tracks.rs",
        "transcode/src/probe.rs",
        "transcode/src/transcode/hardware.rs",
    ];

    /// No sentences: answers of others, what only puts evidence together, and errors, which have words by their codes.
    const ELSEWHERE_WORDED: &[&str] = &[
        " ",
        " ({})",
        ", ",
        ": {}",
        "{} ({})",
        "{} has no pictures and no sound that can be played{}.",
        "{} for {}{}",
        "{}: {}",
        "{}, {}, {} bytes",
        "Cache-Control: {}",
        "Choose a file with a video or audio track.",
        "Missing Authentication Token",
        "Name heights of at least 2 lines, such as 1080,720,480,360.",
        "Nothing can be made of this: {}.",
        "positive, and an estimate",
    ];

    /// Everything in quotes that holds a space, before the tests of a file, its gaps as `{}`.
    fn sentences(file: &str) -> Vec<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = std::fs::read_to_string(crates.join(file)).unwrap();
        let code: Vec<&str> = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//") && !line.contains("#["))
            .collect();
        let code = code.join("\n").replace("'\"'", "");
        let mut found = Vec::new();
        let mut rest = code.as_str();
        while let Some((_, behind)) = rest.split_once('"') {
            let mut escaped = false;
            let ends = |c: char| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            };
            let end = behind.find(ends).expect("a quote that is not closed");
            let (raw, after) = behind.split_at(end);
            rest = &after[1..];
            // A line that ends with a backslash goes on at the next word.
            let mut parts = raw.split("\\\n");
            let mut sentence = parts.next().unwrap_or_default().to_owned();
            sentence.extend(parts.map(str::trim_start));
            for (escaped, plain) in [("\\u{201c}", "“"), ("\\u{201d}", "”"), ("\\u{2019}", "’")] {
                sentence = sentence.replace(escaped, plain);
            }
            if sentence.contains(' ') {
                found.push(gaps(&sentence));
            }
        }
        found
    }

    /// `{name}` and `{rate:.1}` as `{}`; braces that a sentence is about stay.
    fn gaps(sentence: &str) -> String {
        let mut out = String::new();
        let mut rest = sentence;
        while let Some((before, behind)) = rest.split_once('{') {
            out.push_str(before);
            let (inside, after) = behind.split_once('}').unwrap_or((behind, ""));
            let name = inside.split(':').next().unwrap_or_default();
            if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                out.push_str("{}");
            } else {
                out.extend(["{", inside, "}"]);
            }
            rest = after;
        }
        out + rest
    }

    #[test]
    fn every_note_and_every_step_has_german_words() {
        let known = spoken_in("de").phrases;
        let all: BTreeSet<_> = WORDED.iter().flat_map(|file| sentences(file)).collect();
        assert!(all.len() > 120, "the sources are not read as they are written: {all:?}");
        let missing: Vec<_> = all
            .iter()
            .filter(|sentence| !known.contains_key(*sentence) && !ELSEWHERE_WORDED.contains(&sentence.as_str()))
            .collect();
        assert!(missing.is_empty(), "without German words: {missing:#?}");
    }

    #[test]
    fn a_sentence_has_the_same_gaps_in_both_languages() {
        for (english, german) in spoken_in("de").phrases {
            let count = english.matches("{}").count();
            let named = (1..10).filter(|gap| german.contains(&format!("{{{gap}}}"))).count();
            let last = count == 0 || german.contains(&format!("{{{count}}}"));
            assert!(count == named && last, "{english} | {german}");
        }
    }

    #[test]
    fn english_is_what_errors_say_themselves() {
        assert_eq!(spoken_in("en"), SpokenView::default());
        let words = spoken_in("de").errors;
        assert!(
            words
                .iter()
                .all(|error| !error.message.is_empty() && !error.mend.is_empty())
        );
        let full = words.iter().find(|error| error.code == "disk_full").unwrap();
        assert!(full.message.contains("voll"), "{full}");
    }
}
