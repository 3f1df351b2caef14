//! Who has watched: CloudFront's access logs as views, seconds fetched and traffic.
//!
//! Owns what a line of the log says ([`access_line`], [`hit`]), what is kept of it ([`watched`], [`view`], [`traffic`]), how
//! log objects are read, each line once ([`reading`], [`seen`]), and the figures that a creator sees ([`figures`]).
//! Pure: time is a parameter, a log object is any reader, what was counted before is asked through a port. It knows no
//! runtime, files, environment or clock, and no database.
//!
//! Source of the log's form: the Amazon CloudFront Developer Guide, "Standard logging reference" and "Access logs (standard
//! logs)". Lines are best effort and no bill: AWS says there that some come up to a day late, and that some may never come.
//! That some come twice is assumed, as objects are read again anyway.
//!
//! What is counted is what was *fetched*. Players fetch ahead, and what a browser plays again from its own cache is not seen.

pub mod access_line;
mod blob;
mod civil;
pub mod figures;
mod gzip_members;
pub mod hit;
pub mod reading;
pub mod seen;
mod segment_set;
mod split;
pub mod traffic;
pub mod view;
pub mod watched;

pub use access_line::Line;
pub use blob::Damaged;
pub use figures::{Figures, Generation, Sums};
pub use hit::{Fetched, Hit, LinkId, Mark, VideoId};
pub use reading::{Batch, Counts, Delta, ReadError, Reading, Scope};
pub use seen::{Id, Recent, Seen};
pub use segment_set::SegmentSet;
pub use traffic::{City, Month, Traffic};
pub use view::{Parts, View};
pub use watched::Watched;
