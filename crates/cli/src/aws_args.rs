//! What one can type about the creator's own AWS.

use clap::{Args, Subcommand, ValueEnum};

/// What is wanted of AWS. What is not said stays as it is.
#[derive(Debug, Args)]
pub struct AwsArgs {
    /// Name of the destination [default: aws].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Region [default: the profile's].
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// AWS profile [default: the default chain].
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
}

/// How the stack is to be.
#[derive(Debug, Args)]
pub struct AwsSettings {
    /// How CloudFront reaches the playlist endpoint [default: function-url].
    #[arg(long, value_name = "ENDPOINT")]
    pub endpoint: Option<EndpointArg>,
    /// Your own domain for links.
    #[arg(long, value_name = "DOMAIN", requires = "certificate")]
    pub domain: Option<String>,
    /// ARN of its certificate, in us-east-1.
    #[arg(long, value_name = "ARN", requires = "domain")]
    pub certificate: Option<String>,
    /// Where CloudFront answers from [default: all].
    #[arg(long, value_name = "CLASS")]
    pub price_class: Option<PriceClassArg>,
    /// Do not count views.
    #[arg(long)]
    pub no_logging: bool,
    /// Folder of the videos [default: videos].
    #[arg(long)]
    pub prefix: Option<String>,
}

/// How CloudFront reaches the playlist endpoint.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EndpointArg {
    /// A Lambda function URL: costs nothing a call.
    FunctionUrl,
    /// A REST API.
    ApiGateway,
}

/// Where CloudFront answers from.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PriceClassArg {
    /// North America and Europe.
    #[value(name = "100")]
    Hundred,
    /// And most of Asia.
    #[value(name = "200")]
    TwoHundred,
    /// Everywhere.
    All,
}

/// Verbs of the AWS set-up.
#[derive(Debug, Subcommand)]
pub enum AwsVerb {
    /// What would be made or changed. Nothing is.
    Plan {
        #[command(flatten)]
        which: AwsArgs,
        #[command(flatten)]
        settings: AwsSettings,
    },
    /// Make it, or go on where it stood; what has changed is updated.
    Deploy {
        #[command(flatten)]
        which: AwsArgs,
        #[command(flatten)]
        settings: AwsSettings,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Do not walk the delivery chain as a viewer at the end.
        #[arg(long)]
        no_test: bool,
    },
    /// Bring what is there to this version's template.
    Update {
        #[command(flatten)]
        which: AwsArgs,
        #[command(flatten)]
        settings: AwsSettings,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Do not walk the delivery chain as a viewer at the end.
        #[arg(long)]
        no_test: bool,
    },
    /// How it is.
    Status {
        #[command(flatten)]
        which: AwsArgs,
        /// Also what was changed by hand; takes a minute.
        #[arg(long)]
        drift: bool,
    },
    /// Take it away. The bucket with the films stays, unless it is named.
    Remove {
        #[command(flatten)]
        which: AwsArgs,
        /// Name of the bucket, to delete every film in it as well.
        #[arg(long, value_name = "BUCKET")]
        delete_bucket: Option<String>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// A new key for links. The old one keeps its slot until its last link has ended.
    RotateKey {
        /// Name of the destination [default: aws].
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Only empty the slots of old keys whose links have ended.
        #[arg(long, conflicts_with = "lost")]
        finish: bool,
        /// Empty the slot of a computer that is lost: its links end.
        #[arg(long, value_name = "SLOT")]
        lost: Option<u8>,
        /// Do not wait for links of old keys: they end now.
        #[arg(long, conflicts_with = "lost")]
        now: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// The least policy for whoever deploys, for an administrator to paste.
    Policy {
        #[command(flatten)]
        which: AwsArgs,
    },
    /// Who one is at AWS.
    Whoami {
        #[command(flatten)]
        which: AwsArgs,
    },
}
