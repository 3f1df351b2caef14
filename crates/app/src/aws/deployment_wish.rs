//! What is wanted of AWS as it is typed, and what is kept of it with a deployment.

use std::collections::BTreeMap;

use screener_account::Source;
use screener_template::names::parameter;
use serde::{Deserialize, Serialize};

/// Name of a deployed destination that is not given one.
pub(super) const NAME: &str = "aws";

/// What is wanted. What is not said stays as it is, or is the template's default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct AwsWish {
    /// Name of the destination; `aws` when `None`.
    pub name: Option<String>,
    /// Region; the profile's when `None`.
    pub region: Option<String>,
    /// AWS profile; the default chain when `None`.
    pub profile: Option<String>,
    /// `FunctionUrl` or `ApiGateway`.
    pub endpoint: Option<String>,
    /// The creator's own domain.
    pub domain: Option<String>,
    /// Its certificate in us-east-1.
    pub certificate: Option<String>,
    /// `PriceClass_100`, `PriceClass_200`, `PriceClass_All`.
    pub price_class: Option<String>,
    /// Whether views are counted.
    pub logging: Option<bool>,
    /// Folder of the videos.
    pub prefix: Option<String>,
}

impl AwsWish {
    /// Name of the destination.
    pub(super) fn destination(&self) -> String {
        self.name.clone().unwrap_or_else(|| NAME.to_owned())
    }

    /// Over what was wanted before.
    pub(super) fn over(self, kept: Self) -> Self {
        Self {
            name: self.name.or(kept.name),
            region: self.region.or(kept.region),
            profile: self.profile.or(kept.profile),
            endpoint: self.endpoint.or(kept.endpoint),
            domain: self.domain.or(kept.domain),
            certificate: self.certificate.or(kept.certificate),
            price_class: self.price_class.or(kept.price_class),
            logging: self.logging.or(kept.logging),
            prefix: self.prefix.or(kept.prefix),
        }
    }

    /// Where its credentials come from.
    pub(super) fn source(&self) -> Source {
        Source::of(self.profile.as_deref())
    }

    /// The template's parameters that are said.
    pub(super) fn parameters(&self) -> BTreeMap<String, String> {
        let logging = self.logging.map(|on| if on { "on" } else { "off" }.to_owned());
        [
            (parameter::PREFIX, self.prefix.clone()),
            (parameter::ENDPOINT, self.endpoint.clone()),
            (parameter::DOMAIN, self.domain.clone()),
            (parameter::CERTIFICATE, self.certificate.clone()),
            (parameter::PRICE_CLASS, self.price_class.clone()),
            (parameter::VIEW_LOGGING, logging),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

/// What is kept with a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// What was wanted last.
    pub(super) wish: AwsWish,
    /// This computer's slot, from 1 on; 0 where it has none yet.
    pub(super) slot: u8,
    /// Public half of its key, PEM.
    pub(super) public_pem: String,
}

/// The stack's name: letters, digits and hyphens of the destination's.
pub(super) fn stack_name(destination: &str) -> String {
    let plain: String = destination
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(60)
        .collect();
    format!("screener-{}", plain.trim_matches('-'))
}
