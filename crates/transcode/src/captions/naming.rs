//! What the names of caption files say: whose they are, their language, and for whom they are.
//!
//! As players and media servers take them (VLC, Kodi, Plex, Jellyfin, Emby): `film.srt`, `film.en.srt`, `film.mp4.srt`,
//! `film.pt-BR.forced.srt`, `film_en.srt`, `film.English.sdh.vtt`. Letters are equal whatever their case, and however they are
//! put together: one computer's `\u{e9}` is another's `e` and an accent.

use screener_ladder::language;
use unicode_normalization::UnicodeNormalization;

/// Kinds of caption files that can be read.
const READ: [&str; 5] = ["srt", "vtt", "ass", "ssa", "sbv"];

/// Kinds that are known to be captions, and cannot be read.
const UNREAD: [&str; 9] = ["sub", "idx", "sup", "smi", "ttml", "dfxp", "stl", "scc", "lrc"];

/// Kinds of films, as far as they matter for whose a caption file is. A sound track beside a film takes none from it.
const FILMS: [&str; 16] = [
    "3gp", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ogv", "ts", "webm", "wmv",
];

/// Folders beside films that hold captions.
const FOLDERS: [&str; 4] = ["sub", "subs", "subtitle", "subtitles"];

/// What may stand in a caption file's name beside the language.
const FORCED: [&str; 2] = ["forced", "foreign"];
const HEARING: [&str; 3] = ["sdh", "cc", "hi"];
const OTHERS: [&str; 12] = [
    "default",
    "full",
    "captions",
    "caption",
    "subtitles",
    "subtitle",
    "subs",
    "sub",
    "auto",
    "original",
    "translated",
    "utf8",
];

