//! Answers of a server, cut down to what a lesser one would say.

/// A listing of which only so many lines are told, and no token where it goes on. Anything else stays as it is.
pub(crate) fn first_page(answer: &[u8], lines: usize) -> Vec<u8> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return answer.to_vec();
    };
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        unchunked(&answer[end + 4..])
    } else {
        answer[end + 4..].to_vec()
    };
    let xml = String::from_utf8_lossy(&body).into_owned();
    let Some((before, _)) = xml.split_once("</ListBucketResult>") else {
        return answer.to_vec();
    };
    let mut rest = before.to_owned();
    let mut entries = Vec::new();
    for (element, named) in [("Contents", "Key"), ("CommonPrefixes", "Prefix")] {
        while let Some(whole) = take(&mut rest, element) {
            let name = between(&whole, named).unwrap_or_default();
            entries.push((name, whole));
        }
    }
    entries.sort();
    let mut truncated = entries.len() > lines;
    entries.truncate(lines);
    for element in ["NextContinuationToken", "NextMarker", "IsTruncated", "KeyCount"] {
        if let Some(whole) = take(&mut rest, element) {
            truncated |= element == "IsTruncated" && whole.contains("true");
        }
    }
    rest.push_str(&format!("<IsTruncated>{truncated}</IsTruncated>"));
    rest.extend(entries.into_iter().map(|(_, whole)| whole));
    rest.push_str("</ListBucketResult>");
    let kept = head.lines().filter(|line| {
        let line = line.to_ascii_lowercase();
        !line.starts_with("content-length:") && !line.starts_with("transfer-encoding:")
    });
    let mut out = kept.collect::<Vec<_>>().join("\r\n");
    out.push_str(&format!("\r\ncontent-length: {}\r\n\r\n{rest}", rest.len()));
    out.into_bytes()
}

/// Takes the first element of that name out of a text.
fn take(text: &mut String, element: &str) -> Option<String> {
    let from = text.find(&format!("<{element}>"))?;
    let close = format!("</{element}>");
    let to = from + text[from..].find(&close)? + close.len();
    let whole = text[from..to].to_owned();
    text.replace_range(from..to, "");
    Some(whole)
}

fn between(text: &str, element: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    let (inside, _) = rest.split_once(&format!("</{element}>"))?;
    Some(inside.to_owned())
}

fn unchunked(body: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), body);
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..line]);
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < line + 2 + size {
            break;
        }
        out.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = rest.get(line + 4 + size..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_cut_after_its_first_lines() {
        let entry = |key: &str| format!("<Contents><Key>{key}</Key></Contents>");
        let xml = format!(
            "<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>3</KeyCount>{}{}\
             <CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes></ListBucketResult>",
            entry("a"),
            entry("c")
        );
        let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{xml}", xml.len());
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{xml}\r\n0\r\n\r\n",
            xml.len()
        );
        for answer in [whole, chunked] {
            let cut = String::from_utf8(first_page(answer.as_bytes(), 2)).expect("text");
            let (head, body) = cut.split_once("\r\n\r\n").expect("a head and a body");
            assert_eq!(
                body,
                "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents>\
                 <CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes></ListBucketResult>"
            );
            assert_eq!(head, format!("HTTP/1.1 200 OK\r\ncontent-length: {}", body.len()));
        }
        let other = b"HTTP/1.1 200 OK\r\n\r\nno listing";
        assert_eq!(first_page(other, 2), other);
    }
}
