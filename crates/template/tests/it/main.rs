//! The template and what is made of it, and the viewer-request function.

mod evaluator;
mod forms;
mod fresh;
mod taken_back;
