//! Keeps what a deployment is at in the journal, under its destination's name.

use async_trait::async_trait;
use screener_publish::Engine;
use screener_stack::deploy::{Diary, Row};
use screener_wire::Failure;

use crate::{AppError, Result};

/// The journal, as the deploy engine sees it.
pub(super) struct Pages<'a>(pub(super) &'a Engine);

#[async_trait]
impl Diary for Pages<'_> {
    async fn keep(&self, row: &Row) -> Result<(), Failure> {
        let text = serde_json::to_string(row).map_err(|error| Failure::from(AppError::internal(error)))?;
        self.0
            .keep_deployment(&row.name, &text)
            .await
            .map_err(|error| error.failure())
    }
}

/// What is kept under a name.
pub(super) async fn row(engine: &Engine, name: &str) -> Result<Option<Row>> {
    let Some(text) = engine.deployment(name).await? else {
        return Ok(None);
    };
    serde_json::from_str(&text).map(Some).map_err(AppError::internal)
}
