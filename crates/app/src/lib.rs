//! Every verb of Screener once, wired to the real parts. Both shells, the terminal's and the window's, call only this.
//!
//! Owns the wiring: the worker's process, the edge, the data folder. Holds no logic of its own that a deeper crate could hold,
//! and knows neither a window nor a terminal.

pub mod view;
