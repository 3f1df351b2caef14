//! `SubRip` files.

use super::blocks::{self, Words};
use super::cue::Cue;
use super::markup;

/// Every cue that can be read, as translators and players leave and take them.
pub fn parse(text: &str) -> Words {
    let (blocks, unreadable) = blocks::split(text, false);
    let mut cues: Vec<Cue> = blocks
        .iter()
        .map(|block| {
            let text = block.paragraphs.concat().join("\n");
            Cue {
                start: block.timing.start,
                end: block.timing.end,
                settings: markup::position(&text).into(),
                text: markup::from_srt(&text),
            }
        })
        .collect();
    blocks::timed(&mut cues);
    Words { cues, unreadable }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(f64, f64, String)> {
        let words = parse(text);
        words
            .cues
            .into_iter()
            .map(|cue| (cue.start, cue.end, cue.text))
            .collect()
    }

    fn only(text: &str) -> Vec<String> {
        said(text).into_iter().map(|(_, _, text)| text).collect()
    }

    #[test]
    fn usual_and_sloppy_files() {
        let text = "1\n00:00:01,000 --> 00:00:02,500\nHello\n<i>world</i>\n\n\n2\n0:0:3.5 --> 0:0:4 X1:0\n{\\an8}Up\n3\n00:00:05,000 --> 00:00:06,000\nlast";
        let cues = parse(text).cues;
        assert_eq!(cues.len(), 3);
        assert_eq!(
            (cues[0].start, cues[0].end, cues[0].text.as_str()),
            (1.0, 2.5, "Hello\n<i>world</i>")
        );
        assert_eq!(
            (cues[1].start, cues[1].text.as_str(), cues[1].settings.as_str()),
            (3.5, "Up", "line:0")
        );
        assert_eq!(cues[2].text, "last");
        assert_eq!(parse("no times here\n\nat --> all"), Words::default());
    }

    #[test]
    fn arrows_colons_and_blanks() {
        let text = "1\n00:00:00,200 -> 00:00:00,800\none\n\n2\n00：00：01,000 --> 00：00：01,500\ntwo\n\n3\n00: 00: 01,700 --> 00: 00: 02,200\nthree\n\n4\n00:00:02,300 --&gt; 00:00:02,900\nfour\n";
        let expected = [
            (0.2, 0.8, "one".to_owned()),
            (1.0, 1.5, "two".to_owned()),
            (1.7, 2.2, "three".to_owned()),
            (2.3, 2.9, "four".to_owned()),
        ];
        assert_eq!(said(text), expected);
    }

    #[test]
    fn empty_lines_and_numbers() {
        let table: [(&str, &[&str]); 12] = [
            (
                "1\n00:00:01,0 --> 00:00:02,0\nHello\n\nworld\n\n2\n00:00:03,0 --> 00:00:04,0\nb",
                &["Hello\nworld", "b"],
            ),
            (
                "1\n00:00:01,0 --> 00:00:02,0\n\nHello\n\n2\n00:00:03,0 --> 00:00:04,0\n\nb\n",
                &["Hello", "b"],
            ),
            // A line after each line.
            (
                "1\n\n00:00:01,0 --> 00:00:02,0\n\na\n\n2\n\n00:00:03,0 --> 00:00:04,0\n\nb\n\n",
                &["a", "b"],
            ),
            // A bet of the poker game.
            (
                "1\n00:00:01,0 --> 00:00:02,0\n\n2000\n\n2\n00:00:03,0 --> 00:00:04,0\nb",
                &["2000", "b"],
            ),
            (
                "1\n00:00:01,0 --> 00:00:02,0\n2000\n\n2\n00:00:03,0 --> 00:00:04,0\nb",
                &["2000", "b"],
            ),
            // No numbers at all.
            (
                "00:00:01,0 --> 00:00:02,0\na\n\n00:00:03,0 --> 00:00:04,0\n5\n\n00:00:05,0 --> 00:00:06,0\nc",
                &["a", "5", "c"],
            ),
            // A number is missing.
            (
                "1\n00:00:01,0 --> 00:00:02,0\na\n\n00:00:03,0 --> 00:00:04,0\nb\n\n3\n00:00:05,0 --> 00:00:06,0\nc",
                &["a", "b", "c"],
            ),
            // No words: no cue.
            (
                "392\n00:00:01,0 --> 00:00:02,0\na\n\n393\n00:00:00,00 --> 00:00:00,00\n\n394\n00:00:00,00 --> 00:00:00,00\n",
                &["a"],
            ),
            // The second lost its time.
            (
                "1\n00:00:01,0 --> 00:00:02,0\na\n\n2\nlost\n\n3\n00:00:05,0 --> 00:00:06,0\nc",
                &["a", "c"],
            ),
            // No empty lines.
            (
                "1\n00:00:01,0 --> 00:00:02,0\na\n2\n00:00:03,0 --> 00:00:04,0\nb",
                &["a", "b"],
            ),
            ("1\n00:00:01,0 --> 00:00:02,0\na\n\n2\n\u{1A}", &["a"]),
            (
                "1\n00:00:01,0 --> 00:00:02,0\na\n\n<html>\n<body>\nby www.words.example\n",
                &["a"],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(only(text), expected, "{text}");
        }
    }

    #[test]
    fn times_that_cannot_be() {
        let words = parse("1\n00:00:19werwer,580 --> 00:00:21,000\nlost\n\n2\n00:00:01,0 --> 00:00:02,0\na\n");
        assert_eq!((words.unreadable, words.cues.len()), (1, 1));
        // None, or the wrong way round: shown for a while, but not over the next.
        assert_eq!(
            said(
                "1\n00:00:01,0 --> 00:00:01,0\na\n\n2\n00:00:03,0 --> 00:00:02,0\nb\n\n3\n-00:00:01,0 --> 00:00:01,5\nc\n"
            ),
            [(1.0, 3.0, "a".into()), (3.0, 7.0, "b".into()), (0.0, 1.5, "c".into())]
        );
    }
}
