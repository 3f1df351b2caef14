//! What a distribution of Screener's is made of.
//!
//! Owns the template ([`TEMPLATE`]), the evaluator that turns it into what CloudFormation would make ([`Template::evaluate`]) and into
//! what a viewer meets ([`Delivery::of`]), the rules that it keeps ([`rules`]), and the viewer-request function in its two forms: the source that CloudFront runs ([`VIEWER_REQUEST`]) and the same rules in
//! Rust ([`viewer_request`]), which the local edge asks. Pure: what is taken back is asked of whoever calls; it knows no runtime,
//! files, environment, clock or AWS.

pub mod delivery;
pub mod evaluate;
pub mod mistakes;
pub mod names;
mod sections;
mod template_rules;
mod template_text;
pub mod values;
pub mod viewer_request;

pub use delivery::Delivery;
pub use evaluate::{Evaluated, Resource};
pub use mistakes::{Mistake, Mistakes};
pub use sections::Template;
pub use values::Values;
/// What a template of Screener's keeps, whatever it is given.
pub mod rules {
    pub use crate::template_rules::{Finding, broken, forbidden_change};
}
pub use viewer_request::{Refusal, Unreadable, judge};

/// The template of a stack: bucket, distribution, endpoint and what belongs to them. YAML, at most 51,200 bytes.
pub const TEMPLATE: &str = include_str!("../screener.yaml");

/// The template of the small second stack, in us-east-1, that delivers the access log.
pub const LOGGING: &str = include_str!("../logging.yaml");

/// Version of [`TEMPLATE`], which its output `TemplateVersion` tells; it grows with each change.
pub const VERSION: u32 = 1;

/// Source of the viewer-request function, for the runtime `cloudfront-js-2.0`: it belongs to the behaviors of playlists and of
/// everything else, and is associated with the key value store of what is taken back.
pub const VIEWER_REQUEST: &str = include_str!("viewer_request.js");
