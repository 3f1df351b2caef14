//! The engine against a real S3 server on disk, with an encoder that follows a script.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::cast_possible_truncation,
    reason = "tests say what happens one after the other, with small numbers, and what cannot go on panics"
)]

mod conformance;
mod disk;
mod faults;
mod lesser;
mod orphans;
mod publish;
mod servers;
mod simulation;
mod world;
