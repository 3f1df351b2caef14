//! The deploy engine against a server that plays AWS's control plane.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod complaints;
mod deploying;
mod killed;
mod looking;
mod removing;
mod rig;
mod roll_backs;
mod stuck;
