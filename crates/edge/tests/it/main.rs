//! The edge from outside: the real S3 SDK uploads, plain HTTP asks as viewers do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it is")]

mod behaviors;
mod delivery;
mod gate;
mod links;
mod rig;
mod s3;
mod start;
