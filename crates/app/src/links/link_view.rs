//! A link, as it is asked for and as it is shown.

use serde::{Deserialize, Serialize};

/// A link as it is asked for.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct LinkRequest {
    /// Video.
    pub id: String,
    /// `7d`, `12h`, `30m`, RFC 3339 or seconds since 1970; `None` is 7 days.
    pub expires: Option<String>,
    /// As `expires`.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
    /// For whom it is.
    pub name: Option<String>,
    /// What the page asks for before it plays.
    pub password: Option<String>,
}

impl std::fmt::Debug for LinkRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkRequest")
            .field("id", &self.id)
            .field("expires", &self.expires)
            .field("opens", &self.opens)
            .field("ip", &self.ip)
            .field("name", &self.name)
            .field("password", &self.password.as_ref().map(|_| "hidden"))
            .finish()
    }
}

/// A link as it is shown when it is made. It is not stored: only its conditions are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkView {
    /// Video.
    pub id: String,
    /// The playlist's signed URL. A link with a password has none: without the password nothing of it opens.
    pub link: Option<String>,
    /// The viewer's page with the signature behind `#`.
    pub page: String,
    /// The link's own name, ten letters. `None`: a plain link, which cannot be taken back and is not counted.
    pub l: Option<String>,
    /// For whom it is; empty when that was not said.
    pub name: String,
    /// RFC 3339.
    pub expires: String,
    /// RFC 3339.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
    /// Whether the page asks for a password.
    pub password: bool,
    /// True when not every segment of the video is stored yet.
    pub still_publishing: bool,
}

/// How far a link has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Nobody has opened it.
    NotOpened,
    /// Some of the film was fetched.
    Opened,
    /// The film was fetched to its end.
    Watched,
    /// Its time is over.
    Ended,
    /// It was taken back.
    TakenBack,
    /// A plain link under way: nobody counts it.
    Uncounted,
}

/// A link that was made, without its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkRecordView {
    /// The link's own name, ten letters; `None` for a plain one.
    pub link: Option<String>,
    /// Video.
    pub id: String,
    /// For whom it is; empty when that was not said.
    pub name: String,
    /// How far it has come.
    pub state: LinkState,
    /// RFC 3339.
    pub made: String,
    /// RFC 3339.
    pub opens: Option<String>,
    /// RFC 3339.
    pub ends: String,
    /// As `ends`, under the name of before links had names.
    pub expires: String,
    /// IPv4 CIDR.
    pub ip: Option<String>,
    /// Whether the page asks for a password.
    pub password: bool,
    /// When it was taken back, RFC 3339.
    pub taken_back: Option<String>,
    /// Visits: requests with no gap of 30 minutes.
    pub views: u32,
    /// Seconds of the film that were fetched, each counted once.
    pub seconds: f64,
    /// The same as a share of the film, 0 to 1.
    pub share: f64,
    /// First and last request, RFC 3339.
    pub first_view: Option<String>,
    /// See `first_view`.
    pub last_view: Option<String>,
    /// Bytes that were sent for it.
    pub bytes: f64,
    /// US dollars that these have cost, past what AWS gives for nothing; `None` where nothing was sent, or no price is known.
    pub cost: Option<f64>,
}

/// What was taken back, and what [`crate::App::give_back`] needs to make it as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TakenBackView {
    /// Video.
    pub id: String,
    /// Links, by their own names.
    pub links: Vec<String>,
    /// Whether every link of the video made so far was.
    pub all: bool,
    /// What stood for the video before.
    pub before: Option<String>,
}
