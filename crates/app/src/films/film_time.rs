//! Times in a film as people write them.

use crate::Result;
use crate::cause::Cause;

/// Seconds of a film: `83.5`, `1:23.5` or `0:01:23.5`.
///
/// # Errors
/// `wrong_time` for anything else.
pub fn film_time(text: &str) -> Result<f64> {
    seconds(text.trim()).ok_or_else(|| Cause::NoTimeInAFilm { time: text.to_owned() }.into())
}

fn seconds(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (last, before) = parts.split_last()?;
    let digits = |part: &str| !part.is_empty() && part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit());
    let mut total = 0.0;
    for (place, part) in before.iter().enumerate() {
        let number: f64 = Some(part).filter(|part| digits(part))?.parse().ok()?;
        if place > 1 || place > 0 && number >= 60.0 {
            return None;
        }
        total = (total + number) * 60.0;
    }
    let (whole, rest) = last.split_once('.').unwrap_or((last, "0"));
    let whole = if whole.is_empty() && before.is_empty() {
        "0"
    } else {
        whole
    };
    let number: f64 = Some(last).filter(|_| digits(whole) && digits(rest))?.parse().ok()?;
    (before.is_empty() || number < 60.0).then_some(total + number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, time) in [
            ("0", 0.0),
            ("83.5", 83.5),
            ("7200", 7200.0),
            ("1:23", 83.0),
            ("90:00.25", 5400.25),
            ("1:02:03.004", 3723.004),
            (" 5 ", 5.0),
            (".5", 0.5),
        ] {
            assert!((film_time(text).unwrap() - time).abs() < 1e-9, "{text}");
        }
        for text in [
            "", "-1", "+1", "1,5", "abc", "1:", ":1", "1:75", "1:60:00", "1:2:3:4", "1.5:00", "1e3", "inf", "NaN",
            "1.", ".", "1:.5", "12s", "1:-2",
        ] {
            assert_eq!(film_time(text).unwrap_err().code, "wrong_time", "{text}");
        }
    }
}
