//! Playlists: written, rewritten, judged.

mod rewrite;
mod writing;
