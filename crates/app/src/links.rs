//! Links: signed here, recorded without their signatures.
//!
//! This file makes them, one or many; `conditions` turns the words for an end, an opening and a network into what a policy says: another
//! condition begins there and in `link_view`. `names` reads for whom they are, `password` locks them, `taking_back` takes them back, `listed`
//! shows what became of them. `by_hand` signs any URL, `rewriting` is what the playlist endpoint does, `qr` draws one.

pub(crate) mod by_hand;
mod conditions;
pub(crate) mod link_view;
pub(crate) mod list_of_names;
mod listed;
mod name_store;
pub(crate) mod password;
pub(crate) mod qr;
pub(crate) mod rewriting;
mod taking_back;

use std::time::Duration;

use screener_cloudfront::link_id::minute_of;
use screener_cloudfront::{LinkId, Target, Terms, link};
use screener_publish::{Destination, JobState, LinkRecord, Place, VideoId};
use zeroize::Zeroizing;

use self::conditions::terms;
use self::link_view::{LinkRequest, LinkView};
use self::password::Lock;
use crate::key_pairs::link_signer::Signer;
use crate::key_pairs::private_key::key_error;
use crate::typed_ids::video_id;
use crate::{App, AppError, Result, moment};

impl App {
    /// Makes a link.
    ///
    /// # Errors
    /// `no_such_video`, what is wrong with a condition, or what the key store refuses.
    pub async fn link(&self, request: LinkRequest) -> Result<LinkView> {
        let names = vec![request.name.clone().unwrap_or_default()];
        let mut made = self.link_many(request, names).await?;
        made.pop().ok_or_else(|| AppError::internal("no link was made"))
    }

    /// Makes one link for each of the names, on the same conditions, in their order.
    ///
    /// # Errors
    /// As [`App::link`]; none is made then.
    pub async fn link_many(&self, request: LinkRequest, names: Vec<String>) -> Result<Vec<LinkView>> {
        let names = names
            .iter()
            .map(|text| list_of_names::name(text))
            .collect::<Result<Vec<_>>>()?;
        let (destination, made) = self.make_links(&request, names).await?;
        let (records, views): (Vec<_>, Vec<_>) = made.into_iter().map(|made| (made.record, made.view)).unzip();
        self.engine().keep_links(records).await?;
        self.tell_quietly(&destination).await;
        Ok(views)
    }

    /// A link for the creator's own eyes: half a day, renewed by the player before it ends. It is not recorded, so nobody counts it.
    ///
    /// # Errors
    /// As [`App::link`].
    pub async fn watch(&self, id: String) -> Result<LinkView> {
        let request = LinkRequest {
            id,
            expires: Some("12h".into()),
            ..LinkRequest::default()
        };
        let (_, mut made) = self.make_links(&request, vec![String::new()]).await?;
        let made = made.pop().ok_or_else(|| AppError::internal("no link was made"))?;
        Ok(made.view)
    }

    async fn make_links(&self, request: &LinkRequest, names: Vec<String>) -> Result<(Destination, Vec<Made>)> {
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
        let now = moment::now();
        let minute = if destination.names_links() {
            Some(minute_of(now).max(self.first_minute(&destination, &video).await))
        } else {
            None
        };
        let making = Making {
            domain,
            prefix: destination.prefix.clone(),
            video,
            signer,
            terms,
            now,
            minute,
            still_publishing,
        };
        let password = request.password.clone().map(Zeroizing::new);
        let made = tokio::task::spawn_blocking(move || -> Result<Vec<Made>> {
            let lock = password.as_ref().map(|password| Lock::new(password)).transpose()?;
            names.into_iter().map(|name| making.one(name, lock.as_ref())).collect()
        });
        let made = made.await.map_err(AppError::internal)?;
        Ok((destination, made?))
    }

