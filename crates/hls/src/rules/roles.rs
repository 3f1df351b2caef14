//! The playlists that an index names: under which name each is known here, and what it carries.

use std::collections::BTreeMap;

use super::codecs;
use crate::parse::{Multivariant, resolve};

/// What a media playlist carries, as the index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Video,
    Audio,
    Subtitles,
    Iframes,
}

/// What each playlist that an index names carries, by its name.
pub(super) fn roles(index: &Multivariant) -> BTreeMap<String, Role> {
    let mut roles = BTreeMap::new();
    for variant in &index.variants {
        let video = variant.tag.resolution().is_some() || variant.tag.codecs().any(codecs::is_video);
        roles.insert(name_of(&variant.uri), if video { Role::Video } else { Role::Audio });
    }
    for rendition in &index.renditions {
        let role = match rendition.get("TYPE") {
            Some("AUDIO") => Role::Audio,
            Some("SUBTITLES") => Role::Subtitles,
            _ => Role::Video,
        };
        if let Some(uri) = rendition.get("URI") {
            roles.entry(name_of(uri)).or_insert(role);
        }
    }
    for variant in &index.iframe_variants {
        roles.insert(name_of(&variant.uri), Role::Iframes);
    }
    roles
}

/// The name under which a playlist is known here.
pub fn name_of(uri: &str) -> String {
    resolve("", uri).unwrap_or_else(|| uri.to_owned())
}
