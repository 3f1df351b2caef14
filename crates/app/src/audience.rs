//! Who has watched: access logs are read here, and become figures of links and films.
//!
//! This file asks for them; `log_reading` reads what is new, `of_link` makes figures of it, `audience_view` is what is shown.

pub(crate) mod audience_view;
mod log_reading;
pub(crate) mod of_link;

use std::collections::BTreeMap;

use screener_publish::VideoId;
use screener_stack::cost::prices;
use screener_views::{Figures, Generation, Sums, Watched, figures};

use self::audience_view::AudienceView;
use self::of_link::OfLink;
use crate::costs::ledger::Ledger;
use crate::typed_ids::video_id;
use crate::{App, Result};

/// Parts of the curve over a film.
const STRETCHES: usize = 100;

impl App {
    /// Who has watched a video, as far as its logs are read; [`App::read_logs`] reads on.
    ///
    /// # Errors
    /// `no_such_video`.
    pub async fn audience(&self, id: String) -> Result<AudienceView> {
        let video = video_id(&id)?;
        let (destination, _) = self.home(&video).await?;
        let mut view = AudienceView {
            counted: destination.names_links() && self.settings().await?.count_views,
            id,
            ..AudienceView::default()
        };
        let known = self.engine().links(Some(&video)).await?;
        let watched = self.engine().watched(Some(&video)).await?;
        let generations = self.generations(Some(&video)).await?;
        let generations = generations.get(video.as_str()).map_or(&[][..], Vec::as_slice);
        // The creator's own eyes and the doctor's have names that no record holds.
        let of_links: Vec<&Watched> = known
            .iter()
            .filter_map(|record| watched.get(&(video.to_string(), record.link.clone()?)))
            .collect();
        let shown = figures::shown(generations, of_links.iter().copied());
        let mut sums = Sums::default();
        for watched in of_links {
            sums.add(&Figures::of(watched, generations, shown, STRETCHES));
        }
        view.add(&sums, shown);
        let ledger = Ledger::of(self).await?;
        for row in ledger.rows(Some(video.as_str())) {
            view.add_traffic(row.requests, row.bytes);
        }
        view.cost = ledger.of_video(video.as_str());
        view.prices_of = prices::AS_OF.into();
        Ok(view)
    }

    /// Figures by link; of one video or of all.
    pub(crate) async fn watched(&self, video: Option<&VideoId>) -> Result<BTreeMap<String, OfLink>> {
        let generations = self.generations(video).await?;
        let mut links: BTreeMap<String, OfLink> = BTreeMap::new();
        for ((video, link), watched) in self.engine().watched(video).await? {
            let generations = generations.get(&video).map_or(&[][..], Vec::as_slice);
            let shown = figures::shown(generations, [&watched]);
            let of_link = OfLink::of(&Figures::of(&watched, generations, shown, 0));
            links.insert(link, of_link);
        }
        let ledger = Ledger::of(self).await?;
        for row in ledger.rows(video.map(VideoId::as_str)) {
            links
                .entry(row.link.clone())
                .or_default()
                .add(row.bytes, ledger.of_row(row));
        }
        Ok(links)
    }

    async fn generations(&self, video: Option<&VideoId>) -> Result<BTreeMap<String, Vec<Generation>>> {
        let times = self.engine().segment_times(video).await?;
        let shown = times
            .into_iter()
            .map(|(video, times)| (video, times.iter().map(screener_publish::SegmentTimes::shown).collect()));
        Ok(shown.collect())
    }
}
