//! Answers as CloudFront and S3 word them: error bodies, CORS, compression.

use std::{io, io::Write as _};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use screener_cloudfront::Refusal;

pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

pub(crate) fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// An answer with a body that is at hand.
pub(crate) fn plain(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let body = body.into();
    let mut answer = Response::new(whole(body.clone()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    answer
}

/// CloudFront's refusal of a signature.
pub(crate) fn refused(refusal: &Refusal) -> Response<Body> {
    error(plain(StatusCode::FORBIDDEN, "text/xml", refusal.body()))
}

/// What the viewer-request function answers in place of an origin.
pub(crate) fn by_function(refusal: screener_template::Refusal) -> Response<Body> {
    let mut answer = plain(StatusCode::FORBIDDEN, "application/json", refusal.body());
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("x-cache", HeaderValue::from_static(GENERATED));
    answer
}

/// `x-cache` of what a function answered.
pub(crate) const GENERATED: &str = "FunctionGeneratedResponse from cloudfront";

/// CloudFront's own words for a request that it does not take.
pub(crate) fn bad_request(status: StatusCode, reason: &str) -> Response<Body> {
    let body = format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\">\n\
         <HTML><HEAD><META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=iso-8859-1\">\n\
         <TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>\n\
         <H1>{} ERROR</H1>\n<H2>The request could not be satisfied.</H2>\n<HR noshade size=\"1px\">\n{reason}\n\
         </BODY></HTML>\n",
        status.as_u16()
    );
    error(plain(status, "text/html", body))
}

/// What S3 says, with a message that differs from CloudFront's by one capital letter.
pub(crate) fn s3_error(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>LOCALEDGE0000000</RequestId><HostId>screener-edge</HostId></Error>"
    );
    error(plain(status, "application/xml", body))
}

/// Without `ListBucket`, S3 says this of what is not there too.
pub(crate) fn access_denied() -> Response<Body> {
    s3_error(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied")
}

fn error(mut answer: Response<Body>) -> Response<Body> {
    answer
        .headers_mut()
        .insert("x-cache", HeaderValue::from_static("Error from cloudfront"));
    // Kept by nobody: the next request may be right.
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Whether CloudFront compresses an answer: plain 200s of certain types between 1,000 and 10,000,000 bytes
/// (Developer Guide, "Serve compressed files").
pub(crate) fn compressible(content_type: &str, size: u64) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    (1_000..=10_000_000).contains(&size)
        && matches!(
            kind,
            "application/javascript"
                | "application/json"
                | "application/vnd.apple.mpegurl"
                | "application/x-mpegurl"
                | "application/x-javascript"
                | "application/xml"
                | "application/wasm"
                | "image/svg+xml"
                | "text/css"
                | "text/csv"
                | "text/html"
                | "text/javascript"
                | "text/plain"
                | "text/xml"
                | "vnd.apple.mpegurl"
        )
}

/// Whether a viewer takes gzip (RFC 9110, 12.5.3): what is said of gzip counts before what is said of the rest.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let weight = |wanted: &str| {
        let lists = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok());
        lists.flat_map(|list| list.split(',')).find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            if !parts.next()?.eq_ignore_ascii_case(wanted) {
                return None;
            }
            let weight = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('='));
            Some(weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0)))
        })
    };
    weight("gzip").or_else(|| weight("*")).unwrap_or(false)
}

pub(crate) fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// HEAD: the same headers without the bytes.
pub(crate) fn without_body(method: &Method, answer: Response<Body>) -> Response<Body> {
    if *method == Method::HEAD {
        answer.map(|_| whole(Bytes::new()))
    } else {
        answer
    }
}
