//! Apple's rules against a stream.

use crate::view::CheckView;
use crate::{App, AppError, Result};

impl App {
    /// Apple's rules against a folder, a playlist file or a URL.
    ///
    /// # Errors
    /// Where the stream cannot be read.
    #[expect(clippy::unused_async, reason = "the rules are being written")]
    pub async fn check(&self, target: String) -> Result<CheckView> {
        Err(AppError::new(
            "not_available",
            format!("{target} cannot be judged yet."),
            "Use a later build.",
        ))
    }
}
