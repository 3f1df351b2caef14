//! The playlist endpoint.
