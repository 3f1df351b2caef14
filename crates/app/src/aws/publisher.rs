//! The access key of a stack's publish-only identity: made with a sign-in, kept in the key store, and from then on what this computer
//! publishes with.

use screener_account::Pace;
use screener_publish::destination::Credentials;
use screener_publish::{Destination, Place};
use screener_stack::stack_parts::live_pieces::said_by;
use screener_stack::stack_parts::publisher_keys::{Holder, Keeper, NewKey, PublisherKey, PublisherKeys};
use screener_store::{Class, Store, StoreConfig};
use screener_template::names::output;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{signed_in, stack_of};
use crate::cause::Cause;
use crate::{App, AppError, Result, moment};

/// Name of the setting that tells this computer from others.
const COMPUTER: &str = "computer-id";

/// One access key of the publish-only identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PublisherKeyView {
    /// Access key id.
    pub id: String,
    /// Name of the computer that has it; nothing where that is not known.
    pub computer: Option<String>,
    /// It is this computer's.
    pub own: bool,
    /// AWS takes it.
    pub active: bool,
    /// When it was made, RFC 3339.
    pub made: String,
    /// How old it is, in days.
    pub days: u32,
}

impl App {
    /// The keys that a destination's publish-only identity has, the oldest first.
    ///
    /// # Errors
    /// `not_deployed`, `no_publisher`, `publisher_denied`, `no_credentials`.
    pub async fn publisher_keys(&self, destination: String) -> Result<Vec<PublisherKeyView>> {
        let destination = self.engine().destination(&destination).await?;
        let keys = publisher(&destination).await?.list().await?;
        let own = self.holder().await?;
        Ok(keys.into_iter().map(|key| view(key, &own)).collect())
    }

    /// A key for this computer: it publishes with it from now on. Where it has one, that one is replaced: the new one is made and tried
    /// out before the old one goes. What an interrupted making left is deleted first.
    ///
    /// # Errors
    /// `publisher_keys_taken`, `new_key_refused`, and as [`App::publisher_keys`].
    pub async fn renew_publisher_key(&self, destination: String) -> Result<PublisherKeyView> {
        let destination = self.engine().destination(&destination).await?;
        let keys = publisher(&destination).await?;
        let own = self.holder().await?;
        let known = kept_id(&destination);
        let swept = keys
            .sweep(&own, &known.iter().cloned().collect::<Vec<_>>(), moment::now())
            .await?;
        if !swept.is_empty() {
            tracing::info!(
                keys = swept.join(", "),
                "access keys that were kept nowhere are deleted"
            );
        }
        let here = Here {
            app: self,
            destination: &destination,
        };
        let there = keys.list().await?;
        let old = known.filter(|id| there.iter().any(|key| key.id == *id));
        let made = match old {
            Some(old) => keys.rotate(&old, &own, &here).await?,
            None => keys.make(&own, &here).await?,
        };
        Ok(view(made, &own))
    }

    /// Deletes a key: a lost computer's, or this one's, which then publishes with the sign-in of the AWS tools again.
    ///
    /// # Errors
    /// As [`App::publisher_keys`].
    pub async fn remove_publisher_key(&self, destination: String, id: String) -> Result<()> {
        let mut destination = self.engine().destination(&destination).await?;
        publisher(&destination).await?.remove(&id).await?;
        if kept_id(&destination) != Some(id) {
            return Ok(());
        }
        let secret = destination.secret_name();
        if let Place::Aws { credentials, .. } = &mut destination.place {
            *credentials = Credentials::Chain;
        }
        self.engine().keep_destination(destination).await?;
        self.inner.keys.remove(secret).await
    }

    /// This computer, as the tags of its keys name it.
    async fn holder(&self) -> Result<Holder> {
        let id = if let Some(id) = self.engine().setting(COMPUTER).await? {
            id
        } else {
            let id = screener_publish::VideoId::random().to_string();
            self.engine().set_setting(COMPUTER, Some(&id)).await?;
            id
        };
        Ok(Holder {
            id,
            name: computer_name(),
        })
    }
}

/// What the system calls this computer.
fn computer_name() -> String {
    let named = ["COMPUTERNAME", "HOSTNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    let named = named.or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let named = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| "computer".to_owned())
}

/// Id of the access key that a destination publishes with, where it has one of its own.
fn kept_id(destination: &Destination) -> Option<String> {
    match &destination.place {
        Place::Aws {
            credentials: Credentials::Keys { access_key_id },
            ..
        } => Some(access_key_id.clone()),
        _ => None,
    }
}

/// The keys of the identity, by the sign-in of the AWS tools.
async fn publisher(destination: &Destination) -> Result<PublisherKeys> {
    let (deployed, _) = stack_of(destination)?;
    let config = signed_in(destination).await?;
    let said = said_by(&aws_sdk_cloudformation::Client::new(&config), &deployed.stack).await?;
    let user = said.outputs.get(output::PUBLISHER).filter(|name| !name.is_empty());
    let user = user.ok_or_else(|| Cause::NoPublisher {
        destination: destination.name.clone(),
    })?;
    Ok(PublisherKeys::of(&aws_sdk_iam::Client::new(&config), user))
}

fn view(key: PublisherKey, own: &Holder) -> PublisherKeyView {
    let days = (moment::now() - key.made).max(0) / 86_400;
    PublisherKeyView {
        own: key.holder.as_ref().is_some_and(|holder| holder.id == own.id),
        computer: key.holder.map(|holder| holder.name),
        id: key.id,
        active: key.active,
        made: moment::rfc3339(key.made),
        days: u32::try_from(days).unwrap_or(u32::MAX),
    }
}

/// This computer's key store, and the bucket that a new key is tried out on.
struct Here<'a> {
    app: &'a App,
    destination: &'a Destination,
}

impl Keeper for Here<'_> {
    async fn keep(&self, key: &NewKey) -> Result<(), Failure> {
        let secret = Zeroizing::new(key.secret.clone().into_bytes());
        self.app.inner.keys.set(self.destination.secret_name(), secret).await?;
        let mut destination = self.destination.clone();
        if let Place::Aws { credentials, .. } = &mut destination.place {
            *credentials = Credentials::Keys {
                access_key_id: key.id.clone(),
            };
        }
        let kept = self.app.engine().keep_destination(destination).await;
        kept.map_err(|error| AppError::from(error).into())
    }

    async fn try_out(&self, key: &NewKey) -> Result<(), Failure> {
        let Place::Aws { bucket, region, .. } = &self.destination.place else {
            return Ok(());
        };
        let mut config = StoreConfig::with_keys("", bucket, region, &key.id, &key.secret);
        (config.endpoint, config.path_style) = (None, false);
        let store = Store::new(config);
        let (pace, below) = (Pace::default(), format!("{}/", self.destination.prefix));
        let mut asked = 0;
        loop {
            match store.list_page(&below, Some("/"), None).await {
                Ok(_) => return Ok(()),
                // A key of some seconds is not known everywhere yet.
                Err(error) if error.class == Class::Denied && asked < pace.tries => {
                    tokio::time::sleep(pace.pause(asked)).await;
                    asked += 1;
                }
                Err(error) => return Err(screener_publish::Error::from(error).failure()),
            }
        }
    }
}
