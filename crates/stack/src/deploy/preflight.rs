//! Cheap looks before a deployment. What could not be checked is said and blocks nothing; what could not end well is refused.

use screener_account::{Fault, Kind, Pace};
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

use super::clients::Clients;

/// One look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What was looked at: `distributions`, `key_groups`, `concurrency`, `certificate`.
    pub what: String,
    /// How it is.
    pub state: LookState,
    /// In words.
    pub words: String,
}

/// How a look ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookState {
    /// Well.
    Well,
    /// Worth knowing.
    Warning,
    /// A deployment would fail.
    Broken,
    /// It could not be checked.
    Unknown,
}

fn look(what: &str, state: LookState, words: impl Into<String>) -> Look {
    Look {
        what: what.into(),
        state,
        words: words.into(),
    }
}

fn unknown(what: &str, fault: &Fault) -> Look {
    look(
        what,
        LookState::Unknown,
        format!("could not be checked: {}", fault.message),
    )
}

/// All looks of a first deployment. `certificate`: its ARN and the domain that it has to cover.
///
/// # Errors
/// Only where the sign-in is at fault: then nothing else can be asked either.
pub async fn looks(
    clients: &Clients,
    pace: Pace,
    certificate: Option<(&str, &str)>,
    creates: bool,
) -> Result<Vec<Look>, Failure> {
    let mut all = Vec::new();
    if creates {
        let there = distributions(clients, pace).await;
        all.push(room(clients, pace, "distributions", "Web distributions per", there).await?);
        let there = key_groups(clients, pace).await;
        all.push(room(clients, pace, "key_groups", "Key groups per", there).await?);
        all.push(concurrency(clients, pace).await?);
    }
    if let Some((arn, domain)) = certificate {
        all.push(self::certificate(clients, pace, arn, domain).await?);
    }
    Ok(all)
}

/// A quota by its name; `None` where it has none of that name.
async fn quota(
    client: &aws_sdk_servicequotas::Client,
    pace: Pace,
    service: &str,
    name: &str,
) -> Result<Option<f64>, Fault> {
    let mut token: Option<String> = None;
    loop {
        let page = pace
            .calling(|| async {
                let call = client
                    .list_service_quotas()
                    .service_code(service)
                    .set_next_token(token.clone());
                call.send()
                    .await
                    .map_err(|error| Fault::of("ListServiceQuotas", &error))
            })
            .await?;
        let found = page
            .quotas()
            .iter()
            .find(|one| one.quota_name().is_some_and(|known| known.starts_with(name)));
        if let Some(found) = found {
            return Ok(found.value());
        }
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(None);
        }
    }
}

/// Whether there is room for one more.
async fn room(
    clients: &Clients,
    pace: Pace,
    what: &str,
    name: &str,
    there: Result<usize, Fault>,
) -> Result<Look, Failure> {
    let there = match there {
        Err(fault) if fault.is_sign_in() => return Err(fault.into()),
        Err(fault) => return Ok(unknown(what, &fault)),
        Ok(there) => there,
    };
    Ok(match quota(&clients.global_quotas, pace, "cloudfront", name).await {
        Err(fault) if fault.is_sign_in() => return Err(fault.into()),
        Err(fault) => unknown(what, &fault),
        Ok(None) => look(
            what,
            LookState::Unknown,
            format!("{there} are there; the quota was not told"),
        ),
        Ok(Some(most)) if there as f64 >= most => look(
            what,
            LookState::Broken,
            format!(
                "{there} of {most:.0} are used: none can be added. Delete one, or ask for more under Service Quotas, Amazon CloudFront (us-east-1)."
            ),
        ),
        Ok(Some(most)) => look(what, LookState::Well, format!("{there} of {most:.0} are used")),
    })
}

async fn distributions(clients: &Clients, pace: Pace) -> Result<usize, Fault> {
    let (mut there, mut marker) = (0, None::<String>);
    loop {
        let page = pace
            .calling(|| async {
                let asked = clients
                    .distributions
                    .list_distributions()
                    .set_marker(marker.clone())
                    .send()
                    .await;
                asked.map_err(|error| Fault::of("ListDistributions", &error))
            })
            .await?;
        let Some(list) = page.distribution_list() else {
            return Ok(there);
        };
        there += usize::try_from(list.quantity()).unwrap_or(0);
        marker = list
            .next_marker()
            .map(str::to_owned)
            .filter(|next| list.is_truncated() && !next.is_empty());
        if marker.is_none() {
            return Ok(there);
        }
    }
}

