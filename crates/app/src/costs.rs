//! What it costs: films to keep, their views, the month so far. All of it is AWS's list prices times what was counted or is assumed,
//! and is shown as "about", with the prices' date.
//!
//! This file is asked; `tariff` says what a destination's parts cost, `ledger` what was sent did, `cost_view` is what is shown.

pub(crate) mod cost_view;
pub(crate) mod ledger;
pub(crate) mod tariff;

use screener_publish::Video;
use screener_stack::cost::prices::{self, free};
use screener_stack::cost::{FlatPlan, Free, Used};
use screener_views::Month;

use self::cost_view::{CostView, FilmCostView, PlaceCostView};
use self::ledger::Ledger;
use self::tariff::Tariff;
use crate::typed_ids::video_id;
use crate::{App, Result, moment};

/// Views of which the price is told where nobody says of how many.
const VIEWS: u32 = 100;

impl App {
    /// What one film costs, or all of them and the month so far. `views`: of how many the price is told, 100 unless it is said.
    ///
    /// # Errors
    /// `no_such_video`.
    pub async fn cost(&self, id: Option<String>, views: Option<u32>) -> Result<CostView> {
        let only = id.as_deref().map(video_id).transpose()?;
        let videos = match &only {
            Some(id) => vec![self.engine().video(id).await?],
            None => self.engine().videos(None).await?,
        };
        let ledger = Ledger::of(self).await?;
        let now = moment::now();
        let month = Month::of(u64::try_from(now).unwrap_or_default() * 1000);
        let views = views.unwrap_or(VIEWS).max(1);
        Ok(CostView {
            prices_of: prices::AS_OF.into(),
            month: month.to_string(),
            places: match only {
                Some(_) => Vec::new(),
                None => places(&ledger, month.number(), moment::share_of_month(now)),
            },
            films: videos.iter().map(|video| film(&ledger, video, views)).collect(),
        })
    }
}

/// What each destination on AWS costs this month, of which `elapsed` is over, 0 to 1.
fn places(ledger: &Ledger, month: u32, elapsed: f64) -> Vec<PlaceCostView> {
    let mut places = Vec::new();
    for (name, tariff) in ledger.tariffs() {
        let Tariff::Aws { .. } = tariff else { continue };
        let used = ledger.month(name, month);
        let kept = Used::stored(ledger.stored(name));
        let (Some(sent), Some(listed), Some(storage)) = (
            tariff.price(&used, Free::Monthly),
            tariff.price(&used, Free::None),
            tariff.price(&kept, Free::Monthly),
        ) else {
            continue;
        };
        // What a few hours were like says nothing of a month.
        let projected = (elapsed * 31.0 >= 1.0).then(|| used.times(1.0 / elapsed));
        let ahead = projected.as_ref().and_then(|used| tariff.bill(used, Free::Monthly));
        let plan = projected
            .as_ref()
            .zip(ahead.as_ref())
            .map(|(used, bill)| FlatPlan::pro(used, bill));
        places.push(PlaceCostView {
            destination: name.clone(),
            storage,
            sent,
            listed,
            free_left: (1.0 - used.all_sent().bytes / free::TRANSFER).clamp(0.0, 1.0),
            projected: ahead.map(|bill| bill.total() + storage),
            plan_saves: plan.filter(FlatPlan::pays).map(|plan| plan.saves),
        });
    }
    places
}

fn film(ledger: &Ledger, video: &Video, views: u32) -> FilmCostView {
    let record = &video.record;
    let tariff = ledger.tariff(&video.destination);
    let view = tariff::one_view(&record.rungs);
    let of_views = |count: f64, free| tariff.views(&view?, count, free);
    FilmCostView {
        id: record.id.to_string(),
        title: record.title.clone(),
        destination: video.destination.clone(),
        place: tariff.place(),
        storage: tariff.keep(record.bytes),
        publishing: tariff.publish(&record.rungs),
        views,
        views_cost: of_views(f64::from(views), Free::None),
        views_cost_alone: of_views(f64::from(views), Free::Monthly),
        view_bytes: view.map(|view| view.sent.bytes),
        view_least: view.map(|view| view.least),
        view_most: view.map(|view| view.most),
        free_views: view.filter(|_| tariff.is_aws()).map(|view| tariff::free_views(&view)),
        plan_from: view.and_then(|view| tariff.plan_from(&view)),
        so_far: ledger.of_video(record.id.as_str()),
    }
}
