//! Apple's rules against a stream: its text is collected here, its media are looked at by the worker, `hls` judges.

#[path = "apple_rules/over_http.rs"]
mod remote;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use screener_hls::facts::MediaFacts;
use screener_hls::parse::{Playlist, parse};
use screener_hls::rules::{Delivered, Level as Weight, Stream, judge, name_of};
use screener_wire::{Event, Task, VERSION};

use crate::settings::file_error;
use crate::view::{CheckView, FindingView, Level};
use crate::{App, AppError, Result};

/// Text of one playlist is no longer than this.
const PLAYLIST: u64 = 16 << 20;

/// What is judged.
struct Collected {
    index: Vec<u8>,
    playlists: BTreeMap<String, Vec<u8>>,
    delivery: Option<BTreeMap<String, Delivered>>,
    /// Where the media lie that the worker looks at.
    folder: PathBuf,
    /// Goes with what was downloaded.
    _scratch: Option<tempfile::TempDir>,
}

impl App {
    /// Apple's rules against a folder, a playlist file or a URL.
    ///
    /// # Errors
    /// Where the stream cannot be read.
    pub async fn check(&self, target: String) -> Result<CheckView> {
        let web = target.starts_with("http://") || target.starts_with("https://");
        let collected = if web {
            self.remote(&target).await?
        } else {
            local(Path::new(&target))?
        };
        let folder = collected.folder.to_string_lossy().into_owned();
        let facts = match self
            .worker()
            .ask(Task::Inspect {
                version: VERSION,
                folder,
            })
            .await?
        {
            Event::Answer { value } => serde_json::from_value::<MediaFacts>(value).map_err(AppError::internal)?,
            _ => {
                return Err(AppError::internal(
                    "The worker answered something else than it was asked.",
                ));
            }
        };
        let report = judge(&Stream {
            index: &collected.index,
            playlists: &collected.playlists,
            facts: Some(&facts),
            delivery: collected.delivery.as_ref(),
        });
        Ok(CheckView {
            // A signed link opens the film: it is not printed again.
            target: target.split('?').next().unwrap_or_default().to_owned(),
            ok: report.is_ok(),
            playlists: u32::try_from(report.playlists).unwrap_or(u32::MAX),
            rules: u32::try_from(report.judged.len()).unwrap_or(u32::MAX),
            findings: report
                .findings
                .into_iter()
                .map(|finding| FindingView {
                    rule: finding.rule,
                    level: match finding.level {
                        Weight::Must => Level::Must,
                        Weight::Should => Level::Should,
                    },
                    playlist: unsigned(&finding.subject),
                    message: finding.asks,
                    value: unsigned(&finding.found),
                    mend: finding.mend,
                })
                .collect(),
        })
    }
}

/// A line of a signed stream carries the link's signature, which opens the film: it is not printed again.
fn unsigned(text: &str) -> String {
    let word = |word: &str| {
        word.split_once('?')
            .filter(|(_, query)| query.contains('='))
            .map_or_else(|| word.to_owned(), |(path, _)| path.to_owned())
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn local(target: &Path) -> Result<Collected> {
    let target = std::path::absolute(target).map_err(|e| file_error(target, &e))?;
    let facts = std::fs::metadata(&target).map_err(|e| file_error(&target, &e))?;
    let path = if facts.is_dir() { index_of(&target)? } else { target };
    let index = read(&path)?;
    let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
    let mut playlists = BTreeMap::new();
    for uri in named(&index) {
        let name = name_of(&uri);
        // `name_of` leaves an address of elsewhere as it is: then there is no such file, and the rules say so.
        if let Some(text) = below(&folder, &name).and_then(|path| read(&path).ok()) {
            playlists.insert(name, text);
        }
    }
    Ok(Collected {
        index,
        playlists,
        delivery: None,
        folder,
        _scratch: None,
    })
}

/// The playlist of a folder: `index.m3u8`, or the only one there is.
fn index_of(folder: &Path) -> Result<PathBuf> {
    let index = folder.join("index.m3u8");
    if index.is_file() {
        return Ok(index);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| file_error(folder, &e))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("m3u8")))
        .collect();
    if found.len() > 1 {
        // The one that names the others.
        let texts = |path: &PathBuf| std::fs::read(path).is_ok_and(|text| !named(&text).is_empty());
        found.retain(texts);
    }
    match (found.pop(), found.is_empty()) {
        (Some(path), true) => Ok(path),
        (one, _) => Err(AppError::new(
            "no_playlist",
            match one {
                Some(_) => format!("{} holds several multivariant playlists.", folder.display()),
                None => format!("{} holds no playlist.", folder.display()),
            },
            "Name the playlist itself.",
        )),
    }
}

/// The playlists that a multivariant playlist names; none for a media playlist.
fn named(text: &[u8]) -> Vec<String> {
    match parse(text) {
        Ok(Playlist::Multivariant(index)) => index.playlists().into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A path that stays below its folder, whatever a playlist says.
fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    plain.then(|| folder.join(name))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let facts = std::fs::metadata(path).map_err(|e| file_error(path, &e))?;
    if !facts.is_file() || facts.len() > PLAYLIST {
        return Err(AppError::new(
            "not_a_playlist",
            format!("{} is no playlist.", path.display()),
            "Name a folder with an index.m3u8, a playlist file, or a URL.",
        ));
    }
    std::fs::read(path).map_err(|e| file_error(path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_leads_nowhere_outside_its_folder() {
        let folder = Path::new("/films");
        assert_eq!(
            below(folder, "1/720p/index.m3u8"),
            Some(PathBuf::from("/films/1/720p/index.m3u8"))
        );
        for name in [
            "../a",
            "/etc/passwd",
            "a/../../b",
            "a//b",
            "",
            ".",
            "file:/etc/passwd",
            "a\\b",
        ] {
            assert_eq!(below(folder, name), None, "{name}");
        }
    }

    #[test]
    fn the_playlist_of_a_folder_is_the_one_that_names_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(index_of(folder.path()).unwrap_err().code, "no_playlist");
        write(
            "a.m3u8",
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n",
        );
        assert!(index_of(folder.path()).unwrap().ends_with("a.m3u8"));
        write("z.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n");
        assert!(index_of(folder.path()).unwrap().ends_with("z.m3u8"));
        write("main.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n");
        assert_eq!(index_of(folder.path()).unwrap_err().code, "no_playlist");
        write("index.m3u8", "#EXTM3U\n");
        assert!(index_of(folder.path()).unwrap().ends_with("index.m3u8"));
    }
}
