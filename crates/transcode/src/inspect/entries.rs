//! The few words of a media playlist that say which bytes are media.

/// A file, or a piece of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// As the playlist says it, without query.
    pub uri: String,
    /// Offset and length in bytes.
    pub range: Option<(u64, u64)>,
}

/// One segment and the init segment that goes before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The segment.
    pub media: Piece,
    /// `EXT-X-MAP`.
    pub map: Option<Piece>,
    /// Milliseconds, as `EXTINF` says.
    pub millis: u64,
}

/// Whether a media playlist names I-frames alone.
pub fn is_iframes(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "#EXT-X-I-FRAMES-ONLY")
}

/// Every segment of a media playlist; none for a multivariant or I-frame playlist, whose pieces are not segments.
pub fn entries(text: &str) -> Vec<Entry> {
    if is_iframes(text) { Vec::new() } else { pieces(text) }
}

/// Every piece of media that a media playlist names, segment or I-frame; none for a multivariant playlist.
pub fn pieces(text: &str) -> Vec<Entry> {
    if !text.trim_start_matches('\u{FEFF}').starts_with("#EXTM3U") {
        return Vec::new();
    }
    let (mut entries, mut map, mut range, mut millis) = (Vec::new(), None, None, None);
    // Where the piece before ends, and of which file it is.
    let mut before: (String, u64) = (String::new(), 0);
    for line in text.lines().map(str::trim) {
        if let Some(duration) = line.strip_prefix("#EXTINF:") {
            let seconds: f64 = duration
                .split(',')
                .next()
                .and_then(|word| word.trim().parse().ok())
                .unwrap_or(0.0);
            millis = Some((seconds * 1000.0) as u64);
        } else if let Some(words) = line.strip_prefix("#EXT-X-BYTERANGE:") {
            range = Some(words.to_owned());
        } else if let Some(attributes) = line.strip_prefix("#EXT-X-MAP:") {
            map = attribute(attributes, "URI").map(|uri| Piece {
                uri: bare(uri).to_owned(),
                range: attribute(attributes, "BYTERANGE").and_then(|words| byte_range(words, 0)),
            });
        } else if !line.is_empty()
            && !line.starts_with('#')
            && let Some(millis) = millis.take()
        {
            let uri = bare(line).to_owned();
            // Without an offset a piece follows the one before, of the same file (RFC 8216, 4.3.2.2).
            let follows = if before.0 == uri { before.1 } else { 0 };
            let range = range.take().and_then(|words: String| byte_range(&words, follows));
            before = (
                uri.clone(),
                range.map_or(0, |(offset, length)| offset.saturating_add(length)),
            );
            entries.push(Entry {
                media: Piece { uri, range },
                map: map.clone(),
                millis,
            });
        }
    }
    entries
}

/// The address of the variant with the largest pictures in a multivariant playlist.
pub fn largest_variant(text: &str) -> Option<String> {
    let mut best: Option<(u64, String)> = None;
    let mut pixels = None;
    for line in text.lines().map(str::trim) {
        if let Some(attributes) = line.strip_prefix("#EXT-X-STREAM-INF:") {
            let size = attribute(attributes, "RESOLUTION").and_then(|size| size.split_once('x'));
            pixels = size.and_then(|(width, height)| Some(width.parse::<u64>().ok()? * height.parse::<u64>().ok()?));
        } else if !line.is_empty()
            && !line.starts_with('#')
            && let Some(pixels) = pixels
                .take()
                .filter(|pixels| best.as_ref().is_none_or(|(most, _)| pixels > most))
        {
            best = Some((pixels, bare(line).to_owned()));
        }
    }
    best.map(|(_, uri)| uri)
}

/// The names of a relative path without `..`; `None` for anything else.
pub fn plain(uri: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = uri.split('/').filter(|part| *part != ".").collect();
    let bad = |part: &&str| part.is_empty() || *part == ".." || part.contains(['\\', ':', '%', '\0']);
    (!parts.is_empty() && !parts.iter().any(bad)).then_some(parts)
}

fn bare(uri: &str) -> &str {
    uri.split(['?', '#']).next().unwrap_or(uri)
}

/// `length[@offset]`; without an offset the piece follows the one before.
fn byte_range(words: &str, follows: u64) -> Option<(u64, u64)> {
    let (length, offset) = match words.trim().split_once('@') {
        Some((length, offset)) => (length, offset.trim().parse().ok()?),
        None => (words.trim(), follows),
    };
    Some((offset, length.trim().parse().ok()?))
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').map_or((after, ""), |(value, next)| (value, next)),
        };
        if key.trim().trim_start_matches(',') == name {
            return Some(value);
        }
        rest = next.trim_start_matches(',');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_files() {
        let text = "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4?a=1\",BYTERANGE=\"720@0\"\n#EXTINF:2.0,\n00001.m4s\n\
                    #EXTINF:6.5,title\n#EXT-X-BYTERANGE:100@50\nall.m4s?Policy=x\n#EXTINF:6,\n#EXT-X-BYTERANGE:10\nall.m4s\n";
        let found = entries(text);
        assert_eq!(found.len(), 3);
        assert_eq!(
            found[0].map,
            Some(Piece {
                uri: "init.mp4".into(),
                range: Some((0, 720))
            })
        );
        assert_eq!(
            found[1].media,
            Piece {
                uri: "all.m4s".into(),
                range: Some((50, 100))
            }
        );
        assert_eq!(found[1].millis, 6500);
        assert_eq!(found[2].media.range, Some((150, 10)));
        assert!(entries("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/index.m3u8\n").is_empty());
        assert!(entries("no playlist\n").is_empty());
        let iframes = text.replace("#EXTM3U\n", "#EXTM3U\n#EXT-X-I-FRAMES-ONLY\n");
        assert!(entries(&iframes).is_empty());
        assert_eq!(pieces(&iframes), found);
    }

    #[test]
    fn only_paths_below() {
        assert_eq!(plain("a/./b.m4s"), Some(vec!["a", "b.m4s"]));
        for bad in ["../x", "/etc/passwd", "file:///etc/passwd", "a/%2e%2e/b", "", "a//b"] {
            assert_eq!(plain(bad), None, "{bad}");
        }
    }
}
