//! Files of `SubStation` Alpha (`.ass`, `.ssa`): their events, without what they look like.

use super::blocks::{self, Words};
use super::cue::Cue;
use super::{markup, timestamp};

/// Whether a text is such a file.
pub fn is(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(';'))
        .is_some_and(|line| {
            ["[script info]", "[events]", "[v4+ styles]", "[v4 styles]"].contains(&line.to_ascii_lowercase().as_str())
        })
}

/// Every event that is shown and says something.
pub fn parse(text: &str) -> Words {
    // As version 4 has them, where the file does not say it.
    let (mut start, mut end, mut words, mut fields) = (1, 2, 9, 10);
    let mut found = Words::default();
    for line in text.lines().map(str::trim) {
        if let Some(format) = line.strip_prefix("Format:") {
            let names: Vec<String> = format.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
            let at = |wanted: &str| names.iter().position(|name| name == wanted);
            if let (Some(a), Some(b), Some(c)) = (at("start"), at("end"), at("text")) {
                (start, end, words, fields) = (a, b, c, names.len());
            }
        }
        let Some(event) = line.strip_prefix("Dialogue:") else {
            continue;
        };
        let values: Vec<&str> = event.splitn(fields, ',').collect();
        let time = |at: usize| values.get(at).and_then(|value| timestamp::point(value));
        let (Some(start), Some(end), Some(text)) = (time(start), time(end), values.get(words)) else {
            found.unreadable += 1;
            continue;
        };
        found.cues.push(Cue {
            start,
            end,
            settings: markup::position(text).into(),
            text: markup::from_ass(text),
        });
    }
    blocks::timed(&mut found.cues);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_everything() {
        let text = "[Script Info]\nTitle: x\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n\
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
            Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not this\n\
            Dialogue: 0,0:00:01.50,0:00:02.00,Default,,0,0,0,,{\\an8}One, two\\Nthree\n\
            Dialogue: 1,0:00:01.50,0:00:02.00,Sign,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}\n\
            Dialogue: 0,0:00:0x.50,0:00:02.00,Default,,0,0,0,,lost\n\
            Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\k10}ka{\\k10}ra\n";
        assert!(is(text) && is("\n; made by x\n[Script Info]\n") && !is("1\n00:00:01,000"));
        let words = parse(text);
        assert_eq!(words.unreadable, 1);
        let cues: Vec<_> = words
            .cues
            .iter()
            .map(|cue| (cue.start, cue.end, &*cue.settings, &*cue.text))
            .collect();
        assert_eq!(cues, [(1.5, 2.0, "line:0", "One, two\nthree"), (3.0, 4.0, "", "kara")]);
    }
}
