//! What the parts behind CloudFront do with a request: figures that no log tells, each from Screener's own measurements or from the
//! template, and each rather too high than too low.

/// Reads of the store of what is taken back for a request: of the link's entry, and of the video's.
pub const STORE_READS: f64 = 2.0;
/// GB of the endpoint's memory, as the template asks for it: 512 MB.
pub const ENDPOINT_MEMORY: f64 = 0.5;
/// Seconds for which a call of the endpoint is billed. Its own work takes below a millisecond for an hour of film
/// (`benches/delivery.md`); the rest is S3's answer, and now and then a cold start.
pub const ENDPOINT_SECONDS: f64 = 0.06;
/// Bytes that a call of the endpoint writes to its log.
pub const ENDPOINT_LINE: f64 = 900.0;
/// Reads of S3 for a request to CloudFront: one, as if nothing were in CloudFront's cache. The first viewer of a film is as dear as this;
/// the next one is cheaper.
pub const BUCKET_READS: f64 = 1.0;
/// Bytes that a line of CloudFront's log takes in the bucket, packed; they stay for thirty days. Delivery itself is not charged for
/// objects of JSON in S3 (CloudFront Developer Guide, "Standard logging"; not confirmed).
pub const LOG_LINE: f64 = 400.0;
