//! Apple's authoring rules for HLS, held against a stream.
//!
//! Each [`Finding`] names the rule by its number in Apple's "HTTP Live Streaming (HLS) authoring specification for Apple
//! devices", or the section of RFC 8216 where that is what is broken. What a playlist tells is judged from its text; what
//! only the media tell, from the [`MediaFacts`] of a worker; what only the way tells (compression, types, TLS), from
//! [`Delivered`]. A rule whose facts are missing is not judged, and so not counted.

mod clocks;
mod codecs;
mod declared;
mod delivered;
mod findings;
mod known;
mod measured;
mod media_playlists;
mod multivariant_playlist;
mod roles;
mod variant;

use std::collections::BTreeMap;

use crate::facts::MediaFacts;
use crate::parse::{Multivariant, Playlist, parse};

use findings::Judge;
use roles::{Role, roles};

pub use delivered::Delivered;
pub use findings::{Finding, Level, Report};
pub use roles::name_of;

/// A stream, as text and facts.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a> {
    /// Text of the multivariant playlist (a media playlist alone is judged too).
    pub index: &'a [u8],
    /// Text of each playlist that it names, by path relative to its folder ([`name_of`]).
    pub playlists: &'a BTreeMap<String, Vec<u8>>,
    /// What was measured in the media.
    pub facts: Option<&'a MediaFacts>,
    /// What was seen on the way, by the same names as `playlists`, and `index.m3u8` for the index.
    pub delivery: Option<&'a BTreeMap<String, Delivered>>,
}

/// Judges a stream.
pub fn judge(stream: &Stream<'_>) -> Report {
    let mut judge = Judge::default();
    judge.read_one();
    match parse(stream.index) {
        Err(error) => judge.broken("RFC 8216 4.3.1.1", "the index", error.to_string()),
        Ok(Playlist::Media(media)) => {
            let single = BTreeMap::from([("index.m3u8".to_owned(), media)]);
            for (path, media) in &single {
                media_playlists::judge(&mut judge, path, media, Role::Video);
            }
            if let Some(facts) = stream.facts {
                measured::segments(&mut judge, &single, facts);
            }
        }
        Ok(Playlist::Multivariant(index)) => multivariant(&mut judge, stream, &index),
    }
    if let Some(delivery) = stream.delivery {
        delivered::judge(&mut judge, delivery);
    }
    judge.report()
}

fn multivariant(judge: &mut Judge, stream: &Stream<'_>, index: &Multivariant) {
    let mut playlists = BTreeMap::new();
    for uri in index.playlists() {
        let name = name_of(uri);
        judge.judged("RFC 8216 4.1");
        let Some(text) = stream.playlists.get(&name) else {
            judge.broken(
                "RFC 8216 4.1",
                &name,
                "the index names it, and it is not there".to_owned(),
            );
            continue;
        };
        judge.read_one();
        match parse(text) {
            Ok(Playlist::Media(media)) => {
                playlists.insert(name, media);
            }
            Ok(Playlist::Multivariant(_)) => {
                judge.broken(
                    "RFC 8216 4.1",
                    &name,
                    "it is a multivariant playlist, where segments should be".to_owned(),
                );
            }
            Err(error) => judge.broken("RFC 8216 4.3.1.1", &name, error.to_string()),
        }
    }
    for flaw in &index.flaws {
        judge.broken("RFC 8216 4.3.4", "index.m3u8", flaw.clone());
    }
    multivariant_playlist::judge(judge, index);
    let roles = roles(index);
    for (name, media) in &playlists {
        media_playlists::judge(judge, name, media, roles.get(name).copied().unwrap_or(Role::Video));
    }
    media_playlists::together(judge, index, &playlists, &roles);
    if let Some(facts) = stream.facts {
        measured::segments(judge, &playlists, facts);
        declared::rates(judge, index, &playlists, facts);
        let streams: Vec<_> = playlists
            .iter()
            .filter_map(|(name, media)| match roles.get(name)? {
                Role::Video => Some((name, media, true)),
                Role::Audio => Some((name, media, false)),
                Role::Subtitles | Role::Iframes => None,
            })
            .collect();
        clocks::agree(judge, &streams, facts);
    }
}
