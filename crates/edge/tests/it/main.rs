//! The edge from outside: the real S3 SDK uploads, plain HTTP asks as viewers do.

mod rig;
mod s3;
mod start;
