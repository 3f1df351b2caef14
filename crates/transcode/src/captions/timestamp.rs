//! Time stamps as captions write them.

/// `01:02:03.456`, of seconds.
pub fn text(seconds: f64) -> String {
    let millis = (seconds.max(0.0) * 1000.0).round() as u64;
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", millis % 1000)
}

/// Seconds of `[hh:]mm:ss[.,]fraction`.
pub fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let mut seconds = 0.0;
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    for part in parts {
        let value: f64 = part
            .trim()
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite() && *value >= 0.0)?;
        seconds = seconds * 60.0 + value;
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_webvtt_has_them() {
        assert_eq!(text(3723.4561), "01:02:03.456");
        assert_eq!(text(-1.0), "00:00:00.000");
        assert_eq!(text(0.9996), "00:00:01.000");
    }
}
