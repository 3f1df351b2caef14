//! Which objects may be asked for: `<prefix>/<video-id>/….m3u8`, written plainly.
//!
//! CloudFront matches its behaviours on the normalised path but forwards the raw one, so whatever could mean another
//! object to somebody (`..`, `%2e`, `//`, control characters) ends here. Nothing is decoded: the names that Screener
//! writes need no escapes, and a key that does is none of ours.

/// S3 allows 1,024 bytes; ours have about 80.
const LONGEST: usize = 512;

/// Why a path is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not written plainly.
    Malformed,
    /// Written plainly, but nothing that this endpoint answers for.
    Elsewhere,
}

/// A key that may be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaylistKey<'a> {
    /// The whole key.
    pub key: &'a str,
    /// Its video's id.
    pub video_id: &'a str,
}

/// Is this one name of a path: letters, digits, `.`, `_`, `-`, not beginning with a dot?
pub(crate) fn is_segment(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

impl<'a> PlaylistKey<'a> {
    /// Reads the path of a request, with its first slash and without the stage.
    pub fn from_path(path: &'a str, prefix: &str) -> Result<Self, KeyError> {
        let key = path.strip_prefix('/').ok_or(KeyError::Malformed)?;
        if key.len() > LONGEST || !key.split('/').all(is_segment) {
            return Err(KeyError::Malformed);
        }
        let rest = key
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('/'))
            .ok_or(KeyError::Elsewhere)?;
        let (video_id, name) = rest.split_once('/').ok_or(KeyError::Elsewhere)?;
        let stem = name.strip_suffix(".m3u8").ok_or(KeyError::Elsewhere)?;
        // An id has no dots; a playlist has a name before its ending.
        if video_id.contains('.') || stem.is_empty() || stem.ends_with('/') {
            return Err(KeyError::Elsewhere);
        }
        Ok(Self { key, video_id })
    }
}
