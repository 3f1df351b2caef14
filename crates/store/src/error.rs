//! S3's errors, by what the caller does next.
//!
//! Codes: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::skew;

/// What the caller does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// Try again later: throttled, unavailable, timed out, connection lost.
    Later,
    /// The clock is off by so many seconds: correct it once, try again.
    Clock(i64),
    /// The bucket is in this region: go there, try again.
    Region(String),
    /// Credentials have ended: wait until there are fresh ones.
    Credentials,
    /// Not allowed, and trying again does not help.
    Denied,
    /// There is no such bucket.
    NoBucket,
    /// The bucket's encryption key cannot be used.
    Kms,
    /// A store on disks that are full: wait until there is room.
    Full,
    /// Another write of the same key is under way (409): try again.
    Conflict,
    /// The condition does not hold (412): look what is there.
    Precondition,
    /// There is no such object, or no such multipart upload.
    NotFound,
    /// What arrived is not what was sent: send it again.
    Integrity,
    /// The store does not do this.
    Unsupported,
    /// The store makes no write depend on what is there: look, then write without a condition
    /// ([`crate::Store::put_looking`]), where that is safe.
    Unconditional,
    /// The store does not take this checksum of parts, and another is tried from now on: begin the upload again.
    OtherChecksum,
    /// Anything else: not worth another attempt.
    Other,
}

/// A call that failed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{call} {code}: {message}")]
pub struct StoreError {
    /// What the caller does next.
    pub class: Class,
    /// The call: `PutObject`.
    pub call: &'static str,
    /// S3's code or ours.
    pub code: String,
    /// S3's words or ours; no credentials, no signed URL.
    pub message: String,
}

impl StoreError {
    /// An error of our own making, or of a caller that speaks as a store does.
    pub fn new(class: Class, call: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self {
            class,
            call,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// The store may not know what it was asked in this way, and may know it in another: a header or a parameter is refused, not
    /// what was asked for.
    pub(crate) fn is_of_the_way(&self) -> bool {
        match self.class {
            Class::Unsupported => true,
            Class::Other => matches!(
                self.code.as_str(),
                "InvalidArgument"
                    | "InvalidRequest"
                    | "InvalidHeader"
                    | "UnsupportedHeader"
                    | "UnsupportedArgument"
                    | "UnsupportedOperation"
                    | "BadRequest"
                    | "MissingContentMD5"
                    | "MissingContentLength"
                    | "MalformedXML"
                    | "MethodNotAllowed"
                    | "Http400"
                    | "Http405"
                    | "Http411"
                    | "Http415"
                    | "Http422"
            ),
            _ => false,
        }
    }

    pub(crate) fn from_sdk<E: ProvideErrorMetadata + std::error::Error + 'static>(
        call: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        let response = error.raw_response();
        let status = response.map_or(0, |r| r.status().as_u16());
        let header = |name: &str| response.and_then(|r| r.headers().get(name)).map(str::to_owned);
        let code = error.code().map_or_else(
            || {
                if status == 0 {
                    kind(error).to_owned()
                } else {
                    format!("Http{status}")
                }
            },
            str::to_owned,
        );
        let message = error.message().map_or_else(|| deepest(error), str::to_owned);
        let class = match error {
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => {
                classify(&code, status, header("x-amz-bucket-region"), header("date").as_deref())
            }
            SdkError::ConstructionFailure(_) => Class::Other,
            // Credentials that cannot be had surface as a failed dispatch.
            SdkError::DispatchFailure(failure) if failure.is_other() && is_credentials(error) => Class::Credentials,
            _ if is_credentials(error) => Class::Credentials,
            _ => Class::Later,
        };
        Self {
            class,
            call,
            code,
            message,
        }
    }
}

fn kind<E>(error: &SdkError<E, HttpResponse>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "Connection",
        SdkError::ResponseError(_) => "Response",
        _ => "Request",
    }
}

fn deepest<E: std::error::Error + 'static>(error: &SdkError<E, HttpResponse>) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

fn is_credentials<E: std::error::Error + 'static>(error: &SdkError<E, HttpResponse>) -> bool {
    let mut inner: Option<&dyn std::error::Error> = Some(error);
    while let Some(current) = inner {
        if current
            .downcast_ref::<aws_credential_types::provider::error::CredentialsError>()
            .is_some()
        {
            return true;
        }
        inner = current.source();
    }
    false
}

