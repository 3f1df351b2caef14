//! `SubRip` files.

use super::cue::Cue;
use super::markup;
use super::timestamp::seconds;

/// Every cue that can be read; what cannot is left out, as players do.
pub fn parse(text: &str) -> Vec<Cue> {
    let mut cues = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((start, end)) = timing(line) else { continue };
        let mut words = Vec::new();
        while let Some(line) = lines.peek() {
            // Some files have no blank line between cues: a time line (after its number) begins the next.
            if line.trim().is_empty() || timing(line).is_some() {
                break;
            }
            words.push(lines.next().unwrap_or_default());
        }
        if lines.peek().is_some_and(|line| timing(line).is_some()) && words.last().is_some_and(|word| is_number(word)) {
            words.pop();
        }
        let text = words.join("\n");
        let settings = if text.contains("{\\an8}") { "line:0" } else { "" };
        cues.push(Cue {
            start,
            end,
            settings: settings.into(),
            text: markup::from_srt(&text),
        });
    }
    cues
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// `00:01:02,500 --> 00:01:04,000` in seconds.
fn timing(line: &str) -> Option<(f64, f64)> {
    let (start, end) = line.split_once("-->")?;
    Some((seconds(start)?, seconds(end.split_whitespace().next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_and_sloppy_files() {
        let text = "1\n00:00:01,000 --> 00:00:02,500\nHello\n<i>world</i>\n\n\n2\n0:0:3.5 --> 0:0:4 X1:0\n{\\an8}Up\n3\n00:00:05,000 --> 00:00:06,000\nlast";
        let cues = parse(text);
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
        assert!(parse("no times here\n\nat --> all").is_empty());
    }
}
