//! Defects that a test can switch on, one for each mistake that a real delivery chain is known to make. Where one is a mistake in what
//! was deployed, it is a change of the delivery; what is no matter of a template is done on the request's way.

use std::collections::{BTreeMap, BTreeSet};

use screener_template::delivery::{Delivery, Names, OriginKind, ResponseHeaders, Way};

/// Which defects are switched on.
pub type Faults = BTreeSet<Fault>;

/// One defect of a delivery chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The endpoint may not be called: 500 `Internal server error` from API Gateway, 403 `Forbidden` from a function URL.
    EndpointPermission,
    /// The endpoint takes longer than is waited for: 504.
    EndpointTimeout,
    /// The endpoint's role may not read the bucket, which looks as if no playlist were there: 404.
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

/// The delivery with the mistakes that are switched on. Those that are no matter of a template leave it as it is.
pub(crate) fn mistaken(mut delivery: Delivery, faults: &Faults) -> Delivery {
    for fault in faults {
        make(*fault, &mut delivery);
    }
    delivery
}

fn make(fault: Fault, delivery: &mut Delivery) {
    match fault {
        Fault::EndpointPermission => match &mut delivery.endpoint.way {
            Way::FunctionUrl { allowed, .. } => allowed.clear(),
            Way::Gateway { may_invoke, .. } => *may_invoke = false,
        },
        Fault::EndpointDenied => delivery.endpoint.reads.clear(),
        Fault::CopiesDropped => without(delivery, |name| name.starts_with("cf-")),
        Fault::OtherPolicy => {
            for behavior in &mut delivery.behaviors {
                let copies = names(&behavior.cache.key.query, |name| name.starts_with("cf-"));
                behavior.origin_request.query = Names::Only(copies);
            }
            without_key(delivery, |name| name.starts_with("cf-"));
        }
        Fault::NotRewritten => {
            let bucket = of_kind(delivery, OriginKind::Bucket);
            for behavior in &mut delivery.behaviors {
                behavior.origin.clone_from(&bucket);
            }
        }
        Fault::KeyUnknown => {
            for trusted in delivery.behaviors.iter_mut().filter_map(|b| b.trusted.as_mut()) {
                trusted.clear();
            }
        }
        Fault::NotRestricted => delivery.behaviors.iter_mut().for_each(|b| b.trusted = None),
        // The page stays: it is no film.
        Fault::BucketDenied => delivery
            .bucket
            .distribution_reads
            .retain(|pattern| pattern.starts_with("watch/")),
        Fault::CorsMissing => {
            delivery.bucket.cors.clear();
            for policy in delivery
                .behaviors
                .iter_mut()
                .filter_map(|b| b.response_headers.as_mut())
            {
                policy.cors = None;
            }
        }
        Fault::PreflightRefused => delivery.bucket.cors.clear(),
        Fault::PlaylistCached => {
            let endpoint = of_kind(delivery, OriginKind::Endpoint);
            for behavior in delivery.behaviors.iter_mut().filter(|b| b.origin == endpoint) {
                let policy = behavior.response_headers.get_or_insert_with(ResponseHeaders::default);
                let rule = ("public, max-age=86400".to_owned(), true);
                policy.headers.insert("cache-control".to_owned(), rule);
            }
        }
        Fault::GzipMissing => delivery.behaviors.iter_mut().for_each(|b| b.cache.gzip = false),
        Fault::NamesUnknown => {
            delivery.behaviors.iter_mut().for_each(|b| b.viewer_request = None);
            without(delivery, |name| name == "l");
        }
        Fault::EndpointTimeout
        | Fault::PathMismatch
        | Fault::EndIgnored
        | Fault::RangesIgnored
        | Fault::SegmentUncached
        | Fault::ContentTypeLost
        | Fault::PageMissing
        | Fault::ClockAhead => {}
    }
}

/// Id of the origin of a kind; empty where there is none.
fn of_kind(delivery: &Delivery, kind: OriginKind) -> String {
    let origins: &BTreeMap<_, _> = &delivery.origins;
    let found = origins.iter().find(|(_, origin)| origin.kind == kind);
    found.map(|(id, _)| id.clone()).unwrap_or_default()
}

fn names(names: &Names, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    match names {
        Names::Only(names) => names.iter().filter(|name| wanted(name)).cloned().collect(),
        Names::None | Names::All | Names::AllBut(_) => BTreeSet::new(),
    }
}

fn without_key(delivery: &mut Delivery, gone: impl Fn(&str) -> bool) {
    for behavior in &mut delivery.behaviors {
        if let Names::Only(names) = &mut behavior.cache.key.query {
            names.retain(|name| !gone(name));
        }
    }
}

fn without(delivery: &mut Delivery, gone: impl Fn(&str) -> bool) {
    without_key(delivery, &gone);
    for behavior in &mut delivery.behaviors {
        if let Names::Only(names) = &mut behavior.origin_request.query {
            names.retain(|name| !gone(name));
        }
    }
}
