//! WebVTT files (W3C WebVTT, section 4), and the segments that are written of cues.

use std::fmt::Write;

use super::cue::Cue;
use super::{markup, timestamp};

/// Every cue that can be read; notes, styles and regions are left out.
pub fn parse(text: &str) -> Vec<Cue> {
    let mut cues = Vec::new();
    for block in text.split("\n\n") {
        let block = block.trim_matches('\n');
        let first = block.lines().next().unwrap_or_default();
        if first.starts_with("NOTE") || first == "STYLE" || first == "REGION" {
            continue;
        }
        let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
        let Some((start, rest)) = lines.next().and_then(|line| line.split_once("-->")) else {
            continue;
        };
        let mut words = rest.split_whitespace();
        let (Some(start), Some(end)) = (timestamp::seconds(start), words.next().and_then(timestamp::seconds)) else {
            continue;
        };
        let text: Vec<&str> = lines.collect();
        cues.push(Cue {
            start,
            end,
            settings: settings(words),
            text: markup::from_vtt(&text.join("\n")),
        });
    }
    cues
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
        let cues = parse(text);
        assert_eq!(cues.len(), 2);
        assert_eq!((cues[0].start, cues[0].end), (1.0, 2.0));
        assert_eq!(cues[0].settings, "line:0 align:start");
        assert_eq!(cues[0].text, "<v Ann>Hi\nthere");
        assert_eq!((cues[1].start, cues[1].text.as_str()), (3600.5, "Late &amp; gone"));
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
