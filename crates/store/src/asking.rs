//! One checksum in place of another in the SDK's builders and answers, which have a method for each.

/// Adds a checksum to a request. Where the request has no `Content-MD5`, it goes without one.
macro_rules! with_checksum {
    (@sum $request:expr, $kind:expr, $text:expr) => {
        match $kind {
            $crate::checksum::Checksum::Crc32c => $request.checksum_crc32_c($text),
            $crate::checksum::Checksum::Crc32 => $request.checksum_crc32($text),
            $crate::checksum::Checksum::Sha256 => $request.checksum_sha256($text),
            $crate::checksum::Checksum::Crc64Nvme | $crate::checksum::Checksum::Md5 => {
                $request.checksum_crc64_nvme($text)
            }
        }
    };
    ($request:expr, $kind:expr, $text:expr) => {
        match $kind {
            $crate::checksum::Checksum::Md5 => $request,
            kind => $crate::asking::with_checksum!(@sum $request, kind, $text),
        }
    };
    ($request:expr, $kind:expr, $text:expr, md5) => {
        match $kind {
            $crate::checksum::Checksum::Md5 => $request.content_md5($text),
            kind => $crate::asking::with_checksum!(@sum $request, kind, $text),
        }
    };
}

/// What an answer says of a checksum.
macro_rules! said {
    ($answer:expr, $kind:expr) => {
        match $kind {
            $crate::checksum::Checksum::Crc64Nvme => $answer.checksum_crc64_nvme(),
            $crate::checksum::Checksum::Crc32c => $answer.checksum_crc32_c(),
            $crate::checksum::Checksum::Crc32 => $answer.checksum_crc32(),
            $crate::checksum::Checksum::Sha256 => $answer.checksum_sha256(),
            $crate::checksum::Checksum::Md5 => None,
        }
    };
}

pub(crate) use {said, with_checksum};
