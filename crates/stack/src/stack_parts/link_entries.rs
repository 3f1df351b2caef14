//! The key value store that the viewer-request function asks: what is taken back.
//!
//! Entries are those of `screener_template::viewer_request`: a link's name with any value, a video's with a minute. Every write names the
//! version of the store that it knows (`If-Match`,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-kvp.html>); where another computer wrote
//! meanwhile it is refused, and written again upon the new version: puts and deletes mean the same there. Calls are signed with `SigV4A`.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::IpAddr;

use aws_sdk_cloudfrontkeyvaluestore::Client;
use aws_sdk_cloudfrontkeyvaluestore::config::endpoint::{
    DefaultResolver, Endpoint, EndpointFuture, Params, ResolveEndpoint,
};
use aws_sdk_cloudfrontkeyvaluestore::config::{BehaviorVersion, Region, SharedCredentialsProvider};
use aws_sdk_cloudfrontkeyvaluestore::error::ProvideErrorMetadata;
use aws_sdk_cloudfrontkeyvaluestore::types::{DeleteKeyRequestListItem, PutKeyRequestListItem};
use screener_account::Pace;
use screener_wire::Failure;

use super::aws_words::{is_denied, said};
use crate::Cause;

/// Entries of one `UpdateKeys` at most.
const BATCH: usize = 50;
/// Entries of one page of `ListKeys` at most.
const PAGE: i32 = 50;
/// So often a write is tried that others come before.
const TRIES: u32 = 8;

/// A client with these credentials. An address of its own, as `AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE` gives it, is used as it stands
/// where its host is an IP address: the account's number, which the SDK writes before a host, makes no address of one.
pub fn client(credentials: SharedCredentialsProvider, endpoint: Option<&str>) -> Client {
    let config = aws_sdk_cloudfrontkeyvaluestore::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(credentials);
    let config = match endpoint {
        Some(url) if is_numeric(url) => config.endpoint_resolver(AsItStands(url.to_owned())),
        Some(url) => config.endpoint_url(url),
        None => config,
    };
    Client::from_conf(config.build())
}

fn is_numeric(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, behind)| behind);
    let host = host.split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// Signs as for the store's own address, and goes to another.
#[derive(Debug)]
struct AsItStands(String);

impl ResolveEndpoint for AsItStands {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        let url = self.0.clone();
        EndpointFuture::new(async move {
            let own: Endpoint = ResolveEndpoint::resolve_endpoint(&DefaultResolver::new(), params).await?;
            Ok(own.into_builder().url(url).build())
        })
    }
}

/// The store of one stack.
#[derive(Clone, Debug)]
pub struct LinkEntries {
    client: Client,
    arn: String,
    pace: Pace,
}

impl LinkEntries {
    /// The store of an ARN. `pace` is how long is waited where another computer came before.
    pub fn of(client: Client, arn: impl Into<String>, pace: Pace) -> Self {
        Self {
            client,
            arn: arn.into(),
            pace,
        }
    }

    /// The value of an entry.
    ///
    /// # Errors
    /// `not_taken_back`, `old_token`, `no_store`.
    pub async fn get(&self, key: &str) -> Result<Option<String>, Failure> {
        let asked = self.client.get_key().kvs_arn(&self.arn).key(key).send().await;
        match asked {
            Ok(found) => Ok(Some(found.value().to_owned())),
            // A store that is gone is told from an entry that is not there by asking for the store itself.
            Err(error) if error.code() == Some(NOT_FOUND) => self.version().await.map(|_| None),
            Err(error) => Err(self.refused("GetKey", &error)),
        }
    }

