//! What an error of any of AWS's services means: whether it passes, whose doing it is, and the words that were said.

use std::error::Error;

use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use screener_wire::Failure;

use crate::Cause;

/// What kind of refusal it is: what is done next depends on this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Too many questions; or the service itself failed.
    Throttled,
    /// No answer came: whether it was done is not known.
    Cut,
    /// The sign-in has ended.
    Expired,
    /// No credentials were found.
    Missing,
    /// A profile that is not there; its name in the words.
    NoProfile,
    /// These credentials are nobody's.
    Strange,
    /// This computer's clock is wrong.
    Clock,
    /// The caller may not.
    Denied,
    /// The caller's organisation forbids it.
    Forbidden,
    /// The region is switched off in this account.
    RegionOff,
    /// What was named is not there.
    Gone,
    /// Anything else: code and words say it.
    Other,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the call.
    pub call: &'static str,
    /// What kind.
    pub kind: Kind,
    /// AWS's code, or nothing where there was no answer.
    pub code: String,
    /// AWS's words.
    pub message: String,
}

/// Codes by which services say that it is too much or that they failed.
const PASSING: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "TooManyRequestsException",
    "PriorRequestNotComplete",
    "SlowDown",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ServiceFailure",
    "InternalFailure",
    "InternalError",
    "InternalServerError",
    "InternalServiceError",
    "OperationAborted",
    "RequestTimeout",
];
const EXPIRED: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
];
const STRANGE: &[&str] = &[
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidToken",
];
const CLOCK: &[&str] = &["RequestTimeTooSkewed", "RequestInTheFuture"];
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "UnauthorizedAccess",
    "NotAuthorized",
];

