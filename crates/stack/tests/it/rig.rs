//! An account that is a server, an engine on it, and a diary that a test can read.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use screener_account::Pace;
use screener_stack::deploy::deployment::Tell;
use screener_stack::deploy::removal::Left;
use screener_stack::deploy::stack_status::Seen;
use screener_stack::deploy::{Clients, Deployment, Diary, Event, Planned, Prepared, Row, Wanted};
use screener_template::values::NOBODYS_KEY;
use screener_testkit::ControlPlane;
use screener_testkit::control_plane::{Trouble, World, Wrong};
use screener_wire::Failure;

/// Region of the tests' stacks.
pub const REGION: &str = "eu-central-1";

/// Keeps every row that it was given.
#[derive(Default)]
pub struct Pages(pub Mutex<Vec<Row>>);

#[async_trait]
impl Diary for Pages {
    async fn keep(&self, row: &Row) -> Result<(), Failure> {
        self.0.lock().unwrap().push(row.clone());
        Ok(())
    }
}

/// One account.
pub struct Rig {
    pub plane: ControlPlane,
    pub clients: Clients,
    pub pages: Pages,
    pub told: Mutex<Vec<Event>>,
}

/// What a client is made of that asks this server, whatever this computer's own AWS set-up is.
pub async fn config(endpoint: &str) -> SdkConfig {
    let keys = Credentials::new("AKIAEXAMPLE", "secret", None, None, "test");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .endpoint_url(endpoint)
        .load()
        .await
}

impl Rig {
    pub async fn new(world: World) -> Self {
        let plane = ControlPlane::start(world).await;
        let clients = Clients::new(&config(&plane.endpoint()).await, REGION);
        Self {
            plane,
            clients,
            pages: Pages::default(),
            told: Mutex::default(),
        }
    }

    /// A row of a deployment that nothing was done for.
    pub fn row() -> Row {
        Row {
            name: "films".into(),
            account: "123456789012".into(),
            region: REGION.into(),
            stack_name: "screener-films".into(),
            ..Row::default()
        }
    }

    /// What the tests deploy: the template, with one key.
    pub fn wanted() -> Wanted {
        Wanted {
            template: screener_template::TEMPLATE.into(),
            version: screener_template::VERSION,
            parameters: BTreeMap::from([("PublicKeyPem1".to_owned(), NOBODYS_KEY.to_owned())]),
            zip: Some(b"a zip".to_vec()),
        }
    }

    pub fn engine<'a>(&'a self, tell: Tell<'a>) -> Deployment<'a> {
        Deployment {
            clients: &self.clients,
            pace: Pace::brief(),
            diary: &self.pages,
            tell,
        }
    }

    fn hear(&self) -> impl Fn(Event) + Send + Sync + '_ {
        |event| self.told.lock().unwrap().push(event)
    }

    pub async fn prepare(&self, row: &mut Row, wanted: &Wanted) -> Result<Prepared, Failure> {
        let tell = self.hear();
        self.engine(&tell).prepare(row, wanted, true).await
    }

    /// The plan that waits for a yes.
    pub async fn planned(&self, row: &mut Row, wanted: &Wanted) -> Planned {
        match self.prepare(row, wanted).await.unwrap() {
            Prepared::Plan(planned) => planned,
            other => panic!("{other:?}"),
        }
    }

    /// Prepared, agreed, executed.
    pub async fn deploy(&self, row: &mut Row, wanted: &Wanted) -> Result<Option<Seen>, Failure> {
        let tell = self.hear();
        let engine = self.engine(&tell);
        match engine.prepare(row, wanted, true).await? {
            Prepared::Plan(planned) => engine.execute(row, Some(&planned)).await.map(Some),
            Prepared::UnderWay => engine.execute(row, None).await.map(Some),
            Prepared::Nothing => Ok(None),
        }
    }

    pub async fn remove(&self, row: &mut Row, typed: Option<&str>) -> Result<Left, Failure> {
        let tell = self.hear();
        self.engine(&tell).remove(row, typed).await
    }

    /// The row as it was kept last: what a new process finds.
    pub fn found(&self) -> Row {
        self.pages.0.lock().unwrap().last().cloned().unwrap_or_else(Self::row)
    }

    /// Names of stacks that are there.
    pub fn stacks(&self) -> Vec<String> {
        let world = self.plane.world();
        world
            .stacks
            .iter()
            .filter(|one| !one.is_gone())
            .map(|one| format!("{} {}", one.name, one.status))
            .collect()
    }
}

/// A refusal in a call.
pub fn trouble(
    call: &'static str,
    after: usize,
    times: usize,
    status: u16,
    code: &'static str,
    words: &str,
) -> Trouble {
    Trouble {
        call,
        after,
        times,
        how: Wrong::Says(status, code, words.to_owned()),
    }
}
