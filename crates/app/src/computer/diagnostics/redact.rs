//! What may not leave this computer, taken out of a text. Rather too much is hidden than too little.

/// Parameters, headers and settings whose value opens something.
const NAMES: [&str; 12] = [
    "signature",
    "policy",
    "key-pair-id",
    "secret_access_key",
    "secret-access-key",
    "access_key_id",
    "access-key-id",
    "security-token",
    "session_token",
    "passphrase",
    "password",
    "authorization",
];

/// Names that this computer's texts may hold, and what stands for them.
pub(super) struct Redaction {
    names: Vec<(String, String)>,
}

impl Redaction {
    /// Hides the home folder and who is at home in it.
    pub(super) fn of_this_computer() -> Self {
        let mut redaction = Self { names: Vec::new() };
        for name in ["HOME", "USERPROFILE", "XDG_DATA_HOME", "SCREENER_HOME"] {
            if let Ok(folder) = std::env::var(name) {
                redaction.name(&folder, "~");
            }
        }
        for name in ["USER", "LOGNAME", "USERNAME"] {
            // A short one, or one that every computer has, would hide other words and tells nothing.
            if let Ok(user) = std::env::var(name)
                && user.len() > 3
                && user != "root"
            {
                redaction.name(&user, "(user)");
            }
        }
        redaction
    }

    /// Puts `instead` where `name` stands.
    pub(super) fn name(&mut self, name: &str, instead: &str) {
        // A word of one or two letters is part of too many others.
        if name.len() > 2 && !matches!(name, "local" | "root") {
            self.names.push((name.to_owned(), instead.to_owned()));
        }
    }

    /// Hides a film's title, its file's name and its path.
    pub(super) fn film(&mut self, title: &str, file: &str) {
        let name = std::path::Path::new(file).file_name().unwrap_or_default();
        self.name(file, "(file)");
        self.name(&name.to_string_lossy(), "(file)");
        self.name(title, "(title)");
    }

    /// The text without what may not leave.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut key = false;
        for line in text.lines() {
            if line.contains("-----BEGIN") {
                key = true;
            }
            if key {
                if line.contains("-----END") {
                    key = false;
                    out.push_str("(key)\n");
                }
                continue;
            }
            let mut line = line.to_owned();
            // The longest first: a path goes before the name in it.
            let mut names: Vec<_> = self.names.iter().collect();
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
            for (name, instead) in names {
                line = line.replace(name.as_str(), instead);
            }
            out.push_str(&paths(&keys(&values(&line))));
            out.push('\n');
        }
        out
    }
}

/// `Signature=…`, `x-amz-security-token: …`: what stands behind such a name goes, up to the next parameter or blank.
fn values(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some((begin, name)) = NAMES
        .iter()
        .filter_map(|name| lower[at..].find(name).map(|found| (at + found, *name)))
        .min()
    {
        let behind = begin + name.len();
        let gap = lower[behind..].len() - lower[behind..].trim_start_matches(['"', ' ', '=', ':']).len();
        let value = behind + gap;
        out.push_str(&line[at..value]);
        at = value;
        if !line[behind..value].contains(['=', ':']) {
            continue;
        }
        let length = if name == "authorization" {
            line.len() - value
        } else {
            line[value..]
                .find([' ', '&', '"', ',', ';', ')', '\''])
                .unwrap_or(line.len() - value)
        };
        if length > 0 && !line[value..].starts_with("null") {
            out.push_str("(hidden)");
            at = value + length;
        }
    }
    out.push_str(&line[at..]);
    out
}

/// Access key ids, wherever they stand.
fn keys(line: &str) -> String {
    let mut out = line.to_owned();
    for prefix in ["AKIA", "ASIA"] {
        let mut from = 0;
        while let Some(at) = out[from..].find(prefix).map(|found| from + found) {
            let length = out[at..]
                .find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit())
                .unwrap_or(out.len() - at);
            if length >= 16 {
                out.replace_range(at..at + length, "(access key)");
            }
            from = at + prefix.len();
        }
    }
    out
}

/// Absolute paths, up to a quote, a colon or the end of the line: names of films hold blanks.
fn paths(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = start_of_path(rest) {
        out.push_str(&rest[..at]);
        out.push_str("(path)");
        // Behind the colon of a drive.
        let from = at + if rest[at..].starts_with(['/', '~']) { 0 } else { 2 };
        let end = rest[from..].find(['"', '\'', '”', '`', ':', ',']);
        rest = end.map_or("", |end| &rest[from + end..]);
    }
    out.push_str(rest);
    out
}

/// Where an absolute path begins: `/a`, `~/a`, `C:\a`, at the begin of a word. An address has its slash behind a colon.
fn start_of_path(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| {
        let begins =
            at == 0 || matches!(bytes[at - 1], b' ' | b'"' | b'\'' | b'(' | b'=' | b'`') || text[..at].ends_with('“');
        let path = match bytes[at] {
            b'/' => bytes
                .get(at + 1)
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80),
            b'~' => bytes.get(at + 1) == Some(&b'/'),
            drive => {
                drive.is_ascii_uppercase() && bytes.get(at + 1) == Some(&b':') && bytes.get(at + 2) == Some(&b'\\')
            }
        };
        begins && path && text.is_char_boundary(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_video_goes_and_the_rest_stays() {
        let redaction = Redaction { names: Vec::new() };
        for (line, left) in [
            (
                "GET /videos/a?cf-Policy=abc_~&Signature=x-y~z&Key-Pair-Id=K1 200",
                "GET (path)",
            ),
            (
                "http://127.0.0.1:1/v/index.m3u8?Policy=q&Signature=s and more",
                "http://127.0.0.1:1/v/index.m3u8?Policy=(hidden)&Signature=(hidden) and more",
            ),
            ("no secret: 503 SlowDown", "no secret: 503 SlowDown"),
            ("could not read /home/ada/a b.mp4: gone", "could not read (path): gone"),
            ("opened C:\\Users\\ada\\a.mp4", "opened (path)"),
            ("the signature is wrong", "the signature is wrong"),
            ("key AKIAIOSFODNN7EXAMPLE used", "key (access key) used"),
            ("\"access_key_id\": \"AKIA\"", "\"access_key_id\": \"(hidden)\""),
        ] {
            assert_eq!(redaction.apply(line).trim_end(), left, "{line}");
        }
        assert_eq!(
            redaction.apply("a\n-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\nb\n"),
            "a\n(key)\nb\n"
        );
    }

    #[test]
    fn names_go_longest_first() {
        let mut redaction = Redaction { names: Vec::new() };
        redaction.film("Premiere", "/films/Premiere.mp4");
        assert_eq!(
            redaction
                .apply("Premiere from /films/Premiere.mp4, once Premiere.mp4")
                .trim_end(),
            "(title) from (file), once (file)"
        );
    }
}
