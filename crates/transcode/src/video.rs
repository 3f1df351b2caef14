//! Pictures on their way down the ladder: scaled, encoded or copied, cut into segments.
//!
//! Each rung has a thread (`rung_thread`), which takes pictures from the rung above; a rung that is copied takes packets (`copied`). Another
//! encoder is a file beside `x264` and `hardware`.

pub mod color;
pub mod copied;
pub mod encode;
pub mod frame;
pub mod hardware;
pub mod rung_thread;
pub mod scaler;
mod surface;
mod timing;
pub mod x264;
