//! Where playlists come from.

use std::future::Future;

/// What an origin has for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// The object.
    Found {
        /// Its bytes.
        body: Vec<u8>,
        /// Its ETag, with quotes.
        etag: Option<String>,
    },
    /// The object is the one that the caller has.
    NotModified,
}

/// Why an origin has nothing for a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not there, or not for us: S3 says 403 for both where listing is not allowed.
    #[error("there is no such object")]
    NotFound,
    /// More bytes than may be read.
    #[error("the object has {0} bytes")]
    TooLarge(u64),
    /// No answer in time.
    #[error("the origin did not answer in time")]
    TimedOut,
    /// Anything else, in the origin's words. For logs; not for viewers.
    #[error("the origin failed: {0}")]
    Failed(String),
}

/// A source of playlists.
pub trait Origin: Send + Sync {
    /// Fetches an object, unless its ETag is `if_none_match` (as [`Object::Found`] told it, with quotes).
    fn get(&self, key: &str, if_none_match: Option<&str>) -> impl Future<Output = Result<Object, OriginError>> + Send;
}
