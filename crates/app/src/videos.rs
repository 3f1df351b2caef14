//! The library: the videos that destinations hold.
//!
//! This file looks, shows, renames, replaces and removes; `poster_choice` makes another frame the poster; `video_view` is what is shown
//! of a video.

pub(crate) mod poster_choice;
pub(crate) mod video_view;

use std::path::PathBuf;

use screener_ladder::Wishes;
use screener_store::ObjectKey;

use self::video_view::{VideoView, view};
use crate::cause::Cause;
use crate::films::film_frame::data_url;
use crate::publishing::{AcceptedView, intake};
use crate::typed_ids::video_id;
use crate::{App, Result};

impl App {
    /// Every video, newest first, as last seen; [`App::refresh`] looks again.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn library(&self) -> Result<Vec<VideoView>> {
        let destinations = self.engine().destinations().await?;
        Ok(self
            .engine()
            .videos(None)
            .await?
            .into_iter()
            .map(|video| view(video, &destinations))
            .collect())
    }

    /// Looks at every destination again.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn refresh(&self) -> Result<Vec<VideoView>> {
        self.engine().refresh(None).await?;
        self.library().await
    }

    /// One video.
    ///
    /// # Errors
    /// `no_such_video`.
    pub async fn show(&self, id: String) -> Result<VideoView> {
        let destinations = self.engine().destinations().await?;
        Ok(view(self.engine().video(&video_id(&id)?).await?, &destinations))
    }

    /// Gives a video another title.
    ///
    /// # Errors
    /// `no_such_video`, `wrong_title`, or what the destination refuses.
    pub async fn rename(&self, id: String, title: String) -> Result<VideoView> {
        let title = title.trim();
        if title.is_empty() || title.chars().count() > 200 || title.chars().any(char::is_control) {
            return Err(Cause::WrongTitle.into());
        }
        self.engine().rename(&video_id(&id)?, title).await?;
        self.show(id).await
    }

    /// Replaces the file behind a video; links stay.
    ///
    /// # Errors
    /// `no_such_video`, or what is wrong with the file.
    pub async fn replace(&self, id: String, file: PathBuf, wishes: Wishes) -> Result<AcceptedView> {
        let video = video_id(&id)?;
        self.engine().video(&video).await?;
        let file = intake::film(&file)?;
        self.judge_cut(&file, &wishes).await?;
        let accepted = self.engine().replace(&video, file.clone(), wishes).await?;
        Ok(AcceptedView {
            file: file.display().to_string(),
            job: Some(accepted.job.to_string()),
            id: Some(accepted.id.to_string()),
            error: None,
        })
    }

    /// Removes a video: at once unwatchable, then every object.
    ///
    /// # Errors
    /// `no_such_video`, or what the destination refuses.
    pub async fn remove(&self, id: String) -> Result<()> {
        Ok(self.engine().remove_video(&video_id(&id)?).await?)
    }

    /// The poster as a `data:image/jpeg` URL; `None` before there is one.
    ///
    /// # Errors
    /// Where the destination cannot be read.
    pub async fn poster(&self, id: String) -> Result<Option<String>> {
        let video = self.engine().video(&video_id(&id)?).await?;
        let Some(path) = &video.record.poster else {
            return Ok(None);
        };
        let destination = self.engine().destination(&video.destination).await?;
        let store = self.engine().store(&destination).await?;
        let key = ObjectKey::of(&destination.prefix, &video.record.id, path);
        let object = store.get(&key).await.map_err(screener_publish::Error::from)?;
        Ok(Some(data_url(&object.bytes)))
    }
}
