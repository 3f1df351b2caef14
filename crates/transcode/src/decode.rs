//! The source read once: packets to the tracks that want them, pictures decoded, made fit for the ladder and laid on the time line.

pub mod damage;
pub mod decoder;
pub mod normal;
pub mod packet_reading;
pub mod pictures;
pub mod reader;
pub mod seams;
pub mod span;
