//! A failure in words, and the macro that writes an enum of causes with its words in each language.

use serde::{Deserialize, Serialize};

/// Why something could not be done: what and why in `message`, what to do next in `mend`. Made of a cause ([`causes!`](crate::causes)); as text it
/// crosses the pipe and stays in the journal, where other versions of Screener read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The cause's stable name: `not_a_video`, `disk_full`, … Several causes may share one, where callers do the same next.
    pub code: String,
    /// What happened and why, in English.
    pub message: String,
    /// What to do next, in English.
    pub mend: String,
}

/// A sentence in two languages. A gap is `{}` in English and, by its place there, `{1}`, `{2}` in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// What is said in English.
    pub english: String,
    /// What is said in German.
    pub german: String,
}

impl Phrase {
    /// A pair of sentences whose gaps have names, `{path}`, with the names replaced by places.
    ///
    /// # Panics
    ///
    /// Where the German sentence has a gap that the English one lacks: its words could not be found again.
    pub fn of(english: &str, german: &str) -> Self {
        let (english, gaps) = gaps(english, |_| String::new());
        let (german, _) = self::gaps(german, |gap| {
            let place = gaps.iter().position(|known| known == gap);
            let place = place.unwrap_or_else(|| panic!("{gap:?} is in the German words alone: {english}"));
            (place + 1).to_string()
        });
        Self { english, german }
    }
}

/// The text with what stands in braces named by `name`, and the gaps' names in order. A format behind a colon is left out.
fn gaps(text: &str, name: impl Fn(&str) -> String) -> (String, Vec<String>) {
    let mut out = String::with_capacity(text.len());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (gap, after) = behind.split_once('}').unwrap_or((behind, ""));
        let gap = gap.split(':').next().unwrap_or_default();
        out.extend([before, "{", &name(gap), "}"]);
        found.push(gap.to_owned());
        rest = after;
    }
    out.push_str(rest);
    (out, found)
}

/// A sentence whose last gap brought a full stop of its own has one. Dots of names (`../film.mp4`) and of omission stay.
pub fn sentence(text: String) -> String {
    let ends_twice = |at: usize| {
        let (before, behind) = (&text[..at], &text[at + 2..]);
        !before.ends_with(['.', '/', ' ']) && !before.is_empty() && (behind.is_empty() || behind.starts_with(' '))
    };
    match text.match_indices("..").map(|(at, _)| at).find(|at| ends_twice(*at)) {
        Some(at) => sentence(format!("{}{}", &text[..at], &text[at + 1..])),
        None => text,
    }
}

/// Writes an enum of causes: a variant is one cause, its fields are the gaps of its sentences, and its words stand in both languages side by
/// side, what happened and why before `=>`, what to do next behind it. A variant without German words does not compile.
///
/// ```
/// screener_wire::causes! {
///     /// What a kettle can say.
///     pub enum Kettle {
///         Empty { litres: f64 } = "empty" {
///             en "The kettle holds {litres:.1} l." => "Fill it.";
///             de "Im Kessel sind {litres:.1} l." => "Fülle ihn.";
///         }
///     }
/// }
/// let failure = screener_wire::Failure::from(Kettle::Empty { litres: 0.25 });
/// assert_eq!((failure.code.as_str(), failure.message.as_str()), ("empty", "The kettle holds 0.2 l."));
/// ```
#[macro_export]
macro_rules! causes {
    ($(#[$about:meta])* $seen:vis enum $name:ident {
        $( $variant:ident $({ $($field:ident: $kind:ty),+ $(,)? })? = $code:literal {
            en $what:literal => $mend:literal;
            de $was:literal => $rat:literal;
        } )+
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug)]
        #[allow(missing_docs, reason = "a field is a gap of the sentence that is its variant's text")]
        $seen enum $name {
            $( #[doc = $what] $variant $({ $($field: $kind),+ })?, )+
        }

        #[allow(dead_code, reason = "a small set of causes needs not all of this")]
        impl $name {
            /// Stable name: what callers branch on.
            pub const fn code(&self) -> &'static str {
                match self {
                    $( Self::$variant $({ $($field: _),+ })? => $code, )+
                }
            }

            /// What happened and why, and what to do next, in English.
            pub fn english(&self) -> (String, String) {
                match self {
                    $(
                        #[allow(unused_variables, reason = "one of the sentences may do without a gap")]
                        Self::$variant $({ $($field),+ })? => ($crate::failure::sentence(format!($what)), $crate::failure::sentence(format!($mend))),
                    )+
                }
            }

            /// The same in German.
            pub fn german(&self) -> (String, String) {
                match self {
                    $(
                        #[allow(unused_variables, reason = "one of the sentences may do without a gap")]
                        Self::$variant $({ $($field),+ })? => ($crate::failure::sentence(format!($was)), $crate::failure::sentence(format!($rat))),
                    )+
                }
            }

            /// Every sentence of these causes in both languages.
            pub fn phrases() -> Vec<$crate::Phrase> {
                vec![ $( $crate::Phrase::of($what, $was), $crate::Phrase::of($mend, $rat), )+ ]
            }
        }

        impl From<$name> for $crate::Failure {
            fn from(cause: $name) -> Self {
                let (message, mend) = cause.english();
                Self { code: cause.code().to_owned(), message, mend }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::causes! {
        enum Trouble {
            Told { why: String, path: &'static str } = "told" {
                en "{path} could not be used: {why}." => "Look at {path}.";
                de "Mit {path} ging es nicht ({why})." => "Sieh {path} an.";
            }
        }
    }

    #[test]
    fn a_cause_says_itself_in_both_languages_and_ends_once() {
        let cause = Trouble::Told {
            why: "it is gone.".into(),
            path: "../film.mp4",
        };
        assert_eq!(cause.english().0, "../film.mp4 could not be used: it is gone.");
        assert_eq!(cause.german().0, "Mit ../film.mp4 ging es nicht (it is gone.).");
        let failure = Failure::from(cause);
        assert_eq!(
            (failure.code.as_str(), failure.mend.as_str()),
            ("told", "Look at ../film.mp4.")
        );
    }

    #[test]
    fn one_full_stop_ends_a_sentence() {
        for (said, right) in [
            ("It failed: no such file..", "It failed: no such file."),
            ("It failed: none.. Try again.", "It failed: none. Try again."),
            ("Wait...", "Wait..."),
            ("There is no file ../a..b.mp4.", "There is no file ../a..b.mp4."),
            ("It lies in /films/..", "It lies in /films/.."),
        ] {
            assert_eq!(sentence(said.to_owned()), right);
        }
    }

    #[test]
    fn a_phrase_has_its_gaps_by_place() {
        let phrases = Trouble::phrases();
        assert_eq!(phrases[0].english, "{} could not be used: {}.");
        assert_eq!(phrases[0].german, "Mit {1} ging es nicht ({2}).");
    }
}
