//! How many uploads at once: one more for every upload that goes well and quickly until the store asks for less, then half as
//! many, and from there on one more for every round.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::bandwidth::Bandwidth;
use crate::buffers::Buffers;
use crate::clock::Clock;

/// Uploads at once in the beginning.
const FIRST: f64 = 6.0;

/// An upload that takes longer waits for the line and not for answers: more at once would only make each one later.
const QUICK: Duration = Duration::from_secs(5);

/// The pool.
pub struct Pool {
    inner: Mutex<Inner>,
    bandwidth: Bandwidth,
    /// Memory for what is on its way.
    pub buffers: Arc<Buffers>,
}

struct Inner {
    most: f64,
    width: f64,
    taken: u32,
    waiting: VecDeque<oneshot::Sender<Place>>,
    /// Successes since the last refusal; one round of them must pass before another refusal narrows again.
    since_refusal: u32,
}

/// A place in the pool, given back when dropped.
pub struct Place {
    pool: Arc<Pool>,
}

impl Pool {
    /// At most so many uploads at once, and together so many bytes a second; `None`: no limit.
    pub fn new(most: u32, bandwidth: Option<u64>) -> Arc<Self> {
        let most = f64::from(most.max(1));
        let inner = Inner {
            most,
            width: FIRST.min(most),
            taken: 0,
            waiting: VecDeque::new(),
            since_refusal: u32::MAX,
        };
        Arc::new(Self {
            inner: Mutex::new(inner),
            bandwidth: Bandwidth::new(bandwidth),
            buffers: Arc::default(),
        })
    }

    /// New bounds.
    pub fn bound(self: &Arc<Self>, most: u32, bandwidth: Option<u64>) {
        let mut inner = self.lock();
        inner.most = f64::from(most.max(1));
        inner.width = inner.width.min(inner.most);
        drop(inner);
        self.bandwidth.bound(bandwidth);
        self.admit();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place; first come, first served.
    pub async fn enter(self: &Arc<Self>) -> Place {
        let (sender, receiver) = oneshot::channel();
        self.lock().waiting.push_back(sender);
        self.admit();
        match receiver.await {
            Ok(place) => place,
            Err(_) => unreachable!("the pool outlives those who wait: they hold it"),
        }
    }

    /// Waits until so many bytes may leave.
    pub async fn pace(&self, clock: &dyn Clock, bytes: u64) {
        self.bandwidth.pace(clock, bytes).await;
    }

    fn admit(self: &Arc<Self>) {
        loop {
            let mut inner = self.lock();
            if f64::from(inner.taken) + 1.0 > inner.width.max(1.0) {
                return;
            }
            let Some(next) = inner.waiting.pop_front() else { return };
            inner.taken += 1;
            drop(inner);
            // One who no longer waits drops the place, which gives it back.
            drop(next.send(Place { pool: self.clone() }));
        }
    }

    /// Uploads at once, now.
    #[cfg(test)]
    fn width(&self) -> usize {
        (1..=64).take_while(|n| f64::from(*n) <= self.lock().width).count()
    }
}

impl Place {
    /// The upload went well, and took so long.
    pub fn worked(self, took: Duration) {
        let mut inner = self.pool.lock();
        inner.since_refusal = inner.since_refusal.saturating_add(1);
        // Only a pool in full use says anything about its width.
        if took < QUICK && f64::from(inner.taken) + 1.0 > inner.width {
            let never_refused = inner.since_refusal == u32::MAX;
            let step = if never_refused { 1.0 } else { 1.0 / inner.width };
            inner.width = (inner.width + step).min(inner.most);
        }
    }

    /// The store asked for patience.
    pub fn was_refused(self) {
        let mut inner = self.pool.lock();
        if f64::from(inner.since_refusal) >= inner.width {
            inner.width = (inner.width / 2.0).max(1.0);
        }
        inner.since_refusal = 0;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pool.lock().taken -= 1;
        self.pool.admit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_line_is_not_divided_further() {
        let pool = Pool::new(16, None);
        let before = pool.width();
        for _ in 0..200 {
            let mut places = Vec::new();
            for _ in 0..pool.width() {
                places.push(pool.enter().await);
            }
            for place in places {
                place.worked(QUICK);
            }
        }
        assert_eq!(pool.width(), before);
    }

    #[tokio::test]
    async fn it_widens_while_all_goes_well_and_halves_when_refused() {
        let pool = Pool::new(16, None);
        for _ in 0..200 {
            let mut places = Vec::new();
            for _ in 0..pool.width() {
                places.push(pool.enter().await);
            }
            for place in places {
                place.worked(QUICK / 2);
            }
        }
        assert_eq!(pool.width(), 16);
        pool.enter().await.was_refused();
        assert_eq!(pool.width(), 8);
        // A burst of refusals is one piece of news.
        pool.enter().await.was_refused();
        assert_eq!(pool.width(), 8);
    }

    #[tokio::test]
    async fn it_finds_its_width_at_once_and_is_careful_after_a_refusal() {
        let round = async |pool: &Arc<Pool>| {
            let mut places = Vec::new();
            for _ in 0..pool.width() {
                places.push(pool.enter().await);
            }
            for place in places {
                place.worked(QUICK / 2);
            }
            pool.width()
        };
        let pool = Pool::new(64, None);
        assert_eq!(round(&pool).await, 7, "only a pool in full use widens");
        let mut entered = Vec::new();
        for wide in 8..=16 {
            while entered.len() < wide - 1 {
                entered.push(pool.enter().await);
            }
            entered.pop().expect("somebody is inside").worked(QUICK / 2);
            assert_eq!(pool.width(), wide);
        }
        drop(entered);
        pool.enter().await.was_refused();
        assert_eq!(pool.width(), 8);
        assert_eq!(round(&pool).await, 8);
    }

    #[tokio::test]
    async fn no_more_than_its_width_are_inside() {
        let pool = Pool::new(2, None);
        let (a, b) = (pool.enter().await, pool.enter().await);
        let mut third = Box::pin(pool.enter());
        assert!(futures::poll!(&mut third).is_pending());
        drop(a);
        assert!(futures::poll!(&mut third).is_ready());
        drop(b);
    }
}
