//! The template and what is made of it, and the viewer-request function.

mod evaluator;
mod forms;
mod fresh;
mod judged;
mod met;
mod requests;
mod seeded;
mod sets;
mod taken_back;
