//! What other processes write into the journal, told to this one's subscribers.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::broadcast;

use super::base::{Engine, LOOK, Update};
use crate::ids::JobId;
use crate::job_record::JobRecord;

impl Engine {
    /// Updates from now on, wherever the jobs run: in this process or in another one. A slow listener misses some; what
    /// it needs then is in [`Engine::jobs`]. Must be called inside a tokio runtime.
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        let receiver = self.inner.updates.subscribe();
        self.watch();
        receiver
    }

    /// Looks at the journal's version from now on, as long as the engine lives. Reading one number is cheap; the journal
    /// itself is read only when that number has changed.
    pub(super) fn watch(&self) {
        let inner = Arc::downgrade(&self.inner);
        self.inner.watching.call_once(|| {
            tokio::spawn(async move {
                let mut known: HashMap<JobId, JobRecord> = HashMap::new();
                let mut seen = None;
                while let Some(inner) = inner.upgrade() {
                    let engine = Engine { inner };
                    let version = engine.inner.journal.version().ok();
                    let owned = engine.inner.turn.is_taken();
                    if seen != Some((version, owned)) {
                        let changed_elsewhere = seen.is_some();
                        seen = Some((version, owned));
                        engine.compare(&mut known, changed_elsewhere).await;
                    }
                    drop(engine);
                    tokio::time::sleep(LOOK).await;
                }
            });
        });
    }

    async fn compare(&self, known: &mut HashMap<JobId, JobRecord>, tell: bool) {
        let Ok(jobs) = self.jobs().await else { return };
        let now: HashMap<JobId, JobRecord> = jobs.into_iter().map(|j| (j.job.clone(), j)).collect();
        if tell {
            self.inner.turn.wake();
            // The owner tells its own progress as it happens; what stands in the journal is a little older.
            let mine = self.inner.turn.is_mine();
            for (job, record) in &now {
                if known.get(job) != Some(record) && !(mine && known.contains_key(job)) {
                    self.tell(Update::Job(Box::new(record.clone())));
                }
            }
            for job in known.keys().filter(|job| !now.contains_key(*job)) {
                self.tell(Update::JobGone(job.clone()));
            }
            self.tell(Update::Library);
        }
        *known = now;
    }
}
