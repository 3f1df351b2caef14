//! Destinations: the local one, AWS's, S3-compatible stores.

use screener_cloudfront::KeyPairId;
use screener_publish::destination::{Credentials, Digest, LOCAL, PREFIX, Watched};
use screener_publish::{Destination, Place};
use zeroize::Zeroizing;

use crate::view::{DestinationForm, DestinationKind, DestinationView, DoctorView};
use crate::{App, AppError, Result, sign};

/// Name of the setting that holds the default destination's name.
const DEFAULT: &str = "default-destination";

impl App {
    /// Every destination, the local one first.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn destinations(&self) -> Result<Vec<DestinationView>> {
        let default = self.default_destination().await?;
        Ok(self
            .engine()
            .destinations()
            .await?
            .iter()
            .map(|one| view(one, &default))
            .collect())
    }

    /// Name of the destination that is used when none is named.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn default_destination(&self) -> Result<String> {
        let kept = self.engine().setting(DEFAULT).await?;
        let Some(name) = kept else { return Ok(LOCAL.into()) };
        Ok(self
            .engine()
            .destination(&name)
            .await
            .map_or_else(|_| LOCAL.into(), |known| known.name))
    }

    /// Makes a destination the one that is used when none is named.
    ///
    /// # Errors
    /// `no_such_destination`.
    pub async fn set_default_destination(&self, name: String) -> Result<()> {
        self.engine().destination(&name).await?;
        Ok(self.engine().set_setting(DEFAULT, Some(&name)).await?)
    }

    /// Adds a destination, or changes the one of that name. Its secrets go into the key store.
    ///
    /// # Errors
    /// What is missing or wrong, in words.
    pub async fn add_destination(&self, form: DestinationForm) -> Result<DestinationView> {
        let destination = destination(&form)?;
        if let Some(path) = &form.key_file {
            let id = form
                .key_pair_id
                .clone()
                .ok_or_else(|| missing("--key-pair-id", "the id under which CloudFront knows the key"))?;
            let key = sign::read_key(std::path::Path::new(path)).await?;
            self.keep_pair(id, &key, &destination.name).await?;
        } else if let Some((_, id)) = destination.front()
            && !self.engine().key_pairs().await?.iter().any(|pair| pair.id == id)
        {
            return Err(missing("--key", "the private half of that key pair"));
        }
        if let Some(secret) = &form.secret_access_key {
            let secret = Zeroizing::new(secret.as_bytes().to_vec());
            self.inner.keys.set(destination.secret_name(), secret).await?;
        }
        self.engine().keep_destination(destination.clone()).await?;
        if form.default {
            self.set_default_destination(destination.name.clone()).await?;
        }
        Ok(view(&destination, &self.default_destination().await?))
    }

    /// Forgets a destination and the secrets kept for it; what is stored there stays.
    ///
    /// # Errors
    /// `no_such_destination`, `in_use`.
    pub async fn remove_destination(&self, name: String) -> Result<()> {
        if name == LOCAL {
            return Err(AppError::new(
                "in_use",
                "This computer is always a destination.",
                "Make another one the default: `screener destination add … --default`.",
            ));
        }
        let destination = self.engine().destination(&name).await?;
        self.engine().forget_destination(&name).await?;
        if matches!(credentials(&destination), Some(Credentials::Keys { .. })) {
            self.inner.keys.remove(destination.secret_name()).await?;
        }
        for pair in self
            .engine()
            .key_pairs()
            .await?
            .into_iter()
            .filter(|pair| pair.destination == name)
        {
            self.inner.keys.remove(pair.secret_name()).await?;
            self.engine().forget_key_pair(&pair.id).await?;
        }
        Ok(())
    }

    /// Uploads, reads back, signs, fetches as a viewer, cleans up.
    ///
    /// # Errors
    /// `no_such_destination`. What is broken is part of the answer.
    pub async fn test_destination(&self, name: String) -> Result<DoctorView> {
        self.walk(name, true).await
    }

    /// The delivery chain as a viewer walks it; `None` is the default destination.
    ///
    /// # Errors
    /// `no_such_destination`. What is broken is part of the answer.
    pub async fn doctor(&self, destination: Option<String>) -> Result<DoctorView> {
        let name = match destination {
            Some(name) => name,
            None => self.default_destination().await?,
        };
        self.walk(name, false).await
    }
}

fn credentials(destination: &Destination) -> Option<&Credentials> {
    match &destination.place {
        Place::Aws { credentials, .. } | Place::S3 { credentials, .. } => Some(credentials),
        Place::Local => None,
    }
}

fn missing(what: &str, why: &str) -> AppError {
    AppError::new(
        "incomplete",
        format!("The destination needs {what}: {why}."),
        format!("Add it with {what}."),
    )
}

fn wanted(value: Option<&String>, what: &str, why: &str) -> Result<String> {
    value
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .ok_or_else(|| missing(what, why))
}

