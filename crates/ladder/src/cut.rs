//! The part of a film that is published, where that is not all of it.

use serde::{Deserialize, Serialize};

/// So many seconds may an end be named behind the film's: clocks in whole seconds round by as much.
const ROUNDED: f64 = 0.5;

/// The part that a creator wishes for, as it is typed: seconds from the film's first picture, edit lists followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// The picture that is shown at this time is the first.
    pub from: f64,
    /// The picture that is shown at this time is no longer part of it; `None`: the film's own end.
    pub to: Option<f64>,
}

/// The part itself. Seconds from the film's first picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Where it begins: the first picture's time, or a moment within one that stands for long.
    pub from: f64,
    /// Where it ends; `None`: with the film.
    pub to: Option<f64>,
    /// Sound is silent before this moment: a picture begins a little before what was wished for.
    pub heard: f64,
    /// Both points fall on pictures at which decoding can begin, with none before in the order of decoding that is shown behind them.
    pub clean: bool,
    /// Time stamp, in the pictures' own ticks, of the key picture at which decoding begins; `None`: the first of the file.
    pub key: Option<i64>,
}

impl Cut {
    /// How long it is, of a film that lasts so long.
    pub fn lasts(&self, film: Option<f64>) -> Option<f64> {
        let end = match (self.to, film) {
            (Some(to), Some(film)) => Some(to.min(film)),
            (to, film) => to.or(film),
        };
        end.map(|end| (end - self.from).max(0.0))
    }
}

impl From<Points> for Cut {
    /// As it is wished, before a packet was looked at.
    fn from(Points { from, to }: Points) -> Self {
        Self {
            from,
            to,
            heard: from,
            clean: false,
            key: None,
        }
    }
}

/// Why there is no such part.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum CutError {
    /// Not a moment of any film.
    #[error("a film has no moment at {0} s")]
    NoMoment(f64),
    /// The end is not behind the beginning.
    #[error("nothing lies between {from} s and {to} s")]
    Backwards {
        /// The beginning.
        from: f64,
        /// The end.
        to: f64,
    },
    /// Behind the film's end.
    #[error("the film lasts {duration} s, so that there is nothing at {at} s")]
    Behind {
        /// The moment.
        at: f64,
        /// How long the film is.
        duration: f64,
    },
}

/// The part between two times, of a film that lasts so long; `None` where that is all of it.
pub fn points(from: Option<f64>, to: Option<f64>, duration: Option<f64>) -> Result<Option<Points>, CutError> {
    for at in [from, to].into_iter().flatten() {
        if !at.is_finite() || at < 0.0 {
            return Err(CutError::NoMoment(at));
        }
    }
    let begin = from.unwrap_or(0.0);
    if let Some(to) = to.filter(|to| *to <= begin) {
        return Err(CutError::Backwards { from: begin, to });
    }
    let film = duration.filter(|film| film.is_finite() && *film > 0.0);
    let behind = |at: f64, slack: f64| match film {
        Some(duration) if at >= duration + slack => Err(CutError::Behind { at, duration }),
        _ => Ok(()),
    };
    behind(begin, 0.0)?;
    if let Some(to) = to {
        behind(to, ROUNDED)?;
    }
    let to = to.filter(|to| film.is_none_or(|film| *to < film - 0.001));
    Ok((begin > 0.0 || to.is_some()).then_some(Points { from: begin, to }))
}
