//! Captions as people have them: old encodings, all sorts of names, broken files.

use std::collections::BTreeMap;
use std::path::Path;

use screener_ladder::Wishes;

use crate::lab;

/// What was published of a small film and the files beside it.
pub struct Published {
    /// The text of each caption rendition, by its name.
    pub words: BTreeMap<String, String>,
    /// The notes of the plan.
    pub notes: Vec<String>,
    /// The multivariant playlist.
    pub index: String,
}

impl Published {
    /// Names of the renditions.
    pub fn names(&self) -> Vec<&str> {
        self.words.keys().map(String::as_str).collect()
    }

    /// The cues of a rendition: its text without heads, and each only once.
    pub fn cues(&self, name: &str) -> Vec<&str> {
        let mut cues: Vec<&str> = Vec::new();
        for block in self.words[name].split("\n\n").map(str::trim) {
            if block.contains(" --> ") && !cues.contains(&block) {
                cues.push(block);
            }
        }
        cues
    }

    /// What is said in a rendition, cue by cue.
    pub fn said(&self, name: &str) -> Vec<String> {
        let cues = self.cues(name);
        let said = cues
            .iter()
            .map(|cue| cue.lines().skip(1).collect::<Vec<_>>().join("\n"));
        said.collect()
    }

    pub fn notes(&self, part: &str) -> Vec<&str> {
        let notes = self.notes.iter().map(String::as_str);
        notes.filter(|note| note.contains(part)).collect()
    }
}

/// Makes a film of three seconds, with `options` of how, and files beside it, and publishes it.
fn published(film: &str, options: &str, files: &[(&str, &[u8])]) -> Published {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
    let picture = "-f lavfi -i testsrc2=s=64x64:r=10:d=3";
    let made = if film.ends_with("mkv") { "made.mkv" } else { "made.mp4" };
    lab::ffmpeg(
        folder.path(),
        &format!("{picture} {options} -c:v libx264 -preset ultrafast -pix_fmt yuv420p {made}"),
    );
    std::fs::rename(folder.path().join(made), folder.path().join(film)).expect("renamed");
    publish(&folder.path().join(film))
}

pub fn publish(film: &Path) -> Published {
    publish_as(film, &Wishes::default())
}

pub fn publish_as(film: &Path, wishes: &Wishes) -> Published {
    let out = tempfile::tempdir().expect("a folder");
    let stream = lab::stream(film, out.path(), wishes);
    let words = stream.plan.captions.iter().map(|captions| {
        let playlist = std::fs::read_to_string(out.path().join(&captions.name).join("index.m3u8")).expect("a playlist");
        let segments = playlist.lines().filter(|line| !line.starts_with('#'));
        let texts: Vec<String> = segments
            .map(|segment| std::fs::read_to_string(out.path().join(&captions.name).join(segment)).expect("a segment"))
            .collect();
        (captions.name.clone(), texts.join("\n\n"))
    });
    Published {
        words: words.collect(),
        notes: stream.plan.notes.clone(),
        index: std::fs::read_to_string(out.path().join("index.m3u8")).expect("an index"),
    }
}

fn srt(words: &str) -> String {
    format!("1\n00:00:00,500 --> 00:00:02,500\n{words}\n")
}

/// Bytes of a text in an encoding that has one byte for each letter, `0xA0` and more for those from `first` on.
fn shifted(text: &str, first: char, base: u8) -> Vec<u8> {
    let byte = |c: char| match u8::try_from(u32::from(c)) {
        Ok(byte) if byte < 0x80 => byte,
        _ => u8::try_from(u32::from(c) - u32::from(first) + u32::from(base)).expect("in the alphabet"),
    };
    text.chars().map(byte).collect()
}

