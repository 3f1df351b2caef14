//! Stores that know less than AWS S3, as people meet them: a choice of faults before a server that knows it all.

use crate::proxy::{Fault, Proxy, Request};

/// What a store does not know, or does otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fussy {
    /// `x-amz-checksum-crc64nvme` is refused.
    NoCrc64,
    /// It is refused of parts alone, when the first of them arrives.
    NoCrc64OfParts,
    /// Every `x-amz-checksum-…` is refused.
    NoChecksums,
    /// `DeleteObjects` wants `Content-MD5`, as several did when the SDKs no longer sent it.
    BatchWantsMd5,
    /// There is no `DeleteObjects`.
    NoBatch,
    /// `If-None-Match` and `If-Match` on a write are refused, in S3's words of before August 2024.
    NoConditions,
    /// They are passed over. Changes what was signed: for a server that does not look.
    IgnoresConditions,
    /// Listings are of `ListObjects`' first version: two lines a page, and never a token.
    NoTokens,
    /// There are no multipart uploads.
    NoParts,
}

impl Fussy {
    /// Makes a proxy such a store.
    pub fn before(self, proxy: &Proxy) {
        proxy.choose(move |request| self.fault(request));
    }

    fn fault(self, request: &Request) -> Fault {
        let put = request.method == "PUT";
        let batch = request.method == "POST" && query(request).any(|name| name == "delete");
        let conditional = put
            && ["if-none-match", "if-match"]
                .iter()
                .any(|name| request.header(name).is_some());
        let part = put && query(request).any(|name| name == "partNumber");
        match self {
            Self::NoCrc64OfParts if !part => Fault::None,
            Self::NoCrc64 | Self::NoCrc64OfParts if names(request, "crc64nvme") => Fault::refusal(
                400,
                "InvalidArgument",
                "Unsupported header 'x-amz-checksum-crc64nvme' received for this API call.",
            ),
            Self::NoChecksums if names(request, "") => {
                Fault::refusal(400, "InvalidRequest", "Checksums are not supported.")
            }
            Self::BatchWantsMd5 if batch && request.header("content-md5").is_none() => Fault::refusal(
                400,
                "MissingContentMD5",
                "Missing required header for this request: Content-Md5.",
            ),
            Self::NoBatch if batch => Fault::refusal(405, "MethodNotAllowed", "The method is not allowed."),
            Self::NoConditions if conditional => Fault::refusal(
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            ),
            Self::IgnoresConditions if conditional => Fault::Without(&["if-none-match", "if-match"]),
            Self::NoTokens if request.method == "GET" && query(request).any(|name| name == "prefix") => Fault::Pages(2),
            Self::NoParts if query(request).any(|name| name == "uploads") => {
                Fault::refusal(501, "NotImplemented", "Multipart uploads are not implemented.")
            }
            _ => Fault::None,
        }
    }
}

/// Names in the query of a request.
fn query(request: &Request) -> impl Iterator<Item = &str> {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split('=').next())
}

/// Whether a request names a checksum whose name begins so: by its value, or as the algorithm of an upload.
fn names(request: &Request, checksum: &str) -> bool {
    request.headers().any(|(name, value)| {
        let name = name.to_ascii_lowercase();
        match name.strip_prefix("x-amz-checksum-") {
            Some("algorithm") => value.to_ascii_lowercase().starts_with(checksum),
            // Of reads: whether the answer shall say it.
            Some("mode") | None => false,
            Some(named) => named == "type" && checksum.is_empty() || named.starts_with(checksum) && named != "type",
        }
    })
}
