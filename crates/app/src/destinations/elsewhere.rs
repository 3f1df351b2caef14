//! Stores elsewhere whose videos are watched through the local edge.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, Weak};

use screener_edge::{Remote, RemoteObject};
use screener_publish::destination::{PREFIX, Watched};
use screener_publish::{Place, VideoId};
use screener_store::Class;
use screener_store::{ObjectKey, Store};

use crate::app::{App, Inner};

/// Finds the store of a key's video.
pub(crate) struct Elsewhere {
    app: Weak<Inner>,
    /// `None`: the video is known, and not in such a store.
    known: Mutex<HashMap<VideoId, Option<Store>>>,
}

impl std::fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Elsewhere")
    }
}

impl Elsewhere {
    pub(crate) fn new(app: Weak<Inner>) -> Self {
        Self {
            app,
            known: Mutex::default(),
        }
    }

    /// The stores that may have a video: the one that is known to, or every one that is watched through the edge.
    async fn stores(&self, video: &VideoId) -> Vec<Store> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(video) {
            return known.iter().cloned().collect();
        }
        let Some(app) = App::again(&self.app) else {
            return Vec::new();
        };
        let engine = app.engine();
        let home = engine.video(video).await.ok().map(|known| known.destination);
        let mut stores = Vec::new();
        let mut elsewhere = false;
        for destination in engine.destinations().await.unwrap_or_default() {
            let here = matches!(
                destination.place,
                Place::S3 {
                    watched: Watched::Edge,
                    ..
                }
            );
            if here && home.as_ref().is_none_or(|name| *name == destination.name) {
                elsewhere = true;
                stores.extend(engine.store(&destination).await.ok());
            }
        }
        // A store that could not be opened now is tried again by the next request.
        if home.is_some() && (!elsewhere || !stores.is_empty()) {
            self.remember(video, stores.first().cloned());
        }
        stores
    }

    fn remember(&self, video: &VideoId, store: Option<Store>) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(video.clone(), store);
    }
}

#[async_trait::async_trait]
impl Remote for Elsewhere {
    async fn get(&self, key: &str) -> std::io::Result<Option<RemoteObject>> {
        let video = key
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_prefix('/')?.split('/').next()?.parse().ok());
        let Some(video) = video else { return Ok(None) };
        let key = ObjectKey::raw(key);
        for store in self.stores(&video).await {
            match store.get(&key).await {
                Ok(object) => {
                    self.remember(&video, Some(store));
                    return Ok(Some(RemoteObject {
                        bytes: object.bytes,
                        tag: object.etag,
                        content_type: key.content_type().into(),
                        cache_control: key.cache_control().into(),
                    }));
                }
                Err(error) if error.class == Class::NotFound => {}
                Err(error) => return Err(std::io::Error::other(error.to_string())),
            }
        }
        Ok(None)
    }
}
