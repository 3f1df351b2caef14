//! The conditions of a link, from the words that a creator gives to what a policy says.

use screener_cloudfront::{Ipv4Network, Terms};

use crate::{AppError, Result, moment};

/// The conditions of a link from their words.
pub(super) fn terms(expires: &str, opens: Option<&str>, ip: Option<&str>) -> Result<Terms> {
    let now = moment::now();
    let ends = moment::parse(expires, now)?;
    let opens = opens.map(|opens| moment::parse(opens, now)).transpose()?;
    if opens.is_some_and(|opens| opens >= ends) {
        return Err(AppError::new(
            "wrong_time",
            "The link would end before it opens.",
            "Let it open earlier, or end later.",
        ));
    }
    let network = ip
        .map(|ip| {
            ip.parse::<Ipv4Network>().map_err(|e| {
                AppError::new(
                    "wrong_network",
                    format!("`{ip}` is no network that a link can be bound to: {e}."),
                    "Write an IPv4 network such as 203.0.113.0/24. CloudFront's policies know no IPv6.",
                )
            })
        })
        .transpose()?;
    Ok(Terms { ends, opens, network })
}
