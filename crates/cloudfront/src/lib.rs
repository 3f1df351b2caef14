//! CloudFront policies, keys, signatures, signed URLs and their verification.
//!
//! Owns what a link is: the policy's exact bytes ([`policy`]), the keys and digests that CloudFront takes ([`key`], [`hash`]),
//! the query parameters that it reads ([`sign`]), a link's own name ([`link_id`]), the URLs that a creator sends ([`url`]) and
//! the check at the other end ([`verify()`]). Pure: time is a parameter; it knows no runtime, files, environment or clock. Only
//! making a key, naming a link, and blinding a signature ask the operating system for randomness.
//!
//! Source of the rules: the Amazon CloudFront Developer Guide, "Serve private content with signed URLs and signed
//! cookies".

mod encoding;
pub mod hash;
pub mod key;
pub mod link_id;
pub mod network;
mod pem;
pub mod policy;
pub mod sign;
pub mod url;
pub mod verify;

pub use hash::Hash;
pub use key::{KeyError, PrivateKey, PublicKey};
pub use link_id::{LinkId, NotALinkId};
pub use network::{Ipv4Network, NetworkError};
pub use policy::{Policy, PolicyError};
pub use sign::{KeyPairId, KeyPairIdError, Signature, sign_canned, sign_custom};
pub use url::{Link, SignedUrl, Target, Terms, covering, encode, link, sign_url};
pub use verify::{Reading, Refusal, Request, verify};