#[test]
fn old_encodings() {
    let russian = "Привет, как дела? Сегодня хороший день.";
    let greek = "Γεια σου, τι κανεις; Ειναι ωραια μερα.";
    let hebrew = "שלום, מה שלומך היום? יום יפה.";
    let japanese = b"\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD\x81A\x8C\xB3\x8BC\x82\xC5\x82\xB7\x82\xA9\x81B";
    let polish = b"Cze\x9C\xE6, jak si\xEA masz? \xAF\xF3\xB3ta \xB3\xF3d\x9F p\xB3ynie.";
    let korean = b"\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4";
    let taiwan = b"\xA7A\xA6n\xA1A\xA4\xB5\xA4\xD1\xA4\xD1\xAE\xF0\xAB\xDC\xA6n\xA1A\xA7\xDA\xAD\xCC\xA8\xAB\xA7a\xA1C";
    let in_srt = |bytes: &[u8]| [b"1\n00:00:00,500 --> 00:00:02,500\n", bytes, b"\n"].concat();
    let sixteen: Vec<u8> = srt("Доброе утро").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = published(
        "film.mp4",
        "",
        &[
            ("film.ru.srt", &shifted(&srt(russian), 'А', 0xC0)),
            ("film.el.srt", &shifted(&srt(greek), 'Α', 0xC1)),
            ("film.he.srt", &shifted(&srt(hebrew), 'א', 0xE0)),
            ("film.ja.srt", &in_srt(japanese)),
            ("film.pl.srt", &in_srt(polish)),
            ("film.ko.srt", &in_srt(korean)),
            ("film.zh-TW.srt", &in_srt(taiwan)),
            ("film.uk.srt", &sixteen),
            // The same without a language.
            ("film.srt", &shifted(&srt(russian), 'А', 0xC0)),
        ],
    );
    let expected = [
        ("captions", russian),
        ("captions-el", greek),
        ("captions-he", hebrew),
        ("captions-ja", "こんにちは、元気ですか。"),
        ("captions-ko", "안녕하세요"),
        ("captions-pl", "Cześć, jak się masz? Żółta łódź płynie."),
        ("captions-ru", russian),
        ("captions-uk", "Доброе утро"),
        ("captions-zh-tw", "你好，今天天氣很好，我們走吧。"),
    ];
    assert_eq!(found.names(), expected.map(|(name, _)| name), "{:?}", found.notes);
    for (name, words) in expected {
        assert_eq!(found.said(name), [words], "{name}");
    }
}

/// Words that nobody can read are worse than none.
#[test]
fn letters_that_cannot_be_told() {
    let old = [srt("").as_bytes(), b"Gr\x81\xE1e an \x84lle\n"].concat();
    let found = published("film.mp4", "", &[("film.srt", &old)]);
    assert_eq!(found.names(), [""; 0]);
    assert_eq!(
        found.notes("film.srt is left out: how its letters").len(),
        1,
        "{:?}",
        found.notes
    );
    assert!(!found.index.contains("SUBTITLES"), "{}", found.index);
}

#[test]
fn names_that_players_know() {
    let words = srt("Hello");
    // Kept as two signs by one computer, as one by the other.
    let film = "Caf\u{E9}.mp4";
    let files = [
        "Cafe\u{301}.mp4.srt",
        "Cafe\u{301}.en-US.forced.SRT",
        "CAF\u{C9}.ger.sdh.srt",
        "Caf\u{E9}_fr.srt",
        "Caf\u{E9}-it.srt",
        "Subs/Caf\u{E9}.es.srt",
        "Subs/2_Dutch.srt",
        "subtitles/Cafe\u{301}/ja.srt",
        "Caf\u{E9} 2.srt",
        "Cafeteria.en.srt",
        "Caf\u{E9}.en.sub",
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|name| (*name, words.as_bytes())).collect();
    let found = published(film, "", &files);
    let expected = [
        "captions",
        "captions-de",
        "captions-en-us",
        "captions-es",
        "captions-fr",
        "captions-it",
        "captions-ja",
        "captions-nl",
    ];
    assert_eq!(found.names(), expected, "{:?}", found.notes);
    // The cage lets each of them be read.
    for name in expected {
        assert_eq!(found.said(name), ["Hello"], "{name}");
    }
    let forced = found
        .index
        .lines()
        .find(|line| line.contains("captions-en-us"))
        .expect("named");
    assert!(forced.contains("FORCED=YES"), "{forced}");
    assert_eq!(
        found.notes("captions of this kind cannot be read").len(),
        1,
        "{:?}",
        found.notes
    );
}

