//! What is said in English below the window, in other languages: why something could not be done, notes, and steps of a check, by their
//! sentences. A gap is `{}` in English and `{1}`, `{2}` in the other language.

use std::collections::BTreeMap;

use screener_wire::Phrase;
use serde::{Deserialize, Serialize};

use crate::cause::Cause;

/// What is said in another language than English.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpokenView {
    /// Sentences, by their English with `{}` for each gap; `{1}` and `{2}` stand for these in the answer.
    pub phrases: BTreeMap<String, String>,
    /// What stands above an error whose sentence is not among them.
    pub otherwise: String,
}

/// Notes and steps, which are worded where they are found.
const PHRASES: &str = include_str!("spoken/phrases.de.json");

/// What the window says instead, in a language. Empty where that is English, or unknown.
pub fn spoken_in(language: &str) -> SpokenView {
    if language != "de" {
        return SpokenView::default();
    }
    let mut phrases: BTreeMap<String, String> = serde_json::from_str(PHRASES).unwrap_or_default();
    phrases.extend(causes().map(|phrase| (phrase.english, phrase.german)));
    SpokenView {
        phrases,
        otherwise: "Etwas ging schief.".into(),
    }
}

/// The sentences of every cause, but those that are nothing but what somebody else said: they would stand for any sentence.
fn causes() -> impl Iterator<Item = Phrase> {
    let all = [
        Cause::phrases(),
        screener_publish::Cause::phrases(),
        screener_wire::Cause::phrases(),
        screener_account::Cause::phrases(),
        screener_stack::Cause::phrases(),
    ];
    all.into_iter().flatten().filter(|phrase| phrase.english != "{}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Where notes and steps are worded.
    const WORDED: &[&str] = &[
        "app/src/destinations/store_calls.rs",
        "app/src/destinations/walk.rs",
        "doctor/src/chain.rs",
        "doctor/src/chain/gate.rs",
        "doctor/src/chain/manners.rs",
        "doctor/src/chain/playing.rs",
        "doctor/src/stack_pieces.rs",
        "doctor/src/stack_pieces/bucket_side.rs",
        "doctor/src/stack_pieces/endpoint_side.rs",
        "doctor/src/stack_pieces/front_side.rs",
        "doctor/src/stack_pieces/stack_facts.rs",
        "ladder/src/loudness.rs",
        "ladder/src/plan.rs",
        "ladder/src/plan/copying.rs",
        "ladder/src/plan/tracks.rs",
        "publish/src/job/notes.rs",
        "transcode/src/captions/rendition.rs",
        "transcode/src/decode/damage.rs",
        "transcode/src/probe.rs",
        "transcode/src/probe/trimming.rs",
        "transcode/src/transcode.rs",
        "transcode/src/transcode/copies.rs",
        "transcode/src/transcode/measure.rs",
        "transcode/src/video/hardware.rs",
    ];

    /// No sentences: answers of others, what only puts evidence together, and errors, which are worded with their causes.
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
        "can't connect to the server for this app",
        "Choose a file with a video or audio track.",
        "CloudFront function associated",
        "Function URL authorization",
        "Missing Authentication Token",
        "Name heights of at least 2 lines, such as 1080,720,480,360.",
        "Nothing can be made of this: {}.",
        "not configured to allow the HTTP request method",
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

    fn written() -> Vec<(String, String)> {
        serde_json::from_str::<BTreeMap<String, String>>(PHRASES)
            .expect("sentences by sentences")
            .into_iter()
            .collect()
    }

    #[test]
    fn a_sentence_has_the_same_gaps_in_both_languages() {
        for (english, german) in spoken_in("de").phrases {
            let count = english.matches("{}").count();
            let named = (1..10).filter(|gap| german.contains(&format!("{{{gap}}}"))).count();
            let last = count == 0 || german.contains(&format!("{{{count}}}"));
            assert!(count == named && last, "{english} | {german}");
            assert_ne!(english, german, "English twice");
        }
    }

    #[test]
    fn a_sentence_is_said_one_way_wherever_it_is_worded() {
        let mut known = BTreeMap::new();
        let worded = causes().map(|phrase| (phrase.english, phrase.german));
        for (english, german) in worded.chain(written()) {
            if let Some(other) = known.insert(english.clone(), german.clone()) {
                assert_eq!(other, german, "two ways to say: {english}");
            }
        }
        assert_eq!(known, spoken_in("de").phrases);
        assert!(known.len() > 350, "{} sentences", known.len());
    }

    #[test]
    fn english_is_what_errors_say_themselves() {
        assert_eq!(spoken_in("en"), SpokenView::default());
        let words = spoken_in("de").phrases;
        let full = &words["The disk that holds {} is full."];
        assert!(full.contains("{1}") && full.contains("voll"), "{full}");
    }

    #[test]
    fn what_only_passes_on_words_stands_for_no_other_sentence() {
        let phrases = spoken_in("de").phrases;
        let bare: Vec<_> = phrases
            .keys()
            .filter(|english| !english.replace("{}", "").contains(char::is_alphabetic))
            .collect();
        assert!(bare.is_empty(), "{bare:?}");
    }
}
