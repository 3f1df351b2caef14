//! Other formats' markup as WebVTT cue text.

/// `SubRip` and plain text: `<b>`, `<i>`, `<u>` stay, other tags and `{…}` go, everything else is escaped.
pub fn from_srt(text: &str) -> String {
    lines(&convert(text, true))
}

/// WebVTT's own text: known tags stay as they are, so do entities.
pub fn from_vtt(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let taken = match tail.as_bytes()[0] {
            b'<' => match tail.find('>') {
                Some(end) if vtt_tag(&tail[1..end]) => {
                    out.push_str(&tail[..=end]);
                    end + 1
                }
                Some(end) if looks_like_tag(&tail[1..end]) => end + 1,
                _ => {
                    out.push_str("&lt;");
                    1
                }
            },
            b'>' => {
                out.push_str("&gt;");
                1
            }
            _ => {
                if let Some(end) = tail.find(';').filter(|end| {
                    *end > 1 && *end < 10 && tail[1..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
                }) {
                    out.push_str(&tail[..=end]);
                    end + 1
                } else {
                    out.push_str("&amp;");
                    1
                }
            }
        };
        rest = &tail[taken..];
    }
    out.push_str(rest);
    lines(&out)
}

/// The text field of an ASS event: `\N` breaks lines, `{…}` is styling and goes; drawings are no words.
pub fn from_ass(text: &str) -> String {
    if text.contains("\\p1") || text.contains("\\p2") || text.contains("\\p4") {
        return String::new();
    }
    let text = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ");
    lines(&convert(&text, false))
}

/// Text without any markup of its own.
pub fn from_plain(text: &str) -> String {
    lines(&escape(text))
}

fn convert(text: &str, tags: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{', '>', '&']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let taken = match tail.as_bytes()[0] {
            b'<' => match tail.find('>').filter(|_| tags) {
                Some(end) if looks_like_tag(&tail[1..end]) => {
                    let name = tail[1..end].to_ascii_lowercase();
                    if matches!(name.as_str(), "b" | "i" | "u" | "/b" | "/i" | "/u") {
                        out.push('<');
                        out.push_str(&name);
                        out.push('>');
                    }
                    end + 1
                }
                _ => push(&mut out, "&lt;"),
            },
            b'{' => match tail.find('}') {
                Some(end) if !tags || tail[1..].starts_with('\\') => end + 1,
                _ => push(&mut out, "{"),
            },
            b'>' => push(&mut out, "&gt;"),
            _ => push(&mut out, "&amp;"),
        };
        rest = &tail[taken..];
    }
    out.push_str(rest);
    out
}

fn push(out: &mut String, words: &str) -> usize {
    out.push_str(words);
    1
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A name, perhaps after a slash, perhaps before attributes: `font color="red"`. Not: `3`, ` a `, nothing.
fn looks_like_tag(inner: &str) -> bool {
    inner
        .trim_start_matches('/')
        .starts_with(|c: char| c.is_ascii_alphabetic())
        && inner.len() < 200
        && !inner.contains('\n')
}

fn vtt_tag(inner: &str) -> bool {
    let name = inner
        .trim_start_matches('/')
        .split(['.', ' ', '\t'])
        .next()
        .unwrap_or_default();
    let time = inner.len() >= 9 && inner.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
    !inner.contains(['\n', '<']) && (time || matches!(name, "b" | "i" | "u" | "c" | "v" | "lang" | "ruby" | "rt"))
}

/// No blank line (it would end the cue), no line that could be read as a time, no stray ends.
fn lines(text: &str) -> String {
    let kept: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
        .collect();
    kept.join("\n").replace("-->", "--&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srt() {
        let table = [
            ("<i>Hi</i> & <font color=\"#fff\">you</font>", "<i>Hi</i> &amp; you"),
            ("{\\an8}Above", "Above"),
            ("a {b} c", "a {b} c"),
            ("1 < 2 > 0", "1 &lt; 2 &gt; 0"),
            ("a\n\n b \n", "a\n b"),
            ("<script>x</script>", "x"),
        ];
        for (text, expected) in table {
            assert_eq!(from_srt(text), expected, "{text}");
        }
    }

    #[test]
    fn vtt_and_ass_and_plain() {
        assert_eq!(
            from_vtt("<v Ann>Hi</v> &amp; <c.red>you</c> <x>z < 3"),
            "<v Ann>Hi</v> &amp; <c.red>you</c> z &lt; 3"
        );
        assert_eq!(from_vtt("AT&T --> x"), "AT&amp;T --&gt; x");
        assert_eq!(from_ass("{\\b1}Hi{\\b0}\\Nthere <i>"), "Hi\nthere &lt;i&gt;");
        assert_eq!(from_ass("{\\p1}m 0 0 l 1 1"), "");
        assert_eq!(from_plain("a <b>\n\nc"), "a &lt;b&gt;\nc");
    }
}
