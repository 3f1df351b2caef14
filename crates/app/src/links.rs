//! Links: signed here, recorded without their signatures.
//!
//! This file makes and lists them; `conditions` turns the words for an end, an opening and a network into what a policy says: another
//! condition begins there and in `link_view`. `by_hand` signs any URL, `rewriting` is what the playlist endpoint does, `qr` draws one.

pub(crate) mod by_hand;
mod conditions;
pub(crate) mod link_view;
pub(crate) mod qr;
pub(crate) mod rewriting;

use screener_cloudfront::{Target, link};
use screener_publish::{Destination, JobState, LinkRecord, VideoId};

use self::conditions::terms;
use self::link_view::{LinkRecordView, LinkRequest, LinkView};
use crate::key_pairs::private_key::key_error;
use crate::typed_ids::video_id;
use crate::{App, Result, moment};

impl App {
    /// Makes a link.
    ///
    /// # Errors
    /// `no_such_video`, what is wrong with a condition, or what the key store refuses.
    pub async fn link(&self, request: LinkRequest) -> Result<LinkView> {
        let made = self.make_link(&request).await?;
        let record = made.record.clone();
        self.engine().record_link(record).await?;
        Ok(made.view)
    }

    /// A link for the creator's own eyes: half a day, renewed by the player before it ends. It is not recorded.
    ///
    /// # Errors
    /// As [`App::link`].
    pub async fn watch(&self, id: String) -> Result<LinkView> {
        let request = LinkRequest {
            id,
            expires: Some("12h".into()),
            opens: None,
            ip: None,
        };
        Ok(self.make_link(&request).await?.view)
    }

    async fn make_link(&self, request: &LinkRequest) -> Result<Made> {
        let video = video_id(&request.id)?;
        let (destination, still_publishing) = self.home(&video).await?;
        let default = format!("{}d", self.settings().await?.link_days);
        let expires = request.expires.as_deref().unwrap_or(&default);
        let terms = terms(expires, request.opens.as_deref(), request.ip.as_deref())?;
        let domain = match destination.front() {
            Some((domain, _)) => domain.to_owned(),
            None => self.local().domain().await?,
        };
        let signer = self.signer(&destination).await?;
        let target = Target {
            domain: &domain,
            prefix: &destination.prefix,
            video_id: video.as_str(),
        };
        let link = link(&signer.key, &signer.id, signer.hash, &target, &terms).map_err(|e| key_error(&e))?;
        let ip = terms.network.map(|network| network.to_string());
        Ok(Made {
            record: LinkRecord {
                video,
                made: moment::now(),
                expires: terms.ends,
                opens: terms.opens,
                ip: ip.clone(),
            },
            view: LinkView {
                id: request.id.clone(),
                link: link.playlist.into_exposed(),
                page: link.page.into_exposed(),
                expires: moment::rfc3339(terms.ends),
                opens: terms.opens.map(moment::rfc3339),
                ip,
                still_publishing,
            },
        })
    }

    /// Where a video is, or will be; and whether some of it is still to come.
    async fn home(&self, video: &VideoId) -> Result<(Destination, bool)> {
        let job = self
            .jobs()
            .await?
            .into_iter()
            .find(|job| job.id == video.as_str() && job.state != JobState::Live);
        let known = match self.engine().video(video).await {
            Ok(known) => known,
            Err(error) => {
                let job = job.ok_or_else(|| error.failure())?;
                return Ok((self.engine().destination(&job.destination).await?, true));
            }
        };
        let publishing = known.record.state == screener_publish::catalog::VideoState::Publishing;
        Ok((self.engine().destination(&known.destination).await?, publishing))
    }

    /// Links made, newest first; of one video or of all.
    ///
    /// # Errors
    /// `no_such_video`.
    pub async fn links(&self, id: Option<String>) -> Result<Vec<LinkRecordView>> {
        let video = id.as_deref().map(video_id).transpose()?;
        let links = self.engine().links(video.as_ref()).await?;
        Ok(links
            .into_iter()
            .map(|link| LinkRecordView {
                id: link.video.to_string(),
                made: moment::rfc3339(link.made),
                expires: moment::rfc3339(link.expires),
                opens: link.opens.map(moment::rfc3339),
                ip: link.ip,
            })
            .collect())
    }

    /// What has to be said with a link, if anything: a local one plays only while the edge runs.
    pub async fn link_hint(&self, link: &LinkView) -> Option<String> {
        let local = screener_edge::domain(self.local().folder()).is_some_and(|domain| link.link.contains(&domain));
        if !local {
            return None;
        }
        self.serving_hint().await
    }

    /// What has to be said when local links do not play now.
    pub async fn serving_hint(&self) -> Option<String> {
        match self.local().find().await {
            Some(running) if running.pid != std::process::id() => None,
            _ => Some("Links to this computer play while `screener serve` runs.".into()),
        }
    }
}

struct Made {
    record: LinkRecord,
    view: LinkView,
}
