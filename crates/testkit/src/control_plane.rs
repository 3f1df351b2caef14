//! A server that plays AWS's control plane by a script: CloudFormation, STS, IAM, S3, ACM, Service Quotas.
//!
//! It keeps stacks and change sets as CloudFormation does, and a log of every call. Which service is asked it reads from the signature's
//! scope, so one address stands for all of them (`AWS_ENDPOINT_URL`). The shapes of answers are those that the SDKs read. A service
//! more is a [`Service`] of its own, in a file beside these.

mod certificates;
mod cloud_control;
mod cloud_formation;
mod drift_answers;
mod exchange;
mod identities;
mod key_value_stores;
mod object_store;
mod stack_state;
mod written_pieces;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use certificates::{Certificate, Quota};
pub use cloud_control::{CloudControl, LiveResource};
pub use exchange::{Answer, Asked, Page};
pub use key_value_stores::{KeyValueStore, KeyValueStores};
pub use stack_state::{Certainty, Failing, Stack};

/// What the server is to do wrong, once or a few times.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Name of the call: `DescribeStacks`, `PutObject`, …
    pub call: &'static str,
    /// So many such calls go well first.
    pub after: usize,
    /// So many go wrong then.
    pub times: usize,
    /// How.
    pub how: Wrong,
}

/// How a call goes wrong.
#[derive(Clone, Debug)]
pub enum Wrong {
    /// An error with AWS's code and words.
    Says(u16, &'static str, String),
    /// The connection is cut before an answer, and nothing was done.
    CutBefore,
    /// It is done, and the connection is cut before the answer.
    CutAfter,
}

/// What the account is like. A field is what a test changes of it.
#[derive(Clone, Debug)]
pub struct World {
    /// Account id.
    pub account: String,
    /// ARN of the caller.
    pub caller: String,
    /// Path of the caller's role, as `GetRole` tells it.
    pub role_path: String,
    /// Actions that the simulation denies, and whether an organisation does it.
    pub denied: Vec<(String, bool)>,
    /// Lines of a page.
    pub page: usize,
    /// Events that each look at a stack lets happen.
    pub pace: usize,
    /// Looks at a change set before it is made.
    pub change_set_polls: usize,
    /// What goes wrong.
    pub troubles: Vec<Trouble>,
    /// Pieces whose making, changing or deleting fails, with AWS's words.
    pub failing: Vec<Failing>,
    /// What validation says of a change set: logical id, path, words.
    pub validation: Vec<(String, String, String)>,
    /// Pieces whose changes need another one in their place.
    pub replaces: Vec<String>,
    /// Stacks by ARN, gone ones as well.
    pub stacks: Vec<Stack>,
    /// Buckets: name, and objects by key.
    pub buckets: std::collections::BTreeMap<String, std::collections::BTreeMap<String, Vec<u8>>>,
    /// Names of buckets that belong to others.
    pub taken: Vec<String>,
    /// Access keys: user and id.
    pub access_keys: Vec<(String, String)>,
    /// Certificates of us-east-1.
    pub certificates: Vec<Certificate>,
    /// Quotas.
    pub quotas: Vec<Quota>,
    /// Distributions and key groups that are there already.
    pub there: (usize, usize),
    /// Every call that was answered or refused: service and name.
    pub calls: Vec<(String, String)>,
    /// Counts what has been made, for names.
    pub made: usize,
}

impl Default for World {
    fn default() -> Self {
        Self {
            account: "123456789012".into(),
            caller: "arn:aws:iam::123456789012:user/creator".into(),
            role_path: "/".into(),
            denied: Vec::new(),
            page: 100,
            pace: 8,
            change_set_polls: 1,
            troubles: Vec::new(),
            failing: Vec::new(),
            validation: Vec::new(),
            replaces: Vec::new(),
            stacks: Vec::new(),
            buckets: std::collections::BTreeMap::new(),
            taken: Vec::new(),
            access_keys: Vec::new(),
            certificates: Vec::new(),
            quotas: Quota::customary(),
            there: (0, 0),
            calls: Vec::new(),
            made: 0,
        }
    }
}

impl World {
    /// How often a call was made.
    pub fn count(&self, call: &str) -> usize {
        self.calls.iter().filter(|(_, name)| name == call).count()
    }

    /// The stack of a name or an ARN that is not gone; by ARN a gone one as well.
    pub fn stack(&self, name: &str) -> Option<&Stack> {
        self.stacks
            .iter()
            .find(|one| one.arn == name || (one.name == name && !one.is_gone()))
    }

    pub(crate) fn stack_mut(&mut self, name: &str) -> Option<&mut Stack> {
        self.stacks
            .iter_mut()
            .find(|one| one.arn == name || (one.name == name && !one.is_gone()))
    }
}

/// One service. It is asked for calls that are signed for its name.
pub trait Service: Send + Sync {
    /// Name in a signature's scope: `cloudformation`, `iam`, …
    fn name(&self) -> &'static str;
    /// Answers, or `None` where it knows no such call.
    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer>;
}

/// The server. It ends when it is dropped.
pub struct ControlPlane {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    task: JoinHandle<()>,
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ControlPlane {
    /// Starts with a world.
    pub async fn start(world: World) -> Self {
        Self::with(world, Vec::new()).await
    }

    /// Starts with services beside its own. Of two with one name the later one is asked first.
    pub async fn with(world: World, services: Vec<Box<dyn Service>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a port left");
        let address = listener.local_addr().expect("it has an address");
        let world = Arc::new(Mutex::new(world));
        let mut all: Vec<Box<dyn Service>> = vec![
            Box::new(cloud_formation::CloudFormation),
            Box::new(identities::Sts),
            Box::new(identities::Iam),
            Box::new(object_store::S3),
            Box::new(certificates::Acm),
            Box::new(certificates::Quotas),
            Box::new(certificates::CloudFront),
        ];
        all.extend(services);
        let services: Arc<[Box<dyn Service>]> = all.into();
        let shared = world.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (world, services) = (shared.clone(), services.clone());
                let one = service_fn(move |request| serve(request, world.clone(), services.clone()));
                tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), one));
            }
        });
        Self { address, world, task }
    }

    /// `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it is like now; to be looked at or changed.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is cut.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is cut, as the script says")
    }
}

impl std::error::Error for Cut {}

async fn serve(
    request: hyper::Request<Incoming>,
    world: Arc<Mutex<World>>,
    services: Arc<[Box<dyn Service>]>,
) -> Result<hyper::Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let asked = Asked::read(&head, &body);
    let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
    world.calls.push((asked.service.clone(), asked.call.clone()));
    let wrong = world
        .troubles
        .iter_mut()
        .filter(|one| one.call == asked.call)
        .find_map(|one| {
            if one.after > 0 {
                one.after -= 1;
                return None;
            }
            one.times = one.times.checked_sub(1)?;
            Some(one.how.clone())
        });
    let mut ask = || {
        services
            .iter()
            .rev()
            .filter(|one| one.name() == asked.service)
            .find_map(|one| one.answer(&asked, &mut world))
            .unwrap_or_else(|| {
                let words = format!("{} does not play {}", asked.service, asked.call);
                asked.error(501, "NotImplemented", &words)
            })
    };
    let answer = match wrong {
        Some(Wrong::CutBefore) => return Err(Cut),
        Some(Wrong::CutAfter) => {
            ask();
            return Err(Cut);
        }
        Some(Wrong::Says(status, code, words)) => asked.error(status, code, &words),
        None => ask(),
    };
    answer.into_response().ok_or(Cut)
}
