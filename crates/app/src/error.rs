//! The one error that reaches people.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::cause::Cause;

/// Every verb's result.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// What happened, why, and what to do next. The shells branch on `code`, never on text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[error("{message}")]
pub struct AppError {
    /// Stable name.
    pub code: String,
    /// What happened and why.
    pub message: String,
    /// What to do next.
    pub mend: String,
}

impl AppError {
    /// Something that a creator cannot have caused.
    pub fn internal(message: impl Display) -> Self {
        Cause::Internal {
            what: message.to_string(),
        }
        .into()
    }
}

impl From<Cause> for AppError {
    fn from(cause: Cause) -> Self {
        screener_wire::Failure::from(cause).into()
    }
}

impl From<screener_wire::Failure> for AppError {
    fn from(failure: screener_wire::Failure) -> Self {
        Self {
            code: failure.code,
            message: failure.message,
            mend: failure.mend,
        }
    }
}

impl From<&screener_publish::Error> for AppError {
    fn from(error: &screener_publish::Error) -> Self {
        error.failure().into()
    }
}

impl From<screener_publish::Error> for AppError {
    fn from(error: screener_publish::Error) -> Self {
        error.failure().into()
    }
}

impl From<AppError> for screener_wire::Failure {
    fn from(error: AppError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            mend: error.mend,
        }
    }
}
