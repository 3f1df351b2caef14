//! Destinations: the local one, AWS's, S3-compatible stores.
//!
//! This file lists, adds, forgets and tests them. `form` is one as it is entered, `destination_view` as it is shown; `access` reaches the
//! bucket of one: another kind of store is a case of these three. `walk` goes the delivery chain as a viewer does, `store_calls` says
//! which calls a store knows, `stored_page` keeps the viewer's page there. `local_edge` is this computer's own, `serving` starts it, `elsewhere` lets it serve what other stores hold.

pub(crate) mod access;
pub(crate) mod destination_view;
pub(crate) mod elsewhere;
pub(crate) mod form;
pub(crate) mod local_edge;
pub(crate) mod serving;
mod store_calls;
mod stored_page;
mod walk;
pub(crate) mod walk_view;

use screener_publish::destination::{Credentials, LOCAL};
use zeroize::Zeroizing;

use self::destination_view::{DestinationView, credentials, view};
use self::form::{DestinationForm, destination};
use self::walk_view::DoctorView;
use crate::cause::Cause;
use crate::key_pairs::private_key::read_key;
use crate::{App, Result};

/// Name of the setting that holds the default destination's name.
const DEFAULT: &str = "default-destination";

impl App {
    /// Every destination, the local one first.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn destinations(&self) -> Result<Vec<DestinationView>> {
        let default = self.default_destination().await?;
        Ok(self
            .engine()
            .destinations()
            .await?
            .iter()
            .map(|one| view(one, &default))
            .collect())
    }

    /// Name of the destination that is used when none is named.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn default_destination(&self) -> Result<String> {
        let kept = self.engine().setting(DEFAULT).await?;
        let Some(name) = kept else { return Ok(LOCAL.into()) };
        Ok(self
            .engine()
            .destination(&name)
            .await
            .map_or_else(|_| LOCAL.into(), |known| known.name))
    }

    /// Makes a destination the one that is used when none is named.
    ///
    /// # Errors
    /// `no_such_destination`.
    pub async fn set_default_destination(&self, name: String) -> Result<()> {
        self.engine().destination(&name).await?;
        Ok(self.engine().set_setting(DEFAULT, Some(&name)).await?)
    }

    /// Adds a destination, or changes the one of that name. Its secrets go into the key store.
    ///
    /// # Errors
    /// What is missing or wrong, in words.
    pub async fn add_destination(&self, form: DestinationForm) -> Result<DestinationView> {
        let destination = destination(&form)?;
        if let Some(path) = &form.key_file {
            let id = form.key_pair_id.clone().ok_or(Cause::NeedsIdOfTheKey)?;
            let key = read_key(std::path::Path::new(path)).await?;
            self.keep_pair(id, &key, &destination.name).await?;
        } else if let Some((_, id)) = destination.front()
            && !self.engine().key_pairs().await?.iter().any(|pair| pair.id == id)
        {
            return Err(Cause::NeedsKey.into());
        }
        if let Some(secret) = &form.secret_access_key {
            let secret = Zeroizing::new(secret.as_bytes().to_vec());
            self.inner.keys.set(destination.secret_name(), secret).await?;
        }
        self.engine().keep_destination(destination.clone()).await?;
        if form.default {
            self.set_default_destination(destination.name.clone()).await?;
        }
        Ok(view(&destination, &self.default_destination().await?))
    }

    /// Forgets a destination and the secrets kept for it; what is stored there stays.
    ///
    /// # Errors
    /// `no_such_destination`, `in_use`.
    pub async fn remove_destination(&self, name: String) -> Result<()> {
        if name == LOCAL {
            return Err(Cause::AlwaysADestination.into());
        }
        let destination = self.engine().destination(&name).await?;
        self.engine().forget_destination(&name).await?;
        if matches!(credentials(&destination), Some(Credentials::Keys { .. })) {
            self.inner.keys.remove(destination.secret_name()).await?;
        }
        for pair in self
            .engine()
            .key_pairs()
            .await?
            .into_iter()
            .filter(|pair| pair.destination == name)
        {
            self.inner.keys.remove(pair.secret_name()).await?;
            self.engine().forget_key_pair(&pair.id).await?;
        }
        Ok(())
    }

    /// Uploads, reads back, makes every kind of call that publishing makes, signs, fetches as a viewer, cleans up.
    ///
    /// # Errors
    /// `no_such_destination`. What is broken is part of the answer.
    pub async fn test_destination(&self, name: String) -> Result<DoctorView> {
        self.walk(name, true).await
    }

    /// The delivery chain as a viewer walks it; `None` is the default destination.
    ///
    /// # Errors
    /// `no_such_destination`. What is broken is part of the answer.
    pub async fn doctor(&self, destination: Option<String>) -> Result<DoctorView> {
        let name = match destination {
            Some(name) => name,
            None => self.default_destination().await?,
        };
        self.walk(name, false).await
    }
}
