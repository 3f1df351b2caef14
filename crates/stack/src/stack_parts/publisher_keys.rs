//! Access keys of the identity that can publish and nothing else: one a computer, made by a call and never an output of the stack.
//!
//! IAM allows a user two (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>). Whose one is, a tag of the user
//! says: its name is the key's id, as the console's own description of a key
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys-add-description.html>). A key is tagged before it is
//! kept, so whatever dies in between leaves either a key without a tag or one whose own computer does not know it: [`PublisherKeys::sweep`]
//! finds and deletes both. A user that has keys is deleted by no roll-back: [`PublisherKeys::remove_all`] goes first.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;

use aws_sdk_iam::Client;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_iam::types::{StatusType, Tag};
use screener_wire::Failure;

use super::aws_words::{is_denied, said};
use crate::Cause;

/// Access keys of one user at most.
const MOST: usize = 2;
/// So many seconds a key without a tag may be another computer's that is being made.
const GRACE: i64 = 900;
/// What the tags of Screener's begin with.
const TAG: &str = "screener";

/// A computer, as the tag of its key names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Unlike any other computer's: letters and digits.
    pub id: String,
    /// Its name, for people.
    pub name: String,
}

/// One access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublisherKey {
    /// Access key id.
    pub id: String,
    /// Whether AWS takes it.
    pub active: bool,
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// Whose it is; `None` where no tag says so.
    pub holder: Option<Holder>,
}

/// An access key with its secret. It is shown nowhere.
pub struct NewKey {
    /// Access key id.
    pub id: String,
    /// Secret access key.
    pub secret: String,
}