async fn key_groups(clients: &Clients, pace: Pace) -> Result<usize, Fault> {
    let (mut there, mut marker) = (0, None::<String>);
    loop {
        let page = pace
            .calling(|| async {
                let asked = clients
                    .distributions
                    .list_key_groups()
                    .set_marker(marker.clone())
                    .send()
                    .await;
                asked.map_err(|error| Fault::of("ListKeyGroups", &error))
            })
            .await?;
        let Some(list) = page.key_group_list() else {
            return Ok(there);
        };
        there += usize::try_from(list.quantity()).unwrap_or(0);
        marker = list.next_marker().map(str::to_owned).filter(|next| !next.is_empty());
        if marker.is_none() {
            return Ok(there);
        }
    }
}

/// New accounts may run ten at once, in all: it works, and is worth knowing.
async fn concurrency(clients: &Clients, pace: Pace) -> Result<Look, Failure> {
    let what = "concurrency";
    Ok(
        match quota(&clients.quotas, pace, "lambda", "Concurrent executions").await {
            Err(fault) if fault.is_sign_in() => return Err(fault.into()),
            Err(fault) => unknown(what, &fault),
            Ok(None) => look(what, LookState::Unknown, "the quota was not told"),
            Ok(Some(most)) if most < 100.0 => look(
                what,
                LookState::Warning,
                format!(
                    "Lambda may answer {most:.0} requests at once in this account: enough to begin with. Ask for more under Service Quotas, AWS Lambda, before many watch at once."
                ),
            ),
            Ok(Some(most)) => look(
                what,
                LookState::Well,
                format!("Lambda may answer {most:.0} requests at once"),
            ),
        },
    )
}

/// Whether a certificate is there, issued, and covers the domain.
async fn certificate(clients: &Clients, pace: Pace, arn: &str, domain: &str) -> Result<Look, Failure> {
    let what = "certificate";
    let place = arn.split(':').nth(3).unwrap_or_default();
    if place != screener_account::region::GLOBAL {
        return Ok(look(
            what,
            LookState::Broken,
            format!(
                "the certificate is in {place}; CloudFront takes those of us-east-1 alone. Request it there, for {domain}."
            ),
        ));
    }
    let asked = pace
        .calling(|| async {
            let asked = clients
                .certificates
                .describe_certificate()
                .certificate_arn(arn)
                .send()
                .await;
            asked.map_err(|error| Fault::of("DescribeCertificate", &error))
        })
        .await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(fault) if fault.is_sign_in() => return Err(fault.into()),
        Err(fault) if fault.kind == Kind::Gone => {
            return Ok(look(
                what,
                LookState::Broken,
                "there is no such certificate in this account in us-east-1",
            ));
        }
        Err(fault) => return Ok(unknown(what, &fault)),
    };
    let Some(one) = answer.certificate() else {
        return Ok(look(
            what,
            LookState::Unknown,
            "could not be checked: nothing was told of it",
        ));
    };
    let status = one
        .status()
        .map(|status| status.as_str().to_owned())
        .unwrap_or_default();
    if status != "ISSUED" {
        return Ok(look(
            what,
            LookState::Broken,
            format!(
                "the certificate is not issued ({status}). Validate it first: AWS Certificate Manager in us-east-1 shows the DNS record."
            ),
        ));
    }
    let names = one.subject_alternative_names();
    if !names.iter().any(|name| covers(name, domain)) {
        return Ok(look(
            what,
            LookState::Broken,
            format!("the certificate covers {}, not {domain}", names.join(", ")),
        ));
    }
    Ok(look(what, LookState::Well, format!("issued, and covers {domain}")))
}

/// A wildcard stands for one label.
fn covers(name: &str, domain: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(rest) => domain
            .split_once('.')
            .is_some_and(|(label, behind)| !label.is_empty() && behind.eq_ignore_ascii_case(rest)),
        None => name.eq_ignore_ascii_case(domain),
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.com", "video.example.com"));
        assert!(covers("Video.example.com", "video.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("example.com", "video.example.com"));
    }
}