    /// Where a video is, or will be; and whether some of it is still to come.
    pub(crate) async fn home(&self, video: &VideoId) -> Result<(Destination, bool)> {
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

    /// Reads what other computers said of links; of one video or of all. What cannot be reached is left as it was.
    ///
    /// # Errors
    /// `no_such_video`.
    pub async fn sync_links(&self, id: Option<String>) -> Result<()> {
        let video = id.as_deref().map(video_id).transpose()?;
        let destinations = match &video {
            Some(video) => vec![self.home(video).await?.0],
            None => self.engine().destinations().await?,
        };
        for destination in destinations {
            self.sync_quietly(&destination, video.as_ref()).await;
        }
        Ok(())
    }

    async fn sync_quietly(&self, destination: &Destination, video: Option<&VideoId>) {
        // Nobody else writes into the local destination; what it has to be told waits until it is served.
        let alone = destination.place == Place::Local;
        let synced = async {
            if alone {
                self.tell_quietly(destination).await;
            } else {
                self.engine().sync_links(destination, video).await?;
            }
            self.align(destination).await
        };
        match tokio::time::timeout(PATIENCE, synced).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(
                    code = error.code,
                    message = error.message,
                    "the records of links could not be read"
                );
            }
            Err(_) => tracing::warn!(
                destination = destination.name,
                "the records of links did not come in time"
            ),
        }
    }

    /// Brings into a destination's bucket what it has to know of links. What does not get there waits in the journal.
    async fn tell_quietly(&self, destination: &Destination) {
        if destination.place == Place::Local && self.local().find().await.is_none() {
            return;
        }
        let told = tokio::time::timeout(PATIENCE, self.engine().tell_links(destination)).await;
        match told {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the records of links wait"),
            Err(_) => tracing::warn!(destination = destination.name, "the records of links wait"),
        }
    }

    /// What has to be said with a link, if anything: a local one plays only while the edge runs.
    pub async fn link_hint(&self, link: &LinkView) -> Option<String> {
        let local = screener_edge::domain(self.local().folder()).is_some_and(|domain| link.page.contains(&domain));
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

/// How long records may take on their way: a link is made without them, and they follow.
const PATIENCE: Duration = Duration::from_secs(10);

struct Made {
    record: LinkRecord,
    view: LinkView,
}

/// What links of one kind have in common.
struct Making {
    domain: String,
    prefix: String,
    video: VideoId,
    signer: Signer,
    terms: Terms,
    now: i64,
    /// The minute that their names carry; without one they are plain.
    minute: Option<u32>,
    still_publishing: bool,
}

impl Making {
    fn one(&self, name: String, lock: Option<&Lock>) -> Result<Made> {
        let own = self
            .minute
            .map(|minute| LinkId::made(minute, LinkId::random(self.now).random_part()));
        let target = Target {
            domain: &self.domain,
            prefix: &self.prefix,
            video_id: self.video.as_str(),
            link: own,
        };
        let Signer { key, id, hash } = &self.signer;
        let link = link(key, id, *hash, &target, &self.terms).map_err(|e| key_error(&e))?;
        let page = match lock {
            Some(lock) => link
                .page
                .with_fragment(&lock.locked(link.page.fragment().unwrap_or_default())?),
            None => link.page,
        };
        let ip = self.terms.network.map(|network| network.to_string());
        let own = own.map(|own| own.to_string());
        Ok(Made {
            record: LinkRecord {
                video: self.video.clone(),
                link: own.clone(),
                name: name.clone(),
                made: self.now,
                expires: self.terms.ends,
                opens: self.terms.opens,
                ip: ip.clone(),
                password: lock.is_some(),
                taken_back: None,
                changed: self.now,
            },
            view: LinkView {
                id: self.video.to_string(),
                link: lock.is_none().then(|| link.playlist.into_exposed()),
                page: page.into_exposed(),
                l: own,
                name,
                expires: moment::rfc3339(self.terms.ends),
                opens: self.terms.opens.map(moment::rfc3339),
                ip,
                password: lock.is_some(),
                still_publishing: self.still_publishing,
            },
        })
    }
}
