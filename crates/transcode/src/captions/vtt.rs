//! WebVTT files (W3C WebVTT, section 4).

use super::{Cue, markup, srt};

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
        let (Some(start), Some(end)) = (srt::clock(start), words.next().and_then(srt::clock)) else {
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
}
