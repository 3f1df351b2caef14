//! Byte ranges and conditional requests, as S3 answers them (RFC 9110, sections 13 and 14).

use std::time::SystemTime;

use http::{HeaderMap, header};

/// The bytes that a request asks for, of an object of `size` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Whole,
    /// First and last byte, both included.
    Part(u64, u64),
    /// Nothing of the range exists: 416.
    Nothing,
}

/// What the conditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Send,
    NotModified,
    Failed,
}

/// One range is served; several at once are answered whole, as S3 does.
pub(crate) fn wanted(headers: &HeaderMap, size: u64, tag: &str, modified: SystemTime) -> Wanted {
    let Some(range) = text(headers, header::RANGE) else {
        return Wanted::Whole;
    };
    if let Some(condition) = text(headers, header::IF_RANGE) {
        let meets = if condition.starts_with('"') {
            condition == tag
        } else {
            httpdate::parse_http_date(condition).is_ok_and(|date| seconds(modified) == seconds(date))
        };
        if !meets {
            return Wanted::Whole;
        }
    }
    let Some(range) = range.strip_prefix("bytes=") else {
        return Wanted::Whole;
    };
    let Some((first, last)) = range.split_once('-') else {
        return Wanted::Whole;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (first, last) {
        ("", last) if digits(last) => match last.parse::<u64>() {
            Ok(0) => Wanted::Nothing,
            _ if size == 0 => Wanted::Nothing,
            Ok(count) => Wanted::Part(size.saturating_sub(count), size - 1),
            Err(_) => Wanted::Part(0, size - 1),
        },
        (first, "") if digits(first) => match first.parse::<u64>() {
            Ok(first) if first < size => Wanted::Part(first, size - 1),
            _ => Wanted::Nothing,
        },
        (first, last) if digits(first) && digits(last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first > last => Wanted::Whole,
            (Ok(first), _) if first >= size => Wanted::Nothing,
            (Ok(first), Ok(last)) => Wanted::Part(first, last.min(size - 1)),
            (Ok(first), Err(_)) => Wanted::Part(first, size - 1),
            (Err(_), _) => Wanted::Nothing,
        },
        _ => Wanted::Whole,
    }
}

/// `If-Match` before `If-Unmodified-Since`, then `If-None-Match` before `If-Modified-Since` (RFC 9110, 13.2.2).
pub(crate) fn judge(headers: &HeaderMap, tag: &str, modified: SystemTime) -> Verdict {
    if let Some(wanted) = text(headers, header::IF_MATCH) {
        if !names(wanted, tag, false) {
            return Verdict::Failed;
        }
    } else if let Some(date) = date(headers, header::IF_UNMODIFIED_SINCE)
        && seconds(modified) > seconds(date)
    {
        return Verdict::Failed;
    }
    if let Some(known) = text(headers, header::IF_NONE_MATCH) {
        if names(known, tag, true) {
            return Verdict::NotModified;
        }
    } else if let Some(date) = date(headers, header::IF_MODIFIED_SINCE)
        && seconds(modified) <= seconds(date)
    {
        return Verdict::NotModified;
    }
    Verdict::Send
}

fn names(list: &str, tag: &str, weak: bool) -> bool {
    list.trim() == "*"
        || list.split(',').map(str::trim).any(|known| {
            let strong = known.strip_prefix("W/").filter(|_| weak).unwrap_or(known);
            strong == tag
        })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn date(headers: &HeaderMap, name: header::HeaderName) -> Option<SystemTime> {
    text(headers, name).and_then(|date| httpdate::parse_http_date(date).ok())
}

/// HTTP dates know whole seconds.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str, size: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        wanted(&headers, size, "\"tag\"", SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn ranges_are_cut_to_the_object() {
        for (range, size, expected) in [
            ("bytes=0-0", 10, Wanted::Part(0, 0)),
            ("bytes=2-", 10, Wanted::Part(2, 9)),
            ("bytes=-3", 10, Wanted::Part(7, 9)),
            ("bytes=-30", 10, Wanted::Part(0, 9)),
            ("bytes=5-99", 10, Wanted::Part(5, 9)),
            ("bytes=5-99999999999999999999999", 10, Wanted::Part(5, 9)),
            ("bytes=10-", 10, Wanted::Nothing),
            ("bytes=99999999999999999999999-", 10, Wanted::Nothing),
            ("bytes=-0", 10, Wanted::Nothing),
            ("bytes=0-", 0, Wanted::Nothing),
            ("bytes=-1", 0, Wanted::Nothing),
            ("bytes=5-2", 10, Wanted::Whole),
            ("bytes=0-1,4-5", 10, Wanted::Whole),
            ("bytes=+1-2", 10, Wanted::Whole),
            ("lines=0-1", 10, Wanted::Whole),
        ] {
            assert_eq!(asked(range, size), expected, "{range} of {size}");
        }
    }
}
