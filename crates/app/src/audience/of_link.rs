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
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "no link is sent 2^53 bytes")]
    pub(super) fn add_bytes(&mut self, bytes: u64) {
        self.bytes += bytes as f64;
    }
}
