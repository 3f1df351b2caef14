//! Bytes of a caption file as text: UTF-8 and UTF-16 by what they are, else the old encodings, by what the bytes look like
//! (chardetng) and by the language that the file's name or its track says.
//!
//! A wrong guess would be published as words that nobody can read, so that what comes out is looked at: see `writing`.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_4, ISO_8859_5, ISO_8859_6,
    ISO_8859_7, ISO_8859_8, ISO_8859_13, KOI8_U, MACINTOSH, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874,
    WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
    WINDOWS_1258,
};

use super::writing::{self, Script};

/// The detector needs no more than this.
const ENOUGH: usize = 1 << 20;

/// Text with `\n` line ends, without byte order marks; `None` where its encoding cannot be told. `language` is a BCP 47 tag.
pub fn decode(bytes: &[u8], language: Option<&str>) -> Option<String> {
    text(bytes, language).map(|text| {
        // Two carriage returns come from a text that was converted twice.
        text.replace('\u{FEFF}', "")
            .replace("\r\r\n", "\n")
            .replace("\r\n", "\n")
            .replace(['\r', '\0', '\u{2028}', '\u{2029}', '\u{85}'], "\n")
    })
}

fn text(bytes: &[u8], language: Option<&str>) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if let Some(encoding) = sixteen(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    // Escape sequences are ASCII, and would pass for UTF-8.
    let escapes = bytes.windows(2).any(|pair| matches!(pair, b"\x1B$" | b"\x1B("));
    if escapes && let Some(text) = whole(ISO_2022_JP, bytes) {
        return Some(text);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(twice(text).unwrap_or_else(|| text.to_owned()));
    }
    nearly(bytes).or_else(|| old(bytes, language))
}

/// UTF-16 whose mark was lost: times and line ends are ASCII in every language, and leave zeros on one side.
fn sixteen(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .step_by(2)
            .take(ENOUGH)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (high, low) = (zeros(0), zeros(1));
    let many = (bytes.len().min(2 * ENOUGH) / 2 / 8).max(2);
    if low >= many && high * 8 < low {
        Some(UTF_16LE)
    } else if high >= many && low * 8 < high {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// UTF-8 with a few broken places: a file that was cut, or pasted together.
fn nearly(bytes: &[u8]) -> Option<String> {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    (right >= 10 * wrong).then(|| String::from_utf8_lossy(bytes).replace(char::REPLACEMENT_CHARACTER, ""))
}

/// UTF-8 that was taken for Windows-1252 and saved as UTF-8 again: `GrÃ¼ÃŸe`. Real words do not look like that.
fn twice(text: &str) -> Option<String> {
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable || bytes.len() == text.len() {
        return None;
    }
    let again = std::str::from_utf8(&bytes).ok()?;
    let outside = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
    (outside(again) >= 2).then(|| again.to_owned())
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
}

fn old(bytes: &[u8], language: Option<&str>) -> Option<String> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(ENOUGH)], true);
    let (domain, script, mut tried) = language.map_or_else(|| ("", None, Vec::new()), habit);
    let domain = (!domain.is_empty()).then_some(domain.as_bytes());
    let guess = detector.guess(domain, Utf8Detection::Deny);
    let free = detector.guess(None, Utf8Detection::Deny);
    // A name may lie: what the letters say stands above it, unless they only say what everything could be.
    let within = tried.iter().position(|encoding| *encoding == guess);
    if let Some(at) = within {
        tried[..=at].rotate_right(1);
    } else if let Some(text) = read(free, bytes, None)
        && writing::main(&text) != Some(Script::Latin)
    {
        return Some(text);
    }
    let told = tried.iter().find_map(|encoding| read(encoding, bytes, script));
    // Lines that end as on the computers that had it.
    let mac = (bytes.contains(&b'\r') && !bytes.contains(&b'\n')).then_some(MACINTOSH);
    told.or_else(|| {
        [guess, free, WINDOWS_1252]
            .iter()
            .copied()
            .chain(mac)
            .find_map(|encoding| read(encoding, bytes, None))
    })
}

fn read(encoding: &'static Encoding, bytes: &[u8], script: Option<Script>) -> Option<String> {
    // A last character that was cut is no reason to take all others for something else.
    let text = whole(encoding, bytes).or_else(|| {
        let cut = bytes.len() - bytes.len().min(1);
        whole(encoding, &bytes[..cut])
    })?;
    writing::fits(&text, script).then_some(text)
}

