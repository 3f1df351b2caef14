//! The port to HTTP.

use std::{fmt, future::Future};

/// What is asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// OPTIONS: a preflight.
    Options,
}

impl Method {
    /// As it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Options => "OPTIONS",
        }
    }
}

/// One request. Its URL may carry a signature, so `Debug` shows it without its query.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Headers to send, besides `Host`.
    pub headers: Vec<(&'static str, String)>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.url.split('?').next().unwrap_or_default();
        write!(f, "{} {bare}", self.method.as_str())
    }
}

/// One answer, as it came: not decompressed, no redirect followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; four megabytes of it are enough.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value, empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// No answer at all: the name did not resolve, nobody listened, TLS failed, or it took too long.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// Asks over HTTP. It gives up after some seconds, sends no cookies and keeps no cache.
pub trait Fetch {
    /// One request.
    fn fetch(&self, request: Request) -> impl Future<Output = Result<Answer, Unreachable>> + Send;
}
