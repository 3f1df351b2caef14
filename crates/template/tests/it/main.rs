//! The viewer-request function: its two forms agree, and nothing of a link that was taken back passes.

mod forms;
mod requests;
mod taken_back;
