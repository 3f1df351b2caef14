//! What goes: everything of a job that is given up, or the generation that was replaced.

use screener_store::ObjectKey;

use super::state::{Driver, stopped};
use crate::engine::base::Update;
use crate::job::Event;
use crate::journal::library_rows;
use crate::link_record;
use crate::upload::sweep;

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
                let links = format!("{}{video}/", link_record::FOLDER);
                match sweep(&uploads, &folder, &first).await {
                    Ok(()) => sweep(&uploads, &links, &[]).await,
                    stopped => stopped,
                }
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
                    .call(move |t| library_rows::forget_video(t, &forgotten))
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
