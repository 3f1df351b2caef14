//! Apple's authoring rules for HLS, held against a stream.
//!
//! Each [`Finding`] names the rule by its number in Apple's "HTTP Live Streaming (HLS) authoring specification for Apple
//! devices", or the section of RFC 8216 where that is what is broken. What a playlist tells is judged from its text; what
//! only the media tell, from the [`MediaFacts`] of a worker; what only the way tells (compression, types, TLS), from
//! [`Delivered`]. A rule whose facts are missing is not judged, and so not counted.

mod clocks;
mod codecs;
mod declared;
mod delivery;
mod index;
mod measured;
mod media;
mod variant;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::facts::MediaFacts;
use crate::parse::{Media, Multivariant, Playlist, parse, resolve};

pub use delivery::Delivered;

/// What Apple (or the RFC) asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// Players may fail.
    Must,
    /// Players, or viewers, are better off.
    Should,
}

/// One rule that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Number in Apple's specification (`9.14`), or `RFC 8216 4.3.3.1`.
    pub rule: String,
    /// MUST or SHOULD.
    pub level: Level,
    /// Where: a playlist's or a segment's path, or a line's own name.
    pub subject: String,
    /// What the rule asks.
    pub asks: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub mend: String,
}

/// A stream, as text and facts.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a> {
    /// Text of the multivariant playlist (a media playlist alone is judged too).
    pub index: &'a [u8],
    /// Text of each playlist that it names, by path relative to its folder ([`resolve`] with an empty base; the URI
    /// itself where it is absolute).
    pub playlists: &'a BTreeMap<String, Vec<u8>>,
    /// What was measured in the media.
    pub facts: Option<&'a MediaFacts>,
    /// What was seen on the way, by the same names as `playlists`, and `index.m3u8` for the index.
    pub delivery: Option<&'a BTreeMap<String, Delivered>>,
}

/// What came of judging.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What does not hold: MUST first.
    pub findings: Vec<Finding>,
    /// Numbers of the rules that could be judged.
    pub judged: BTreeSet<String>,
    /// How many playlists were read.
    pub playlists: usize,
}

impl Report {
    /// No MUST is broken.
    pub fn is_ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.level != Level::Must)
    }
}

/// Judges a stream.
pub fn judge(stream: &Stream<'_>) -> Report {
    let mut judge = Judge::default();
    judge.report.playlists = 1;
    match parse(stream.index) {
        Err(error) => judge.broken("RFC 8216 4.3.1.1", "the index", error.to_string()),
        Ok(Playlist::Media(media)) => {
            let single = BTreeMap::from([("index.m3u8".to_owned(), media)]);
            for (path, media) in &single {
                media::judge(&mut judge, path, media, Role::Video);
            }
            if let Some(facts) = stream.facts {
                measured::segments(&mut judge, &single, facts);
            }
        }
        Ok(Playlist::Multivariant(index)) => multivariant(&mut judge, stream, &index),
    }
    if let Some(delivery) = stream.delivery {
        delivery::judge(&mut judge, delivery);
    }
    let mut report = judge.report;
    report
        .findings
        .sort_by(|a, b| (a.level, number(&a.rule), &a.subject).cmp(&(b.level, number(&b.rule), &b.subject)));
    report
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
        judge.report.playlists += 1;
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
    index::judge(judge, index);
    let roles = roles(index);
    for (name, media) in &playlists {
        media::judge(judge, name, media, roles.get(name).copied().unwrap_or(Role::Video));
    }
    media::together(judge, index, &playlists, &roles);
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

/// What a media playlist carries, as the index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Video,
    Audio,
    Subtitles,
    Iframes,
}

fn roles(index: &Multivariant) -> BTreeMap<String, Role> {
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

/// `9.14` as numbers, so that findings stand in the specification's order; the RFC's come last.
fn number(rule: &str) -> (u32, u32) {
    let mut parts = rule
        .split('.')
        .map(|part| part.trim_end_matches(char::is_alphabetic).parse().unwrap_or(u32::MAX));
    (parts.next().unwrap_or(u32::MAX), parts.next().unwrap_or(0))
}

#[derive(Default)]
struct Judge {
    report: Report,
}

/// One rule, as its table writes it: number, level, what it asks, what to do.
type Rule = (&'static str, Level, &'static str, &'static str);

impl Judge {
    fn judged(&mut self, rule: &str) {
        if !self.report.judged.contains(rule) {
            self.report.judged.insert(rule.to_owned());
        }
    }

    /// Counts the rule, and notes the finding unless `holds`. `found` is asked for only then.
    fn expect(&mut self, rule: Rule, subject: &str, holds: bool, found: impl FnOnce() -> String) {
        self.judged(rule.0);
        if !holds {
            self.report.findings.push(Finding {
                rule: rule.0.to_owned(),
                level: rule.1,
                subject: subject.to_owned(),
                asks: rule.2.to_owned(),
                found: found(),
                mend: rule.3.to_owned(),
            });
        }
    }

    /// The playlist's own grammar.
    fn broken(&mut self, rule: &str, subject: &str, found: String) {
        self.judged(rule);
        self.report.findings.push(Finding {
            rule: rule.to_owned(),
            level: Level::Must,
            subject: subject.to_owned(),
            asks: "A playlist is written as the RFC says.".to_owned(),
            found,
            mend: "Publish the stream again, or mend the program that wrote it.".to_owned(),
        });
    }
}

/// Median of some durations; `None` of none.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Is it fragmented MP4?
fn is_fmp4(media: &Media) -> bool {
    !media.maps.is_empty()
}
