//! The delivery chain as a viewer walks it.

use crate::view::DoctorView;
use crate::{App, AppError, Result};

impl App {
    #[expect(clippy::unused_async, reason = "the steps are being written")]
    pub(crate) async fn walk(&self, destination: String, upload: bool) -> Result<DoctorView> {
        let _ = (destination, upload);
        Err(AppError::new(
            "not_available",
            "The chain cannot be walked yet.",
            "Use a later build.",
        ))
    }
}
