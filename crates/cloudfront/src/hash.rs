//! The two digests that CloudFront knows.

use std::str::FromStr;

/// The digest under a signature. CloudFront assumes SHA-1 unless `Hash-Algorithm` says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hash {
    /// What every distribution accepts.
    #[default]
    Sha1,
    /// Says so with `Hash-Algorithm=SHA256`.
    Sha256,
}

impl FromStr for Hash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().replace('-', "").as_str() {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            _ => Err(format!(
                "{text:?} is neither sha1 nor sha256, the two digests that CloudFront knows"
            )),
        }
    }
}
