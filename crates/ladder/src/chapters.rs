//! Chapters: what a film says of its parts, made fit for everybody to read.

use serde::{Deserialize, Serialize};

use crate::cut::Cut;

/// More than any film has.
const MOST: usize = 500;
/// Characters of a title.
const TITLE: usize = 200;
/// A chapter is no shorter, seconds.
const SHORTEST: f64 = 0.001;

/// A part of a film that has a name. Times are in seconds of the film as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// Where it begins.
    pub start: f64,
    /// Where it ends, where that is known: never behind the next one's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<f64>,
    /// One line without control characters; empty where it has no name.
    pub title: String,
}

/// Chapters in the order in which they are shown: what lies outside a film that lasts so long is left out or clipped, and none reaches
/// into the next.
pub fn tidy(mut chapters: Vec<Chapter>, duration: Option<f64>) -> Vec<Chapter> {
    let film = duration.filter(|film| film.is_finite() && *film > 0.0);
    chapters.retain(|chapter| chapter.start.is_finite());
    chapters.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut tidied: Vec<Chapter> = Vec::new();
    for chapter in chapters {
        let end = chapter.end.filter(|end| end.is_finite());
        let end = match (end, film) {
            (Some(end), Some(film)) => Some(end.min(film)),
            (end, film) => end.or(film),
        };
        let start = chapter.start.max(0.0);
        let nothing = end.is_some_and(|end| end - start < SHORTEST);
        let twice = tidied
            .last()
            .is_some_and(|last| start - last.start < SHORTEST && chapter.start >= 0.0);
        if nothing || twice {
            continue;
        }
        if let Some(last) = tidied.last_mut() {
            last.end = Some(last.end.map_or(start, |end| end.min(start)));
        }
        // Several that began before the film: the last of them is under way at its beginning.
        if tidied.last().is_some_and(|last| start - last.start < SHORTEST) {
            tidied.pop();
        }
        if tidied.len() == MOST {
            break;
        }
        tidied.push(Chapter {
            start,
            end,
            title: title(&chapter.title),
        });
    }
    tidied
}

/// Those of a film that lie in a part of it, on the part's own time line.
pub fn within(chapters: &[Chapter], cut: &Cut, duration: Option<f64>) -> Vec<Chapter> {
    let moved = chapters.iter().map(|chapter| Chapter {
        start: chapter.start - cut.from,
        end: chapter.end.map(|end| end - cut.from),
        title: chapter.title.clone(),
    });
    tidy(moved.collect(), cut.lasts(duration))
}

/// One line without control characters, nor those that turn the direction of what stands around it.
fn title(text: &str) -> String {
    let unseen = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}');
    let text: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !unseen(*c))
        .collect();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let line: String = words.join(" ").chars().take(TITLE).collect();
    line.trim_end().to_owned()
}
