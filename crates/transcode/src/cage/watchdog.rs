//! The watchdog: ends a task that makes no progress, or takes more processor time than any film needs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use screener_wire::{Cause, Event, Failure};

use crate::pulse;
use crate::session::Session;

/// Seconds without anything read or decoded.
const SILENCE: u64 = 60;

static ALLOWED: AtomicU64 = AtomicU64::new(u64::MAX);

/// `None`: no limit yet.
pub(super) fn set_processor_seconds(seconds: Option<u64>) {
    ALLOWED.store(seconds.unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Limits the processor time of an encode, now that the film's length (seconds) is known. Generous: five minutes for a
/// second of film is more than the slowest preset takes for 2160p; it is there for files that never end.
pub fn allow_processor_time(film: f64) {
    let seconds = 3600 + (film.clamp(0.0, 1e6) * 300.0) as u64;
    #[cfg(unix)]
    super::limits::processor(seconds);
    set_processor_seconds(Some(seconds));
}

/// Watches over the task from a thread of its own, which ends the process in words.
///
/// `name`: the source's, for the message.
pub fn watch(session: &Session, name: Option<&str>) {
    pulse::alive();
    let session = session.clone();
    let name = name.unwrap_or("the file").to_owned();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let used = processor_seconds();
            let allowed = ALLOWED.load(Ordering::Relaxed);
            if let Some(failure) = verdict(&name, pulse::quiet(), pulse::resting(), used, allowed) {
                session.tell(&Event::Failed(failure));
                std::process::exit(1);
            }
        }
    });
}

fn verdict(name: &str, quiet: u64, resting: bool, used: u64, allowed: u64) -> Option<Failure> {
    let name = name.to_owned();
    if used > allowed {
        Some(Cause::TooMuchTime { name, used }.into())
    } else if !resting && quiet > SILENCE {
        Some(Cause::Silence { name, quiet }.into())
    } else {
        None
    }
}

/// Processor seconds of this process so far.
fn processor_seconds() -> u64 {
    #[cfg(unix)]
    {
        // SAFETY: the structure is plain numbers, ours, and filled by the call.
        let usage = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            if libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) != 0 {
                return 0;
            }
            usage
        };
        u64::try_from(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec).unwrap_or(0)
    }
    #[cfg(not(unix))]
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_a_task_is_ended() {
        assert!(verdict("a", 60, false, 10, 300).is_none());
        assert!(verdict("a", 600, true, 10, 300).is_none(), "it waits for its parent");
        let silent = verdict("a", 61, false, 10, 300).unwrap();
        assert_eq!(silent.code, "limits");
        assert!(silent.message.contains("61 s"), "{}", silent.message);
        let greedy = verdict("a", 0, true, 301, 300).unwrap();
        assert!(greedy.message.contains("301 s of processor time"), "{}", greedy.message);
    }
}
