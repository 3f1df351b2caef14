//! The template and what is made of it, and the viewer-request function.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail loudly")]

mod evaluator;
mod forms;
mod fresh;
mod judged;
mod met;
mod requests;
mod seeded;
mod sets;
mod taken_back;
