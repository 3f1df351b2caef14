//! The services that are asked, each in its region.

use aws_config::{Region, SdkConfig};
use screener_account::region::GLOBAL;

/// Clients of one account and region.
#[derive(Clone, Debug)]
pub struct Clients {
    /// What they were made of.
    pub config: SdkConfig,
    /// Region of the stack.
    pub region: String,
    /// Stacks.
    pub stacks: aws_sdk_cloudformation::Client,
    /// Buckets.
    pub buckets: aws_sdk_s3::Client,
    /// Roles and policies; one for the world.
    pub identities: aws_sdk_iam::Client,
    /// Certificates, of us-east-1: CloudFront takes no others.
    pub certificates: aws_sdk_acm::Client,
    /// Quotas of the region.
    pub quotas: aws_sdk_servicequotas::Client,
    /// Quotas of what is one for the world.
    pub global_quotas: aws_sdk_servicequotas::Client,
    /// Distributions; one for the world.
    pub distributions: aws_sdk_cloudfront::Client,
}

impl Clients {
    /// Clients of a region. Nothing is asked yet.
    pub fn new(config: &SdkConfig, region: &str) -> Self {
        let at = |region: &str| config.to_builder().region(Region::new(region.to_owned())).build();
        let (here, global) = (at(region), at(GLOBAL));
        // An endpoint of one's own has no buckets in front of its name.
        let own = here.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        let buckets = aws_sdk_s3::config::Builder::from(&here).force_path_style(own).build();
        Self {
            region: region.to_owned(),
            stacks: aws_sdk_cloudformation::Client::new(&here),
            buckets: aws_sdk_s3::Client::from_conf(buckets),
            identities: aws_sdk_iam::Client::new(&global),
            certificates: aws_sdk_acm::Client::new(&global),
            quotas: aws_sdk_servicequotas::Client::new(&here),
            global_quotas: aws_sdk_servicequotas::Client::new(&global),
            distributions: aws_sdk_cloudfront::Client::new(&global),
            config: here,
        }
    }

    /// The same account in another region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self::new(&self.config, region)
    }
}