/// Languages whose English name people write out, and what else they call Chinese.
const WRITTEN_OUT: [(&str, &str); 46] = [
    ("arabic", "ar"),
    ("brazilian", "pt-BR"),
    ("bulgarian", "bg"),
    ("catalan", "ca"),
    ("chinese", "zh"),
    ("chs", "zh-Hans"),
    ("cht", "zh-Hant"),
    ("croatian", "hr"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("estonian", "et"),
    ("farsi", "fa"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("icelandic", "is"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("latvian", "lv"),
    ("lithuanian", "lt"),
    ("malay", "ms"),
    ("norwegian", "no"),
    ("persian", "fa"),
    ("pob", "pt-BR"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("serbian", "sr"),
    ("simplified", "zh-Hans"),
    ("slovak", "sk"),
    ("slovenian", "sl"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("thai", "th"),
    ("traditional", "zh-Hant"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
];

/// What the name of a caption file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// `srt`, `vtt`, …
    pub kind: String,
    /// BCP 47.
    pub language: Option<String>,
    /// Only what everybody must read.
    pub forced: bool,
    /// For those who do not hear.
    pub hearing_impaired: bool,
}

impl Named {
    /// Whether captions of this kind can be read here.
    pub fn can_be_read(&self) -> bool {
        READ.contains(&self.kind.as_str())
    }
}

/// A film among those of its folder. All names are as [`plain`] writes them.
pub struct Family {
    stem: String,
    kind: String,
    others: Vec<String>,
}

impl Family {
    /// `film` and `films` are names of files; the film itself may be among the others.
    pub fn new(film: &str, films: &[&str]) -> Self {
        let own = plain(film);
        let (stem, kind) = apart(&own);
        let others = films.iter().map(|name| plain(name)).filter(|name| *name != own);
        Self {
            stem: stem.to_owned(),
            kind: kind.to_owned(),
            others: others.map(|name| apart(&name).0.to_owned()).collect(),
        }
    }

    /// Whether no other film lies there.
    pub fn is_only_one(&self) -> bool {
        self.others.is_empty()
    }

    /// Whether a folder has the film's name.
    pub fn is_called(&self, folder: &str) -> bool {
        plain(folder) == self.stem
    }

    /// What a file's name says, if it is a caption file of this film and not of another whose name it has more of.
    pub fn beside(&self, name: &str) -> Option<Named> {
        let name = plain(name);
        let found = after(&name, &self.stem, Some(&self.kind))?;
        let nearer = |other: &String| other.len() > self.stem.len() && after(&name, other, None).is_some();
        (!self.others.iter().any(nearer)).then_some(found)
    }
}

/// What a name says that has nothing of a film's: `English.srt`, `2_de.forced.srt`.
pub fn alone(name: &str) -> Option<Named> {
    let name = plain(name);
    let (stem, kind) = apart(&name);
    let stem = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    let named = words(stem, kind, None)?;
    named.language.is_some().then_some(named)
}

/// Whether a file is a film by its name.
pub fn is_film(name: &str) -> bool {
    let name = plain(name);
    FILMS.contains(&apart(&name).1)
}

/// Whether a folder of this name holds captions.
pub fn holds_captions(folder: &str) -> bool {
    FOLDERS.contains(&plain(folder).as_str())
}

fn plain(name: &str) -> String {
    // Lower case first: that of a composed letter may be two.
    name.to_lowercase().nfc().collect()
}

fn apart(name: &str) -> (&str, &str) {
    name.rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .unwrap_or((name, ""))
}

/// What stands in a name behind a film's stem.
fn after(name: &str, stem: &str, container: Option<&str>) -> Option<Named> {
    let rest = name.strip_prefix(stem)?;
    // `filmed.srt` is no `film`.
    if !rest.starts_with(is_gap) {
        return None;
    }
    let (between, kind) = rest.rsplit_once('.')?;
    words(between, kind, container)
}

fn is_gap(c: char) -> bool {
    matches!(c, '.' | '_' | '-' | ' ' | '(' | ')' | '[' | ']' | ',' | '+' | '&')
}

/// Reads the words of a name, none of which may be unknown: `film.part2.srt` belongs to another film.
fn words(text: &str, kind: &str, container: Option<&str>) -> Option<Named> {
    if !READ.contains(&kind) && !UNREAD.contains(&kind) {
        return None;
    }
    let mut named = Named {
        kind: kind.to_owned(),
        ..Named::default()
    };
    let mut parts: Vec<&str> = text.split(is_gap).filter(|part| !part.is_empty()).collect();
    // Only directly behind the film's own name.
    if parts.first().copied() == container.filter(|kind| !kind.is_empty()) && text.starts_with('.') {
        parts.remove(0);
    }
    let mut rest = parts.as_slice();
    while let [part, behind @ ..] = rest {
        rest = behind;
        if FORCED.contains(part) {
            named.forced = true;
        } else if HEARING.contains(part) {
            // `hi` is Hindi, but in such names it says that the hearing is impaired.
            named.hearing_impaired = true;
        } else if let Some(language) = spoken(part) {
            let mut tag = language;
            while let [region, behind @ ..] = rest
                && is_region(region)
            {
                tag = language::tag(&format!("{tag}-{region}")).unwrap_or(tag);
                rest = behind;
            }
            // Of several the last counts, as with others.
            named.language = Some(tag);
        } else if !OTHERS.contains(part) {
            return None;
        }
    }
    Some(named)
}

/// Whether a word that stands behind a language's goes with it: `US`, `419`, `Hans`.
fn is_region(word: &str) -> bool {
    let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let known = HEARING.contains(&word) || OTHERS.contains(&word);
    !known
        && ((word.len() == 2 && letters)
            || (word.len() == 3 && digits)
            || matches!(word, "hans" | "hant" | "latn" | "cyrl"))
}

/// The language that a word of a file's name names: its code, its English name, or its own.
fn spoken(word: &str) -> Option<String> {
    let written = WRITTEN_OUT.iter().find(|(name, _)| *name == word);
    written
        .map(|(_, tag)| (*tag).to_owned())
        .or_else(|| language::known_tag(word))
        .or_else(|| language::named(word).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(film: &str, name: &str) -> Option<(String, Option<String>, bool, bool)> {
        let named = Family::new(film, &[]).beside(name)?;
        Some((named.kind, named.language, named.forced, named.hearing_impaired))
    }

    #[test]
    fn names_tell_the_language() {
        let table = [
            ("my.film.srt", "srt", None, false, false),
            ("my.film.en.vtt", "vtt", Some("en"), false, false),
            ("My.Film.pt-BR.sdh.SRT", "srt", Some("pt-BR"), false, true),
            ("my.film.english.hi.srt", "srt", Some("en"), false, true),
            ("my.film.de.forced.srt", "srt", Some("de"), true, false),
            ("my.film.en-US.forced.srt", "srt", Some("en-US"), true, false),
            ("my.film.eng.sdh.vtt", "vtt", Some("en"), false, true),
            ("my.film.spa.foreign.srt", "srt", Some("es"), true, false),
            ("my.film_en.srt", "srt", Some("en"), false, false),
            ("my.film-en.srt", "srt", Some("en"), false, false),
            ("my.film en_GB.srt", "srt", Some("en-GB"), false, false),
            ("my.film (English).srt", "srt", Some("en"), false, false),
            ("my.film.[ger].ass", "ass", Some("de"), false, false),
            ("my.film.zh-Hant-TW.srt", "srt", Some("zh-Hant-TW"), false, false),
            ("my.film.chs.srt", "srt", Some("zh-Hans"), false, false),
            ("my.film.es-419.srt", "srt", Some("es-419"), false, false),
            ("my.film.mp4.srt", "srt", None, false, false),
            ("my.film.mp4.en.srt", "srt", Some("en"), false, false),
            ("my.film.Fran\u{e7}ais.srt", "srt", Some("fr"), false, false),
            ("my.film.default.en.cc.srt", "srt", Some("en"), false, true),
            ("my.film.en.idx", "idx", Some("en"), false, false),
        ];
        for (name, kind, language, forced, hearing) in table {
            let expected = (kind.to_owned(), language.map(str::to_owned), forced, hearing);
            assert_eq!(says("my.film.mp4", name), Some(expected), "{name}");
        }
    }

    #[test]
    fn what_belongs_to_another_film() {
        for name in [
            "my.film2.srt",
            "my.film.part2.srt",
            "my.film 2.srt",
            "my.films.srt",
            "my.film.mkv.srt",
            "my.film.txt",
            "my.film.en.mp4",
            "my.srt",
            "en.srt",
            "my.film.director's cut.en.srt",
        ] {
            assert_eq!(says("my.film.mp4", name), None, "{name}");
        }
        assert_eq!(
            alone("2_English.srt").and_then(|named| named.language).as_deref(),
            Some("en")
        );
        assert_eq!(alone("de.forced.vtt").map(|named| named.forced), Some(true));
        assert!(alone("forced.srt").is_none() && alone("other film.srt").is_none());
    }
}
