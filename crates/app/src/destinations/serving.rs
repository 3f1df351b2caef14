//! The local edge as the shells ask for it: found, or started here.

use serde::{Deserialize, Serialize};

use crate::{App, Result};

/// The local edge, running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ServingView {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// Port.
    pub port: u16,
    /// It runs in this process.
    pub own: bool,
}

impl App {
    /// Finds the local edge or starts it here. The key pair that it trusts is made by the first link.
    ///
    /// # Errors
    /// `edge_elsewhere`, `edge_port_taken`, `edge_folder`.
    pub async fn serve(&self, port: Option<u16>) -> Result<ServingView> {
        let (running, own) = self.local().running(port).await?;
        Ok(ServingView {
            address: format!("http://{}", running.domain()),
            port: running.address.port(),
            own,
        })
    }

    /// Waits until the edge that serves is gone, when it runs in another process; for ever when it runs here.
    pub async fn edge_ended(&self) {
        loop {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            if self.local().find().await.is_none() {
                return;
            }
        }
    }
}
