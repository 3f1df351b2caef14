//! Stores as they are opened: each with what was found out of it before, and what is new goes into the journal.

use std::sync::{Arc, PoisonError};

use screener_store::{Learned, Store};

use super::base::Engine;
use crate::destination::Destination;
use crate::error::Error;
use crate::journal::{Journal, setting_rows};

impl Engine {
    /// A destination's bucket, with what earlier runs found out of its store.
    pub async fn store(&self, destination: &Destination) -> Result<Store, Error> {
        let store = self.inner.config.access.store(destination).await?;
        self.learned().await;
        let name = destination.name.clone();
        let known = self
            .inner
            .journal
            .read(move |t| setting_rows::abilities(t, &name))
            .await?;
        let (engine, name) = (Arc::downgrade(&self.inner), destination.name.clone());
        Ok(store.remembering(known, move |learned| {
            // A store may outlive the engine that opened it.
            let Some(inner) = engine.upgrade() else { return };
            let keeping = keep(inner.journal.clone(), name.clone(), learned);
            inner
                .learning
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .spawn(keeping);
        }))
    }

    /// Waits until what was found out of stores is in the journal.
    pub async fn learned(&self) {
        let mut learning = std::mem::take(&mut *self.inner.learning.lock().unwrap_or_else(PoisonError::into_inner));
        while learning.join_next().await.is_some() {}
    }
}

async fn keep(journal: Journal, destination: String, learned: Learned) {
    let kept = journal
        .call(move |t| setting_rows::learn(t, &destination, learned))
        .await;
    if let Err(error) = kept {
        // It is found out again the next time.
        tracing::warn!(%error, "what was found out of a store could not be kept");
    }
}
