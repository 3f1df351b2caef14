//! The figures of one link.

use screener_views::Figures;

/// What is known of who watched through one link. Times are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OfLink {
    pub(crate) views: u32,
    pub(crate) seconds: f64,
    pub(crate) share: f64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    pub(crate) to_the_end: bool,
    pub(crate) bytes: f64,
    /// US dollars; `None` where nothing was sent, or the price is not known.
    pub(crate) cost: Option<f64>,
}

impl OfLink {
    pub(super) fn of(figures: &Figures) -> Self {
        let seconds = |milliseconds: u64| i64::try_from(milliseconds / 1000).ok();
        Self {
            views: figures.views,
            seconds: figures.seconds,
            share: figures.share,
            first: figures.first.and_then(seconds),
            last: figures.last.and_then(seconds),
            to_the_end: figures.to_the_end,
            bytes: 0.0,
            cost: None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "no link is sent 2^53 bytes")]
    pub(super) fn add(&mut self, bytes: u64, cost: Option<f64>) {
        self.bytes += bytes as f64;
        if let Some(cost) = cost {
            *self.cost.get_or_insert(0.0) += cost;
        }
    }
}
