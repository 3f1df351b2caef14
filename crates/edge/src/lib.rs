//! The local destination: S3 on disk and CloudFront's behaviours on loopback.
