//! What goes wrong, in other languages than English: by its code, for the window. The words of the moment (a name, an amount, an answer)
//! stay English and stand below.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::AppError;

const GERMAN: &str = include_str!("errors/de.json");

#[derive(Deserialize)]
struct Words {
    message: String,
    mend: String,
}

/// What is said instead, in a language: the window shows it by the error's code. Empty where that is English, or unknown.
pub fn errors_in(language: &str) -> Vec<AppError> {
    if language != "de" {
        return Vec::new();
    }
    let words: BTreeMap<String, Words> = serde_json::from_str(GERMAN).unwrap_or_default();
    let error = |(code, Words { message, mend })| AppError { code, message, mend };
    words.into_iter().map(error).collect()
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
        "wrong_name",
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
        let known: BTreeSet<_> = errors_in("de").into_iter().map(|error| error.code).collect();
        let elsewhere: BTreeSet<_> = ELSEWHERE.iter().map(|code| (*code).to_owned()).collect();
        let all = codes();
        assert!(all.len() > 60, "the sources are not read as they are written: {all:?}");
        let missing: Vec<_> = all
            .iter()
            .filter(|code| !known.contains(*code) && !elsewhere.contains(*code))
            .collect();
        assert!(missing.is_empty(), "without German words: {missing:?}");
    }

    #[test]
    fn english_is_what_errors_say_themselves() {
        assert_eq!(errors_in("en"), []);
        let words = errors_in("de");
        assert!(
            words
                .iter()
                .all(|error| !error.message.is_empty() && !error.mend.is_empty())
        );
        let full = words.iter().find(|error| error.code == "disk_full").unwrap();
        assert!(full.message.contains("voll"), "{full}");
    }
}
