//! What is done with the pieces of a stack, one by one: key slots, the publish-only identity, the key value store, the log; and how
//! they look at the moment.
