//! An AWS account: where credentials come from, and who one is with them.
//!
//! Owns profiles, regions and the caller's identity. It must not know buckets, stacks, jobs or windows.
