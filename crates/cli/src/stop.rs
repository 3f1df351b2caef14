//! Being asked to stop: Ctrl-C, or a terminating signal.

/// Answers when the program is asked to stop; it listens from this call on, whenever the answer is awaited. A second Ctrl-C
/// while it stops ends it at once.
pub fn asked() -> impl Future<Output = ()> {
    let first = first();
    async {
        first.await;
        tokio::spawn(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(1);
            }
        });
    }
}

#[cfg(unix)]
fn first() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        let (Ok(mut interrupt), Ok(mut terminate)) = heard else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
fn first() -> impl Future<Output = ()> {
    let heard = tokio::signal::windows::ctrl_c();
    async {
        let Ok(mut interrupt) = heard else {
            return std::future::pending().await;
        };
        interrupt.recv().await;
    }
}
