//! When CloudFront's flat plan would be cheaper. It is only said: Screener takes no plan, for under one a distribution cannot be deleted
//! before the month ends, and whether a plan allows key groups AWS says nowhere.

use super::bill::{Bill, Free, bill};
use super::prices::pro;
use super::used::{Sent, Setup, Used};
use super::world::World;

/// A month with the plan beside the same month without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlatPlan {
    /// US dollars a month for the plan itself.
    pub price: f64,
    /// US dollars that it saves: what it would take the place of, less its price. Negative where it is dearer.
    pub saves: f64,
    /// Whether what was used is within what the plan allows.
    pub fits: bool,
}

impl FlatPlan {
    /// The plan *Pro* for a month of which this is the bill.
    pub fn pro(used: &Used, bill: &Bill) -> Self {
        let replaced: f64 = bill
            .lines
            .iter()
            .filter(|line| line.item.in_flat_plans())
            .map(|line| line.dollars)
            .sum();
        let sent = used.all_sent();
        Self {
            price: pro::MONTH,
            saves: replaced - pro::MONTH,
            fits: sent.bytes <= pro::TRANSFER && sent.requests <= pro::REQUESTS,
        }
    }

    /// Whether it would be cheaper.
    pub fn pays(&self) -> bool {
        self.fits && self.saves > 0.0
    }
}

/// From how many views a month on, each of which sends this much, the plan *Pro* would be cheaper than paying for what is used, the free part
/// among it. `None` where so many views are more than the plan allows.
pub fn pays_from(setup: &Setup, world: World, view: Sent) -> Option<u64> {
    if view.bytes <= 0.0 || view.requests <= 0.0 {
        return None;
    }
    let pays = |views: u64| {
        let used = Used::sent(world, view.times(views as f64));
        bill(setup, &used, Free::Monthly).is_some_and(|bill| FlatPlan::pro(&used, &bill).saves > 0.0)
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below ten million, and not negative"
    )]
    let most = (pro::TRANSFER / view.bytes).min(pro::REQUESTS / view.requests) as u64;
    if !pays(most) {
        return None;
    }
    // More views never cost less, so the first that pays is found by halving.
    let (mut dear, mut cheap) = (0, most);
    while cheap - dear > 1 {
        let middle = dear + (cheap - dear) / 2;
        if pays(middle) {
            cheap = middle;
        } else {
            dear = middle;
        }
    }
    Some(cheap)
}
