//! Why an edge could not be started, and what to do about it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why an edge could not be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process serves this folder. [`crate::find`] tells where.
    #[error("another process already serves {}", folder.display())]
    AlreadyRunning {
        /// The folder that is served.
        folder: PathBuf,
    },
    /// The port that the links of this folder name is in use by another program.
    #[error("port {port} on this computer is in use by another program")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The folder or a file in it cannot be used.
    #[error("{} cannot be used: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The prefix is no path.
    #[error("the playlist endpoint refuses its settings: {0}")]
    Settings(#[from] screener_lambda::ConfigError),
    /// The endpoint would sign, with a key that only AWS's Parameter Store has.
    #[error(
        "the endpoint is in sign mode: it signs with a key from Parameter Store, which does not exist on this computer"
    )]
    SignMode,
    /// The viewer-request function does not run.
    #[error("the viewer-request function cannot be run: {reason}")]
    Function {
        /// What the engine said.
        reason: String,
    },
    /// `edge.json` exists and is not what this program writes.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// A short word that programs may branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRunning { .. } => "edge-already-running",
            Self::PortTaken { .. } => "edge-port-taken",
            Self::Io { .. } => "edge-folder",
            Self::Settings(_) => "edge-settings",
            Self::SignMode => "edge-sign-mode",
            Self::Function { .. } => "edge-function",
            Self::Damaged { .. } => "edge-record-damaged",
        }
    }

    /// What a person can do about it.
    pub fn mend(&self) -> String {
        match self {
            Self::AlreadyRunning { .. } => "Use the one that runs, or stop it first.".to_owned(),
            Self::PortTaken { port } => format!(
                "Stop the program that uses port {port}, or choose another port; links made before then stop working."
            ),
            Self::Io { path, .. } => format!(
                "Check that {} can be written and that the disk has room.",
                path.display()
            ),
            Self::Settings(_) => "Choose a prefix of letters, digits, `.`, `_` and `-`.".to_owned(),
            Self::SignMode => "Evaluate the template with Mode=forward.".to_owned(),
            Self::Function { .. } => {
                "Mend the function's source in the template; CloudFront would refuse it, too.".to_owned()
            }
            Self::Damaged { path, .. } => {
                format!(
                    "Move {} away and start again; links made before then stop working.",
                    path.display()
                )
            }
        }
    }

    pub(crate) fn io(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.as_ref().to_owned(),
            source,
        }
    }
}
