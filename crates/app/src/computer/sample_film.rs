//! The sample film that comes with Screener, for whoever has no film at hand.

use std::path::{Path, PathBuf};

use crate::cause::Cause;
use crate::{App, Result};

const NAME: &str = "sample.mp4";

impl App {
    /// Path of the sample film.
    ///
    /// # Errors
    /// `no_sample` where it was not installed.
    pub fn sample(&self) -> Result<String> {
        let program = std::env::current_exe().unwrap_or_default();
        let folder = program.parent().unwrap_or(Path::new("."));
        places(folder)
            .into_iter()
            .find(|path| path.is_file())
            .map(|path| path.display().to_string())
            .ok_or_else(|| Cause::NoSample.into())
    }
}

/// Where it may lie, seen from the program's folder: beside it, one above (a developer's `target/`), or where Linux keeps
/// what programs share.
fn places(folder: &Path) -> [PathBuf; 4] {
    [
        folder.join(NAME),
        folder.join("../share/screener").join(NAME),
        // Inside an app bundle of macOS.
        folder.join("../Resources").join(NAME),
        folder.join("..").join(NAME),
    ]
}
