//! What a link is, from both ends.

mod link;
