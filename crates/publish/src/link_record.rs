//! Links that were made: for whom, on which conditions, whether taken back; never their signatures or passwords.

use serde::{Deserialize, Serialize};

use crate::ids::VideoId;

/// Version of the shape of a link's record in a bucket.
pub const FORMAT: u32 = 1;

/// Folder of the links' records in a bucket, beside the one of the videos.
pub const FOLDER: &str = "links/";

/// A link that was made. Times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRecord {
    /// Video.
    pub video: VideoId,
    /// The link's own name, ten letters of lower-case base32. `None`: a plain link, which cannot be taken back and is not counted.
    pub link: Option<String>,
    /// For whom it is, in the creator's words; empty when it was not said.
    #[serde(default)]
    pub name: String,
    /// When it was made.
    pub made: i64,
    /// When it ends.
    #[serde(rename = "ends")]
    pub expires: i64,
    /// When it opens.
    #[serde(default)]
    pub opens: Option<i64>,
    /// The one IPv4 network it works from, as CIDR.
    #[serde(default)]
    pub ip: Option<String>,
    /// Whether the page asks for a password.
    #[serde(default)]
    pub password: bool,
    /// When it was taken back.
    #[serde(default)]
    pub taken_back: Option<i64>,
    /// When this record was changed last; of two computers' words the later one counts.
    #[serde(default)]
    pub changed: i64,
}

/// A record as it lies in a bucket: `links/<video>/<link>.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    format: u32,
    #[serde(flatten)]
    pub(crate) record: LinkRecord,
}

impl LinkRecord {
    /// Path of its record in the bucket; plain links have none.
    pub(crate) fn path(&self) -> Option<String> {
        let link = self.link.as_ref()?;
        Some(format!("{FOLDER}{}/{link}.json", self.video))
    }

    /// As it is stored.
    pub(crate) fn stored(&self) -> Stored {
        Stored {
            format: FORMAT,
            record: self.clone(),
        }
    }
}

/// Video and link that a record of this path is of.
pub(crate) fn parse_path(key: &str) -> Option<(VideoId, String)> {
    let (video, file) = key.strip_prefix(FOLDER)?.split_once('/')?;
    let link = file.strip_suffix(".json")?;
    let sound = link.len() == 10
        && link
            .bytes()
            .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
    Some((video.parse().ok()?, link.to_owned())).filter(|_| sound)
}
