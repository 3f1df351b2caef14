//! Moments as people write them.

use jiff::Timestamp;

use crate::Result;
use crate::cause::Cause;

/// Seconds since 1970, now.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A moment: `7d`, `12h`, `30m`, `45s` or `2w` from `now`, RFC 3339, or seconds since 1970.
///
/// # Errors
/// `wrong_time` for anything else.
pub(crate) fn parse(text: &str, now: i64) -> Result<i64> {
    let text = text.trim();
    let wrong = || Cause::NotAMoment { text: text.to_owned() };
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text
            .parse()
            .ok()
            .filter(|seconds| Timestamp::from_second(*seconds).is_ok())
            .ok_or_else(|| wrong().into());
    }
    if let Some(unit) = text.chars().last()
        && let Some(seconds) = match unit {
            's' => Some(1),
            'm' => Some(60),
            'h' => Some(3600),
            'd' => Some(86_400),
            'w' => Some(7 * 86_400),
            _ => None,
        }
        && let number = &text[..text.len() - 1]
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        return number
            .parse::<i64>()
            .ok()
            .and_then(|count| count.checked_mul(seconds))
            .and_then(|length| now.checked_add(length))
            .filter(|moment| Timestamp::from_second(*moment).is_ok())
            .ok_or_else(|| wrong().into());
    }
    text.parse::<Timestamp>()
        .map(Timestamp::as_second)
        .map_err(|_| wrong().into())
}

/// RFC 3339, UTC, whole seconds.
pub(crate) fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |moment| moment.to_string())
}

/// How much of a moment's month is over, 0 to 1; months are those of UTC, as bills have them.
pub(crate) fn share_of_month(seconds: i64) -> f64 {
    let Ok(moment) = Timestamp::from_second(seconds) else {
        return 1.0;
    };
    let moment = moment.to_zoned(jiff::tz::TimeZone::UTC);
    let hours = f64::from(moment.day() - 1) * 24.0 + f64::from(moment.hour());
    hours / (f64::from(moment.days_in_month()) * 24.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_goes_by() {
        // 2026-11-01, 2026-11-16 and 2026-11-30T23:59:59, each in UTC.
        for (seconds, share) in [
            (1_793_491_200, 0.0),
            (1_794_787_200, 0.5),
            (1_796_083_199, 719.0 / 720.0),
        ] {
            assert!((share_of_month(seconds) - share).abs() < 1e-9, "{seconds}");
        }
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now = 1_800_000_000;
        for (text, moment) in [
            ("7d", now + 604_800),
            ("12h", now + 43_200),
            ("30m", now + 1800),
            ("0s", now),
            ("2w", now + 1_209_600),
            ("1767290400", 1_767_290_400),
            ("2026-01-01T18:00:00Z", 1_767_290_400),
            ("2026-01-01T19:00:00+01:00", 1_767_290_400),
        ] {
            assert_eq!(parse(text, now).unwrap(), moment, "{text}");
        }
        for text in [
            "",
            "d",
            "-1d",
            "1.5h",
            "tomorrow",
            "2026-01-01",
            "2026-01-01T18:00:00",
            "99999999999999999999",
            "9999999999999999d",
            "7ü",
        ] {
            assert_eq!(parse(text, now).unwrap_err().code, "wrong_time", "{text}");
        }
        assert_eq!(rfc3339(1_767_290_400), "2026-01-01T18:00:00Z");
    }
}
