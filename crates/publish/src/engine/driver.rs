//! Carries out what a job's state machine asks for, and tells it what came of it.

mod claim;
mod compare;
mod control;
mod driving;
mod put;
mod remove;
mod running;
mod state;
mod tell;
mod teller;
mod worker_start;

pub(super) use control::Control;
pub(super) use driving::drive;
