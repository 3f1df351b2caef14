//! `screener` as its users meet it: a process with arguments, lines and an exit code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::too_many_lines, reason = "a story is told in one piece")]

mod arrows;
mod aws;
mod contract;
mod durable;
mod house;
mod inputs;
mod job;
mod kill;
mod pure;
mod somebody;
mod stage;
mod stores;
mod template;
mod trimmed;
mod turns;
mod watching;
