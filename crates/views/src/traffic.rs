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

/// The city where an edge lies, by its airport: `FRA` of `FRA56-P3`. What is sent has the price of the part of the world where that is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct City([u8; 3]);

impl City {
    /// Of an edge's name, `x-edge-location`; `None` for what does not begin with three capital letters.
    pub fn of(edge: &str) -> Option<Self> {
        let letters = *edge.as_bytes().first_chunk()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// Three capital letters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for City {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Requests and what was sent in answer to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Lines of the log, whatever their status and method.
    pub requests: u64,
    /// Of them: for playlists, which the endpoint answers.
    pub playlists: u64,
    /// `sc-bytes`: bytes from CloudFront to viewers, headers among them.
    pub bytes: u64,
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.playlists = self.playlists.saturating_add(other.playlists);
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

    #[test]
    fn an_edge_lies_in_a_city() {
        for (edge, city) in [
            ("FRA56-P3", Some("FRA")),
            ("IAD", Some("IAD")),
            ("fra56", None),
            ("FR", None),
            ("-", None),
            ("FRÄ56", None),
        ] {
            assert_eq!(City::of(edge).as_ref().map(City::as_str), city, "{edge}");
        }
    }
}
