//! CloudFront policies, keys, signatures, signed URLs and their verification.
