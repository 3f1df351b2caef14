//! What goes: everything of a job that is given up, or the generation that was replaced.

use super::{Driver, Event, stopped};
use crate::journal::{objects, shelf};
use crate::upload::{Stopped, Uploads};
use crate::{ObjectKey, Update};

impl Driver {
    /// Removes what the job left in the bucket. What is under way ends first, so that nothing arrives after the broom.
    pub(super) async fn empty(&mut self) {
        self.leaving.cancel();
        self.waiting.clear();
        while self.tasks.join_next().await.is_some() {}
        self.leaving = tokio_util::sync::CancellationToken::new();
        self.uploads = None;
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let folder = ObjectKey::of(&self.destination.prefix, &self.row.video, "")
            .as_str()
            .to_owned();
        let replaces = self.machine.replaces.is_some();
        let generation = format!("{folder}{}/", self.machine.generation);
        let claim = self.claiming();
        let (engine, destination, video) = (self.engine.clone(), self.destination.clone(), self.row.video.clone());
        self.spawn(async move {
            let removed = if replaces {
                sweep(&uploads, &generation, &[]).await
            } else {
                let first = [
                    ObjectKey::of(&destination.prefix, &video, "index.m3u8"),
                    ObjectKey::of(&destination.prefix, &video, "video.json"),
                ];
                sweep(&uploads, &folder, &first).await
            };
            if let Err(why) = removed {
                return stopped(why);
            }
            if replaces && let Err(why) = claim.take_back(&uploads).await {
                return stopped(why);
            }
            let gone = if replaces { &generation } else { &folder };
            engine.invalidate_or_keep(&destination, gone, &video).await;
            if !replaces {
                let forgotten = video.clone();
                if let Err(error) = engine
                    .inner
                    .journal
                    .call(move |t| shelf::forget_video(t, &forgotten))
                    .await
                {
                    tracing::warn!(%error, "the library's cache still shows a video that is gone");
                }
                engine.tell(Update::Library);
            }
            Some(Event::Emptied)
        });
    }

    /// Removes the generation that was replaced.
    pub(super) async fn remove_old(&mut self) {
        let Some(old) = self.machine.replaces else { return };
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let folder = ObjectKey::of(&self.destination.prefix, &self.row.video, &format!("{old}/"))
            .as_str()
            .to_owned();
        let (engine, destination, video) = (self.engine.clone(), self.destination.clone(), self.row.video.clone());
        let claim = self.claiming();
        self.spawn(async move {
            if let Err(why) = sweep(&uploads, &folder, &[]).await {
                return stopped(why);
            }
            engine.invalidate_or_keep(&destination, &folder, &video).await;
            if let Err(why) = claim.take_back(&uploads).await {
                return stopped(why);
            }
            Some(Event::OldRemoved)
        });
    }
}

/// Deletes `first` in its order, then everything below a folder until nothing is listed any more, and gives up its multipart uploads.
pub(crate) async fn sweep(uploads: &Uploads, folder: &str, first: &[ObjectKey]) -> Result<(), Stopped> {
    for key in first {
        uploads.persist(0, || uploads.store.delete_one(key)).await?;
    }
    let (destination, below) = (uploads.destination.clone(), folder.to_owned());
    let dangling = uploads
        .journal
        .read(move |t| objects::uploads_below(t, &destination, &below))
        .await?;
    for upload in dangling {
        uploads.persist(0, || uploads.store.abort(&upload)).await?;
        let destination = uploads.destination.clone();
        uploads
            .journal
            .call(move |t| objects::forget_upload(t, &destination, upload.key.as_str()))
            .await?;
    }
    loop {
        let (listing, _) = uploads
            .persist(0, || uploads.store.list_page(folder, None, None))
            .await?;
        if listing.objects.is_empty() {
            return Ok(());
        }
        let keys: Vec<ObjectKey> = listing.objects.into_iter().map(|o| ObjectKey::raw(o.key)).collect();
        uploads.persist(0, || uploads.store.delete(&keys)).await?;
    }
}
