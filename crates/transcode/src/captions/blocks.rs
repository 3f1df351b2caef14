//! What SRT and WebVTT have in common, as people leave them: lines that say when, and the words between them.

use super::cue::Cue;
use super::timestamp::{self, Timing};

/// A cue that says no end, or one before its start, is shown this long, or until the next.
pub const USUAL: f64 = 4.0;

/// The cues of a file.
#[derive(Debug, Default, PartialEq)]
pub struct Words {
    /// Every cue that could be read and says something.
    pub cues: Vec<Cue>,
    /// Lines that were meant to say when, and cannot be read.
    pub unreadable: usize,
}

/// A line that says when, and the lines behind it up to the next.
pub struct Block<'a> {
    /// When, and what else the line says.
    pub timing: Timing<'a>,
    /// Paragraphs of lines, none of them blank.
    pub paragraphs: Vec<Vec<&'a str>>,
}

/// Takes a text apart. `names` says whether a lone line above a time names its cue, whatever it says, and not only where it is
/// a number.
pub fn split(text: &str, names: bool) -> (Vec<Block<'_>>, usize) {
    let lines: Vec<(&str, Option<Timing<'_>>)> = text.lines().map(|line| (line, timestamp::timing(line))).collect();
    let numbered = is_numbered(&lines);
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (mut unreadable, mut counter) = (0, None);
    // What stands before the first time belongs to no cue, and so does what stands behind a time that cannot be read.
    let mut open: Option<(Timing<'_>, Vec<&str>)> = None;
    let mut above: Option<&str> = None;
    let last = lines.len();
    for (at, (line, timing)) in lines
        .iter()
        .map(|(line, timing)| (*line, timing.as_ref()))
        .chain([("", None)])
        .enumerate()
    {
        let meant = timing.is_none() && timestamp::was_meant(line);
        if timing.is_none() && !meant && at < last {
            if let Some((_, words)) = &mut open {
                words.push(line);
            }
            if !line.trim().is_empty() {
                above = Some(line);
            }
            continue;
        }
        if let Some((timing, mut words)) = open.take() {
            if at < last {
                take_name(&mut words, numbered, names);
            }
            let mut paragraphs = paragraphs(&words);
            lost(&mut paragraphs, counter.filter(|_| numbered));
            if at == last {
                behind_the_last(&mut paragraphs);
            }
            blocks.push(Block { timing, paragraphs });
        }
        unreadable += usize::from(meant);
        counter = above.take().and_then(number);
        open = timing.map(|timing| (timing.clone(), Vec::new()));
    }
    (blocks, unreadable)
}

fn number(line: &str) -> Option<u64> {
    let line = line.trim();
    (!line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| line.parse().ok())
        .flatten()
}

/// Whether most times have a number above them.
fn is_numbered(lines: &[(&str, Option<Timing<'_>>)]) -> bool {
    let (mut times, mut numbers, mut above) = (0_usize, 0_usize, None);
    for (line, timing) in lines {
        if timing.is_some() {
            times += 1;
            numbers += usize::from(above.take().and_then(number).is_some());
        } else if !line.trim().is_empty() {
            above = Some(*line);
        }
    }
    numbers * 2 >= times && numbers > 0
}

/// Takes the number, or the name, of the next cue away from the words of the one before.
fn take_name(words: &mut Vec<&str>, numbered: bool, names: bool) {
    let blank = |line: &&str| line.trim().is_empty();
    let before = words.len();
    while words.last().is_some_and(blank) {
        words.pop();
    }
    let directly = words.len() == before;
    let Some(last) = words.last() else { return };
    // Alone between blank lines.
    let alone = words.len() > 1 && blank(&words[words.len() - 2]);
    let is_number = number(last).is_some();
    if (is_number && (numbered || alone && words.len() > 2)) || (names && alone && directly) {
        words.pop();
    }
}

fn paragraphs<'a>(words: &[&'a str]) -> Vec<Vec<&'a str>> {
    words
        .split(|line| line.trim().is_empty())
        .filter(|lines| !lines.is_empty())
        .map(<[&str]>::to_vec)
        .collect()
}

/// A paragraph that begins with the next number is a cue that lost its time: nobody knows when it is said.
fn lost(paragraphs: &mut Vec<Vec<&str>>, counter: Option<u64>) {
    let Some(next) = counter.and_then(|counter| counter.checked_add(1)) else {
        return;
    };
    let from = paragraphs
        .iter()
        .skip(1)
        .position(|lines| lines.len() > 1 && number(lines[0]) == Some(next));
    if let Some(from) = from {
        paragraphs.truncate(from + 1);
    }
}

/// Behind the last cue files end with all sorts of things. One short paragraph of words may still be its own.
fn behind_the_last(paragraphs: &mut Vec<Vec<&str>>) {
    let own = |lines: &Vec<&str>| {
        let text = lines.join("\n");
        let foreign = ["http", "www.", "</", "/>", "<!", "{\"", "\u{FFFD}"];
        lines.len() <= 2
            && text.chars().count() < 120
            && text.chars().any(char::is_alphabetic)
            && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
            && !foreign.iter().any(|mark| text.contains(mark))
    };
    let keep = if paragraphs.get(1).is_some_and(own) { 2 } else { 1 };
    paragraphs.truncate(keep);
}

/// Gives every cue a time in which it can be seen, and leaves out what says nothing.
pub fn timed(cues: &mut Vec<Cue>) {
    cues.retain(|cue| !cue.text.is_empty() && cue.start.is_finite() && cue.end.is_finite());
    let mut starts: Vec<f64> = cues.iter().map(|cue| cue.start).collect();
    starts.sort_by(f64::total_cmp);
    for cue in cues.iter_mut().filter(|cue| cue.end <= cue.start) {
        let next = starts.partition_point(|start| *start <= cue.start + 0.1);
        let end = cue.start + USUAL;
        cue.end = starts.get(next).map_or(end, |next| next.min(end));
    }
    cues.retain(|cue| cue.end > 0.0);
    for cue in cues {
        cue.start = cue.start.max(0.0);
    }
}
