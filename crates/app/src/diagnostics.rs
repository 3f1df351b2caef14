//! A bundle for the makers: what is needed to find a fault, and no secret.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::{App, Result, settings, when};

/// Bytes of the newest log that go into the bundle.
const LOG: usize = 256 << 10;

impl App {
    /// Writes a bundle for the makers, without secrets, file names and titles, and answers its path.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub async fn diagnostics(&self, out: PathBuf) -> Result<String> {
        let mut text = format!(
            "Screener {} on {} {}\nwritten {}\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            when::rfc3339(when::now()),
        );
        section(&mut text, "capabilities", &self.capabilities().await?);
        section(&mut text, "settings", &self.settings().await?);
        section(&mut text, "destinations", &self.destinations().await?);
        let mut jobs = self.jobs().await?;
        for job in &mut jobs {
            job.title = "(title)".into();
            job.file = PathBuf::from(&job.file)
                .extension()
                .map_or_else(|| "(file)".into(), |kind| format!("(file).{}", kind.to_string_lossy()));
            if let Some(error) = &mut job.error {
                error.message = "(message)".into();
            }
        }
        section(&mut text, "jobs", &jobs);
        let _ = writeln!(text, "\n== videos: {}", self.library().await?.len());
        let _ = writeln!(text, "\n== log\n{}", redacted(&self.newest_log().await));
        settings::write_whole(&out, text.as_bytes()).await?;
        Ok(out.display().to_string())
    }

    async fn newest_log(&self) -> String {
        let mut newest: Option<(std::time::SystemTime, PathBuf)> = None;
        if let Ok(entries) = std::fs::read_dir(self.data_dir().join("logs")) {
            for entry in entries.flatten() {
                if let Ok(changed) = entry.metadata().and_then(|facts| facts.modified())
                    && newest.as_ref().is_none_or(|(time, _)| changed > *time)
                {
                    newest = Some((changed, entry.path()));
                }
            }
        }
        let Some((_, path)) = newest else { return String::new() };
        let bytes = tokio::fs::read(path).await.unwrap_or_default();
        String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(LOG)..]).into_owned()
    }
}

fn section(text: &mut String, name: &str, value: &impl serde::Serialize) {
    let _ = writeln!(
        text,
        "\n== {name}\n{}",
        serde_json::to_string_pretty(value).unwrap_or_default()
    );
}

/// Nothing that opens a video: values of signing parameters go.
fn redacted(log: &str) -> String {
    let mut out = String::with_capacity(log.len());
    let mut rest = log;
    while let Some(at) = ["Signature=", "Policy="]
        .iter()
        .filter_map(|name| rest.find(name).map(|at| at + name.len()))
        .min()
    {
        out.push_str(&rest[..at]);
        out.push_str("(hidden)");
        let end = rest[at..].find(|c: char| !(c.is_ascii_alphanumeric() || "-_~.%".contains(c)));
        rest = end.map_or("", |end| &rest[at + end..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn nothing_in_a_log_opens_a_video() {
        let log = "GET /a?cf-Policy=abc_~&Signature=x-y~z&Key-Pair-Id=K1 200\nno secret\nPolicy=q";
        assert_eq!(
            redacted(log),
            "GET /a?cf-Policy=(hidden)&Signature=(hidden)&Key-Pair-Id=K1 200\nno secret\nPolicy=(hidden)"
        );
    }
}
