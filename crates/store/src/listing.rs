//! What lies below a prefix, page by page.

use aws_sdk_s3::types::{CommonPrefix, Object};

use crate::abilities::{Learned, Pages};
use crate::connection::Store;
use crate::error::StoreError;

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Entity tag.
    pub etag: String,
    /// When it was written, milliseconds since the Unix epoch by the store's clock.
    pub modified: i64,
}

/// A listing.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Objects.
    pub objects: Vec<Listed>,
    /// Common prefixes, where a delimiter was given; each ends with it.
    pub folders: Vec<String>,
}

/// Where a listing goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Further {
    /// With this token.
    Token(String),
    /// After this key or common prefix.
    After(String),
}

/// A moment of the store's.
pub(crate) fn milliseconds(moment: Option<&aws_smithy_types::DateTime>) -> Option<i64> {
    moment?.to_millis().ok()
}

impl Listing {
    fn of(objects: &[Object], prefixes: &[CommonPrefix]) -> Self {
        let objects = objects.iter().map(|o| Listed {
            key: o.key().unwrap_or_default().to_owned(),
            bytes: u64::try_from(o.size().unwrap_or(0)).unwrap_or(0),
            etag: o.e_tag().unwrap_or_default().to_owned(),
            modified: milliseconds(o.last_modified()).unwrap_or(i64::MAX),
        });
        Self {
            objects: objects.collect(),
            folders: prefixes.iter().filter_map(|p| p.prefix().map(str::to_owned)).collect(),
        }
    }

    /// The last of it, in the order of a listing.
    fn last(&self) -> Option<String> {
        let object = self.objects.last().map(|o| &o.key);
        object.max(self.folders.last()).cloned()
    }
}

impl Store {
    /// Everything below a prefix; with `/` as delimiter, one level of it.
    pub async fn list(&self, prefix: &str, delimiter: Option<&str>) -> Result<Listing, StoreError> {
        let (mut listing, mut next) = self.list_page(prefix, delimiter, None).await?;
        while next.is_some() {
            let page;
            (page, next) = self.list_page(prefix, delimiter, next).await?;
            listing.objects.extend(page.objects);
            listing.folders.extend(page.folders);
        }
        Ok(listing)
    }

    /// A page of what [`Store::list`] lists, and where the next one begins. A store that has no tokens is asked for what comes
    /// after the last key; then a page may tell again what another one told.
    pub async fn list_page(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        from: Option<Further>,
    ) -> Result<(Listing, Option<Further>), StoreError> {
        self.page(prefix, delimiter, from, None).await
    }

    /// The same with at most so many lines; the store's own number where none is named.
    pub(crate) async fn page(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        from: Option<Further>,
        most: Option<i32>,
    ) -> Result<(Listing, Option<Further>), StoreError> {
        let token = match (from, self.abilities().pages) {
            (Some(Further::After(key)), _) => return self.page_after(prefix, delimiter, Some(key), most).await,
            (None, Pages::Markers) => return self.page_after(prefix, delimiter, None, most).await,
            (Some(Further::Token(token)), _) => Some(token),
            (None, Pages::Tokens) => None,
        };
        let answer = self
            .client()
            .list_objects_v2()
            .bucket(self.bucket())
            .prefix(prefix)
            .set_delimiter(delimiter.map(str::to_owned))
            .set_continuation_token(token.clone())
            .set_max_keys(most)
            .send()
            .await;
        let answer = match answer.map_err(|e| StoreError::from_sdk("ListObjectsV2", &e)) {
            Ok(answer) => answer,
            Err(error) if token.is_none() && error.is_of_the_way() => {
                // Where the older call is refused as well, it is the first refusal that says why.
                let page = self.page_after(prefix, delimiter, None, most).await;
                let page = page.map_err(|_| error)?;
                self.learn(Learned::Pages(Pages::Markers));
                return Ok(page);
            }
            Err(error) => return Err(error),
        };
        let listing = Listing::of(answer.contents(), answer.common_prefixes());
        if answer.is_truncated() != Some(true) {
            return Ok((listing, None));
        }
        match answer.next_continuation_token {
            Some(next) if token.as_ref() != Some(&next) => Ok((listing, Some(Further::Token(next)))),
            // It goes on and does not say where, or says the same again.
            _ => {
                self.learn(Learned::Pages(Pages::Markers));
                let last = listing.last();
                Ok((listing, last.map(Further::After)))
            }
        }
    }

    async fn page_after(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        key: Option<String>,
        most: Option<i32>,
    ) -> Result<(Listing, Option<Further>), StoreError> {
        let answer = self
            .client()
            .list_objects()
            .bucket(self.bucket())
            .prefix(prefix)
            .set_delimiter(delimiter.map(str::to_owned))
            .set_marker(key)
            .set_max_keys(most)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("ListObjects", &e))?;
        let listing = Listing::of(answer.contents(), answer.common_prefixes());
        let truncated = answer.is_truncated() == Some(true);
        let last = listing.last();
        let next = answer.next_marker.or(last).filter(|_| truncated);
        Ok((listing, next.map(Further::After)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_page_is_a_key_or_a_folder() {
        let object = |key: &str| Object::builder().key(key).build();
        let folder = |prefix: &str| CommonPrefix::builder().prefix(prefix).build();
        let last = |objects: &[Object], folders: &[CommonPrefix]| Listing::of(objects, folders).last();
        assert_eq!(last(&[], &[]), None);
        assert_eq!(last(&[object("a/1"), object("a/2")], &[]), Some("a/2".into()));
        assert_eq!(last(&[object("a/2")], &[folder("a/b/")]), Some("a/b/".into()));
        assert_eq!(last(&[object("a/z")], &[folder("a/b/")]), Some("a/z".into()));
    }
}
