//! The conditions of a link, from the words that a creator gives to what a policy says.

use screener_cloudfront::{Ipv4Network, Terms};

use crate::cause::Cause;
use crate::{Result, moment};

/// The conditions of a link from their words.
pub(super) fn terms(expires: &str, opens: Option<&str>, ip: Option<&str>) -> Result<Terms> {
    let now = moment::now();
    let ends = moment::parse(expires, now)?;
    let opens = opens.map(|opens| moment::parse(opens, now)).transpose()?;
    if opens.is_some_and(|opens| opens >= ends) {
        return Err(Cause::EndsBeforeItOpens.into());
    }
    let network = ip
        .map(|ip| {
            ip.parse::<Ipv4Network>().map_err(|e| Cause::WrongNetwork {
                network: ip.to_owned(),
                error: e.to_string(),
            })
        })
        .transpose()?;
    Ok(Terms { ends, opens, network })
}
