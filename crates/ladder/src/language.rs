//! Languages: the codes that containers carry, as BCP 47 tags, and their names as their speakers write them.

/// ISO 639-1, ISO 639-2 (bibliographic and terminological), autonym.
const LANGUAGES: [(&str, &str, &str, &str); 58] = [
    ("ar", "ara", "ara", "العربية"),
    ("bg", "bul", "bul", "Български"),
    ("bn", "ben", "ben", "বাংলা"),
    ("bs", "bos", "bos", "Bosanski"),
    ("ca", "cat", "cat", "Català"),
    ("cs", "cze", "ces", "Čeština"),
    ("cy", "wel", "cym", "Cymraeg"),
    ("da", "dan", "dan", "Dansk"),
    ("de", "ger", "deu", "Deutsch"),
    ("el", "gre", "ell", "Ελληνικά"),
    ("en", "eng", "eng", "English"),
    ("eo", "epo", "epo", "Esperanto"),
    ("es", "spa", "spa", "Español"),
    ("et", "est", "est", "Eesti"),
    ("eu", "baq", "eus", "Euskara"),
    ("fa", "per", "fas", "فارسی"),
    ("fi", "fin", "fin", "Suomi"),
    ("fr", "fre", "fra", "Français"),
    ("ga", "gle", "gle", "Gaeilge"),
    ("gl", "glg", "glg", "Galego"),
    ("he", "heb", "heb", "עברית"),
    ("hi", "hin", "hin", "हिन्दी"),
    ("hr", "hrv", "hrv", "Hrvatski"),
    ("hu", "hun", "hun", "Magyar"),
    ("hy", "arm", "hye", "Հայերեն"),
    ("id", "ind", "ind", "Indonesia"),
    ("is", "ice", "isl", "Íslenska"),
    ("it", "ita", "ita", "Italiano"),
    ("ja", "jpn", "jpn", "日本語"),
    ("ka", "geo", "kat", "ქართული"),
    ("ko", "kor", "kor", "한국어"),
    ("la", "lat", "lat", "Latina"),
    ("lt", "lit", "lit", "Lietuvių"),
    ("lv", "lav", "lav", "Latviešu"),
    ("mk", "mac", "mkd", "Македонски"),
    ("ms", "may", "msa", "Melayu"),
    ("mt", "mlt", "mlt", "Malti"),
    ("nl", "dut", "nld", "Nederlands"),
    ("no", "nor", "nor", "Norsk"),
    ("nb", "nob", "nob", "Norsk bokmål"),
    ("nn", "nno", "nno", "Norsk nynorsk"),
    ("pl", "pol", "pol", "Polski"),
    ("pt", "por", "por", "Português"),
    ("ro", "rum", "ron", "Română"),
    ("ru", "rus", "rus", "Русский"),
    ("sk", "slo", "slk", "Slovenčina"),
    ("sl", "slv", "slv", "Slovenščina"),
    ("sq", "alb", "sqi", "Shqip"),
    ("sr", "srp", "srp", "Српски"),
    ("sv", "swe", "swe", "Svenska"),
    ("sw", "swa", "swa", "Kiswahili"),
    ("ta", "tam", "tam", "தமிழ்"),
    ("th", "tha", "tha", "ไทย"),
    ("tr", "tur", "tur", "Türkçe"),
    ("uk", "ukr", "ukr", "Українська"),
    ("ur", "urd", "urd", "اردو"),
    ("vi", "vie", "vie", "Tiếng Việt"),
    ("zh", "chi", "zho", "中文"),
];

/// The BCP 47 tag for a container's language word: `eng` → `en`, `ger` and `deu` → `de`, `pt-BR` → `pt-BR`. `None` for
/// words that name no language (`und`, `mul`, `zxx`, `qaa`…) or are none.
pub fn tag(word: &str) -> Option<String> {
    let word = word.trim().replace('_', "-");
    let mut parts = word.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&primary.len()) || !primary.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let private = primary.len() == 3 && ("qaa"..="qtz").contains(&primary.as_str());
    if private || matches!(primary.as_str(), "und" | "mul" | "zxx" | "mis") {
        return None;
    }
    let short = LANGUAGES
        .iter()
        .find(|(_, b, t, _)| primary == *b || primary == *t)
        .map(|entry| entry.0);
    let mut tag = short.unwrap_or(&primary).to_owned();
    for part in parts {
        if part.is_empty() || part.len() > 8 || !part.chars().all(|c| c.is_ascii_alphanumeric()) {
            break;
        }
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 if part.chars().all(|c| c.is_ascii_alphabetic()) => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

/// Like [`tag`], but only for languages listed here: for words that may be anything, such as a part of a file's name.
pub fn known_tag(word: &str) -> Option<String> {
    let found = tag(word)?;
    name(&found).map(|_| found)
}

/// The tag of a language by its own name for itself, whatever its case: `français` → `fr`.
pub fn named(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    LANGUAGES
        .iter()
        .find(|entry| entry.3.to_lowercase() == word)
        .map(|entry| entry.0)
}

/// The language's own name for itself, by the primary subtag of `tag`.
pub fn name(tag: &str) -> Option<&'static str> {
    let primary = tag.split('-').next()?.to_ascii_lowercase();
    LANGUAGES.iter().find(|entry| entry.0 == primary).map(|entry| entry.3)
}
