//! The stack: planned, made, watched, updated, taken away.
