//! A template's text, YAML or JSON, as plain values: short tags (`!Sub`) become what they are short for (`Fn::Sub`).
//!
//! Scalars are read as CloudFormation reads them, which is YAML 1.1: a plain `on` is a boolean, `"on"` is a text, and a date is a text.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, SpannedEventReceiver, Tag};
use serde_json::{Map, Number, Value};

use crate::mistakes::Mistakes;

/// Deeper than any template; a text of nothing but brackets must not end the process.
const DEEPEST: usize = 64;

/// Reads a text that is one document.
pub(crate) fn read(text: &str) -> Result<Value, Mistakes> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        // YAML takes no tabs between JSON's words.
        if let Ok(value) = serde_json::from_str(text) {
            return Ok(value);
        }
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    if let Err(error) = parser.load(&mut builder, true) {
        let mark = error.marker();
        return Err(Mistakes::one(place(mark.line(), mark.col()), error.info()));
    }
    if let Some(mistakes) = builder.failed {
        return Err(mistakes);
    }
    builder
        .whole
        .ok_or_else(|| Mistakes::one("line 1", "there is nothing in this text"))
}

fn place(line: usize, column: usize) -> String {
    format!("line {line}, column {}", column + 1)
}

/// A list or a map that is not whole yet, with the tag that stood before it.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

#[derive(Default)]
struct Builder {
    open: Vec<(Open, Option<String>)>,
    whole: Option<Value>,
    failed: Option<Mistakes>,
}

impl Builder {
    fn fail(&mut self, span: Span, what: impl Into<String>) {
        self.failed
            .get_or_insert_with(|| Mistakes::one(place(span.start.line(), span.start.col()), what));
    }

    fn tag(&mut self, tag: Option<&Tag>, span: Span) -> Option<String> {
        let tag = tag?;
        if tag.is_yaml_core_schema() {
            return None;
        }
        let known = tag.handle == "!" && !tag.suffix.is_empty();
        if !known {
            self.fail(
                span,
                format!("the tag {}{} is no function of CloudFormation", tag.handle, tag.suffix),
            );
        }
        known.then(|| tag.suffix.clone())
    }

    fn begin(&mut self, open: Open, tag: Option<&Tag>, span: Span) {
        let tag = self.tag(tag, span);
        if self.open.len() >= DEEPEST {
            self.fail(span, "this is nested too deeply to be a template");
        }
        if self.failed.is_none() {
            self.open.push((open, tag));
        }
    }

    fn end(&mut self, span: Span) {
        match self.open.pop() {
            Some((Open::List(items), tag)) => self.add(long(tag, Value::Array(items)), span),
            Some((Open::Map(map, _), tag)) => self.add(long(tag, Value::Object(map)), span),
            None => {}
        }
    }

    fn add(&mut self, value: Value, span: Span) {
        match self.open.last_mut() {
            None if self.whole.is_some() => self.fail(span, "a template is one document, and here begins another"),
            None => self.whole = Some(value),
            Some((Open::List(items), _)) => items.push(value),
            Some((Open::Map(map, waiting), _)) => match waiting.take() {
                Some(key) => {
                    map.insert(key, value);
                }
                None => {
                    let key = match value {
                        Value::String(text) => Some(text),
                        Value::Number(number) => Some(number.to_string()),
                        Value::Bool(truth) => Some(truth.to_string()),
                        _ => None,
                    };
                    match key {
                        Some(key) if map.contains_key(&key) => self.fail(span, format!("{key} stands here twice")),
                        Some(key) => *waiting = Some(key),
                        None => self.fail(span, "the name of an entry is a text"),
                    }
                }
            },
        }
    }
}

impl<'input> SpannedEventReceiver<'input> for Builder {
    fn on_event(&mut self, event: Event<'input>, span: Span) {
        if self.failed.is_some() {
            return;
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if anchor != 0 {
                    self.fail(span, "CloudFormation knows no anchors");
                }
                let core = tag.as_deref().is_some_and(Tag::is_yaml_core_schema);
                let tag = self.tag(tag.as_deref(), span);
                let plain = style == ScalarStyle::Plain && !core;
                let value = if plain {
                    scalar(&text)
                } else {
                    Value::String(text.into_owned())
                };
                self.add(long(tag, value), span);
            }
            Event::SequenceStart(anchor, tag) => {
                if anchor != 0 {
                    self.fail(span, "CloudFormation knows no anchors");
                }
                self.begin(Open::List(Vec::new()), tag.as_deref(), span);
            }
            Event::MappingStart(anchor, tag) => {
                if anchor != 0 {
                    self.fail(span, "CloudFormation knows no anchors");
                }
                self.begin(Open::Map(Map::new(), None), tag.as_deref(), span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(_) => self.fail(span, "CloudFormation knows no aliases"),
            _ => {}
        }
    }
}

/// `!Sub x` is `{"Fn::Sub": x}`; `!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`.
fn long(tag: Option<String>, value: Value) -> Value {
    let Some(tag) = tag else { return value };
    let value = match (tag.as_str(), value) {
        ("GetAtt", Value::String(text)) => match text.split_once('.') {
            Some((piece, attribute)) => Value::from(vec![piece, attribute]),
            None => Value::String(text),
        },
        (_, value) => value,
    };
    let name = match tag.as_str() {
        "Ref" | "Condition" => tag,
        _ => format!("Fn::{tag}"),
    };
    Value::Object(Map::from_iter([(name, value)]))
}

fn scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        _ => {}
    }
    // Only what is written back as it stood: `007` and `1_000` are no numbers here.
    if let Some(whole) = text.parse::<i64>().ok().filter(|whole| whole.to_string() == text) {
        return Value::from(whole);
    }
    let decimal = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let number = text.parse::<f64>().ok().filter(|_| decimal && text.contains('.'));
    match number.and_then(Number::from_f64) {
        Some(number) if number.to_string() == text => Value::Number(number),
        _ => Value::String(text.to_owned()),
    }
}
