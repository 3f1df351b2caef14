//! Defects that a test can switch on, one for each mistake that a real delivery chain is known to make.

use std::collections::BTreeSet;

/// Which defects are switched on.
pub type Faults = BTreeSet<Fault>;

/// One defect of a delivery chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// API Gateway may not call the endpoint: 500 `Internal server error` for every playlist.
    EndpointPermission,
    /// The endpoint takes longer than API Gateway waits: 504.
    EndpointTimeout,
    /// The endpoint cannot read the bucket: every playlist is 403.
    EndpointDenied,
    /// The `cf-` copies do not reach the endpoint.
    CopiesDropped,
    /// Playlists are answered as they lie in the bucket.
    NotRewritten,
    /// Playlists name segments under a path that the policy does not cover.
    PathMismatch,
    /// Playlists carry the policy of another viewer's link.
    OtherPolicy,
    /// The key group does not hold the key of the link.
    KeyUnknown,
    /// Nothing asks for a signature.
    NotRestricted,
    /// Links never end.
    EndIgnored,
    /// The bucket refuses the distribution: every object is 403 from S3.
    BucketDenied,
    /// `Range` is ignored.
    RangesIgnored,
    /// No CORS headers anywhere.
    CorsMissing,
    /// A preflight is refused.
    PreflightRefused,
    /// Playlists may be kept for a day.
    PlaylistCached,
    /// Segments may not be kept.
    SegmentUncached,
    /// Playlists are never compressed.
    GzipMissing,
    /// Objects are served as `binary/octet-stream`.
    ContentTypeLost,
    /// The viewer's page is not there.
    PageMissing,
    /// The edge's clock is a year ahead.
    ClockAhead,
    /// The distribution is one of before links had names: no function looks at them, and its cache policy forwards none.
    NamesUnknown,
}

impl Fault {
    /// Every defect there is.
    pub const ALL: [Self; 21] = [
        Self::EndpointPermission,
        Self::EndpointTimeout,
        Self::EndpointDenied,
        Self::CopiesDropped,
        Self::NotRewritten,
        Self::PathMismatch,
        Self::OtherPolicy,
        Self::KeyUnknown,
        Self::NotRestricted,
        Self::EndIgnored,
        Self::BucketDenied,
        Self::RangesIgnored,
        Self::CorsMissing,
        Self::PreflightRefused,
        Self::PlaylistCached,
        Self::SegmentUncached,
        Self::GzipMissing,
        Self::ContentTypeLost,
        Self::PageMissing,
        Self::ClockAhead,
        Self::NamesUnknown,
    ];
}