/// Top-level domain that tells the detector of the language, script, and the encodings that were in use for it.
fn habit(language: &str) -> (&'static str, Option<Script>, Vec<&'static Encoding>) {
    let lower = language.to_ascii_lowercase();
    let mut parts = lower.split('-');
    let primary = parts.next().unwrap_or_default();
    let says = |wanted: &[&str]| lower.split('-').skip(1).any(|part| wanted.contains(&part));
    match primary {
        "ru" | "bg" | "mk" | "be" => (
            if primary == "bg" { "bg" } else { "ru" },
            Some(Script::Cyrillic),
            vec![WINDOWS_1251, KOI8_U, IBM866, ISO_8859_5],
        ),
        "uk" => (
            "ua",
            Some(Script::Cyrillic),
            vec![WINDOWS_1251, KOI8_U, IBM866, ISO_8859_5],
        ),
        "sr" | "bs" if says(&["latn"]) => ("rs", Some(Script::Latin), vec![WINDOWS_1250, ISO_8859_2]),
        "sr" => ("rs", None, vec![WINDOWS_1250, WINDOWS_1251, ISO_8859_2, ISO_8859_5]),
        "ja" => ("jp", Some(Script::Han), vec![SHIFT_JIS, EUC_JP]),
        "zh" if says(&["hant", "tw", "hk", "mo"]) => ("tw", Some(Script::Han), vec![BIG5, GB18030]),
        "zh" => ("cn", Some(Script::Han), vec![GBK, GB18030, BIG5]),
        "ko" => ("kr", Some(Script::Hangul), vec![EUC_KR]),
        "el" => ("gr", Some(Script::Greek), vec![WINDOWS_1253, ISO_8859_7]),
        "he" => ("il", Some(Script::Hebrew), vec![WINDOWS_1255, ISO_8859_8]),
        "ar" | "fa" | "ur" => (
            if primary == "fa" { "ir" } else { "sa" },
            Some(Script::Arabic),
            vec![WINDOWS_1256, ISO_8859_6],
        ),
        "th" => ("th", Some(Script::Thai), vec![WINDOWS_874]),
        "vi" => ("vn", Some(Script::Latin), vec![WINDOWS_1258]),
        "tr" => ("tr", Some(Script::Latin), vec![WINDOWS_1254]),
        "pl" | "cs" | "sk" | "hu" | "sl" | "hr" | "bs" | "ro" | "sq" => (
            match primary {
                "pl" => "pl",
                "cs" => "cz",
                "sk" => "sk",
                "hu" => "hu",
                "sl" => "si",
                "ro" => "ro",
                _ => "hr",
            },
            Some(Script::Latin),
            vec![WINDOWS_1250, ISO_8859_2],
        ),
        "lt" | "lv" | "et" => (
            match primary {
                "lt" => "lt",
                "lv" => "lv",
                _ => "ee",
            },
            Some(Script::Latin),
            vec![WINDOWS_1257, ISO_8859_13, ISO_8859_4],
        ),
        "en" | "de" | "fr" | "es" | "it" | "pt" | "nl" | "sv" | "da" | "no" | "nb" | "nn" | "fi" | "is" | "ca"
        | "eu" | "gl" | "ga" | "id" | "ms" | "sw" => ("de", Some(Script::Latin), vec![WINDOWS_1252]),
        _ => ("", None, vec![]),
    }
}

