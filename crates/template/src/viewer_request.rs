//! The rules of `viewer_request.js`, line by line. Where one changes, so does the other: a table of requests is judged by both.

use screener_cloudfront::{LinkId, verify::PARAMETERS};

/// What a store answers that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Path or query are not written as Screener writes them.
    #[error("This address was changed on its way.")]
    NotPlain,
    /// The link, or every link of its video made so far.
    #[error("This link was taken back.")]
    TakenBack,
    /// The store cannot be read.
    #[error("It cannot be told whether this link was taken back.")]
    Unsure,
}

impl Refusal {
    /// The code in the answer's body.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPlain => "not_plain",
            Self::TakenBack => "taken_back",
            Self::Unsure => "unsure",
        }
    }

    /// The body of the 403, JSON.
    pub fn body(self) -> String {
        format!(r#"{{"error":{{"code":"{}","message":"{self}"}}}}"#, self.code())
    }
}

/// May a request pass? `path` and `query` as they were sent; `store` holds, under a link's name, anything when it is taken
/// back, and under a video's id a minute: links made before it are refused.
pub fn judge(
    method: &str,
    path: &str,
    query: &str,
    store: impl Fn(&str) -> Result<Option<String>, Unreadable>,
) -> Result<(), Refusal> {
    if method == "OPTIONS" {
        return Ok(());
    }
    let link = link_of(query).filter(|_| is_plain(path)).ok_or(Refusal::NotPlain)?;
    if is_taken_back(link, video_of(path), store).map_err(|_| Refusal::Unsure)? {
        return Err(Refusal::TakenBack);
    }
    Ok(())
}

/// The link's name, where the query is written as Screener writes it.
pub fn link_of(query: &str) -> Option<LinkId> {
    let mut pairs = query.split('&');
    let link = pairs.next()?.strip_prefix("l=")?.parse().ok()?;
    let mut met: Vec<&str> = Vec::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=')?;
        let plain = !value.is_empty()
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_~-".contains(&byte));
        let known = PARAMETERS.contains(&name.strip_prefix("cf-").unwrap_or(name));
        if !plain || !known || met.contains(&name) {
            return None;
        }
        met.push(name);
    }
    Some(link)
}

/// Is the path of plain names?
fn is_plain(path: &str) -> bool {
    path.starts_with('/')
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
        && !path.contains("..")
        && !path.contains("//")
}

/// The first of the path's names that is a video's id: 26 letters of lower-case base32.
fn video_of(path: &str) -> Option<&str> {
    path.split('/').find(|name| {
        name.len() == 26
            && name
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || (b'2'..=b'7').contains(&letter))
    })
}

fn is_taken_back(
    link: LinkId,
    video: Option<&str>,
    store: impl Fn(&str) -> Result<Option<String>, Unreadable>,
) -> Result<bool, Unreadable> {
    if store(link.as_str())?.is_some() {
        return Ok(true);
    }
    let Some(minute) = video.map(store).transpose()?.flatten() else {
        return Ok(false);
    };
    let digits = (1..=9).contains(&minute.len()) && minute.bytes().all(|digit| digit.is_ascii_digit());
    let minute: u32 = minute.parse().ok().filter(|_| digits).ok_or(Unreadable)?;
    Ok(link.minute() < minute)
}
