//! Reading answers: who refused, what a playlist names, where a URI leads.

use screener_hls::{attributes::attributes, lines::lines};

use crate::Answer;

/// Who said no, and why. CloudFront and S3 both answer 403 with XML; their words differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuser {
    /// CloudFront: not signed.
    NoSignature,
    /// CloudFront: a key that no trusted key group holds.
    UnknownKey,
    /// CloudFront: the signature, its conditions or its resource do not fit.
    Signature,
    /// S3: no such object, or not for the distribution.
    Bucket,
    /// The endpoint: not through the distribution.
    Fence,
    /// The viewer-request function: the link's name is taken back, or missing.
    Function,
    /// Somebody else.
    Other,
}

pub(crate) fn refuser(answer: &Answer) -> Refuser {
    let text = String::from_utf8_lossy(&answer.body);
    let code = text
        .split("<Code>")
        .nth(1)
        .and_then(|rest| rest.split("</Code>").next())
        .unwrap_or_default();
    if text.contains("not_through_cloudfront") {
        return Refuser::Fence;
    }
    let by_function = ["not_plain", "taken_back", "unsure"]
        .iter()
        .any(|code| text.contains(&format!("\"code\":\"{code}\"")));
    if answer.status == 403 && by_function {
        return Refuser::Function;
    }
    match code {
        "MissingKey" | "MissingSignature" | "MissingPolicy" => Refuser::NoSignature,
        "InvalidKey" => Refuser::UnknownKey,
        // S3 writes "Access Denied", CloudFront "Access denied".
        "AccessDenied" if text.contains("Access Denied") || text.contains("<RequestId>") => Refuser::Bucket,
        "AccessDenied" | "MalformedPolicy" | "MalformedSignature" => Refuser::Signature,
        "NoSuchKey" | "NoSuchBucket" | "AllAccessDisabled" | "InvalidRequest" => Refuser::Bucket,
        _ => Refuser::Other,
    }
}

/// Whether an answer's body holds some words.
pub(crate) fn says(answer: &Answer, words: &str) -> bool {
    String::from_utf8_lossy(&answer.body).contains(words)
}

/// The URIs of a playlist, with whether each names another playlist.
pub(crate) fn uris(playlist: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines(playlist) {
        if line.content.is_empty() {
            continue;
        }
        if !line.content.starts_with(b"#") {
            found.push(String::from_utf8_lossy(line.content).into_owned());
        } else if let Some(colon) = line.content.iter().position(|byte| *byte == b':') {
            let list = &line.content[colon + 1..];
            for attribute in attributes(list).filter(|attribute| attribute.name == b"URI" && attribute.quoted) {
                found.push(String::from_utf8_lossy(&list[attribute.range.clone()]).into_owned());
            }
        }
    }
    found
}

/// Path of a URI without its query.
pub(crate) fn bare(uri: &str) -> &str {
    uri.split(['?', '#']).next().unwrap_or_default()
}

pub(crate) fn names_playlist(uri: &str) -> bool {
    // Case counts, as in CloudFront's patterns.
    bare(uri).rsplit_once('.').is_some_and(|(_, kind)| kind == "m3u8")
}

/// One parameter of a URI's query.
pub(crate) fn parameter<'a>(uri: &'a str, name: &str) -> Option<&'a str> {
    let query = uri.split_once('?')?.1;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Where a URI in a playlist leads (RFC 3986, 5.2, as far as playlists use it).
pub(crate) fn resolve(playlist: &str, uri: &str) -> String {
    if uri.contains("://") {
        return uri.to_owned();
    }
    let base = bare(playlist);
    let host_end = base.find("://").map_or(0, |at| at + 3);
    let root = base[host_end..].find('/').map_or(base.len(), |at| host_end + at);
    if uri.starts_with('/') {
        return format!("{}{uri}", &base[..root]);
    }
    let (path, query) = uri
        .split_once('?')
        .map_or((uri, None), |(path, query)| (path, Some(query)));
    let mut parts: Vec<&str> = base[root..].split('/').skip(1).collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{}{query}", &base[..root], parts.join("/"))
}

/// Seconds that a cache may keep an answer: `None` where nothing says so.
pub(crate) fn kept_for(answer: &Answer) -> Option<u64> {
    let rule = answer.header("cache-control").to_ascii_lowercase();
    let parts = || rule.split(',').map(str::trim);
    if parts().any(|part| matches!(part, "no-store" | "no-cache")) {
        return Some(0);
    }
    let seconds = |name: &str| parts().find_map(|part| part.strip_prefix(name)?.parse().ok());
    seconds("s-maxage=").or_else(|| seconds("max-age="))
}

/// Seconds since 1970 of an answer's `Date` (RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`).
pub(crate) fn date(answer: &Answer) -> Option<i64> {
    let mut parts = answer.header("date").split_once(", ")?.1.split([' ', ':']);
    let day: i64 = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = i64::try_from(months.iter().position(|month| *month == name)?).ok()? + 1;
    let year: i64 = parts.next()?.parse().ok()?;
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (hour, minute, second) = (number()?, number()?, number()?);
    // Days since 1970 of the proleptic Gregorian calendar, years beginning in March.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_lead_where_players_go() {
        let playlist = "https://d.example/videos/v/index.m3u8?Policy=x";
        for (uri, expected) in [
            ("1/a/index.m3u8?q", "https://d.example/videos/v/1/a/index.m3u8?q"),
            ("../w/x.ts", "https://d.example/videos/w/x.ts"),
            ("/y.ts", "https://d.example/y.ts"),
            ("https://e.example/z.ts", "https://e.example/z.ts"),
            ("../../../../z.ts", "https://d.example/z.ts"),
        ] {
            assert_eq!(resolve(playlist, uri), expected);
        }
    }

    #[test]
    fn dates_are_read() {
        let answer = |date: &str| Answer {
            headers: vec![("date".into(), date.into())],
            ..Answer::default()
        };
        assert_eq!(date(&answer("Sun, 06 Nov 1994 08:49:37 GMT")), Some(784_111_777));
        assert_eq!(date(&answer("Thu, 29 Feb 2024 23:59:59 GMT")), Some(1_709_251_199));
        assert_eq!(date(&answer("yesterday")), None);
    }

    #[test]
    fn attributes_and_lines_are_uris() {
        let text = b"#EXTM3U\r\n#EXT-X-MAP:URI=\"init.mp4?a=b,c\",BYTERANGE=\"1@0\"\r\n#EXTINF:6,URI=\r\n1.m4s\r\n";
        assert_eq!(uris(text), ["init.mp4?a=b,c", "1.m4s"]);
    }
}