/// Text that is UTF-8 or UTF-16 by its container's rules, however broken, and without any guess.
pub fn unicode(bytes: &[u8]) -> String {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
    text.replace("\r\n", "\n").replace(['\r', '\0'], "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(bytes: &[u8]) -> String {
        decode(bytes, None).expect("it can be told")
    }

    #[test]
    fn unicode_in_all_its_forms() {
        assert_eq!(plain("\u{FEFF}Grüße\r\nb".as_bytes()), "Grüße\nb");
        assert_eq!(plain("Grüße\rb\r\r\nc".as_bytes()), "Grüße\nb\nc");
        for text in ["Grüße, ihr da", "1\n00:00:01,000 --> 00:00:02,000\nПривет, как дела?"] {
            let marked = format!("\u{FEFF}{text}");
            let le: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let be: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [&le[..], &be, &le[2..], &be[2..]] {
                assert_eq!(plain(bytes), text);
            }
        }
        assert_eq!(plain("GrÃ¼ÃŸe".as_bytes()), "Grüße");
        assert_eq!(plain("Ã und so".as_bytes()), "Ã und so");
        let mut cut = "Привет, как дела?".as_bytes().to_vec();
        cut.pop();
        cut.extend([0xD0, b'\n', b'b']);
        assert_eq!(plain(&cut), "Привет, как дела\nb");
    }

    /// What people said in each language, short as a cue is.
    const SAID: &[(&str, &str, &str)] = &[
        ("ru", "windows-1251", "Привет, как дела? Сегодня хороший день."),
        ("ru", "koi8-r", "Привет, как дела? Сегодня хороший день."),
        ("ru", "ibm866", "Привет, как дела? Сегодня хороший день."),
        ("uk", "windows-1251", "Привіт, як справи? Сьогодні гарний день, їжачок."),
        ("bg", "windows-1251", "Здравей, как си? Днес е хубав ден."),
        ("ja", "shift_jis", "こんにちは、元気ですか。"),
        ("ja", "euc-jp", "こんにちは、元気ですか。"),
        ("ja", "iso-2022-jp", "こんにちは、元気ですか。"),
        ("zh-CN", "gbk", "你好，今天天气很好，我们走吧。"),
        ("zh-TW", "big5", "你好，今天天氣很好，我們走吧。"),
        ("ja", "shift_jis", "はい"),
        ("zh", "big5", "你好，今天天氣很好，我們走吧。"),
        ("zh", "gbk", "你好，今天天气很好，我们走吧。"),
        ("ko", "euc-kr", "안녕하세요"),
        ("ru", "windows-1251", "Да."),
        ("ru", "windows-1251", "ПРИВЕТ! КАК ДЕЛА?"),
        ("sr", "windows-1250", "Šta radiš? Čekam te već dva sata, đavole."),
        ("sr", "windows-1251", "Шта радиш? Чекам те већ два сата."),
        ("hr", "windows-1250", "Što radiš? Čekam te već dva sata."),
        ("ro", "windows-1250", "Bună ziua, ce mai faceţi astăzi?"),
        ("fa", "windows-1256", "سلام، حال شما چطور است؟"),
        (
            "lv",
            "windows-1257",
            "Labdien, kā jums klājas? Šodien ir skaista diena.",
        ),
        ("ko", "euc-kr", "안녕하세요, 오늘 날씨가 좋네요."),
        ("el", "windows-1253", "Γεια σου, τι κάνεις; Είναι ωραία μέρα."),
        ("he", "windows-1255", "שלום, מה שלומך היום? יום יפה."),
        ("ar", "windows-1256", "مرحبا، كيف حالك اليوم؟"),
        ("th", "windows-874", "สวัสดีครับ วันนี้อากาศดี"),
        (
            "tr",
            "windows-1254",
            "Merhaba, nasılsın? Bugün güzel bir gün, değil mi şimdi?",
        ),
        ("pl", "windows-1250", "Cześć, jak się masz? Żółta łódź płynie."),
        ("pl", "iso-8859-2", "Cześć, jak się masz? Żółta łódź płynie."),
        ("cs", "windows-1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
        ("hu", "windows-1250", "Jó napot, hogy vagy? Őrült fűző."),
        ("lt", "windows-1257", "Labas, kaip sekasi? Šiandien graži diena, ačiū."),
        ("de", "windows-1252", "Grüße & Küsse für Ärzte"),
        ("fr", "windows-1252", "Ça va bien, l’été dernier à la plage…"),
        ("es", "windows-1252", "¿Qué tal, señor? ¡Mañana será otro día!"),
    ];

    fn said(label: &str, text: &str) -> Vec<u8> {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{label}: {text}");
        let mut file = b"1\n00:00:00,500 --> 00:00:02,500\n".to_vec();
        file.extend(&*bytes);
        file
    }

    #[test]
    fn old_encodings_by_their_language() {
        for (language, label, text) in SAID {
            let found = decode(&said(label, text), Some(language));
            assert_eq!(
                found.as_deref().and_then(|found| found.lines().last()),
                Some(*text),
                "{language} {label}"
            );
        }
    }

    /// Whatever comes out must be right, or not come out at all. Of the small alphabets one may pass for the other where a name
    /// says so: no more than the name of a language close by is tried here.
    #[test]
    fn old_encodings_without_a_language_or_with_a_wrong_one() {
        let mut right = 0;
        for (language, label, text) in SAID {
            for hint in [None, Some("en")] {
                // The Poles' ś is the Turks' ş and so on: Latin letters alone do not tell.
                let latin = WINDOWS_1252.encode(text).2 && writing::main(text) == Some(Script::Latin);
                // Cyrillic of one language is Cyrillic of another, and Ukrainian in KOI8-R is not Russian's.
                if latin {
                    continue;
                }
                let found = decode(&said(label, text), hint);
                let line = found.as_deref().and_then(|found| found.lines().last());
                assert!(
                    line.is_none() || line == Some(*text),
                    "{language} {label} {hint:?}: {line:?}"
                );
                right += usize::from(line.is_some());
            }
        }
        assert!(right > 25, "{right}");
    }

    #[test]
    fn what_cannot_be_told_is_not_told() {
        // CP850.
        assert_eq!(decode(b"Gr\x81\xE1e", None), None);
        assert_eq!(decode(b"War sp\x84t.", Some("de")), None);
        assert_eq!(
            decode(b"D\x8Ej\x88 vu\rp\x8Fre", Some("fr")).as_deref(),
            Some("Déjà vu\npère")
        );
        assert_eq!(decode(b"Gr\xFC\xDFe \x80", None).as_deref(), Some("Grüße €"));
        assert_eq!(
            decode(b"d\xE9j\xE0 vu, p\xE8re", Some("ru")).as_deref(),
            Some("déjà vu, père")
        );
    }
}
