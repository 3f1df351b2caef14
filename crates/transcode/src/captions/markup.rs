//! Other formats' markup as WebVTT cue text.

/// Bytes of a tag, and of a block of styling. Looking further for an end that is missing would take for ever.
const TAG: usize = 250;
const STYLING: usize = 4096;

/// The beginning of a text.
fn near(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Names of HTML that caption editors write. Other words between `<` and `>` are said: `<laughs>`.
const HTML: [&str; 27] = [
    "a", "b", "big", "body", "c", "center", "div", "em", "font", "h1", "head", "html", "i", "lang", "p", "pre", "rt",
    "ruby", "s", "script", "small", "span", "strike", "strong", "style", "u", "v",
];

/// `SubRip` and plain text: `<b>`, `<i>`, `<u>` stay and are closed, other tags and `{…}` go, entities become what they stand
/// for, everything else is escaped.
pub fn from_srt(text: &str) -> String {
    let text = text.replace("\\N", "\n").replace("\\h", " ");
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '{', '>', '&']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let taken = match tail.as_bytes()[0] {
            b'<' => tag(tail, &mut out, &mut open),
            b'{' => braces(tail).unwrap_or_else(|| push(&mut out, "{")),
            b'>' => push(&mut out, "&gt;"),
            _ => entity(tail, &mut out),
        };
        rest = &tail[taken..];
    }
    out.push_str(rest);
    while let Some(name) = open.pop() {
        close(&mut out, name);
    }
    lines(&out)
}

/// WebVTT's own text: known tags stay as they are, so do entities.
pub fn from_vtt(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&', '{']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let taken = match tail.as_bytes()[0] {
            b'<' => match near(tail, TAG).find('>') {
                Some(end) if vtt_tag(&tail[1..end]) => {
                    out.push_str(&tail[..=end]);
                    end + 1
                }
                Some(end) if looks_like_tag(&tail[1..end]) => {
                    if name_of(&tail[1..end]) == "br" {
                        out.push('\n');
                    }
                    end + 1
                }
                _ => push(&mut out, "&lt;"),
            },
            b'>' => push(&mut out, "&gt;"),
            b'{' => braces(tail).unwrap_or_else(|| push(&mut out, "{")),
            _ => {
                let end = entity_end(tail);
                out.push_str(end.map_or("&amp;", |end| &tail[..=end]));
                end.map_or(1, |end| end + 1)
            }
        };
        rest = &tail[taken..];
    }
    out.push_str(rest);
    lines(&out)
}

/// The text field of an ASS event: `\N` breaks lines, `{…}` is styling and goes; drawings are no words.
pub fn from_ass(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut drawing = false;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '\\', '<', '>', '&']) {
        if !drawing {
            out.push_str(&rest[..at]);
        }
        let tail = &rest[at..];
        let mut said = String::new();
        let taken = match tail.as_bytes()[0] {
            b'{' => match near(tail, STYLING).find('}') {
                Some(end) => {
                    drawing = draws(&tail[1..end]).unwrap_or(drawing);
                    end + 1
                }
                None => braces(tail).unwrap_or_else(|| push(&mut said, "{")),
            },
            b'\\' => match tail.as_bytes().get(1) {
                Some(b'N' | b'n') => push(&mut said, "\n") + 1,
                Some(b'h') => push(&mut said, " ") + 1,
                Some(b'{') => push(&mut said, "{") + 1,
                Some(b'}') => push(&mut said, "}") + 1,
                _ => push(&mut said, "\\"),
            },
            b'<' => push(&mut said, "&lt;"),
            b'>' => push(&mut said, "&gt;"),
            _ => push(&mut said, "&amp;"),
        };
        if !drawing {
            out.push_str(&said);
        }
        rest = &tail[taken..];
    }
    if !drawing {
        out.push_str(rest);
    }
    if is_outline(&out) { String::new() } else { lines(&out) }
}

/// `line:0` for what an `{\an8}` or its like puts at the top, `line:50%` for the middle.
pub fn position(text: &str) -> &'static str {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("{\\") {
        let inside = near(behind, STYLING).split(['{', '}']).next().unwrap_or_default();
        for tag in inside.split('\\') {
            let (numpad, number) = match (tag.strip_prefix("an"), tag.strip_prefix('a')) {
                (Some(number), _) => (true, number),
                (_, Some(number)) => (false, number),
                _ => continue,
            };
            match (numpad, number.trim().parse::<u8>()) {
                (true, Ok(7..=9)) | (false, Ok(5..=7)) => return "line:0",
                (true, Ok(4..=6)) | (false, Ok(9..=11)) => return "line:50%",
                _ => {}
            }
        }
        rest = behind;
    }
    ""
}

