//! HLS playlists: lossless rewriting, writing, and checks against the authoring rules.