    /// All entries.
    ///
    /// # Errors
    /// As [`LinkEntries::get`].
    pub async fn all(&self) -> Result<BTreeMap<String, String>, Failure> {
        let mut entries = BTreeMap::new();
        let mut token = None;
        loop {
            let asked = self.client.list_keys().kvs_arn(&self.arn).max_results(PAGE);
            let page = asked.set_next_token(token).send().await;
            let page = page.map_err(|error| self.refused("ListKeys", &error))?;
            let read = page.items().iter();
            entries.extend(read.map(|item| (item.key().to_owned(), item.value().to_owned())));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(entries);
            }
        }
    }

    /// Writes entries and takes others away, whatever was there before. An entry that is to go and is not there is none too many.
    ///
    /// # Errors
    /// `store_full`; `store_busy` where others come before each time; as [`LinkEntries::get`]. What was written before stays written.
    pub async fn change(&self, puts: &BTreeMap<String, String>, deletes: &[String]) -> Result<(), Failure> {
        let mut there = Vec::new();
        for key in deletes {
            // Taking away what is not there is an error of the whole batch.
            if self.get(key).await?.is_some() {
                there.push(key);
            }
        }
        // Room is made before it is needed.
        for batch in there.chunks(BATCH) {
            let deletes = batch.iter().map(|key| delete(key)).collect::<Result<Vec<_>, _>>()?;
            self.write(Vec::new(), deletes).await?;
        }
        let puts = puts
            .iter()
            .map(|(key, value)| put(key, value))
            .collect::<Result<Vec<_>, _>>()?;
        for batch in puts.chunks(BATCH) {
            self.write(batch.to_vec(), Vec::new()).await?;
        }
        Ok(())
    }

    /// One batch, upon whatever version is there.
    async fn write(
        &self,
        puts: Vec<PutKeyRequestListItem>,
        deletes: Vec<DeleteKeyRequestListItem>,
    ) -> Result<(), Failure> {
        for attempt in 1..=TRIES {
            let version = self.version().await?;
            let asked = self.client.update_keys().kvs_arn(&self.arn).if_match(version);
            let asked = asked.set_puts(some(puts.clone())).set_deletes(some(deletes.clone()));
            match asked.send().await {
                Ok(_) => return Ok(()),
                Err(error) if is_outrun(&error) => tokio::time::sleep(self.pace.pause(attempt)).await,
                // Another computer has taken it away since it was looked for.
                Err(error) if !deletes.is_empty() && error.code() == Some(NOT_FOUND) => {
                    return self.delete_singly(&deletes).await;
                }
                Err(error) => return Err(self.refused("UpdateKeys", &error)),
            }
        }
        Err(Cause::EntriesBusy.into())
    }

    async fn delete_singly(&self, deletes: &[DeleteKeyRequestListItem]) -> Result<(), Failure> {
        'keys: for one in deletes {
            for attempt in 1..=TRIES {
                let version = self.version().await?;
                let asked = self.client.delete_key().kvs_arn(&self.arn).key(one.key());
                match asked.if_match(version).send().await {
                    Ok(_) => continue 'keys,
                    Err(error) if error.code() == Some(NOT_FOUND) => continue 'keys,
                    Err(error) if is_outrun(&error) => tokio::time::sleep(self.pace.pause(attempt)).await,
                    Err(error) => return Err(self.refused("DeleteKey", &error)),
                }
            }
            return Err(Cause::EntriesBusy.into());
        }
        Ok(())
    }

    /// The version that a write has to name. Also whether the store is there and ready.
    ///
    /// # Errors
    /// As [`LinkEntries::get`]; `store_not_ready`.
    pub async fn version(&self) -> Result<String, Failure> {
        let asked = self.client.describe_key_value_store().kvs_arn(&self.arn).send().await;
        let store = asked.map_err(|error| self.refused("DescribeKeyValueStore", &error))?;
        match store.status() {
            Some(status) if status != "READY" => Err(Cause::EntriesNotReady {
                status: status.to_owned(),
            }
            .into()),
            _ => Ok(store.e_tag().to_owned()),
        }
    }

    fn refused<E: ProvideErrorMetadata + Error>(&self, call: &str, error: &E) -> Failure {
        let (code, words) = said(error);
        let call = call.to_owned();
        match code.as_str() {
            NOT_FOUND => Cause::NoEntries { arn: self.arn.clone() },
            "ServiceQuotaExceededException" => Cause::EntriesFull { words },
            "InvalidToken" | "InvalidClientTokenId" | "UnrecognizedClientException" => {
                Cause::OldToken { call, code, words }
            }
            _ if is_denied(&code) => Cause::EntriesDenied { call, words },
            _ => Cause::EntriesNotChanged { call, code, words },
        }
        .into()
    }
}

const NOT_FOUND: &str = "ResourceNotFoundException";

