//! Names of videos and jobs.

use std::fmt;
use std::str::FromStr;

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Serialize};

fn base32() -> Encoding {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification
        .encoding()
        .expect("32 distinct symbols are a valid base32 alphabet")
}

fn random(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    getrandom::fill(&mut buffer).expect("the operating system has random numbers");
    base32().encode(&buffer)
}

fn is_base32(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
}

/// A name that is not of the right form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the id of a {1}")]
pub struct NotAnId(String, &'static str);

/// A video's name: 128 random bits in lower-case base32, 26 characters. Never derived from a file's name, never reused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VideoId(String);

impl VideoId {
    /// A new one.
    pub fn random() -> Self {
        Self(random(16))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A job's name: 80 random bits in lower-case base32, 16 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(String);

impl JobId {
    /// A new one.
    pub fn random() -> Self {
        Self(random(10))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! name {
    ($name:ident, $length:literal, $what:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if is_base32(text, $length) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotAnId(text.to_owned(), $what))
                }
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}
name!(VideoId, 26, "video");
name!(JobId, 16, "job");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_random_and_parse_back() {
        let (a, b) = (VideoId::random(), VideoId::random());
        assert_ne!(a, b);
        assert_eq!(a.as_str().len(), 26);
        assert_eq!(a.as_str().parse::<VideoId>().unwrap(), a);
        assert!("../../etc".parse::<VideoId>().is_err());
        assert_eq!(JobId::random().as_str().len(), 16);
    }
}
