//! A bundle for the makers: what is needed to find a fault, and no secret.

mod redact;

use std::fmt::Write as _;
use std::path::PathBuf;

use self::redact::Redaction;
use super::own_files::write_whole;
use crate::{App, Result, moment};

/// Bytes of the newest log that go into the bundle.
const LOG: usize = 256 << 10;

impl App {
    /// Writes a bundle for the makers, a text, without secrets, file names and titles, and answers its path.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub async fn diagnostics(&self, out: PathBuf) -> Result<String> {
        let mut text = format!(
            "Screener {} on {} {}\nwritten {}\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            moment::rfc3339(moment::now()),
        );
        let mut redaction = Redaction::of_this_computer();
        section(&mut text, "capabilities", &self.capabilities().await?);
        section(&mut text, "settings", &self.settings().await?);
        let mut destinations = self.destinations().await?;
        for (index, destination) in destinations.iter_mut().enumerate() {
            redaction.name(&destination.name, &format!("destination-{index}"));
            let private = [
                &mut destination.bucket,
                &mut destination.domain,
                &mut destination.profile,
                &mut destination.key_pair_id,
            ];
            for value in private.into_iter().flatten() {
                redaction.name(value, &format!("destination-{index}"));
                *value = "(hidden)".into();
            }
            destination.name = format!("destination-{index}");
        }
        section(&mut text, "destinations", &destinations);
        let mut jobs = self.jobs().await?;
        for job in &mut jobs {
            redaction.film(&job.title, &job.file);
            job.title = "(title)".into();
            job.file = PathBuf::from(&job.file)
                .extension()
                .map_or_else(|| "(file)".into(), |kind| format!("(file).{}", kind.to_string_lossy()));
        }
        section(&mut text, "jobs", &jobs);
        let videos = self.library().await?;
        for video in &videos {
            redaction.name(&video.title, "(title)");
        }
        let _ = writeln!(text, "\n== videos: {}", videos.len());
        let _ = writeln!(text, "\n== log\n{}", self.newest_log().await);
        write_whole(&out, redaction.apply(&text).as_bytes()).await?;
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

#[cfg(test)]
mod tests {
    use crate::view::{DestinationForm, DestinationKind};
    use crate::{App, KeyStoreChoice, Options};
    use zeroize::Zeroizing;

    /// Everything of a creator's that must not reach the makers is put where the bundle is made of, and looked for in it.
    #[tokio::test]
    async fn a_bundle_holds_no_secret_no_name_and_no_path() {
        let home = std::env::var("HOME").unwrap_or_default();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let app = App::open(Options {
            data_dir: Some(data.clone()),
            key_store: KeyStoreChoice::File,
            passphrase: Some(Zeroizing::new("a passphrase of this test".into())),
            worker: Some(folder.path().join("no-worker")),
        })
        .await
        .unwrap();
        app.add_destination(DestinationForm {
            name: "Secret studio".into(),
            kind: DestinationKind::S3,
            bucket: Some("secret-premieres".into()),
            region: Some("eu-central-1".into()),
            endpoint: Some("https://s3.example.com".into()),
            access_key_id: Some("AKIAIOSFODNN7EXAMPLE".into()),
            secret_access_key: Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
            ..DestinationForm::default()
        })
        .await
        .unwrap();
        let film = folder.path().join("Die geheime Premiere é.mp4");
        std::fs::write(&film, b"not a film").unwrap();
        let accepted = app
            .publish(crate::view::PublishRequest {
                files: vec![film.clone()],
                title: Some("A title that nobody may know".into()),
                destination: None,
                wishes: crate::view::WishesView::default(),
            })
            .await
            .unwrap();
        assert!(accepted[0].job.is_some(), "{accepted:?}");
        let link = app.watch(accepted[0].id.clone().unwrap()).await.unwrap();
        let playlist = link.link.unwrap();
        let logs = data.join("logs");
        std::fs::create_dir_all(&logs).unwrap();
        let film = film.display().to_string();
        let log = format!(
            "GET {}\nopened {}\ncould not read {film}: gone\nthe film \"A title that nobody may know\" failed\n\
             env AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
             s3://secret-premieres/videos\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n\
             {home}/Filme/Interview zwei.mov was dropped\nAuthorization: AWS4-HMAC-SHA256 Credential=ASIA1234567890ABCDEF/2026, Signature=abcdef0123\n\
             x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLE\nwhat is left of use: 503 SlowDown\n",
            &playlist, link.page
        );
        std::fs::write(logs.join("window.log"), log).unwrap();

        let out = folder.path().join("bundle.txt");
        app.diagnostics(out.clone()).await.unwrap();
        let bundle = std::fs::read_to_string(&out).unwrap();
        let value = |name: &str| {
            let rest = playlist.split(&format!("&{name}=")).nth(1).unwrap();
            rest.split('&').next().unwrap().to_owned()
        };
        for (what, secret) in [
            ("a link's signature", value("Signature").as_str()),
            ("a link's policy", value("Policy").as_str()),
            ("an access key", "AKIAIOSFODNN7EXAMPLE"),
            ("a session's access key", "ASIA1234567890ABCDEF"),
            ("a secret access key", "wJalrXUtnFEMI"),
            ("a session token", "IQoJb3JpZ2luX2VjEXAMPLE"),
            ("a request's signature", "abcdef0123"),
            ("a private key", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"),
            ("a title", "nobody may know"),
            ("a file's name", "geheime Premiere"),
            ("a file of the log alone", "Interview zwei"),
            ("a bucket", "secret-premieres"),
            ("a destination's name", "Secret studio"),
            ("the passphrase", "passphrase of this test"),
            ("the data folder", folder.path().to_str().unwrap()),
            ("the home folder", if home.len() > 1 { home.as_str() } else { "\0" }),
        ] {
            assert!(!bundle.contains(secret), "the bundle holds {what}:\n{bundle}");
        }
        assert!(bundle.contains("503 SlowDown"), "what is of use is left:\n{bundle}");
        app.stop().await;
    }
}