/// Where a new key is kept and tried.
pub trait Keeper {
    /// Keeps it in place of the one that was kept: from here on it is the one that publishes.
    fn keep(&self, key: &NewKey) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Does something that only publishing may, with the new key. IAM makes keys known everywhere within seconds, not at once: it
    /// tries until it goes or it has lasted too long.
    fn try_out(&self, key: &NewKey) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The keys of one user.
#[derive(Clone, Debug)]
pub struct PublisherKeys {
    client: Client,
    user: String,
}

impl PublisherKeys {
    /// Those of a user, with the credentials of somebody who may manage them. Calls that AWS has no time for are made again.
    pub fn of(client: &Client, user: impl Into<String>) -> Self {
        let patient = client.config().to_builder().retry_config(RetryConfig::standard());
        Self {
            client: Client::from_conf(patient.build()),
            user: user.into(),
        }
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    /// `no_publisher`, `publisher_denied`, `publisher_not_changed`.
    pub async fn list(&self) -> Result<Vec<PublisherKey>, Failure> {
        let asked = self.client.list_access_keys().user_name(&self.user).send().await;
        let listed = asked.map_err(|error| self.refused("ListAccessKeys", &error))?;
        if listed.access_key_metadata().is_empty() {
            return Ok(Vec::new());
        }
        let holders = self.holders().await?;
        let mut keys: Vec<_> = listed
            .access_key_metadata()
            .iter()
            .filter_map(|key| {
                let id = key.access_key_id()?.to_owned();
                Some(PublisherKey {
                    holder: holders.get(&id).cloned(),
                    active: key.status() == Some(&StatusType::Active),
                    made: key.create_date().map_or(0, aws_sdk_iam::primitives::DateTime::secs),
                    id,
                })
            })
            .collect();
        keys.sort_by_key(|key| key.made);
        Ok(keys)
    }

    /// A key for a computer that has none.
    ///
    /// # Errors
    /// `publisher_keys_taken`, what keeping it says, and as [`PublisherKeys::list`]. Nothing is left then.
    pub async fn make(&self, holder: &Holder, keeper: &impl Keeper) -> Result<PublisherKey, Failure> {
        let keys = self.list().await?;
        if keys.len() >= MOST {
            return Err(taken(&keys));
        }
        let new = self.create(holder).await?;
        if let Err(error) = keeper.keep(&new).await {
            self.remove(&new.id).await?;
            return Err(error);
        }
        self.found(&new.id).await
    }

    /// A new key in place of a computer's old one: made, tried out, kept; then the old one is switched off and deleted. Where the user
    /// has two keys the old one goes first, because IAM allows no third: nothing publishes for some seconds.
    ///
    /// # Errors
    /// `new_key_refused`: the old one stays, where there was room for both. As [`PublisherKeys::make`].
    pub async fn rotate(&self, old: &str, holder: &Holder, keeper: &impl Keeper) -> Result<PublisherKey, Failure> {
        let keys = self.list().await?;
        let there = keys.iter().any(|key| key.id == old);
        if there && keys.len() >= MOST {
            self.remove(old).await?;
        } else if keys.len() >= MOST {
            return Err(taken(&keys));
        }
        let new = self.create(holder).await?;
        if let Err(error) = keeper.try_out(&new).await {
            self.remove(&new.id).await?;
            let (id, error) = (new.id, error.message.trim_end_matches('.').to_owned());
            return Err(Cause::NewKeyRefused { id, error }.into());
        }
        if let Err(error) = keeper.keep(&new).await {
            self.remove(&new.id).await?;
            return Err(error);
        }
        self.remove(old).await?;
        self.found(&new.id).await
    }

    /// Switches a key off and deletes it. One that is gone is no error.
    ///
    /// # Errors
    /// `publisher_denied`, `publisher_not_changed`.
    pub async fn remove(&self, id: &str) -> Result<(), Failure> {
        // Off first: whatever happens next, it opens nothing any more.
        let off = self.client.update_access_key().user_name(&self.user).access_key_id(id);
        let off = off.status(StatusType::Inactive).send().await;
        self.unless_gone("UpdateAccessKey", off)?;
        let gone = self.client.delete_access_key().user_name(&self.user).access_key_id(id);
        self.unless_gone("DeleteAccessKey", gone.send().await)?;
        let untagged = self.client.untag_user().user_name(&self.user).tag_keys(id).send().await;
        self.unless_gone("UntagUser", untagged)
    }

    /// Deletes every key of the user, so that it can be deleted itself. A user that is gone is no error.
    ///
    /// # Errors
    /// `publisher_denied`, `publisher_not_changed`.
    pub async fn remove_all(&self) -> Result<(), Failure> {
        let keys = match self.list().await {
            Err(error) if error.code == "no_publisher" => return Ok(()),
            listed => listed?,
        };
        for key in keys {
            self.remove(&key.id).await?;
        }
        Ok(())
    }

    /// Deletes what was made and is kept nowhere: keys of this computer that it does not know, and keys without a tag that are older
    /// than a quarter of an hour. `known` are the ids that this computer keeps, `now` are seconds since 1970. Which ones they were.
    ///
    /// # Errors
    /// As [`PublisherKeys::list`].
    pub async fn sweep(&self, holder: &Holder, known: &[String], now: i64) -> Result<Vec<String>, Failure> {
        let mut swept = Vec::new();
        for key in self.list().await? {
            let unkept = match &key.holder {
                Some(other) => other.id == holder.id,
                None => key.made + GRACE < now,
            };
            if unkept && !known.contains(&key.id) {
                self.remove(&key.id).await?;
                swept.push(key.id);
            }
        }
        Ok(swept)
    }

    async fn create(&self, holder: &Holder) -> Result<NewKey, Failure> {
        let once = aws_sdk_iam::Config::builder().retry_config(RetryConfig::disabled());
        // Asked again after a lost answer, it would make a second one.
        let asked = self.client.create_access_key().user_name(&self.user).customize();
        let made = asked.config_override(once).send().await;
        let made = made.map_err(|error| self.refused("CreateAccessKey", &error))?;
        let Some(key) = made.access_key() else {
            return Err(not_changed("CreateAccessKey", "Answer", "it names no key"));
        };
        let new = NewKey {
            id: key.access_key_id().to_owned(),
            secret: key.secret_access_key().to_owned(),
        };
        let tag = Tag::builder().key(&new.id).value(written(holder)).build();
        let tag = tag.map_err(|error| not_changed("TagUser", "Request", &error.to_string()))?;
        let tagged = self.client.tag_user().user_name(&self.user).tags(tag).send().await;
        if let Err(error) = tagged {
            let refused = self.refused("TagUser", &error);
            self.remove(&new.id).await?;
            return Err(refused);
        }
        Ok(new)
    }

    async fn found(&self, id: &str) -> Result<PublisherKey, Failure> {
        let found = self.list().await?.into_iter().find(|key| key.id == id);
        found.ok_or_else(|| not_changed("ListAccessKeys", "Answer", "the new key is not among them"))
    }

    async fn holders(&self) -> Result<BTreeMap<String, Holder>, Failure> {
        let mut holders = BTreeMap::new();
        let mut marker = None;
        loop {
            let asked = self.client.list_user_tags().user_name(&self.user).set_marker(marker);
            let page = asked.send().await;
            let page = page.map_err(|error| self.refused("ListUserTags", &error))?;
            let read = page
                .tags()
                .iter()
                .filter_map(|tag| Some((tag.key().to_owned(), read(tag.value())?)));
            holders.extend(read);
            marker = page.marker().map(str::to_owned).filter(|_| page.is_truncated());
            if marker.is_none() {
                return Ok(holders);
            }
        }
    }

    fn unless_gone<T, E: ProvideErrorMetadata + Error>(&self, call: &str, asked: Result<T, E>) -> Result<(), Failure> {
        match asked {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some(GONE) => Ok(()),
            Err(error) => Err(self.refused(call, &error)),
        }
    }

    fn refused<E: ProvideErrorMetadata + Error>(&self, call: &str, error: &E) -> Failure {
        let (code, words) = said(error);
        let call = call.to_owned();
        match code.as_str() {
            GONE => Cause::NoPublisher {
                user: self.user.clone(),
            },
            "LimitExceeded" => Cause::PublisherKeysTaken { holders: words },
            _ if is_denied(&code) => Cause::PublisherDenied { call, words },
            _ => Cause::PublisherNotChanged { call, code, words },
        }
        .into()
    }
}

/// IAM's code for what is not there.
const GONE: &str = "NoSuchEntity";

fn not_changed(call: &str, code: &str, words: &str) -> Failure {
    let (call, code, words) = (call.to_owned(), code.to_owned(), words.to_owned());
    Cause::PublisherNotChanged { call, code, words }.into()
}

fn taken(keys: &[PublisherKey]) -> Failure {
    let named = keys.iter().map(|key| match &key.holder {
        Some(holder) => format!("{} ({})", key.id, holder.name),
        None => key.id.clone(),
    });
    Cause::PublisherKeysTaken {
        holders: named.collect::<Vec<_>>().join(", "),
    }
    .into()
}

/// A tag's value: letters, digits, spaces and `_.:/=+-@`, at most 256.
fn written(holder: &Holder) -> String {
    let name = holder.name.chars().map(|letter| match letter {
        letter if letter.is_alphanumeric() || " _.:=+-@".contains(letter) => letter,
        _ => '-',
    });
    let name: String = name.take(100).collect();
    format!("{TAG}/{}/{name}", holder.id)
}

fn read(value: &str) -> Option<Holder> {
    let (id, name) = value.strip_prefix(TAG)?.strip_prefix('/')?.split_once('/')?;
    Some(Holder {
        id: id.to_owned(),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
    use screener_testkit::servers::Process;

    use super::*;

    async fn moto() -> (Process, Client) {
        let process = screener_testkit::servers::moto().await;
        let config = aws_sdk_iam::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .endpoint_url(process.endpoint())
            .build();
        (process, Client::from_conf(config))
    }

    async fn user(client: &Client, name: &str) -> PublisherKeys {
        client.create_user().user_name(name).send().await.unwrap();
        PublisherKeys::of(client, name)
    }

    fn holder(id: &str) -> Holder {
        Holder {
            id: id.into(),
            name: format!("{id}'s laptop"),
        }
    }

    /// A keychain; what it refuses is an answer.
    #[derive(Default)]
    struct Chain {
        kept: Mutex<Vec<String>>,
        locked: bool,
        refused: bool,
    }

    fn no(refused: bool) -> Result<(), Failure> {
        if !refused {
            return Ok(());
        }
        Err(Failure {
            code: "no".into(),
            message: "It says no.".into(),
            mend: String::new(),
        })
    }

    impl Keeper for Chain {
        async fn keep(&self, key: &NewKey) -> Result<(), Failure> {
            no(self.locked)?;
            assert!(key.secret.len() >= 30);
            self.kept.lock().unwrap().push(key.id.clone());
            Ok(())
        }

        async fn try_out(&self, _: &NewKey) -> Result<(), Failure> {
            no(self.refused)
        }
    }

    fn ids(keys: &[PublisherKey]) -> Vec<&str> {
        keys.iter().map(|key| key.id.as_str()).collect()
    }

    #[tokio::test]
    async fn each_computer_has_a_key_of_its_own_and_a_third_is_told_whose_they_are() {
        let (_moto, client) = moto().await;
        let keys = user(&client, "publisher").await;
        let chain = Chain::default();
        let first = keys.make(&holder("a1"), &chain).await.unwrap();
        let second = keys.make(&holder("b2"), &chain).await.unwrap();
        assert!(first.active && first.made > 1_700_000_000, "{first:?}");
        assert_eq!(first.holder.unwrap().name, "a1-s laptop");
        assert_eq!(*chain.kept.lock().unwrap(), [first.id.clone(), second.id.clone()]);
        let third = keys.make(&holder("c3"), &chain).await.unwrap_err();
        assert_eq!(third.code, "publisher_keys_taken");
        assert!(third.message.contains("a1-s laptop") && third.message.contains(&second.id));

        // In place, because there is no room for a third.
        let rotated = keys.rotate(&first.id, &holder("a1"), &chain).await.unwrap();
        let there = keys.list().await.unwrap();
        assert!(!ids(&there).contains(&first.id.as_str()) && ids(&there).contains(&rotated.id.as_str()));
        assert_eq!(chain.kept.lock().unwrap().last(), Some(&rotated.id));
        keys.remove(&second.id).await.unwrap();
        keys.remove(&second.id).await.expect("gone is gone");
        assert_eq!(ids(&keys.list().await.unwrap()), [rotated.id.as_str()]);

        keys.remove_all().await.unwrap();
        client.delete_user().user_name("publisher").send().await.unwrap();
        keys.remove_all()
            .await
            .expect("without a user there is nothing to remove");
        let gone = keys.make(&holder("a1"), &chain).await.unwrap_err();
        assert_eq!(gone.code, "no_publisher");
    }

    #[tokio::test]
    async fn a_new_key_that_does_not_work_or_is_not_kept_leaves_the_old_one() {
        let (_moto, client) = moto().await;
        let keys = user(&client, "publisher").await;
        let locked = Chain {
            locked: true,
            ..Chain::default()
        };
        assert_eq!(keys.make(&holder("a1"), &locked).await.unwrap_err().code, "no");
        assert!(keys.list().await.unwrap().is_empty(), "nothing is left behind");
        let old = keys.make(&holder("a1"), &Chain::default()).await.unwrap();
        let refused = Chain {
            refused: true,
            ..Chain::default()
        };
        let untaken = keys.rotate(&old.id, &holder("a1"), &refused).await.unwrap_err();
        assert_eq!(untaken.code, "new_key_refused");
        assert_eq!(
            keys.rotate(&old.id, &holder("a1"), &locked).await.unwrap_err().code,
            "no"
        );
        let there = keys.list().await.unwrap();
        assert_eq!((ids(&there), there[0].active), (vec![old.id.as_str()], true));
        let new = keys.rotate(&old.id, &holder("a1"), &Chain::default()).await.unwrap();
        assert_eq!(ids(&keys.list().await.unwrap()), [new.id.as_str()]);
    }

    #[tokio::test]
    async fn a_key_that_was_made_and_is_kept_nowhere_is_found() {
        let (_moto, client) = moto().await;
        let keys = user(&client, "publisher").await;
        // It died between making and tagging.
        let untagged = client.create_access_key().user_name("publisher").send().await.unwrap();
        let untagged = untagged.access_key().unwrap().access_key_id().to_owned();
        // It died between tagging and keeping.
        let unkept = keys.create(&holder("a1")).await.unwrap().id;
        let now = keys.list().await.unwrap()[0].made;
        let other = keys.sweep(&holder("b2"), &[], now + 60).await.unwrap();
        assert!(
            other.is_empty(),
            "another computer leaves what may be under way: {other:?}"
        );
        assert!(
            keys.sweep(&holder("a1"), std::slice::from_ref(&unkept), now + 60)
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(keys.sweep(&holder("a1"), &[], now + 60).await.unwrap(), [unkept]);
        assert_eq!(
            keys.sweep(&holder("b2"), &[], now + GRACE + 60).await.unwrap(),
            [untagged]
        );
        assert!(keys.list().await.unwrap().is_empty());
    }
}
