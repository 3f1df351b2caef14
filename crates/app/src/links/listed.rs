//! What became of links: for whom, how far they have come, who watched.

use screener_publish::{LinkRecord, VideoId};

use super::link_view::{LinkRecordView, LinkState};
use crate::audience::of_link::OfLink;
use crate::typed_ids::video_id;
use crate::{App, Result, moment};

impl App {
    /// Links made, the latest end first; of one video or of all.
    ///
    /// # Errors
    /// `no_such_video`.
    pub async fn links(&self, id: Option<String>) -> Result<Vec<LinkRecordView>> {
        let video = id.as_deref().map(video_id).transpose()?;
        self.listed(video.as_ref()).await
    }

    pub(crate) async fn listed(&self, video: Option<&VideoId>) -> Result<Vec<LinkRecordView>> {
        let records = self.engine().links(video).await?;
        let watched = self.watched(video).await?;
        let now = moment::now();
        let none = OfLink::default();
        let shown = records.into_iter().map(|record| {
            let seen = record.link.as_ref().and_then(|link| watched.get(link));
            view(record, seen.unwrap_or(&none), now)
        });
        Ok(shown.collect())
    }
}

fn view(record: LinkRecord, watched: &OfLink, now: i64) -> LinkRecordView {
    LinkRecordView {
        state: state(&record, watched, now),
        link: record.link,
        id: record.video.to_string(),
        name: record.name,
        made: moment::rfc3339(record.made),
        opens: record.opens.map(moment::rfc3339),
        ends: moment::rfc3339(record.expires),
        expires: moment::rfc3339(record.expires),
        ip: record.ip,
        password: record.password,
        taken_back: record.taken_back.map(moment::rfc3339),
        views: watched.views,
        seconds: watched.seconds,
        share: watched.share,
        first_view: watched.first.map(moment::rfc3339),
        last_view: watched.last.map(moment::rfc3339),
        bytes: watched.bytes,
        cost: watched.cost,
    }
}

fn state(record: &LinkRecord, watched: &OfLink, now: i64) -> LinkState {
    if record.taken_back.is_some() {
        LinkState::TakenBack
    } else if record.expires <= now {
        LinkState::Ended
    } else if record.link.is_none() {
        LinkState::Uncounted
    } else if watched.to_the_end {
        LinkState::Watched
    } else if watched.views > 0 {
        LinkState::Opened
    } else {
        LinkState::NotOpened
    }
}
