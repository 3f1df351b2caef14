//! A stream over HTTP: playlists as they come, and as much of the media as the rules need.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use futures::StreamExt;
use screener_hls::parse::resolve;
use screener_hls::rules::{Delivered, name_of};
use url::Url;

use super::collected::{Collected, PLAYLIST, below, named};
use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::viewer::{Fetched, Viewer, gzipped};
use crate::{App, AppError, Result};

/// Segments of one playlist that are looked at: the beginning tells as much as an hour.
const SEGMENTS: usize = 50;
/// Bytes that are downloaded in all.
const BYTES: usize = 400 << 20;
/// Bytes of one segment.
const SEGMENT: usize = 64 << 20;
/// Downloads at once.
const AT_ONCE: usize = 6;

impl App {
    pub(super) async fn remote(&self, target: &str) -> Result<Collected> {
        let url = Url::parse(target).map_err(|e| Cause::NotAUrl { error: e.to_string() })?;
        let viewer = Viewer::new().map_err(|e| AppError::internal(format!("{e}.")))?;
        let scratch = self.scratch()?;
        let mut delivery = BTreeMap::new();
        let index = playlist(&viewer, &url).await?;
        delivery.insert("index.m3u8".to_owned(), delivered(&index));
        let mut playlists = BTreeMap::new();
        let mut media = Vec::new();
        let names = named(&index.body);
        if names.is_empty() {
            media.push(("index.m3u8".to_owned(), index.url.clone(), index.body.clone()));
        }
        for uri in names {
            let Ok(url) = index.url.join(&uri) else { continue };
            // One that cannot be fetched is missing, and the rules say so.
            let Ok(fetched) = playlist(&viewer, &url).await else {
                continue;
            };
            let name = name_of(&uri);
            delivery.insert(name.clone(), delivered(&fetched));
            if below(scratch.path(), &name).is_some() {
                media.push((name.clone(), fetched.url.clone(), fetched.body.clone()));
            }
            playlists.insert(name, fetched.body);
        }
        let left = BYTES / media.len().max(1);
        for (name, url, text) in &media {
            let seen = segments(&viewer, scratch.path(), name, url, text, left).await?;
            // Of the segments one is enough: they all come the same way.
            delivery.extend(seen);
        }
        Ok(Collected {
            index: index.body,
            playlists,
            delivery: Some(delivery),
            folder: scratch.path().to_owned(),
            _scratch: Some(scratch),
        })
    }
}

async fn playlist(viewer: &Viewer, url: &Url) -> Result<Fetched> {
    let bare = format!("{}{}", url.origin().ascii_serialization(), url.path());
    let limit = usize::try_from(PLAYLIST).unwrap_or(usize::MAX);
    let fetched = viewer.get(url, limit).await.map_err(|e| Cause::NotReachable {
        address: bare.clone(),
        error: e.to_string(),
    })?;
    match fetched.status {
        200 => Ok(fetched),
        401 | 403 => Err(Cause::NotAllowed {
            address: bare,
            status: fetched.status,
        }
        .into()),
        status => Err(Cause::NotThere { address: bare, status }.into()),
    }
}

fn delivered(fetched: &Fetched) -> Delivered {
    let host = fetched.url.host_str().unwrap_or_default();
    Delivered {
        gzip: gzipped(&fetched.headers),
        content_type: fetched
            .headers
            .get(http::header::CONTENT_TYPE)
            .map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned()),
        tls: fetched.url.scheme() == "https",
        loopback: screener_cloudfront::url::is_loopback(host),
        redirected: fetched.redirected,
    }
}

/// Downloads the first segments of a media playlist, and writes the playlist as far as they go.
async fn segments(
    viewer: &Viewer,
    folder: &Path,
    name: &str,
    url: &Url,
    text: &[u8],
    most: usize,
) -> Result<BTreeMap<String, Delivered>> {
    let text = String::from_utf8_lossy(text).into_owned();
    let mut wanted: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for uri in text.lines().filter_map(uri) {
        if known.insert(uri.to_owned()) && wanted.len() <= SEGMENTS {
            wanted.push(uri.to_owned());
        }
    }
    let mut downloads = futures::stream::iter(wanted.into_iter().map(|uri| async move {
        let path = resolve(name, &uri).and_then(|path| below(folder, &path));
        let to = url.join(&uri).ok().filter(|to| matches!(to.scheme(), "http" | "https"));
        match (path, to) {
            (Some(path), Some(to)) => (uri, path, viewer.get(&to, SEGMENT).await.ok()),
            (_, _) => (uri, folder.to_owned(), None),
        }
    }))
    .buffered(AT_ONCE);
    let mut have = HashSet::new();
    let mut seen = BTreeMap::new();
    let mut bytes = 0;
    while let Some((uri, path, fetched)) = downloads.next().await {
        let Some(fetched) = fetched.filter(|fetched| fetched.status == 200) else {
            break;
        };
        bytes += fetched.body.len();
        if let Some(name) = resolve(name, &uri)
            && seen.len() < 2
        {
            seen.insert(name, delivered(&fetched));
        }
        write(&path, &fetched.body).await?;
        have.insert(uri);
        if bytes > most {
            break;
        }
    }
    drop(downloads);
    if let Some(path) = below(folder, name) {
        write(&path, shortened(&text, &have).as_bytes()).await?;
    }
    Ok(seen)
}

/// The URI of a line: a segment's, or that of its init segment.
fn uri(line: &str) -> Option<&str> {
    if let Some(map) = line.strip_prefix("#EXT-X-MAP:") {
        return map.split("URI=\"").nth(1)?.split('"').next();
    }
    (!line.is_empty() && !line.starts_with('#')).then_some(line)
}

/// The playlist up to the first segment that was not downloaded.
fn shortened(text: &str, have: &HashSet<String>) -> String {
    let mut out = String::new();
    let mut waiting = String::new();
    for line in text.lines() {
        waiting.push_str(line);
        waiting.push('\n');
        match uri(line) {
            Some(uri) if !have.contains(uri) => break,
            Some(_) if !line.starts_with('#') => out.push_str(&std::mem::take(&mut waiting)),
            _ => {}
        }
    }
    out.push_str("#EXT-X-ENDLIST\n");
    out
}

async fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder)
            .await
            .map_err(|e| file_error(folder, &e))?;
    }
    tokio::fs::write(path, bytes).await.map_err(|e| file_error(path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_is_written_as_far_as_its_segments_go() {
        let text = "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4?s\"\n#EXTINF:6,\n1.m4s?s\n#EXTINF:6,\n2.m4s?s\n#EXT-X-ENDLIST\n";
        let have = HashSet::from(["init.mp4?s".to_owned(), "1.m4s?s".to_owned()]);
        let expected = "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4?s\"\n#EXTINF:6,\n1.m4s?s\n#EXT-X-ENDLIST\n";
        assert_eq!(shortened(text, &have), expected);
        assert_eq!(shortened(text, &HashSet::new()), "#EXT-X-ENDLIST\n");
    }
}