#[test]
fn times_as_people_type_them() {
    let typed = "1\n00:00:00,200 -> 00:00:00,800\none\n\n2\n00：00：01,000 --> 00：00：01,500\ntwo\n\n3\n\
                 00: 00: 01,700 --> 00: 00: 02,200\nthree\n\n4\n00:00:02,300 --&gt; 00:00:02,900\nfour\n";
    let found = published("film.mp4", "", &[("film.en.srt", typed.as_bytes())]);
    assert_eq!(
        found.cues("captions-en"),
        [
            "00:00:00.200 --> 00:00:00.800\none",
            "00:00:01.000 --> 00:00:01.500\ntwo",
            "00:00:01.700 --> 00:00:02.200\nthree",
            "00:00:02.300 --> 00:00:02.900\nfour",
        ]
    );
}

#[test]
fn files_as_people_leave_them() {
    let srt = "\u{FEFF}00:01.5 --> 00:02.5\r<I>Second</b> &amp; {\\an8}last &#39;one\r\r0:00:0,1 --> 0:00:0,9\r<font color=\"red\">First\r\rline\r\r\
               00:00:02,700 --> 00:00:02,100\rBackwards\r\r\u{1A}";
    let vtt = "WEBVTT\n00:00:00,100 --> 00:00:00,900 line:0\n\nOne\n\nNOTE\nnot this\n\n00:01.000 --> 00:02.000\nTwo & more\n";
    let ass = "[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
               Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\an8\\k10}Ka{\\k10}ra\\Nokay\\hthen\n\
               Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 0 10 10{\\p0}\n";
    let files: [(&str, &[u8]); 3] = [
        ("film.en.srt", srt.as_bytes()),
        ("film.de.vtt", vtt.as_bytes()),
        ("film.fr.ass", ass.as_bytes()),
    ];
    let found = published("film.mp4", "", &files);
    assert_eq!(
        found.names(),
        ["captions-de", "captions-en", "captions-fr"],
        "{:?}",
        found.notes
    );
    assert_eq!(
        found.cues("captions-en"),
        [
            "00:00:00.100 --> 00:00:00.900\nFirst\nline",
            "00:00:01.500 --> 00:00:02.500 line:0\n<i>Second &amp; last 'one</i>",
            "00:00:02.700 --> 00:00:06.700\nBackwards",
        ]
    );
    assert_eq!(
        found.cues("captions-de"),
        [
            "00:00:00.100 --> 00:00:00.900 line:0\nOne",
            "00:00:01.000 --> 00:00:02.000\nTwo &amp; more",
        ]
    );
    assert_eq!(
        found.cues("captions-fr"),
        ["00:00:01.000 --> 00:00:02.000 line:0\nKara\nokay then"]
    );
}

#[test]
fn nothing_is_offered_that_says_nothing() {
    let four = "1\n00:0x:01,000 --> 00:00:02,000\na\n\n".repeat(4);
    let files: [(&str, &[u8]); 4] = [
        ("film.en.srt", four.as_bytes()),
        ("film.de.srt", b""),
        ("film.fr.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>\n"),
        ("film.it.srt", b"just a text\n"),
    ];
    let found = published("film.mp4", "", &files);
    assert_eq!(found.names(), [""; 0]);
    assert_eq!(
        found.notes("film.en.srt is left out: 4 times could not be read").len(),
        1,
        "{:?}",
        found.notes
    );
    assert_eq!(
        found.notes("is left out: it holds no captions").len(),
        3,
        "{:?}",
        found.notes
    );
    assert!(!found.index.contains("SUBTITLES"), "{}", found.index);
}

