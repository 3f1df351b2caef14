//! One line of the log: the few fields that are counted.
//!
//! Source: CloudFront Developer Guide, "Standard logging reference": names of `date` and `time` (UTC, when the answer was
//! complete), `cs-…`, `sc-…` and `x-edge-request-id`, `-` for what there is not, status `000`, and the percent-encoding of what
//! a URL should not hold (`%` and `~` among it), which it states for the text form. That JSON has the same names and encoding,
//! most values as strings, and that `timestamp(ms)` is milliseconds since 1970 and `timestamp` seconds, is known from lines
//! that others have published (check): so strings and numbers, and every form of the time, are read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::civil;
use crate::traffic::City;

/// The first moment that a line may have, CloudFront's first day: 2008-11-18.
const EARLIEST: u64 = 1_226_966_400_000;
/// The first moment that no line has: 2100-01-01.
const LATEST: u64 = 4_102_444_800_000;
/// Far more than any answer has: a terabyte.
const MOST_BYTES: u64 = 1 << 40;

/// What one line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// When the answer was complete, in milliseconds since 1970; between 2008 and 2100.
    pub at: u64,
    /// `x-edge-request-id`, which no other request has.
    pub id: Option<Cow<'a, str>>,
    /// `cs-method`, e.g. `GET`.
    pub method: Cow<'a, str>,
    /// `cs-uri-stem`: the path, with its first `/`.
    pub stem: Cow<'a, str>,
    /// `cs-uri-query`, without `?`, as the log has it; empty where there was none.
    pub query: Cow<'a, str>,
    /// `sc-status`, at most 999; 0 where the viewer left before an answer.
    pub status: u16,
    /// `sc-bytes`: bytes sent, headers among them; 0 where the log says none.
    pub bytes: u64,
    /// `x-edge-location`: where the edge lies that answered; `None` where the log does not say.
    pub city: Option<City>,
}

impl<'a> Line<'a> {
    /// Reads a line, without its end. `None` for what is not a whole JSON object, has a counted field twice or of a wrong type,
    /// lacks time, method, path or status, or holds a number that cannot be true.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        // A tuple of values would pass as well where an object is read.
        if line.trim_ascii_start().first() != Some(&b'{') {
            return None;
        }
        let fields: Fields<'a> = serde_json::from_slice(line).ok()?;
        let at = fields.at()?;
        let status = fields.status.whole()?;
        let bytes = match fields.bytes {
            Value::Absent => 0,
            bytes => bytes.whole()?,
        };
        let real = (EARLIEST..LATEST).contains(&at) && status <= 999 && bytes <= MOST_BYTES;
        Some(Self {
            at: real.then_some(at)?,
            id: match fields.id {
                Value::Absent => None,
                id => Some(id.text()?),
            },
            method: fields.method.text()?,
            stem: fields.stem.text()?,
            query: match fields.query {
                Value::Absent => Cow::default(),
                query => query.text()?,
            },
            status: u16::try_from(status).ok()?,
            bytes,
            city: fields.edge.text().and_then(|edge| City::of(&edge)),
        })
    }
}

#[derive(serde::Deserialize)]
struct Fields<'a> {
    #[serde(rename = "timestamp(ms)", borrow, default)]
    milliseconds: Value<'a>,
    #[serde(borrow, default)]
    timestamp: Value<'a>,
    #[serde(borrow, default)]
    date: Value<'a>,
    #[serde(borrow, default)]
    time: Value<'a>,
    #[serde(rename = "x-edge-request-id", borrow, default)]
    id: Value<'a>,
    #[serde(rename = "cs-method", borrow, default)]
    method: Value<'a>,
    #[serde(rename = "cs-uri-stem", borrow, default)]
    stem: Value<'a>,
    #[serde(rename = "cs-uri-query", borrow, default)]
    query: Value<'a>,
    #[serde(rename = "sc-status", borrow, default)]
    status: Value<'a>,
    #[serde(rename = "sc-bytes", borrow, default)]
    bytes: Value<'a>,
    #[serde(rename = "x-edge-location", borrow, default)]
    edge: Value<'a>,
}

impl Fields<'_> {
    /// The most exact of the times that the line has.
    fn at(&self) -> Option<u64> {
        if !matches!(self.milliseconds, Value::Absent) {
            return self.milliseconds.whole();
        }
        if !matches!(self.timestamp, Value::Absent) {
            return self.timestamp.moment();
        }
        let (Value::Text(date), Value::Text(time)) = (&self.date, &self.time) else {
            return None;
        };
        Some(date_in_days(date)? * civil::DAY + time_of_day(time)?)
    }
}

/// A value as the log may have it.
#[derive(Debug, Default)]
enum Value<'a> {
    /// Not there, `null`, empty or `-`.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Whole(u64),
    Fraction(f64),
}

impl<'a> Value<'a> {
    fn of(text: Cow<'a, str>) -> Self {
        if text.is_empty() || text == "-" {
            Self::Absent
        } else {
            Self::Text(text)
        }
    }

    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn whole(&self) -> Option<u64> {
        match self {
            Self::Text(text) => decimal(text),
            Self::Whole(number) => Some(*number),
            Self::Fraction(number) if number.fract() == 0.0 => rounded(*number),
            Self::Fraction(_) | Self::Absent => None,
        }
    }

