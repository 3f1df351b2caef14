//! Stills: the poster and the storyboard of a film under way, and one still at a time of a finished one.

mod grab;
mod jpeg;
pub mod poster_frame;
mod segment_at;
pub mod single;
pub mod storyboard;
