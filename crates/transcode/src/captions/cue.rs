//! One cue, whatever format it came in.

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