    /// Seconds since 1970, with or without a fraction, in milliseconds. A number that would lie thousands of years ahead is
    /// in milliseconds already.
    fn moment(&self) -> Option<u64> {
        const NO_SECONDS: f64 = 1e11;
        let number = match self {
            Self::Text(text) if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') => text.parse().ok()?,
            Self::Whole(number) => *number as f64,
            Self::Fraction(number) => *number,
            Self::Text(_) | Self::Absent => return None,
        };
        rounded(if number < NO_SECONDS { number * 1000.0 } else { number })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a number of zero or more")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::of(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::of(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Whole(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Fraction(number))
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Absent)
    }
}

/// Digits alone: no sign, no space.
fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what a whole number cannot hold is refused before"
)]
fn rounded(number: f64) -> Option<u64> {
    /// The last whole number of which a double knows its neighbours.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (0.0..EXACT).contains(&number).then(|| number.round() as u64)
}

/// `2026-11-28`.
fn date_in_days(text: &str) -> Option<u64> {
    let mut parts = text
        .split('-')
        .map(|part| decimal(part).and_then(|number| u32::try_from(number).ok()));
    let date = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then(|| civil::days(date.0, date.1, date.2))?
}

/// `01:42:39`, and `01:42:39.125` should it ever be so; in milliseconds.
fn time_of_day(text: &str) -> Option<u64> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = text.split(':').map(decimal);
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    decimal(fraction)?;
    let thousandths = fraction
        .bytes()
        .chain(*b"000")
        .take(3)
        .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    // 60: a leap second.
    let real = parts.next().is_none() && hours < 24 && minutes < 60 && seconds <= 60;
    real.then(|| ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: u64 = 1_795_847_172_125;

    fn line(time: &str) -> String {
        format!(
            r#"{{{time},"x-edge-location":"FRA56-P3","sc-bytes":"1834","cs-method":"GET","cs-uri-stem":"/a/b","sc-status":"206","cs(User-Agent)":"-","cs-uri-query":"l=abc","x-edge-request-id":"q==","later":{{"a":[1,"}}"]}},"none":null}}"#
        )
    }

    #[test]
    fn every_way_to_say_the_time() {
        for (time, at) in [
            (r#""timestamp(ms)":"1795847172125""#, AT),
            (r#""timestamp(ms)":1795847172125"#, AT),
            (r#""timestamp(ms)":1.795847172125e12"#, AT),
            (r#""timestamp":"1795847172.125""#, AT),
            (r#""timestamp":1795847172.125"#, AT),
            (r#""timestamp":1795847172"#, AT - 125),
            (r#""timestamp":"1795847172125""#, AT),
            (r#""date":"2026-11-28","time":"06:26:12""#, AT - 125),
            (r#""date":"2026-11-28","time":"06:26:12.125""#, AT),
            (
                r#""date":"2026-11-28","time":"06:26:12","timestamp":"1795847172.125""#,
                AT,
            ),
            (
                r#""date":"2026-11-28","time":"06:26:12","timestamp":"-","timestamp(ms)":"-""#,
                AT - 125,
            ),
        ] {
            let text = line(time);
            let read = Line::parse(text.as_bytes()).unwrap_or_else(|| panic!("{time}"));
            assert_eq!(read.at, at, "{time}");
            assert_eq!(
                (read.status, read.bytes, &*read.stem, &*read.query),
                (206, 1834, "/a/b", "l=abc")
            );
            assert_eq!((read.id.as_deref(), &*read.method), (Some("q=="), "GET"));
        }
    }

    #[test]
    fn times_that_cannot_be_true_are_no_lines() {
        for time in [
            r#""timestamp(ms)":"1795847172""#,
            r#""timestamp(ms)":-1"#,
            r#""timestamp(ms)":"-1""#,
            r#""timestamp(ms)":"+1795847172125""#,
            r#""timestamp(ms)":1795847172125.5"#,
            r#""timestamp(ms)":["1795847172125"]"#,
            r#""timestamp(ms)":true"#,
            r#""timestamp(ms)":"99999999999999999999999""#,
            r#""timestamp(ms)":1e300"#,
            r#""timestamp":"1.2.3""#,
            r#""timestamp":"nan""#,
            r#""date":"2026-02-30","time":"06:26:12""#,
            r#""date":"2026-11-28","time":"24:26:12""#,
            r#""date":"2026-11-28","time":"06:26""#,
            r#""date":"2026-11-28","time":"06:26:12.""#,
            r#""date":"2026-11-28""#,
            r#""timestamp(ms)":"1795847172125","timestamp(ms)":"1795847172125""#,
            r#""other":1"#,
        ] {
            assert_eq!(Line::parse(line(time).as_bytes()), None, "{time}");
        }
    }

    #[test]
    fn absent_values_and_escapes() {
        let text = r#" {"timestamp(ms)":1795847172125,"cs-method":"GET","cs-uri-stem":"\/a\u002Fb","sc-status":0,"cs-uri-query":"l\u003dabc\u0026x","x-edge-request-id":"-"} "#;
        let read = Line::parse(text.as_bytes()).unwrap();
        assert_eq!(
            (&*read.stem, &*read.query, read.id, read.bytes, read.status),
            ("/a/b", "l=abc&x", None, 0, 0)
        );
    }

    #[test]
    fn a_line_cut_anywhere_is_no_line() {
        let whole = line(r#""timestamp(ms)":"1795847172125""#);
        for length in 0..whole.len() {
            assert_eq!(Line::parse(&whole.as_bytes()[..length]), None, "{length}");
        }
        assert_eq!(Line::parse(format!("{whole}{whole}").as_bytes()), None);
        assert_eq!(
            Line::parse(br#"["1795847172125","-","-","-","-","GET","/a","-","200","1"]"#),
            None
        );
    }
}
