//! Sources, faults and clocks for tests. Never a normal dependency of anything.
//!
//! Owns stand-ins whose behaviour a test decides: a clock that waits for nobody ([`virtual_clock`]), an encoder that follows a
//! script ([`script`]), a proxy that breaks calls on their way to a real server ([`proxy`]), what lesser stores do not know ([`fussy`]),
//! small films ([`film`]), CloudFront's log ([`cloudfront_log`]), AWS's control plane ([`control_plane`]), and servers of other people's ([`servers`]).
//! It must not know what is tested with them.

#![expect(
    clippy::missing_panics_doc,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::large_futures,
    clippy::format_push_string,
    reason = "a stand-in that cannot go on panics, as a test does; its numbers are small and its futures few"
)]

mod answers;
pub mod cloudfront_log;
pub mod control_plane;
pub mod film;
pub mod fussy;
pub mod proxy;
pub mod script;
pub mod servers;
pub mod virtual_clock;

pub use control_plane::ControlPlane;
pub use fussy::Fussy;
pub use proxy::{Fault, Proxy};
pub use script::{End, Script, ScriptedEncoder};
pub use virtual_clock::VirtualClock;
