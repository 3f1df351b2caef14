//! The time that requests are signed with: the machine's, corrected by what the store said.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;

/// The machine's clock plus an offset in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offset(pub(crate) i64);

impl aws_smithy_async::time::TimeSource for Offset {
    fn now(&self) -> SystemTime {
        let shift = Duration::from_secs(self.0.unsigned_abs());
        if self.0 < 0 {
            SystemTime::now() - shift
        } else {
            SystemTime::now() + shift
        }
    }
}

/// How far the machine's clock is behind a response's `Date`, in seconds.
pub(crate) fn behind(date: &str) -> Option<i64> {
    let theirs = DateTime::from_str(date, aws_smithy_types::date_time::Format::HttpDate)
        .ok()?
        .secs();
    let ours = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(theirs - i64::try_from(ours).ok()?)
}
