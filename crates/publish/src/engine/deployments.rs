//! What of deployments has to outlive the process. What stands in it is the deploying engine's own.

use super::base::Engine;
use crate::error::Error;
use crate::journal::deployment_rows;

impl Engine {
    /// What is kept of a deployment.
    pub async fn deployment(&self, name: &str) -> Result<Option<String>, Error> {
        let name = name.to_owned();
        self.inner
            .journal
            .read(move |t| deployment_rows::deployment(t, &name))
            .await
    }

    /// Every deployment: its destination's name, and what is kept of it.
    pub async fn deployments(&self) -> Result<Vec<(String, String)>, Error> {
        self.inner.journal.read(deployment_rows::all).await
    }

    /// Keeps it. When this returns, it survives anything short of the disk's death.
    pub async fn keep_deployment(&self, name: &str, record: &str) -> Result<(), Error> {
        let (name, record) = (name.to_owned(), record.to_owned());
        self.inner
            .journal
            .call(move |t| deployment_rows::keep(t, &name, &record))
            .await
    }

    /// Forgets it.
    pub async fn forget_deployment(&self, name: &str) -> Result<(), Error> {
        let name = name.to_owned();
        self.inner
            .journal
            .call(move |t| deployment_rows::forget(t, &name))
            .await
    }
}
