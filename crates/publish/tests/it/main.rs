//! The engine against a real S3 server on disk, with an encoder that follows a script.

mod faults;
mod publish;
mod simulation;
mod world;
