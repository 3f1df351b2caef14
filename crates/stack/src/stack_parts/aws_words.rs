//! What AWS refused a call with, as codes and words.

use std::error::Error;
use std::fmt::Write as _;

use aws_sdk_cloudfront::error::ProvideErrorMetadata;

/// What a call was refused with: AWS's code, or `Connection`, and words.
pub(crate) fn said<E: ProvideErrorMetadata + Error>(error: &E) -> (String, String) {
    match error.code() {
        Some(code) => (code.to_owned(), error.message().unwrap_or_default().to_owned()),
        None => ("Connection".to_owned(), with_reasons(error)),
    }
}

/// An error and what lies behind it, in one line.
fn with_reasons(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut behind = error.source();
    while let Some(reason) = behind {
        let _ = write!(words, ": {reason}");
        behind = reason.source();
    }
    words
}

/// Codes of AWS for "you may not".
pub(crate) fn is_denied(code: &str) -> bool {
    matches!(
        code,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "NotAuthorized"
    )
}