/// Another write came before.
fn is_outrun(error: &impl ProvideErrorMetadata) -> bool {
    matches!(
        error.code(),
        Some("ConflictException" | "PreconditionFailed" | "PreconditionFailedException")
    )
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn put(key: &str, value: &str) -> Result<PutKeyRequestListItem, Failure> {
    let item = PutKeyRequestListItem::builder().key(key).value(value).build();
    item.map_err(|error| unsaid(&error))
}

fn delete(key: &str) -> Result<DeleteKeyRequestListItem, Failure> {
    let item = DeleteKeyRequestListItem::builder().key(key).build();
    item.map_err(|error| unsaid(&error))
}

fn unsaid(error: &impl Error) -> Failure {
    Cause::EntriesNotChanged {
        call: "UpdateKeys".into(),
        code: "Request".into(),
        words: error.to_string(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudfrontkeyvaluestore::config::Credentials;
    use screener_testkit::control_plane::{ControlPlane, KeyValueStore, KeyValueStores, Trouble, World, Wrong};

    use super::*;

    const ARN: &str = "arn:aws:cloudfront::123456789012:key-value-store/5a4f9b9e-0000-4000-8000-000000000000";

    async fn started(world: World) -> (ControlPlane, KeyValueStores, LinkEntries) {
        let stores = KeyValueStores::default();
        stores.stores().insert(ARN.into(), KeyValueStore::default());
        let server = ControlPlane::with(world, vec![Box::new(stores.clone())]).await;
        let credentials = SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test"));
        let client = client(credentials, Some(&server.endpoint()));
        (server, stores, LinkEntries::of(client, ARN, Pace::brief()))
    }

    fn entries(count: usize) -> BTreeMap<String, String> {
        (0..count).map(|n| (format!("link{n:03}"), "x".to_owned())).collect()
    }

    #[tokio::test]
    async fn what_is_taken_back_is_written_in_batches_signed_for_every_region() {
        let (server, stores, links) = started(World::default()).await;
        links.change(&entries(120), &[]).await.unwrap();
        assert_eq!(stores.stores()[ARN].entries, entries(120));
        assert_eq!(
            stores.stores()[ARN].signed,
            "AWS4-ECDSA-P256-SHA256",
            "SigV4A, not SigV4"
        );
        assert_eq!(server.world().count("UpdateKeys"), 3);
        assert_eq!(links.all().await.unwrap().len(), 120);
        assert_eq!(links.get("link007").await.unwrap().as_deref(), Some("x"));
        assert_eq!(links.get("nobody").await.unwrap(), None);
        let gone = ["link007".to_owned(), "never there".to_owned()];
        links.change(&BTreeMap::new(), &gone).await.unwrap();
        assert_eq!(stores.stores()[ARN].entries.len(), 119);
    }

    #[tokio::test]
    async fn of_two_computers_the_later_one_writes_again() {
        let (server, stores, links) = started(World::default()).await;
        stores.stores().get_mut(ARN).unwrap().outrun = 3;
        links.change(&entries(1), &[]).await.unwrap();
        assert_eq!(server.world().count("UpdateKeys"), 4);
        assert_eq!(stores.stores()[ARN].entries, entries(1));
        stores.stores().get_mut(ARN).unwrap().outrun = 99;
        assert_eq!(links.change(&entries(1), &[]).await.unwrap_err().code, "store_busy");
    }

    #[tokio::test]
    async fn each_refusal_has_its_own_words() {
        let (server, stores, links) = started(World::default()).await;
        let change = |change: fn(&mut KeyValueStore)| change(stores.stores().get_mut(ARN).unwrap());
        change(|store| store.room = 3);
        let full = links.change(&entries(1), &[]).await.unwrap_err();
        assert_eq!(full.code, "store_full");
        assert!(full.mend.contains("rotate the key"), "{}", full.mend);
        change(|store| store.status = "PROVISIONING".into());
        assert_eq!(
            links.change(&entries(1), &[]).await.unwrap_err().code,
            "store_not_ready"
        );
        for (says, code, words) in [
            ("AccessDeniedException", "not_taken_back", "DescribeKeyValueStore"),
            ("UnrecognizedClientException", "old_token", "version 2"),
            ("ValidationException", "not_taken_back", "ValidationException"),
        ] {
            server.world().troubles = vec![Trouble {
                call: "DescribeKeyValueStore",
                after: 0,
                times: 1,
                how: Wrong::Says(403, says, "no".into()),
            }];
            let refused = links.change(&entries(1), &[]).await.unwrap_err();
            assert_eq!(refused.code, code);
            assert!(refused.message.contains(words), "{}", refused.message);
        }
        stores.stores().clear();
        assert_eq!(links.get("link000").await.unwrap_err().code, "no_store");
    }

    #[tokio::test]
    async fn an_entry_that_another_computer_took_away_is_no_trouble() {
        let (server, stores, links) = started(World::default()).await;
        links.change(&entries(3), &[]).await.unwrap();
        // It was there when it was looked for.
        server.world().troubles = vec![Trouble {
            call: "UpdateKeys",
            after: 0,
            times: 1,
            how: Wrong::Says(404, "ResourceNotFoundException", "no such key".into()),
        }];
        links.change(&BTreeMap::new(), &["link001".into()]).await.unwrap();
        assert_eq!(stores.stores()[ARN].entries.len(), 2);
        assert_eq!(server.world().count("DeleteKey"), 1);
    }

    #[test]
    fn the_accounts_number_stands_before_names_alone() {
        assert!(
            is_numeric("http://127.0.0.1:4566") && is_numeric("http://[::1]:80/path") && is_numeric("http://10.0.0.1")
        );
        assert!(!is_numeric("https://cloudfront-kvs.global.api.aws") && !is_numeric("http://localhost:4566"));
    }
}
