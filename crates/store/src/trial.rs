//! Every kind of call that the engine makes, made once: what a store cannot do, before the first film finds it out.

use std::collections::BTreeSet;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use bytes::Bytes;

use crate::abilities::{Conditions, Deletion, Learned, Pages};
use crate::checksum::{Checksum, crc_text, crc64};
use crate::connection::Store;
use crate::error::{Class, StoreError};
use crate::object_key::ObjectKey;
use crate::objects::Condition;

/// What a trial found out. What was found is also what the store is asked from now on.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The checksum that goes with objects.
    pub checksum: Result<Compared, StoreError>,
    /// Whether an object that has not changed is not sent again: `GetObject` with `If-None-Match`.
    pub unchanged: Result<bool, StoreError>,
    /// What becomes of writes under a condition.
    pub conditions: Result<Conditions, StoreError>,
    /// How listings go on.
    pub pages: Result<Pages, StoreError>,
    /// The checksum that goes with parts.
    pub parts: Result<Checksum, StoreError>,
    /// Whether unfinished multipart uploads can be listed.
    pub unfinished: Result<bool, StoreError>,
    /// How objects are deleted.
    pub deletion: Result<Deletion, StoreError>,
    /// How many rules for pages elsewhere the bucket has; `None` where the store knows none.
    pub cors: Result<Option<usize>, StoreError>,
}

/// A checksum, and whether the store compares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What goes over the wire.
    pub checksum: Checksum,
    /// A wrong one is refused.
    pub compared: bool,
}

/// Lines of a page in a trial, and objects that it lists: more than one page.
const PAGE: i32 = 2;
const OBJECTS: usize = 3;

/// Pages after which a listing of [`OBJECTS`] objects should have ended.
const PAGES: usize = 2 * OBJECTS;

struct Room<'a> {
    store: &'a Store,
    folder: &'a str,
}

impl Store {
    /// Makes every kind of call in a folder of its own (`videos/…/`, with its slash), and leaves nothing there unless it cannot
    /// be deleted. About thirty small requests.
    pub async fn try_out(&self, folder: &str) -> Trial {
        let room = Room { store: self, folder };
        let before = self.abilities();
        let checksum = room.checksum().await;
        if checksum.is_err() {
            self.learn(Learned::Checksum(before.checksum));
        }
        let unchanged = room.unchanged().await;
        let conditions = room.conditions().await;
        if conditions.is_err() {
            self.learn(Learned::Conditions(before.conditions));
        }
        let pages = room.pages().await;
        if pages.is_err() {
            self.learn(Learned::Pages(before.pages));
        }
        let parts = Box::pin(room.parts()).await;
        let unfinished = room.unfinished().await;
        let deletion = room.deletion().await;
        if deletion.is_err() {
            self.learn(Learned::Deletion(before.deletion));
        }
        Trial {
            checksum,
            unchanged,
            conditions,
            pages,
            parts,
            unfinished,
            deletion,
            cors: self.cors().await,
        }
    }

    /// How many CORS rules the bucket has; `None` where the store knows none.
    async fn cors(&self) -> Result<Option<usize>, StoreError> {
        let answer = self.client().get_bucket_cors().bucket(self.bucket()).send().await;
        match answer {
            Ok(answer) => Ok(Some(answer.cors_rules().len())),
            Err(error) if error.code() == Some("NoSuchCORSConfiguration") => Ok(Some(0)),
            Err(error) => match StoreError::from_sdk("GetBucketCors", &error) {
                // Some stores say 404 for a bucket without rules.
                error if error.class == Class::NotFound => Ok(Some(0)),
                error if error.is_of_the_way() => Ok(None),
                error => Err(error),
            },
        }
    }
}