fn destination(form: &DestinationForm) -> Result<Destination> {
    let bucket = wanted(form.bucket.as_ref(), "--bucket", "where the films are stored")?;
    let credentials = match (&form.access_key_id, &form.profile) {
        (Some(id), _) => {
            wanted(
                form.secret_access_key.as_ref(),
                "SCREENER_SECRET_ACCESS_KEY",
                "the secret half of the access key",
            )?;
            Credentials::Keys {
                access_key_id: id.clone(),
            }
        }
        (None, Some(name)) => Credentials::Profile { name: name.clone() },
        (None, None) => Credentials::Chain,
    };
    let key_pair_id = form
        .key_pair_id
        .as_deref()
        .map(sign::key_pair)
        .transpose()?
        .map(|id: KeyPairId| id.to_string());
    let place = match form.kind {
        DestinationKind::Local => {
            return Err(AppError::new(
                "wrong_kind",
                "This computer is a destination already.",
                "Add one of kind aws or s3.",
            ));
        }
        DestinationKind::Aws => Place::Aws {
            bucket,
            region: wanted(form.region.as_ref(), "--region", "where the bucket lies")?,
            domain: domain(&wanted(
                form.domain.as_ref(),
                "--domain",
                "the distribution that viewers fetch from",
            )?)?,
            distribution: form.distribution.as_deref().map(distribution_id).transpose()?,
            key_pair_id: wanted(
                key_pair_id.as_ref(),
                "--key-pair-id",
                "the id of the key that links are signed with",
            )?,
            hash: if form.sha256 { Digest::Sha256 } else { Digest::Sha1 },
            credentials,
        },
        DestinationKind::S3 => {
            let endpoint = wanted(form.endpoint.as_ref(), "--endpoint", "where the store answers")?;
            let valid = url::Url::parse(&endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !valid {
                return Err(AppError::new(
                    "wrong_url",
                    format!("`{endpoint}` is no http(s) URL."),
                    "Write the endpoint whole, from https:// on.",
                ));
            }
            Place::S3 {
                endpoint: endpoint.trim_end_matches('/').to_owned(),
                path_style: form.path_style,
                bucket,
                region: form.region.clone().unwrap_or_else(|| "us-east-1".into()),
                credentials,
                watched: match &form.domain {
                    Some(name) => Watched::Domain {
                        domain: domain(name)?,
                        key_pair_id: wanted(key_pair_id.as_ref(), "--key-pair-id", "the key that the domain trusts")?,
                    },
                    None => Watched::Edge,
                },
            }
        }
    };
    let edge = matches!(
        &place,
        Place::S3 {
            watched: Watched::Edge,
            ..
        }
    );
    let prefix = form.prefix.as_deref().unwrap_or(PREFIX).trim_matches('/').to_owned();
    if edge && prefix != PREFIX {
        return Err(AppError::new(
            "wrong_prefix",
            format!("The local edge serves the folder `{PREFIX}` alone, not `{prefix}`."),
            "Leave the prefix out, or name the domain that viewers fetch from.",
        ));
    }
    Ok(Destination {
        name: form.name.trim().to_owned(),
        prefix,
        place,
    })
}

/// A distribution's id, such as `E2QWRUHAPOMQZL`.
fn distribution_id(text: &str) -> Result<String> {
    let id = text.trim();
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return Err(AppError::new(
            "wrong_distribution",
            format!("`{text}` is no id of a distribution."),
            "Write the id that the CloudFront console shows, such as E2QWRUHAPOMQZL, or leave it out.",
        ));
    }
    Ok(id.to_owned())
}

/// A host, with its port where it has one.
fn domain(text: &str) -> Result<String> {
    let host = text.trim().trim_start_matches("https://").trim_end_matches('/');
    let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
    if !plain {
        return Err(AppError::new(
            "wrong_domain",
            format!("`{text}` is no domain."),
            "Write the host alone, such as d111111abcdef8.cloudfront.net.",
        ));
    }
    Ok(host.to_owned())
}

fn view(destination: &Destination, default: &str) -> DestinationView {
    let mut view = DestinationView {
        name: destination.name.clone(),
        kind: DestinationKind::Local,
        bucket: None,
        region: None,
        endpoint: None,
        domain: None,
        prefix: destination.prefix.clone(),
        key_pair_id: None,
        profile: None,
        default: destination.name == default,
    };
    match &destination.place {
        Place::Local => {}
        Place::Aws { bucket, region, .. } => {
            view.kind = DestinationKind::Aws;
            (view.bucket, view.region) = (Some(bucket.clone()), Some(region.clone()));
        }
        Place::S3 {
            endpoint,
            bucket,
            region,
            ..
        } => {
            view.kind = DestinationKind::S3;
            (view.bucket, view.region) = (Some(bucket.clone()), Some(region.clone()));
            view.endpoint = Some(endpoint.clone());
        }
    }
    if let Some((domain, id)) = destination.front() {
        view.domain = Some(domain.to_owned());
        view.key_pair_id = Some(id.to_owned());
    }
    if let Some(Credentials::Profile { name }) = credentials(destination) {
        view.profile = Some(name.clone());
    }
    view
}
