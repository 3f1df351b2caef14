//! Dates of the Gregorian calendar, in UTC, from 1970 on.

/// Milliseconds of a day.
pub(crate) const DAY: u64 = 86_400_000;

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days before each month, in a year that is no leap year.
const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

fn before_month(year: u32, month: u32) -> u32 {
    BEFORE[(month as usize - 1).min(11)] + u32::from(month > 2 && is_leap(year))
}

fn days_of_month(year: u32, month: u32) -> u32 {
    if month == 12 {
        31
    } else {
        before_month(year, month + 1) - before_month(year, month)
    }
}

/// Days from 1970-01-01 to the first of January; `year` is at least 1970.
fn before_year(year: u32) -> u32 {
    let leaps = |year: u32| year / 4 - year / 100 + year / 400;
    365 * (year - 1970) + leaps(year - 1) - leaps(1969)
}

/// Days since 1970-01-01; `None` for what is no date between 1970 and 9999.
pub(crate) fn days(year: u32, month: u32, day: u32) -> Option<u64> {
    let real =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_of_month(year, month);
    real.then(|| u64::from(before_year(year) + before_month(year, month) + day - 1))
}

/// Year and month (1 to 12) of a moment in milliseconds since 1970. Moments after the year 9999 are held to be of its end.
pub(crate) fn month(at: u64) -> (u32, u32) {
    let days = u32::try_from(at / DAY).unwrap_or(u32::MAX).min(before_year(10_000) - 1);
    let mut year = 1970 + days / 366;
    while before_year(year + 1) <= days {
        year += 1;
    }
    let day = days - before_year(year);
    let month = (1..=12).rev().find(|month| before_month(year, *month) <= day);
    (year, month.unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(2026, 11, 28), Some(20_785));
        for wrong in [
            (2026, 2, 29),
            (2100, 2, 29),
            (2026, 0, 1),
            (2026, 13, 1),
            (1969, 12, 31),
            (2026, 4, 31),
            (2026, 1, 0),
        ] {
            assert_eq!(days(wrong.0, wrong.1, wrong.2), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_day_of_two_centuries_lies_in_its_month() {
        let mut next = 0;
        for year in 1970..=2170 {
            for of_year in 1..=12 {
                for day in 1..=days_of_month(year, of_year) {
                    assert_eq!(days(year, of_year, day), Some(next));
                    assert_eq!(month(next * DAY), (year, of_year));
                    assert_eq!(month(next * DAY + DAY - 1), (year, of_year));
                    next += 1;
                }
            }
        }
    }

    #[test]
    fn the_end_of_time_is_a_month_too() {
        assert_eq!(month(u64::MAX), (9999, 12));
    }
}
