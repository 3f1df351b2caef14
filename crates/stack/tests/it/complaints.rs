//! What others complained of, one test each.
