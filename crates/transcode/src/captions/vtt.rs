//! WebVTT files (W3C WebVTT, section 4), and the segments that are written of cues.

use std::fmt::Write;

use super::blocks::{self, Words};
use super::cue::Cue;
use super::{markup, timestamp};

/// Every cue that can be read; notes, styles and regions are left out.
pub fn parse(text: &str) -> Words {
    let text = without_asides(text);
    let (blocks, unreadable) = blocks::split(&text, true);
    let mut cues: Vec<Cue> = blocks
        .iter()
        .map(|block| {
            let text = block.paragraphs.concat().join("\n");
            let mut settings = settings(block.timing.rest.split_whitespace());
            if settings.is_empty() {
                settings = markup::position(&text).into();
            }
            Cue {
                start: block.timing.start,
                end: block.timing.end,
                settings,
                text: markup::from_vtt(&text),
            }
        })
        .collect();
    blocks::timed(&mut cues);
    Words { cues, unreadable }
}

/// The text without `NOTE`, `STYLE` and `REGION`, which go to the next blank line, or to a time where that is missing.
fn without_asides(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut aside, mut begins) = (false, true);
    for line in text.lines() {
        let trimmed = line.trim();
        if begins && !aside {
            let word = trimmed.split_whitespace().next().unwrap_or_default();
            aside = word == "NOTE" || (trimmed == word && matches!(word, "STYLE" | "REGION"));
        }
        if trimmed.is_empty() || timestamp::timing(line).is_some() {
            aside = false;
        }
        // The signature may stand directly above the first of them.
        begins = trimmed.is_empty() || trimmed.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("WEBVTT"));
        if !aside {
            kept.push_str(line);
        }
        kept.push('\n');
    }
    kept
}

/// Settings whose names WebVTT knows; regions are not carried over.
pub fn settings<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let known = ["vertical:", "line:", "position:", "size:", "align:"];
    words
        .filter(|word| known.iter().any(|name| word.starts_with(name)) && !word.contains("-->"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The WebVTT segment of the film's part from `start` to `end` (seconds): every cue that is to be seen in it, with its
/// whole time. `mpegts` is the 90 kHz clock of the other renditions at the film's second 0 (RFC 8216, 3.5).
pub fn segment(cues: &[Cue], start: f64, end: f64, mpegts: u64) -> String {
    let mut text = format!("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{mpegts},LOCAL:00:00:00.000\n");
    for cue in cues
        .iter()
        .take_while(|cue| cue.start < end)
        .filter(|cue| cue.end > start)
    {
        let gap = if cue.settings.is_empty() { "" } else { " " };
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "\n{} --> {}{gap}{}\n{}\n",
            timestamp::text(cue.start),
            timestamp::text(cue.end),
            cue.settings,
            cue.text
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_everything() {
        let text = "WEBVTT - title\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:0\n\nSTYLE\n::cue { color: red }\n\nNOTE a --> b\n\nid 1\n00:01.000 --> 00:02.000 line:0 region:x align:start\n<v Ann>Hi\nthere\n\n01:00:00.500 --> 01:00:01.000\nLate & gone\n";
        let cues = parse(text).cues;
        assert_eq!(cues.len(), 2);
        assert_eq!((cues[0].start, cues[0].end), (1.0, 2.0));
        assert_eq!(cues[0].settings, "line:0 align:start");
        assert_eq!(cues[0].text, "<v Ann>Hi\nthere");
        assert_eq!((cues[1].start, cues[1].text.as_str()), (3600.5, "Late &amp; gone"));
    }

    #[test]
    fn files_as_people_have_them() {
        type Said<'a> = &'a [(f64, f64, &'a str)];
        let said = |text: &str| -> Vec<(f64, f64, String)> {
            let words = parse(text);
            assert_eq!(words.unreadable, 0, "{text}");
            words
                .cues
                .into_iter()
                .map(|cue| (cue.start, cue.end, cue.text))
                .collect()
        };
        let table: [(&str, Said<'_>); 6] = [
            // No blank line behind the signature.
            (
                "WEBVTT\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb\n",
                &[(1.0, 2.0, "a"), (3.0, 4.0, "b")],
            ),
            // SRT with another name, commas and all.
            (
                "WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\n<font color=red>a</font>\n2\n00:00:03,000 --> 00:00:04,000\nb",
                &[(1.0, 2.0, "a"), (3.0, 4.0, "b")],
            ),
            // A blank line behind the time, which others take for the end.
            (
                "WEBVTT\n\n00:01.000 --> 00:02.000 line:0\n\na\nb\n\nid\n00:03.000 --> 00:04.000\nc",
                &[(1.0, 2.0, "a\nb"), (3.0, 4.0, "c")],
            ),
            // Styles and notes without blank lines, and between cues.
            (
                "WEBVTT\nSTYLE\n::cue(b) {\n  color: red;\n}\n\nNOTE\nof\nmine\n\n00:01.000 --> 00:02.000\na\n\nNOTE this\n\n00:03.000 --> 00:04.000\nNOTE well\n",
                &[(1.0, 2.0, "a"), (3.0, 4.0, "NOTE well")],
            ),
            (
                "WEBVTT\nKind: captions\nLanguage: en\n\n00:01.000 --> 00:02.000 align:start position:0%\nhi<00:00:01.500><c> there</c>\n",
                &[(1.0, 2.0, "hi<00:00:01.500><c> there</c>")],
            ),
            (
                "WEBVTT\n\n00:01.000 --> 00:01.000\n<i>a & b\n",
                &[(1.0, 5.0, "<i>a &amp; b")],
            ),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected.iter().map(|(a, b, c)| (*a, *b, (*c).to_owned())).collect();
            assert_eq!(said(text), expected, "{text}");
        }
    }

    fn cue(start: f64, end: f64, text: &str) -> Cue {
        Cue {
            start,
            end,
            settings: String::new(),
            text: text.into(),
        }
    }

    #[test]
    fn a_segment_holds_every_cue_that_is_seen_in_it() {
        let cues = [
            cue(0.5, 2.0, "one"),
            cue(5.0, 7.0, "two"),
            cue(6.0, 8.0, "three"),
            cue(12.0, 13.0, "four"),
        ];
        assert_eq!(
            segment(&cues, 6.0, 12.0, 900_000),
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\
             \n00:00:05.000 --> 00:00:07.000\ntwo\n\
             \n00:00:06.000 --> 00:00:08.000\nthree\n"
        );
        assert_eq!(
            segment(&cues, 8.0, 12.0, 0),
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
        );
    }
}