/// Takes one tag at the beginning of `tail`; answers how many bytes it took.
fn tag(tail: &str, out: &mut String, open: &mut Vec<&'static str>) -> usize {
    let line = near(tail, TAG).lines().next().unwrap_or_default();
    let Some(end) = line.find('>').filter(|end| is_html(&line[1..*end])) else {
        // A tag that never ends.
        let cut = ["<font", "</font", "</i", "</b", "</u"];
        let lower: String = line.chars().take(6).collect::<String>().to_ascii_lowercase();
        let ends = !line[1..].contains(['>', '<']);
        if ends && cut.iter().any(|start| lower.starts_with(start)) {
            return line.len();
        }
        return push(out, "&lt;");
    };
    let inner = &line[1..end];
    let kept = match name_of(inner).as_str() {
        "b" | "strong" => Some("b"),
        "i" | "em" => Some("i"),
        "u" => Some("u"),
        "br" => {
            out.push('\n');
            None
        }
        _ => None,
    };
    // `<i/>` is how some people close.
    let closes = inner.trim_start().starts_with('/') || inner.trim_end().ends_with('/');
    match kept {
        Some(name) if !closes && !open.contains(&name) => {
            open.push(name);
            out.push('<');
            out.push_str(name);
            out.push('>');
        }
        // What was opened within is closed with it, and opened again: `<b><i></b></i>`.
        Some(name) if closes => {
            if let Some(at) = open.iter().rposition(|other| *other == name) {
                let within = open.split_off(at + 1);
                within.iter().rev().for_each(|name| close(out, name));
                close(out, name);
                open.pop();
                for name in within {
                    open.push(name);
                    out.push('<');
                    out.push_str(name);
                    out.push('>');
                }
            }
        }
        _ => {}
    }
    end + 1
}

