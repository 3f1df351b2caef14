//! The local edge, as this process needs it: found when another process has it, started when none does.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use screener_edge::{Config, Edge, Error, Remote, Running};
use screener_template::Delivery;
use tokio::sync::Mutex;

use crate::Result;
use crate::cause::Cause;

/// How often a start that lost the race looks for the winner.
const TRIES: u32 = 40;

/// The one edge of a data folder.
pub(crate) struct Local {
    folder: PathBuf,
    own: Mutex<Option<Edge>>,
    remote: OnceLock<Arc<dyn Remote>>,
}

impl Local {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            own: Mutex::new(None),
            remote: OnceLock::new(),
        }
    }

    /// Where the edge looks for what it does not have itself. Said once, before it starts.
    pub(crate) fn watch_through(&self, remote: Arc<dyn Remote>) {
        // A second word would come from a second app over the same edge, and there is none.
        let _ = self.remote.set(remote);
    }

    /// The edge's folder.
    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Where public keys lie that the edge trusts.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    /// The edge, if one runs, here or elsewhere.
    pub(crate) async fn find(&self) -> Option<Running> {
        screener_edge::find(&self.folder).await
    }

    /// The edge, started here when none runs. The second value: it runs in this process.
    pub(crate) async fn running(&self, port: Option<u16>) -> Result<(Running, bool)> {
        let mut own = self.own.lock().await;
        for _ in 0..TRIES {
            if let Some(running) = self.find().await {
                // 0 asks for any.
                if let Some(port) = port.filter(|port| *port != 0 && running.address.port() != *port) {
                    return Err(Cause::EdgeElsewhere {
                        address: running.domain(),
                        port,
                    }
                    .into());
                }
                return Ok((running, own.is_some()));
            }
            if let Some(dead) = own.take() {
                dead.stop().await;
            }
            match Edge::start(Config {
                port,
                remote: self.remote.get().cloned(),
                ..Config::new(&self.folder)
            })
            .await
            {
                Ok(edge) => *own = Some(edge),
                // Another process was quicker, and answers in a moment.
                Err(Error::AlreadyRunning { .. }) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
                Err(error) => return Err(edge_error(&error).into()),
            }
        }
        Err(Cause::EdgeSilent.into())
    }

    /// Host and port that links name, whether the edge runs or not. It is started here once, when it never ran.
    pub(crate) async fn domain(&self) -> Result<String> {
        if let Some(domain) = screener_edge::domain(&self.folder) {
            return Ok(domain);
        }
        Ok(self.running(None).await?.0.domain())
    }

    /// Ends the edge when it runs here.
    pub(crate) async fn stop(&self) {
        if let Some(edge) = self.own.lock().await.take() {
            edge.stop().await;
        }
    }

    /// Starts the edge from a template. Where one runs already it answers as it was started, and whoever watches through it would see
    /// another template than was asked for.
    pub(super) async fn start_from(&self, delivery: Delivery, port: Option<u16>) -> Result<std::net::SocketAddr> {
        let mut own = self.own.lock().await;
        let edge = Edge::start(Config {
            port,
            delivery,
            remote: self.remote.get().cloned(),
            ..Config::new(&self.folder)
        })
        .await
        .map_err(|error| edge_error(&error))?;
        let address = edge.address();
        *own = Some(edge);
        Ok(address)
    }
}

pub(super) fn edge_error(error: &Error) -> Cause {
    match error {
        Error::AlreadyRunning { folder } => Cause::EdgeAlreadyRunning {
            folder: folder.display().to_string(),
        },
        Error::PortTaken { port } => Cause::EdgePortTaken { port: *port },
        Error::Io { path, source } => Cause::EdgeFolder {
            path: path.display().to_string(),
            error: source.to_string(),
        },
        Error::Settings(reason) => Cause::EdgeSettings {
            reason: reason.to_string(),
        },
        Error::SignMode => Cause::EdgeSignMode,
        Error::Function { reason } => Cause::EdgeFunction { reason: reason.clone() },
        Error::Damaged { path, reason } => Cause::EdgeRecordDamaged {
            path: path.display().to_string(),
            reason: reason.clone(),
        },
    }
}