/// The class of a code and status. Pure, so that the whole table is tested.
pub(crate) fn classify(code: &str, status: u16, region: Option<String>, date: Option<&str>) -> Class {
    match code {
        "SlowDown"
        | "ServiceUnavailable"
        | "InternalError"
        | "RequestTimeout"
        | "Busy"
        | "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "OperationAborted" => Class::Later,
        "ConditionalRequestConflict" => Class::Conflict,
        "PreconditionFailed" => Class::Precondition,
        "RequestTimeTooSkewed" => Class::Clock(date.and_then(skew::behind).unwrap_or(0)),
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException" => region.map_or(Class::Other, Class::Region),
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidToken"
        | "TokenRefreshRequired"
        | "UnrecognizedClientException" => Class::Credentials,
        "AccessDenied"
        | "AllAccessDisabled"
        | "AccountProblem"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "NotSignedUp" => Class::Denied,
        "NoSuchBucket" => Class::NoBucket,
        "NoSuchKey" | "NotFound" | "NoSuchUpload" => Class::NotFound,
        "BadDigest"
        | "InvalidDigest"
        | "XAmzContentChecksumMismatch"
        | "IncompleteBody"
        | "XAmzContentSHA256Mismatch" => Class::Integrity,
        "NotImplemented" => Class::Unsupported,
        // MinIO's words for a full disk and a full quota; Ceph's.
        "XMinioStorageFull" | "XMinioAdminBucketQuotaExceeded" | "QuotaExceeded" => Class::Full,
        _ if code.starts_with("KMS") => Class::Kms,
        _ => match status {
            301 | 307 => region.map_or(Class::Other, Class::Region),
            403 => Class::Denied,
            404 => Class::NotFound,
            408 | 429 | 500 | 502..=504 => Class::Later,
            409 => Class::Conflict,
            412 => Class::Precondition,
            501 => Class::Unsupported,
            507 => Class::Full,
            _ => Class::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_of_the_way_of_asking_is_asked_in_another() {
        for (code, status, wanted) in [
            ("NotImplemented", 501, true),
            ("InvalidArgument", 400, true),
            ("InvalidRequest", 400, true),
            ("MissingContentMD5", 400, true),
            ("Http405", 405, true),
            ("AccessDenied", 403, false),
            ("NoSuchBucket", 404, false),
            ("PreconditionFailed", 412, false),
            ("BadDigest", 400, false),
            ("SlowDown", 503, false),
            ("EntityTooLarge", 400, false),
        ] {
            let error = StoreError::new(classify(code, status, None, None), "PutObject", code, "");
            assert_eq!(error.is_of_the_way(), wanted, "{code}");
        }
    }

    #[test]
    fn every_code_says_what_to_do_next() {
        let region = || Some("eu-central-1".to_owned());
        for (code, status, class) in [
            ("SlowDown", 503, Class::Later),
            ("InternalError", 500, Class::Later),
            ("RequestTimeout", 400, Class::Later),
            ("Http502", 502, Class::Later),
            ("ConditionalRequestConflict", 409, Class::Conflict),
            ("PreconditionFailed", 412, Class::Precondition),
            ("PermanentRedirect", 301, Class::Region("eu-central-1".into())),
            ("Http301", 301, Class::Region("eu-central-1".into())),
            ("ExpiredToken", 400, Class::Credentials),
            ("AccessDenied", 403, Class::Denied),
            ("Http403", 403, Class::Denied),
            ("NoSuchBucket", 404, Class::NoBucket),
            ("KMS.DisabledException", 400, Class::Kms),
            ("NoSuchUpload", 404, Class::NotFound),
            ("BadDigest", 400, Class::Integrity),
            ("NotImplemented", 501, Class::Unsupported),
            ("XMinioStorageFull", 507, Class::Full),
            ("QuotaExceeded", 403, Class::Full),
            ("Http507", 507, Class::Full),
            ("EntityTooSmall", 400, Class::Other),
        ] {
            assert_eq!(classify(code, status, region(), None), class, "{code}");
        }
        assert!(
            matches!(classify("RequestTimeTooSkewed", 403, None, Some("Sun, 06 Nov 1994 08:49:37 GMT")), Class::Clock(n) if n < -900_000_000)
        );
    }
}
