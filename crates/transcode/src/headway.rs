//! How far the work is, told a few times a second.

use std::time::{Duration, Instant};

use screener_wire::Event;

use crate::session::Session;

/// Tells how far the work is, a few times a second.
pub struct Headway {
    session: Session,
    duration: Option<f64>,
    began: Instant,
    from: Option<f64>,
    told: Instant,
}

impl Headway {
    /// Of a film of so many seconds, where that is known.
    pub fn new(session: Session, duration: Option<f64>) -> Self {
        let now = Instant::now();
        Self {
            session,
            duration,
            began: now,
            from: None,
            told: now,
        }
    }

    /// The work has come to this second.
    pub fn at(&mut self, position: f64) {
        let from = *self.from.get_or_insert(position);
        if self.told.elapsed() < Duration::from_millis(250) {
            return;
        }
        self.told = Instant::now();
        let done = self
            .duration
            .filter(|duration| *duration > 0.0)
            .map_or(0.0, |duration| (position / duration).clamp(0.0, 0.999));
        let speed = (position - from) / self.began.elapsed().as_secs_f64().max(0.001);
        self.session.tell(&Event::Progress { done, position, speed });
    }
}
