//! What every request needs.

use std::sync::{Arc, PoisonError, RwLock};

use crate::{
    access_log::AccessLog, bucket_origin::Bucket, fault::Faults, key_group::KeyGroup, link_store::Watched,
    routing::Routing,
};

/// Made once, when the edge starts.
pub(super) struct Shared {
    pub(super) port: u16,
    pub(super) bucket: Bucket,
    pub(super) key_group: KeyGroup,
    pub(super) taken_back: Arc<Watched>,
    pub(super) log: AccessLog,
    pub(super) served: RwLock<Served>,
}

impl Shared {
    pub(super) fn served(&self) -> Served {
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The delivery, ready for requests, and the defects that are no matter of it.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) routing: Arc<Routing>,
    pub(super) faults: Arc<Faults>,
}
