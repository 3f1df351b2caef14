//! The viewer's page at a destination: stored once per version, before the first link to it is sent.

use bytes::Bytes;
use screener_edge::page;
use screener_publish::destination::LOCAL;
use screener_store::{Class, Condition};
use screener_store::{ObjectKey, Store};

use crate::{App, Result};

impl App {
    /// Stores the page where it is not, or is another version. The local edge has its own.
    pub(crate) async fn keep_page(&self, destination: &str) -> Result<()> {
        if destination == LOCAL {
            return Ok(());
        }
        let destination = self.engine().destination(destination).await?;
        if destination.front().is_none() {
            return Ok(()); // Watched through the local edge.
        }
        let store = self.engine().store(&destination).await?;
        if is_current(&store).await? {
            return Ok(());
        }
        // `index.html` comes last: no viewer gets a page whose parts are missing.
        for file in page::files() {
            let key = ObjectKey::raw(file.key);
            store
                .put(&key, Bytes::from_static(file.bytes), &Condition::Any)
                .await
                .map_err(screener_publish::Error::from)?;
        }
        tracing::info!(
            destination = destination.name,
            version = page::version(),
            "stored the viewer's page"
        );
        Ok(())
    }

    /// The same without anybody waiting for it: a film can be published while the page cannot be stored, and the
    /// destination's test says so.
    pub(crate) fn keep_page_aside(&self, destination: &str) {
        if destination == LOCAL {
            return;
        }
        let (app, destination) = (self.clone(), destination.to_owned());
        tokio::spawn(async move {
            if let Err(error) = app.keep_page(&destination).await {
                tracing::warn!(
                    destination,
                    message = error.message,
                    "the viewer's page could not be stored"
                );
            }
        });
    }
}

/// The other files have digests in their names, and `index.html` names them: when it is the same, all are.
async fn is_current(store: &Store) -> Result<bool> {
    let Some(index) = page::files().pop() else {
        return Ok(true);
    };
    match store.get(&ObjectKey::raw(index.key)).await {
        Ok(stored) => Ok(stored.bytes == index.bytes),
        Err(error) if error.class == Class::NotFound => Ok(false),
        Err(error) => Err(screener_publish::Error::from(error).into()),
    }
}
