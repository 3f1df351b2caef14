//! Log objects read as CloudFront delivers them, and what is made of them.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test that cannot go on stops where it is; its numbers are small"
)]

mod any_bytes;
#[path = "../../../testkit/src/cloudfront_log.rs"]
mod cloudfront_log;
mod film_figures;
mod naive;
mod ten_thousand;
