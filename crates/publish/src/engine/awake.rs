//! Keeps the computer awake while jobs run. Where the system cannot be asked, jobs run all the same.

use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

/// A wish not to fall asleep by idling, held while it is kept. A lid that is closed still closes.
#[derive(Default)]
pub(super) struct Awake(Mutex<State>);

#[derive(Default)]
struct State {
    kept: bool,
    asked: Option<mpsc::Sender<bool>>,
}

impl Awake {
    pub(super) fn keep(&self, awake: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.kept == awake {
            return;
        }
        state.kept = awake;
        // The system is asked over D-Bus, which blocks and must not hold up the queue.
        let asked = state.asked.get_or_insert_with(|| {
            let (asked, wishes) = mpsc::channel();
            if let Err(error) = std::thread::Builder::new()
                .name("keep-awake".into())
                .spawn(move || follow(&wishes))
            {
                tracing::debug!(%error, "the computer may fall asleep");
            }
            asked
        });
        // A thread that could not be started hears nothing.
        let _ = asked.send(awake);
    }
}

fn follow(wishes: &mpsc::Receiver<bool>) {
    let mut held = None;
    while let Ok(awake) = wishes.recv() {
        held = awake.then(ask).flatten();
    }
    drop(held);
}

fn ask() -> Option<keepawake::KeepAwake> {
    let asked = keepawake::Builder::default()
        .idle(true)
        .reason("Publishing a video")
        .app_name("Screener")
        .app_reverse_domain("dev.screener")
        .create();
    match asked {
        Ok(held) => Some(held),
        Err(error) => {
            tracing::info!(%error, "the computer may fall asleep while jobs run");
            None
        }
    }
}
