//! What the endpoint is told when it starts.

use std::fmt;
use std::time::Duration;

use crate::playlist_key::is_segment;
use crate::signer::Signer;

/// How the answers' URIs become links.
#[derive(Debug)]
pub enum Mode {
    /// The viewer's own link goes to every URI. No key is held.
    Forward,
    /// Each playlist is signed here: for distributions whose links name a single playlist.
    Sign(Box<Signer>),
}

/// Everything that the endpoint is told. `Debug` hides the secrets.
pub struct Config {
    /// First part of every key, `videos`; may have several names, no slash at either end.
    pub prefix: String,
    /// Host of the distribution: absolute URIs in playlists that name it get parameters too.
    pub distribution: Option<String>,
    /// Values of `x-origin-verify` that are accepted: none, one, or two while they change.
    pub origin_secrets: Vec<String>,
    /// How URIs become links.
    pub mode: Mode,
    /// Largest playlist that is read, in bytes.
    pub largest_object: usize,
    /// Largest answer before it is packed, in bytes.
    pub largest_answer: usize,
    /// Largest body that the caller can carry, as it stands in the answer's JSON. Lambda: 6 MB for all of it.
    pub largest_body: usize,
    /// How long the origin may take. API Gateway gives up after 29 s.
    pub origin_timeout: Duration,
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The prefix is no path.
    #[error("the prefix {0:?} is not a path such as `videos`: names of letters, digits, `.`, `_` and `-`, `/` between")]
    Prefix(String),
    /// More than two secrets, or an empty one.
    #[error("give one origin secret, or two while they change, each of 16 characters or more")]
    Secrets,
    /// Sign mode without a fence.
    #[error("in sign mode the origin secret is not optional: without it whoever finds the API's address gets links")]
    SignWithoutSecret,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("prefix", &self.prefix)
            .field("distribution", &self.distribution)
            .field("origin_secrets", &self.origin_secrets.len())
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The defaults, in forward mode.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            distribution: None,
            origin_secrets: Vec::new(),
            mode: Mode::Forward,
            largest_object: 32 << 20,
            largest_answer: 160 << 20,
            // 6,291,556 bytes are the limit of the whole JSON; the rest of it takes well under 10 kB.
            largest_body: 6_280_000,
            origin_timeout: Duration::from_secs(20),
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !self.prefix.split('/').all(is_segment) {
            return Err(ConfigError::Prefix(self.prefix.clone()));
        }
        if self.origin_secrets.len() > 2 || self.origin_secrets.iter().any(|secret| secret.len() < 16) {
            return Err(ConfigError::Secrets);
        }
        if matches!(self.mode, Mode::Sign(_)) && self.origin_secrets.is_empty() {
            return Err(ConfigError::SignWithoutSecret);
        }
        Ok(())
    }
}
