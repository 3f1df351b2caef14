//! What every request needs.

use std::sync::{Arc, PoisonError, RwLock};

use crate::{
    access_log::AccessLog, api_gateway::Gateway, bucket_origin::Bucket, fault::Faults, key_group::KeyGroup,
    link_store::Watched,
};

/// Made once, when the edge starts.
pub(super) struct Shared {
    pub(super) port: u16,
    pub(super) bucket: Bucket,
    pub(super) key_group: KeyGroup,
    pub(super) gateway: Gateway,
    pub(super) taken_back: Watched,
    pub(super) log: AccessLog,
    pub(super) faults: RwLock<Arc<Faults>>,
}

impl Shared {
    pub(super) fn faults(&self) -> Arc<Faults> {
        Arc::clone(&self.faults.read().unwrap_or_else(PoisonError::into_inner))
    }
}
