//! The library: what destinations hold.

use std::path::PathBuf;

use screener_publish::catalog::VideoState as State;
use screener_publish::{Destination, ObjectKey, Video, VideoId};

use crate::view::{AcceptedView, RungView, VideoState, VideoView, WishesView};
use crate::{App, AppError, Result, convert, cost, intake, when};

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
            return Err(AppError::new(
                "wrong_title",
                "A title has 1 to 200 characters, on one line.",
                "Write another title.",
            ));
        }
        self.engine().rename(&video_id(&id)?, title).await?;
        self.show(id).await
    }

    /// Replaces the file behind a video; links stay.
    ///
    /// # Errors
    /// `no_such_video`, or what is wrong with the file.
    pub async fn replace(&self, id: String, file: PathBuf, wishes: WishesView) -> Result<AcceptedView> {
        let video = video_id(&id)?;
        self.engine().video(&video).await?;
        let file = intake::film(&file)?;
        let accepted = self.engine().replace(&video, file.clone(), wishes.into()).await?;
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
        Ok(Some(crate::files::data_url(&object.bytes)))
    }
}

pub(crate) fn video_id(text: &str) -> Result<VideoId> {
    text.parse().map_err(|e| {
        AppError::new(
            "no_such_video",
            format!("{e}."),
            "`screener list` lists the videos there are.",
        )
    })
}

fn view(video: Video, destinations: &[Destination]) -> VideoView {
    let record = video.record;
    let monthly_cost = destinations
        .iter()
        .find(|known| known.name == video.destination)
        .and_then(|known| cost::monthly(known, record.bytes));
    VideoView {
        id: record.id.to_string(),
        title: record.title,
        state: match record.state {
            State::Publishing => VideoState::Publishing,
            State::Live => VideoState::Live,
        },
        duration: record.duration,
        created: record.created,
        destination: video.destination,
        bytes: record.bytes as f64,
        rungs: record
            .rungs
            .into_iter()
            .map(|track| RungView {
                name: track.name,
                kind: convert::kind(track.kind).into(),
                encoded: 1.0,
                stored: 1.0,
                copied: track.copied,
                bit_rate: Some(track.average as f64),
                bytes: Some(track.bytes as f64),
            })
            .collect(),
        newest_link_ends: video.newest_link_ends.map(when::rfc3339),
        monthly_cost,
    }
}
