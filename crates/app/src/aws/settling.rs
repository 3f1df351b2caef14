//! From a stack that is there to a destination that can be published to.

use std::collections::BTreeMap;

use screener_account::region::GLOBAL;
use screener_cloudfront::PrivateKey;
use screener_publish::destination::{Credentials, Deployed, Digest};
use screener_publish::{Destination, Place};
use screener_stack::deploy::stack_status::Seen;
use screener_stack::deploy::{Diary as _, Prepared, Row, Wanted};
use screener_template::names::output;
use screener_template::{LOGGING, VERSION};

use super::deploying::{Reached, Tell, engine, waiting_key};
use super::deployment_diary::{Pages, row};
use super::deployment_views::AwsDeployedView;
use crate::cause::Cause;
use crate::key_pairs::private_key::key_error;
use crate::{App, Result};

/// Name of a logging stack's row.
pub(super) fn logging_name(name: &str) -> String {
    format!("{name}/logging")
}

impl App {
    pub(super) async fn settle_stack(
        &self,
        reached: &mut Reached,
        seen: &Seen,
        changed: bool,
        tell: Tell<'_>,
    ) -> Result<AwsDeployedView> {
        let name = reached.row.name.clone();
        let of = |output: &str| {
            let missing = || Cause::AwsOutputMissing {
                output: output.to_owned(),
            };
            seen.outputs.get(output).cloned().ok_or_else(missing)
        };
        let (bucket, domain, distribution) = (of(output::BUCKET)?, of(output::DOMAIN)?, of(output::DISTRIBUTION)?);
        let slot = reached.kept.slot.clamp(1, 4);
        let key_pair_id = of(output::PUBLIC_KEYS[usize::from(slot) - 1])?;
        reached.row.bucket = Some(bucket.clone());
        Pages(self.engine()).keep(&reached.row).await?;
        self.take_key(&name, &key_pair_id).await?;
        let credentials = match &reached.kept.wish.profile {
            Some(profile) => Credentials::Profile { name: profile.clone() },
            None => Credentials::Chain,
        };
        // A publish-only key that this computer has already stays.
        let credentials = match self.engine().destination(&name).await.map(|known| known.place) {
            Ok(Place::Aws {
                credentials: known @ Credentials::Keys { .. },
                ..
            }) => known,
            _ => credentials,
        };
        self.engine()
            .keep_destination(Destination {
                name: name.clone(),
                prefix: of(output::PREFIX)?,
                place: Place::Aws {
                    bucket: bucket.clone(),
                    region: reached.row.region.clone(),
                    domain: domain.clone(),
                    distribution: Some(distribution.clone()),
                    key_pair_id,
                    hash: Digest::Sha1,
                    credentials,
                    names: true,
                    deployed: Some(Deployed {
                        stack: seen.arn.clone(),
                        link_store: seen.outputs.get(output::LINK_STORE).cloned(),
                        slot,
                    }),
                },
            })
            .await?;
        // From here on the destination is there; what fails is said and can be repeated.
        let mut remarks = Vec::new();
        if let Err(error) = self.deliver_logs(reached, &distribution, &bucket, tell).await {
            remarks.push(format!("Views are not counted: {} {}", error.message, error.mend));
        }
        if let Err(error) = self.keep_page(&name).await {
            remarks.push(format!(
                "The viewer's page could not be stored: {} {}",
                error.message, error.mend
            ));
        }
        let pages = Pages(self.engine());
        if let Err(failure) = engine(&reached.clients, &pages, tell)
            .forget_old_zips(&reached.row)
            .await
        {
            remarks.push(format!("Older zips of the endpoint stay: {}", failure.message));
        }
        let cloudfront_domain = seen
            .outputs
            .get(output::CLOUDFRONT_DOMAIN)
            .filter(|own| **own != domain)
            .cloned();
        Ok(AwsDeployedView {
            name,
            stack: seen.arn.clone(),
            bucket,
            domain,
            cloudfront_domain,
            changed,
            remarks,
        })
    }

    /// The key that waited for its id gets it. Done again it changes nothing.
    async fn take_key(&self, name: &str, id: &str) -> Result<()> {
        let Some(secret) = self.inner.keys.get(waiting_key(name)).await? else {
            return Ok(());
        };
        let key = PrivateKey::from_der(&secret).map_err(|error| key_error(&error))?;
        self.keep_pair(id.to_owned(), &key, name).await?;
        self.inner.keys.remove(waiting_key(name)).await
    }

    /// The small stack in us-east-1 that delivers the access log: there where views are counted, gone where they are not.
    async fn deliver_logs(&self, reached: &Reached, distribution: &str, bucket: &str, tell: Tell<'_>) -> Result<()> {
        let pages = Pages(self.engine());
        let clients = reached.clients.in_region(GLOBAL);
        let engine = engine(&clients, &pages, tell);
        let name = logging_name(&reached.row.name);
        let known = row(self.engine(), &name).await?;
        if reached.kept.wish.logging == Some(false) {
            if let Some(mut row) = known {
                engine.remove(&mut row, None).await?;
                self.engine().forget_deployment(&name).await?;
            }
            return Ok(());
        }
        let mut row = known.unwrap_or_else(|| Row {
            name: name.clone(),
            account: reached.row.account.clone(),
            region: GLOBAL.to_owned(),
            stack_name: format!("{}-logging", reached.row.stack_name),
            ..Row::default()
        });
        let wanted = Wanted {
            template: LOGGING.to_owned(),
            version: VERSION,
            parameters: BTreeMap::from([
                (output::DISTRIBUTION.to_owned(), distribution.to_owned()),
                (output::BUCKET.to_owned(), bucket.to_owned()),
            ]),
            zip: None,
        };
        match engine.prepare(&mut row, &wanted, true).await? {
            Prepared::Nothing => {}
            Prepared::UnderWay => drop(engine.execute(&mut row, None).await?),
            Prepared::Plan(planned) => drop(engine.execute(&mut row, Some(&planned)).await?),
        }
        Ok(())
    }
}
