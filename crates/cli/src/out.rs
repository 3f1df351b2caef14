//! Printing: JSON lines or words, and a reader that has gone away is no failure.

use std::io::{ErrorKind, Write};

use screener_app::AppError;
use serde::Serialize;

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    /// JSON lines rather than words.
    pub json: bool,
}

impl Out {
    /// One JSON object on a line, with `--json` alone.
    pub fn line(self, value: &impl Serialize) {
        if self.json
            && let Ok(text) = serde_json::to_string(value)
        {
            write(&text);
        }
    }

    /// A line of words, without `--json` alone.
    pub fn words(self, text: impl AsRef<str>) {
        if !self.json {
            write(text.as_ref());
        }
    }

    /// The object with `--json`, the words without.
    pub fn either(self, value: &impl Serialize, words: impl FnOnce() -> String) {
        if self.json {
            self.line(value);
        } else {
            write(words().trim_end());
        }
    }

    /// An error, on stderr.
    pub fn error(self, error: &AppError) {
        let text = if self.json {
            serde_json::json!({ "error": error }).to_string()
        } else {
            format!("error: {}\n  {}", error.message, error.mend)
                .trim_end()
                .to_owned()
        };
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// A hint for people, on stderr.
    pub fn hint(self, text: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }
}

fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    if let Err(e) = writeln!(stdout, "{text}").and_then(|()| stdout.flush())
        && e.kind() == ErrorKind::BrokenPipe
    {
        // Whoever read has seen enough (`screener list | head -1`).
        std::process::exit(0);
    }
}

/// Seconds as `h:mm:ss`.
pub fn clock(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a film's length, clamped below"
    )]
    let whole = seconds.clamp(0.0, 1e9).round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// US dollars: whole cents, or that it is less than one.
pub fn money(dollars: f64) -> String {
    if dollars > 0.0 && dollars < 0.01 {
        "under $0.01".into()
    } else {
        format!("${dollars:.2}")
    }
}

/// Bytes in units of 1000.
pub fn size(bytes: f64) -> String {
    let mut value = bytes;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 1000.0 {
            return if unit == "B" {
                format!("{value:.0} {unit}")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}