impl Room<'_> {
    fn key(&self, name: &str) -> ObjectKey {
        ObjectKey::raw(format!("{}{name}", self.folder))
    }

    /// The first checksum that the store takes and compares; where it compares none, the first that it takes.
    async fn checksum(&self) -> Result<Compared, StoreError> {
        let (store, key) = (self.store, self.key("checksum.bin"));
        let body = Bytes::from_static(b"what is sent");
        let (mut taken, mut refused) = (None, None);
        for checksum in Checksum::ALL {
            let right = checksum.of(&body);
            match store
                .put_with(&key, body.clone(), &Condition::Any, checksum, &right)
                .await
            {
                Ok(_) => drop(taken.get_or_insert(checksum)),
                Err(error) if error.is_of_the_way() => {
                    refused.get_or_insert(error);
                    continue;
                }
                Err(error) => return Err(error),
            }
            let wrong = checksum.of(b"something else");
            match store
                .put_with(&key, body.clone(), &Condition::Any, checksum, &wrong)
                .await
            {
                Ok(_) => {}
                Err(error) if error.class == Class::Integrity || error.is_of_the_way() => {
                    return Ok(self.settle(checksum, true));
                }
                Err(error) => return Err(error),
            }
        }
        match (taken, refused) {
            (Some(checksum), _) => Ok(self.settle(checksum, false)),
            (None, Some(error)) => Err(error),
            (None, None) => Err(StoreError::new(
                Class::Other,
                "PutObject",
                "Request",
                "nothing was tried",
            )),
        }
    }

    fn settle(&self, checksum: Checksum, compared: bool) -> Compared {
        self.store.learn(Learned::Checksum(checksum));
        self.store.learn(Learned::Parts(checksum));
        self.store.prove();
        Compared { checksum, compared }
    }

    async fn unchanged(&self) -> Result<bool, StoreError> {
        let key = self.key("unchanged.json");
        let put = self.store.put(&key, Bytes::from_static(b"{}"), &Condition::Any).await?;
        Ok(self.store.get_if_other(&key, Some(&put.etag)).await?.is_none())
    }

    async fn conditions(&self) -> Result<Conditions, StoreError> {
        let (store, key) = (self.store, self.key("conditions.json"));
        // What was found before may have been mended since.
        store.learn(Learned::Conditions(Conditions::Unknown));
        let first = match store.put(&key, Bytes::from_static(b"one"), &Condition::Absent).await {
            Ok(put) => put,
            Err(error) if error.class == Class::Unconditional => {
                // Unless no write at all is taken.
                store
                    .put_looking(&key, Bytes::from_static(b"one"), &Condition::Absent)
                    .await?;
                return Ok(Conditions::Refused);
            }
            Err(error) => return Err(error),
        };
        let found = store.try_conditions(&key, Bytes::from_static(b"one")).await?;
        if found != Conditions::Kept {
            return Ok(found);
        }
        let second = match store
            .put(
                &key,
                Bytes::from_static(b"two"),
                &Condition::Matches(first.etag.clone()),
            )
            .await
        {
            Ok(put) => put,
            Err(error) if error.class == Class::Unconditional => return Ok(self.conditional(Conditions::Refused)),
            Err(error) => return Err(error),
        };
        // The first object's tag no longer stands, unless the store gives every object the same one.
        let late = Condition::Matches(first.etag.clone());
        match store.put(&key, Bytes::from_static(b"three"), &late).await {
            Ok(_) if first.etag != second.etag => Ok(self.conditional(Conditions::Ignored)),
            Err(error) if error.class != Class::Precondition => Err(error),
            _ => Ok(found),
        }
    }

    fn conditional(&self, found: Conditions) -> Conditions {
        self.store.learn(Learned::Conditions(found));
        found
    }

    async fn pages(&self) -> Result<Pages, StoreError> {
        self.store.learn(Learned::Pages(Pages::Tokens));
        let below = format!("{}pages/", self.folder);
        let mut wanted = BTreeSet::new();
        for number in 0..OBJECTS {
            let key = self.key(&format!("pages/{number}.json"));
            self.store.put(&key, Bytes::from_static(b"{}"), &Condition::Any).await?;
            wanted.insert(key.as_str().to_owned());
        }
        let (mut listed, mut next) = (BTreeSet::new(), None);
        for _ in 0..PAGES {
            let (page, further) = self.store.page(&below, None, next, Some(PAGE)).await?;
            listed.extend(page.objects.into_iter().map(|object| object.key));
            next = further;
            if next.is_none() {
                break;
            }
        }
        let folders = self.store.list(self.folder, Some("/")).await?.folders;
        if listed != wanted || next.is_some() || !folders.contains(&below) {
            let words = format!("{} of {OBJECTS} objects were listed", listed.len());
            return Err(StoreError::new(Class::Other, "ListObjectsV2", "ListingDiffers", words));
        }
        Ok(self.store.abilities().pages)
    }

    async fn parts(&self) -> Result<Checksum, StoreError> {
        let (store, key) = (self.store, self.key("parts.bin"));
        let body = Bytes::from(vec![7; 64 << 10]);
        let crc = crc_text(crc64(&body));
        let mut tried = 0;
        loop {
            let upload = store.begin(&key).await?;
            tried += 1;
            let made = async {
                let part = store.part(&upload, 1, body.clone()).await?;
                store.complete(&upload, &[part], &crc).await
            };
            match made.await {
                Ok(_) => return Ok(upload.checksum),
                Err(error) => {
                    // What is wrong is said, not that it could not be given up as well.
                    let _ = store.abort(&upload).await;
                    if tried >= Checksum::ALL.len() {
                        return Err(error);
                    }
                    match error.class {
                        Class::OtherChecksum => {}
                        // It says another checksum than that of the bytes, which so few bytes do not come to by damage: moto says
                        // CRC32 under the name of CRC32C.
                        Class::Integrity => store.learn(Learned::Parts(upload.checksum.next())),
                        _ => return Err(error),
                    }
                }
            }
        }
    }

    async fn unfinished(&self) -> Result<bool, StoreError> {
        let upload = self.store.begin(&self.key("unfinished.bin")).await?;
        let listed = self.store.uploads(self.folder).await;
        self.store.abort(&upload).await?;
        match listed {
            Ok(listed) => Ok(listed.iter().any(|one| one.upload.id == upload.id)),
            Err(error) if error.class == Class::Denied || error.is_of_the_way() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn deletion(&self) -> Result<Deletion, StoreError> {
        self.store.learn(Learned::Deletion(Deletion::Batch));
        let keys = self.left().await?;
        self.store.delete(&keys).await?;
        let mut left = self.left().await?;
        if !left.is_empty() && self.store.abilities().deletion != Deletion::Single {
            // A batch that is taken and not carried out.
            self.store.learn(Learned::Deletion(Deletion::Single));
            self.store.delete(&left).await?;
            left = self.left().await?;
        }
        if left.is_empty() {
            return Ok(self.store.abilities().deletion);
        }
        let words = format!("{} objects are still listed", left.len());
        Err(StoreError::new(Class::Other, "DeleteObject", "NotDeleted", words))
    }

    async fn left(&self) -> Result<Vec<ObjectKey>, StoreError> {
        let listed = self.store.list(self.folder, None).await?.objects;
        Ok(listed.into_iter().map(|object| ObjectKey::raw(object.key)).collect())
    }
}
