//! `screener` as its users meet it: a process with arguments, lines and an exit code.

mod arrows;
mod contract;
mod durable;
mod inputs;
mod job;
mod kill;
mod pure;
mod stage;
mod turns;
mod watching;
