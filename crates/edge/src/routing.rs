//! A template's delivery, made ready for requests once: its behaviors in their order, and what stands behind them.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use screener_template::{
    VIEWER_REQUEST,
    delivery::{Bucket as BucketRules, Delivery, Function},
};

use crate::{
    Error,
    behaviors::{matches, normalize},
    bucket_origin::Bucket,
    js_function::{JsFunction, Store},
    playlist_endpoint::PlaylistEndpoint,
    route::{Judge, Route},
};

/// All behaviors of a distribution, and what stands behind them.
pub(crate) struct Routing {
    routes: Vec<Route>,
    pub(crate) enabled: bool,
    pub(crate) rules: BucketRules,
    pub(crate) endpoint: PlaylistEndpoint,
}

impl Routing {
    /// # Errors
    /// [`Error::Settings`], [`Error::SignMode`] and [`Error::Function`] for what the delivery holds.
    pub(crate) fn new(delivery: &Delivery, bucket: &Bucket, store: &Store, address: SocketAddr) -> Result<Self, Error> {
        let mut read: BTreeMap<String, Judge> = BTreeMap::new();
        let mut routes = Vec::with_capacity(delivery.behaviors.len());
        for behavior in &delivery.behaviors {
            let judge = judge(behavior.viewer_request.as_ref(), &mut read, store)?;
            let origin = delivery.origins.get(&behavior.origin).cloned();
            routes.push(Route::new(behavior.clone(), origin, judge));
        }
        Ok(Self {
            routes,
            enabled: delivery.enabled,
            rules: delivery.bucket.clone(),
            endpoint: PlaylistEndpoint::new(&delivery.endpoint, bucket.clone(), address)?,
        })
    }

    /// The behavior for a raw request path: the first whose pattern fits the normalised one. A distribution without a default
    /// behavior answers nothing.
    pub(crate) fn of(&self, path: &str) -> Option<&Route> {
        let path = normalize(path);
        let bare = path.strip_prefix('/').unwrap_or(&path);
        let fits = |route: &&Route| {
            let pattern = &route.behavior.pattern;
            matches(pattern.strip_prefix('/').unwrap_or(pattern), bare)
        };
        self.routes.iter().find(fits)
    }
}

fn judge(function: Option<&Function>, read: &mut BTreeMap<String, Judge>, store: &Store) -> Result<Judge, Error> {
    // One that was never published runs nowhere.
    let Some(function) = function.filter(|function| function.published) else {
        return Ok(Judge::Nobody);
    };
    if function.code.trim() == VIEWER_REQUEST.trim() {
        return Ok(if function.store { Judge::Own } else { Judge::Broken });
    }
    if let Some(judge) = read.get(&function.code) {
        return Ok(judge.clone());
    }
    let store = function.store.then(|| Arc::clone(store));
    let judge = match JsFunction::read(&function.code, store) {
        Ok(function) => Judge::Other(function),
        // What throws when it is loaded throws at each request.
        Err(_) if !function.store && function.code.contains(".kvs(") => Judge::Broken,
        Err(reason) => return Err(Error::Function { reason }),
    };
    read.insert(function.code.clone(), judge.clone());
    Ok(judge)
}
