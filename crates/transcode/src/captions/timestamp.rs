//! Time stamps as captions write them, and as people write captions.

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

/// One time that stands alone: `0:00:01.50`.
pub fn point(text: &str) -> Option<f64> {
    stamp(text)
        .filter(|(_, rest)| rest.trim().is_empty())
        .map(|(stamp, _)| stamp.seconds)
}

/// A line that says when: two times, and what stands behind them.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing<'a> {
    /// Seconds; may be negative.
    pub start: f64,
    /// Seconds; may lie before the start.
    pub end: f64,
    /// The rest of the line.
    pub rest: &'a str,
}

/// `00:01:02,500 --> 00:01:04,000`, however it was typed: with one dash, with full-width signs, with blanks inside, without
/// hours or fractions.
pub fn timing(line: &str) -> Option<Timing<'_>> {
    let (start, rest) = stamp(line)?;
    let behind = rest.trim_start_matches(|c: char| c.is_whitespace() || is_arrow(c));
    let between = &rest[..rest.len() - behind.len()];
    // An entity, from a text that went through a web page.
    let (points, behind) = match behind.strip_prefix("&gt;") {
        Some(behind) => (true, behind),
        None => (between.contains(['>', '→', '⟶', '⇒', '＞', '›', '»']), behind),
    };
    let (end, rest) = stamp(behind)?;
    // Without a head the line could be a text that speaks of two times: then both must be written out.
    (points || (start.whole && end.whole)).then_some(Timing {
        start: start.seconds,
        end: end.seconds,
        rest: rest.trim_start(),
    })
}

/// Whether a line that is none of [`timing`] was meant to be one: an arrow with a number on each side, and a colon.
pub fn was_meant(line: &str) -> bool {
    // The line was cut off.
    if stamp(line).is_some_and(|(stamp, rest)| stamp.whole && rest.chars().all(|c| c.is_whitespace() || is_arrow(c))) {
        return true;
    }
    let arrows = ["-->", "->", "→", "--&gt;", "-&gt;", "＞"];
    let Some((before, behind)) = arrows.iter().find_map(|arrow| line.split_once(arrow)) else {
        return false;
    };
    let number = |text: &str| text.trim_start().starts_with(|c: char| digit(c).is_some());
    let colon = |text: &str| text.contains([':', '：', ';']);
    number(before) && colon(before) && (number(behind) || colon(behind) || behind.trim().is_empty())
}

struct Stamp {
    seconds: f64,
    /// Hours, minutes, seconds and a fraction.
    whole: bool,
}

fn is_arrow(c: char) -> bool {
    matches!(
        c,
        // The comma is that of SubViewer.
        ',' | '-' | '–' | '—' | '−' | '－' | '‐' | '=' | '~' | '>' | '→' | '⟶' | '⇒' | '＞' | '›' | '»'
    )
}

fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        // Arabic and Persian digits.
        '\u{660}'..='\u{669}' => Some(c as u32 - 0x660),
        '\u{6F0}'..='\u{6F9}' => Some(c as u32 - 0x6F0),
        // What text recognition makes of a zero.
        'O' | 'o' => Some(0),
        _ => None,
    }
}

