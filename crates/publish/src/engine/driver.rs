//! Carries out what a job's state machine asks for, and tells it what came of it.

mod claim;
mod control;
mod encode;
mod put;
mod remove;
mod run;
mod running;
mod state;
mod tell;
mod teller;
mod verify;

pub(super) use control::Control;
pub(super) use run::drive;
