//! The edge from outside: the real S3 SDK uploads, plain HTTP asks as viewers do.

mod behaviors;
mod delivery;
mod gate;
mod rig;
mod s3;
mod start;