/// One time at the beginning of `text`, and what follows it. Blanks may stand around the signs between its numbers.
fn stamp(text: &str) -> Option<(Stamp, &str)> {
    let text = text.trim_start();
    let (negative, mut rest) = match text.strip_prefix(['-', '−', '－']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    // A letter that could be a zero begins no time.
    if rest.starts_with(['O', 'o']) && !rest[1..].starts_with(|c| digit(c).is_some() || c == ':') {
        return None;
    }
    let mut numbers: Vec<f64> = Vec::new();
    let mut fraction = None;
    loop {
        let (value, digits, behind) = number(rest)?;
        numbers.push(value);
        rest = behind;
        let next = rest.trim_start();
        let Some(sign) = next.chars().next() else { break };
        let after = next[sign.len_utf8()..].trim_start();
        if !after.starts_with(|c| digit(c).is_some()) {
            break;
        }
        match sign {
            ':' | '：' | ';' | '；' | '∶' | '︰' if numbers.len() < 3 => rest = after,
            // `00:00:01:500`.
            ',' | '.' | '，' | '．' | '。' | '、' | '٫' | '،' | ':' | '：' | ';' | '；'
                if numbers.len() >= 2 && digits <= 3 =>
            {
                let (value, digits, behind) = number(after)?;
                let colon = matches!(sign, ':' | '：' | ';' | '；');
                // Two digits behind a colon are frames, of which no one says how many make a second.
                let unit = if colon && digits < 3 {
                    25.0
                } else {
                    10_f64.powi(digits as i32)
                };
                fraction = Some((value / unit).min(0.999));
                rest = behind;
                break;
            }
            _ => break,
        }
    }
    if !(2..=3).contains(&numbers.len()) {
        return None;
    }
    let seconds = numbers.iter().fold(0.0, |sum, number| sum * 60.0 + number) + fraction.unwrap_or(0.0);
    Some((
        Stamp {
            seconds: if negative { -seconds } else { seconds },
            whole: numbers.len() == 3 && fraction.is_some(),
        },
        rest,
    ))
}

/// A number at the beginning, how many digits it has, what follows. Nobody's film has more than five digits of anything but
/// fractions.
fn number(text: &str) -> Option<(f64, usize, &str)> {
    let (mut value, mut digits, mut bytes) = (0.0, 0, 0);
    for c in text.chars() {
        let Some(d) = digit(c) else { break };
        value = value * 10.0 + f64::from(d);
        digits += 1;
        bytes += c.len_utf8();
    }
    (1..=9).contains(&digits).then(|| (value, digits, &text[bytes..]))
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

    #[test]
    fn typed_by_people() {
        let table = [
            ("00:00:00,200 --> 00:00:00,800", 0.2, 0.8, ""),
            ("00:00:00,200 -> 00:00:00,800", 0.2, 0.8, ""),
            ("00:00:00.200--&gt;00:00:00.800", 0.2, 0.8, ""),
            ("00:00:00,200 -&gt; 00:00:00,800", 0.2, 0.8, ""),
            ("00：00：01,000 --> 00：00：01,500", 1.0, 1.5, ""),
            ("００：００：０１，０００ ー> ", f64::NAN, 0.0, ""),
            ("００：００：０１，０００ --＞ ００：００：０２，５００", 1.0, 2.5, ""),
            ("00: 00: 01,700 --> 00: 00: 02,200", 1.7, 2.2, ""),
            ("00 : 00 : 01 , 700 --> 00 : 00 : 02 , 200", 1.7, 2.2, ""),
            ("0:0:3.5 --> 0:0:4 X1:0 Y1:9", 3.5, 4.0, "X1:0 Y1:9"),
            (
                "00:01.000 --> 00:02.000 line:0 align:start",
                1.0,
                2.0,
                "line:0 align:start",
            ),
            ("01:02,5 → 01:03,5", 62.5, 63.5, ""),
            ("00:00:20 --> 00:00:24", 20.0, 24.0, ""),
            ("00:00:0,500 --> 00:00:2,00", 0.5, 2.0, ""),
            ("00:00:01:500 --> 00:00:02:750", 1.5, 2.75, ""),
            ("00;00;01,500 — 00;00;02,750", 1.5, 2.75, ""),
            ("00:00:01,000 00:00:02,000", 1.0, 2.0, ""),
            ("0:00:01.000,0:00:02.000", 1.0, 2.0, ""),
            ("-00:00:01,000 --> 00:00:02,000", -1.0, 2.0, ""),
            ("0O:00:01,000 - -> 00:00:02,000", 1.0, 2.0, ""),
            ("00:00:05,000 --> 00:00:02,000", 5.0, 2.0, ""),
            ("٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٠٠٠", 1.0, 2.0, ""),
        ];
        for (line, start, end, rest) in table {
            match timing(line) {
                Some(found) => assert_eq!(found, Timing { start, end, rest }, "{line}"),
                None => assert!(start.is_nan(), "{line}"),
            }
        }
    }

    #[test]
    fn no_times_at_all() {
        for line in [
            "at --> all",
            "10:00 - 11:00 breakfast",
            "from 10:00 -> 11:00",
            "5 -> 6",
            "Oh: 12 -> 13",
            "o",
            "-",
            "12:34",
            "00:00:19werwer,580 --> 00:00:21,000",
        ] {
            assert_eq!(timing(line), None, "{line}");
        }
        assert!(was_meant("00:00:19werwer,580 --> 00:00:21,000"));
        for line in [
            "00:0x:19 -> 00:00:21",
            "00:00:01 -->",
            "00:00:01,500 --",
            "00:00:01,500",
        ] {
            assert!(was_meant(line), "{line}");
        }
        assert!(!was_meant("from 10:00 -> 11:00") && !was_meant("5 -> 6") && !was_meant("go -> there"));
    }
}
