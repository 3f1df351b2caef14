//! The task that runs jobs.

use std::sync::Mutex;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The task that runs jobs, where it was started.
#[derive(Default)]
pub(super) struct Runner(pub(super) Mutex<Option<(CancellationToken, JoinHandle<()>)>>);