impl Fault {
    /// Of a call's error.
    pub fn of<E, R>(call: &'static str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug,
    {
        if let Some(code) = error.code() {
            let words = error.message().unwrap_or_default();
            Self::told(call, kind(code, words), code, words)
        } else {
            let words = DisplayErrorContext(error).to_string();
            let service_answered = matches!(error, SdkError::ServiceError(_) | SdkError::ResponseError(_));
            Self::told(call, unanswered(&words, service_answered), "", &plain(error, &words))
        }
    }

    /// Of what was said.
    pub fn told(call: &'static str, kind: Kind, code: &str, message: &str) -> Self {
        Self {
            call,
            kind,
            code: code.to_owned(),
            message: message.trim().to_owned(),
        }
    }

    /// Whether the same call may go well in a moment.
    pub fn passes(&self) -> bool {
        matches!(self.kind, Kind::Throttled | Kind::Cut)
    }

    /// Whether it is about the sign-in, so that the work goes on after another one.
    pub fn is_sign_in(&self) -> bool {
        matches!(
            self.kind,
            Kind::Expired | Kind::Missing | Kind::NoProfile | Kind::Strange | Kind::Clock
        )
    }

    /// The permission that is missing, where the words name it.
    pub fn action(&self) -> Option<&str> {
        let (_, behind) = self.message.split_once("not authorized to perform: ")?;
        behind
            .split_whitespace()
            .next()
            .map(|word| word.trim_end_matches(['.', ',']))
    }
}

fn kind(code: &str, words: &str) -> Kind {
    let one_of = |codes: &[&str]| codes.contains(&code);
    // The clock is told by code and, for signatures, by words alone.
    if one_of(CLOCK) || words.contains("Signature expired") || words.contains("Signature not yet current") {
        Kind::Clock
    } else if one_of(EXPIRED) {
        Kind::Expired
    } else if code == "OptInRequired" && words.contains("region") || words.contains("is not enabled in this account") {
        Kind::RegionOff
    } else if one_of(STRANGE) {
        Kind::Strange
    } else if words.contains("service control policy") || words.contains("resource control policy") {
        Kind::Forbidden
    } else if one_of(DENIED) {
        Kind::Denied
    } else if one_of(PASSING) || words.contains("Rate exceeded") {
        Kind::Throttled
    } else if [
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFound",
        "ResourceNotFoundException",
        "NoSuchKey",
    ]
    .contains(&code)
    {
        Kind::Gone
    } else {
        Kind::Other
    }
}

/// Of an error that no service gave a code to.
fn unanswered(words: &str, service_answered: bool) -> Kind {
    let low = words.to_lowercase();
    let has = |part: &str| low.contains(part);
    if has("was not defined") && has("profile") {
        Kind::NoProfile
    } else if has("credential") || has("sso") || has("identity token") || has("session token") {
        if has("expired") || has("refresh") || has("sso") && has("token") || has("login") {
            Kind::Expired
        } else {
            Kind::Missing
        }
    } else if service_answered && !has("timeout") && !has("incomplete") && !has("connection") {
        Kind::Throttled
    } else {
        Kind::Cut
    }
}

/// The innermost words: the outer ones say "dispatch failure".
fn plain<E: Error>(error: &E, whole: &str) -> String {
    let mut source = error.source();
    let mut last = None;
    while let Some(inner) = source {
        last = Some(inner.to_string());
        source = inner.source();
    }
    last.filter(|words| !words.is_empty())
        .unwrap_or_else(|| whole.to_owned())
}

impl From<&Fault> for Cause {
    fn from(fault: &Fault) -> Self {
        let (call, code, words) = (fault.call.to_owned(), fault.code.clone(), fault.message.clone());
        match fault.kind {
            Kind::Throttled => Self::Busy { call, words },
            Kind::Cut => Self::NoAnswer { call, words },
            Kind::Expired => Self::SignInEnded { words },
            Kind::Missing => Self::NoCredentials,
            Kind::NoProfile => {
                let profile = words.split('`').nth(1).unwrap_or_default().to_owned();
                Self::NoProfile { profile }
            }
            Kind::Strange => Self::StrangeCredentials { words },
            Kind::Clock => Self::Clock { words },
            Kind::Forbidden => Self::Organisation { call, words },
            Kind::RegionOff => Self::RegionOff { words },
            Kind::Denied => match fault.action() {
                Some(action) => Self::MayNot {
                    action: action.to_owned(),
                    words,
                },
                None => Self::MayNotCall { call, words },
            },
            Kind::Gone | Kind::Other if code.is_empty() => Self::NoAnswer { call, words },
            Kind::Gone | Kind::Other => Self::Refused { call, code, words },
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Cause::from(&fault).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_services_say_is_sorted() {
        for (code, words, expected) in [
            ("Throttling", "Rate exceeded", Kind::Throttled),
            (
                "ExpiredToken",
                "The security token included in the request is expired",
                Kind::Expired,
            ),
            (
                "SignatureDoesNotMatch",
                "Signature expired: 20261128T000000Z is now earlier than …",
                Kind::Clock,
            ),
            (
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match",
                Kind::Strange,
            ),
            (
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
                Kind::Strange,
            ),
            (
                "AccessDenied",
                "User: arn:aws:iam::1:user/a is not authorized to perform: cloudfront:CreateDistribution with an explicit deny in a service control policy",
                Kind::Forbidden,
            ),
            (
                "AccessDenied",
                "User: a is not authorized to perform: iam:PassRole on resource: b",
                Kind::Denied,
            ),
            ("NoSuchBucket", "The specified bucket does not exist", Kind::Gone),
            ("ValidationError", "Stack with id x does not exist", Kind::Other),
        ] {
            assert_eq!(kind(code, words), expected, "{code}: {words}");
        }
        let fault = Fault::told(
            "CreateChangeSet",
            Kind::Denied,
            "AccessDenied",
            "User: a is not authorized to perform: iam:PassRole on resource: b",
        );
        assert_eq!(fault.action(), Some("iam:PassRole"));
    }

    #[test]
    fn what_no_service_said_is_the_network_or_the_sign_in() {
        for (words, expected) in [
            (
                "dispatch failure: io error: error trying to connect: tcp connect error: Connection refused",
                Kind::Cut,
            ),
            (
                "dispatch failure: other: could not resolve: profile `nobody` was not defined",
                Kind::NoProfile,
            ),
            (
                "dispatch failure: the credentials provider was not properly configured: token expired",
                Kind::Expired,
            ),
            ("no providers in chain provided credentials", Kind::Missing),
        ] {
            assert_eq!(unanswered(words, false), expected, "{words}");
        }
    }
}
