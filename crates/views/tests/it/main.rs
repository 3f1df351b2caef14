//! Log objects read as CloudFront delivers them, and what is made of them.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test that cannot go on stops where it is; its numbers are small"
)]

#[path = "../../../testkit/src/access_log.rs"]
mod access_log;
mod any_bytes;
mod film_figures;
mod naive;
mod ten_thousand;
