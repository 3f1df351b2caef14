//! The part of a film whose words are wanted.

use screener_ladder::{Cut, SourceInfo};

use crate::input::seeking;

/// A part of a film: of all of it by default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Where it begins, seconds in the film.
    pub from: f64,
    /// How long it is, seconds; without end where it ends with the film.
    pub lasts: f64,
    /// Reading may begin shortly before it.
    pub seek: bool,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            from: 0.0,
            lasts: f64::INFINITY,
            seek: false,
        }
    }
}

impl Part {
    /// A part of this source.
    pub fn of(source: &SourceInfo, cut: &Cut) -> Self {
        Self {
            from: cut.from,
            lasts: cut.to.map_or(f64::INFINITY, |to| to - cut.from),
            seek: cut.from > 0.0 && seeking::trusted(source),
        }
    }
}