#[test]
fn embedded_tracks_without_words() {
    let empty = b"1\n00:00:00,500 --> 00:00:01,500\n{\\an8}\n\n2\n00:00:01,600 --> 00:00:02,000\n<i> </i>\n";
    for (film, codec) in [("film.mkv", "copy"), ("film.mp4", "mov_text")] {
        let found = published(
            film,
            &format!("-f srt -i empty.txt -f srt -i words.txt -map 0 -map 1 -map 2 -c:s {codec}"),
            &[("empty.txt", empty), ("words.txt", srt("Hello").as_bytes())],
        );
        assert_eq!(found.names(), ["captions"], "{film}: {:?}", found.notes);
        assert_eq!(found.said("captions"), ["Hello"], "{film}");
        assert_eq!(
            found.notes("Subtitles 2 hold no words: left out").len(),
            1,
            "{film}: {:?}",
            found.notes
        );
    }
}

/// Matroska says UTF-8; who muxed an old file did not know.
#[test]
fn embedded_words_in_old_letters() {
    let russian = "Привет, как дела?";
    let cue = "\n2\n00:00:02,600 --> 00:00:02,900\nДа\n";
    let bytes = shifted(&(srt(russian) + cue), 'А', 0xC0);
    let found = published(
        "film.mkv",
        "-f srt -i words.txt -map 0 -map 1 -c:s copy -metadata:s:s:0 language=rus",
        &[("words.txt", &bytes)],
    );
    assert_eq!(found.said("captions-ru"), [russian, "Да"]);
}

#[test]
fn embedded_ass_without_its_looks() {
    let ass = "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n\
               [Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
               Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\an8\\p1}m 0 0 l 10 0 10 10{\\p0}Said{\\k5} here\n\
               Dialogue: 1,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\blur3}Said here\n\
               Dialogue: 0,0:00:01.50,0:00:02.00,Default,,0,0,0,,{\\pos(1,2)\\pbo1}A\\hb\\Nc {\\i1 d\n";
    let found = published(
        "film.mkv",
        "-f ass -i words.txt -map 0 -map 1 -c:s copy",
        &[("words.txt", ass.as_bytes())],
    );
    assert_eq!(found.said("captions"), ["Said here", "A b\nc  d"]);
    assert!(
        found.words["captions"].contains("line:0"),
        "{}",
        found.words["captions"]
    );
}

/// Boxes of styling behind the text, and text in UTF-16 with its mark (3GPP TS 26.245, 5.2).
#[test]
fn embedded_mov_text_in_both_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = "1\n00:00:00,500 --> 00:00:01,000\n<b>Bold</b> and <i>not</i>\n\n2\n00:00:01,500 --> 00:00:02,000\n<b>0123456789</b>\n\n3\n00:00:02,200 --> 00:00:02,800\nABCDEFGHIJ\n";
    std::fs::write(folder.path().join("words.txt"), words).expect("written");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=64x64:r=10:d=3 -f srt -i words.txt -map 0 -map 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p \
         -c:s mov_text film.mp4",
    );
    let film = folder.path().join("film.mp4");
    let mut bytes = std::fs::read(&film).expect("made");
    let at = bytes
        .windows(10)
        .position(|ten| ten == b"0123456789")
        .expect("the second cue");
    let sixteen: Vec<u8> = "\u{FEFF}Да ü".encode_utf16().flat_map(u16::to_be_bytes).collect();
    bytes[at..at + 10].copy_from_slice(&sixteen);
    // Tags that were taken for text.
    let at = bytes
        .windows(10)
        .position(|ten| ten == b"ABCDEFGHIJ")
        .expect("the third cue");
    bytes[at..at + 10].copy_from_slice(b"<i>R&D</i>");
    std::fs::write(&film, bytes).expect("written");
    let found = publish(&film);
    assert_eq!(found.said("captions"), ["Bold and not", "Да ü", "<i>R&amp;D</i>"]);
}
