//! What was sent, by the month in which it is billed.

use std::fmt;
use std::ops::AddAssign;

use crate::civil;

/// A month of the Gregorian calendar in UTC, as bills have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(u32);

impl Month {
    /// The month of a moment in milliseconds since 1970.
    pub fn of(at: u64) -> Self {
        let (year, month) = civil::month(at);
        Self(year * 12 + month - 1)
    }

    /// As a column of a database: `year * 100 + month`, 202611 for November 2026.
    pub fn number(self) -> u32 {
        self.year() * 100 + self.month()
    }

    /// The year, 2026.
    pub fn year(self) -> u32 {
        self.0 / 12
    }

    /// The month of the year, 1 to 12.
    pub fn month(self) -> u32 {
        self.0 % 12 + 1
    }
}

/// `2026-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

/// Requests and what was sent in answer to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Lines of the log, whatever their status and method.
    pub requests: u64,
    /// `sc-bytes`: bytes from CloudFront to viewers, headers among them.
    pub bytes: u64,
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_says_its_name() {
        let month = Month::of(1_795_824_000_000);
        assert_eq!((month.number(), month.to_string().as_str()), (202_611, "2026-11"));
    }
}