fn close(out: &mut String, name: &str) {
    // Nothing stands between: it need not have been opened.
    let opening = format!("<{name}>");
    if out.ends_with(&opening) {
        out.truncate(out.len() - opening.len());
        return;
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// How much of `{…}` is styling: ASS's `{\an8}`, also where it is never closed, and `MicroDVD`'s `{y:i}`.
fn braces(tail: &str) -> Option<usize> {
    let behind = &near(tail, STYLING)[1..];
    let end = behind.find('}').map(|end| end + 2);
    if behind.starts_with('\\') {
        return end.or_else(|| {
            let styling = |c: char| c == '\\' || c.is_ascii_alphanumeric() || matches!(c, '&' | '(' | ')' | ',' | '.');
            Some(1 + behind.find(|c| !styling(c)).unwrap_or(behind.len()))
        });
    }
    let mut letters = behind.chars();
    let micro = letters
        .next()
        .is_some_and(|c| matches!(c.to_ascii_lowercase(), 'y' | 'c' | 'f' | 's' | 'p' | 'h'))
        && letters.next() == Some(':');
    end.filter(|_| micro)
}

/// `\p1` begins a drawing, `\p0` ends it; `\pos(…)` and `\pbo1` are something else.
fn draws(inside: &str) -> Option<bool> {
    let mut scales = inside
        .split('\\')
        .filter_map(|tag| tag.trim().strip_prefix('p')?.parse::<u32>().ok());
    scales.next_back().map(|scale| scale > 0)
}

/// A drawing whose tag is gone: `m 0 0 l 100 0 100 100`.
fn is_outline(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let number = |word: &str| word.parse::<f64>().is_ok();
    words.next() == Some("m")
        && words.next().is_some_and(number)
        && words.next().is_some_and(number)
        && words.all(|word| matches!(word, "m" | "n" | "l" | "b" | "s" | "p" | "c") || number(word))
}

/// The entity at the beginning of `tail` as what it stands for, escaped again; one that nobody knows as it is.
fn entity(tail: &str, out: &mut String) -> usize {
    let Some(end) = entity_end(tail) else {
        return push(out, "&amp;");
    };
    let name = &tail[1..end];
    let number = name.strip_prefix('#').and_then(|number| {
        number
            .strip_prefix(['x', 'X'])
            .map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
    });
    let said = match name.to_ascii_lowercase().as_str() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{A0}'),
        "lrm" => Some('\u{200E}'),
        "rlm" => Some('\u{200F}'),
        "hellip" => Some('…'),
        "mdash" => Some('—'),
        "ndash" => Some('–'),
        "rsquo" => Some('’'),
        "lsquo" => Some('‘'),
        "rdquo" => Some('”'),
        "ldquo" => Some('“'),
        _ => number.and_then(char::from_u32).filter(|c| !c.is_control()),
    };
    match said {
        Some('&') => push(out, "&amp;"),
        Some('<') => push(out, "&lt;"),
        Some('>') => push(out, "&gt;"),
        Some(c) => {
            out.push(c);
            0
        }
        None => return push(out, "&amp;"),
    };
    end + 1
}

/// Where the `;` of an entity stands.
fn entity_end(tail: &str) -> Option<usize> {
    let name = |b: u8| b.is_ascii_alphanumeric() || b == b'#';
    tail.bytes()
        .take(11)
        .position(|byte| byte == b';')
        .filter(|end| *end > 1 && tail.bytes().take(*end).skip(1).all(name))
}

fn push(out: &mut String, words: &str) -> usize {
    out.push_str(words);
    1
}

/// The lower-case name of a tag: `font` of `/FONT color="red"`.
fn name_of(inner: &str) -> String {
    let inner = inner.trim_start_matches([' ', '/']);
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    inner[..end].to_ascii_lowercase()
}

fn is_html(inner: &str) -> bool {
    let name = name_of(inner);
    // `a < b > c` is no tag.
    let spaced = inner.starts_with(' ') && !inner.trim_start().starts_with('/');
    !spaced
        && inner.len() < 200
        && !inner.contains('<')
        && (HTML.contains(&name.as_str()) || name == "br" || inner.contains('='))
        && !name.is_empty()
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
    !inner.contains(['\n', '<', '&']) && (time || matches!(name, "b" | "i" | "u" | "c" | "v" | "lang" | "ruby" | "rt"))
}

/// No blank line (it would end the cue), no line that could be read as a time, no stray ends, no control characters; nothing
/// at all where nothing could be seen.
fn lines(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let kept: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
        .collect();
    let text = kept.join("\n").replace("-->", "--&gt;");
    if says(&text) { text } else { String::new() }
}

/// Whether anything is left to see beside tags and blanks.
fn says(text: &str) -> bool {
    let mut inside = false;
    let text = text.replace("&nbsp;", "").replace("&lrm;", "").replace("&rlm;", "");
    text.chars().any(|c| {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ => {}
        }
        !inside && c != '>' && !c.is_whitespace() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
    })
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
            ("<I>Hi\n<b>there</I>", "<i>Hi\n<b>there</b></i>"),
            ("<b><i>x</b>y</i>", "<b><i>x</i></b><i>y</i>"),
            ("x</i> y</ b>", "x y"),
            ("<em>a</em><br/><i>b<i/>c", "<i>a</i>\n<i>b</i>c"),
            ("<i></i>", ""),
            ("&nbsp;", ""),
            (
                "AT&amp;T &lt;3 &#39;x&#x27; &quot;y&quot; &what; R&D",
                "AT&amp;T &lt;3 'x' \"y\" &amp;what; R&amp;D",
            ),
            ("<laughs> a < b > c <3", "&lt;laughs&gt; a &lt; b &gt; c &lt;3"),
            ("{\\an8 Up", " Up"),
            ("{\\an8\\i1}Up{\\i0}\\Nand down", "Up\nand down"),
            ("{y:i}said{Y:b}", "said"),
            ("a <font color=red", "a "),
            ("--> \u{1}", "--&gt;"),
        ];
        for (text, expected) in table {
            assert_eq!(from_srt(text), expected.trim_end(), "{text}");
        }
    }

    #[test]
    fn vtt_and_ass() {
        assert_eq!(
            from_vtt("<v Ann>Hi</v> &amp; <c.red>you</c> <x>z < 3"),
            "<v Ann>Hi</v> &amp; <c.red>you</c> z &lt; 3"
        );
        assert_eq!(from_vtt("AT&T --> x"), "AT&amp;T --&gt; x");
        assert_eq!(from_vtt("{\\an8}a<br>b <font color=red>c</font>"), "a\nb c");
        let table = [
            ("{\\b1}Hi{\\b0}\\Nthere <i>", "Hi\nthere &lt;i&gt;"),
            ("{\\p1}m 0 0 l 1 1", ""),
            ("{\\an7\\p1}m 0 0 l 1 1{\\p0}words", "words"),
            ("{\\pos(10,20)\\pbo3}words{\\p4}m 0 0", "words"),
            ("m 0 0 l 100 0 100 100 0 100", ""),
            ("{\\k20}ka{\\kf30}ra{\\K5}o\\hke", "karao ke"),
            ("a {\\i1 b", "a  b"),
            ("a {comment} b\\n{\\r}c", "a  b\nc"),
            ("\\{x\\} C:\\dir", "{x} C:\\dir"),
        ];
        for (text, expected) in table {
            assert_eq!(from_ass(text), expected, "{text}");
        }
        assert_eq!(position("{\\fad(1,2)\\an8}a"), "line:0");
        assert_eq!(position("{\\a6}a"), "line:0");
        assert_eq!(position("{\\an5}a"), "line:50%");
        assert_eq!(position("an8 {\\an2}{\\alpha&HFF&}"), "");
    }
}
