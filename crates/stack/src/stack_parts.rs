//! What is done with the pieces of a stack, one by one, and how they look at the moment.
//!
//! `key_slots` says what may be done with the public keys of a stack and `key_turnover` does it, through an update of the stack
//! (`parameter_update`);
//! `publisher_keys` are the access keys of the identity that can publish and nothing else; `link_entries` is told what is taken back;
//! `invalidation` makes the distribution forget; `live_pieces` reads how each piece looks; `aws_words` is what AWS
//! refused a call with. Keychains and journals are the caller's: what must be kept is handed to it before AWS is asked for the next thing.

mod aws_words;
pub mod invalidation;
pub mod key_slots;
pub mod key_turnover;
pub mod link_entries;
pub mod live_pieces;
pub mod parameter_update;
pub mod publisher_keys;
