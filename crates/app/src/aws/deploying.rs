//! Plans and makes a stack.

use screener_account::{Caller, Pace, caller, region};
use screener_cloudfront::PrivateKey;
use screener_stack::deploy::artifact::find_zip;
use screener_stack::deploy::caller_permissions::{Simulated, missing, needed};
use screener_stack::deploy::preflight::{LookState, looks};
use screener_stack::deploy::{Clients, Deployment, Diary as _, Planned, Prepared, Row, Step, Wanted};
use screener_template::names::parameter;
use screener_template::{LOGGING, TEMPLATE, Template, VERSION};
use zeroize::Zeroizing;

use super::deployment_diary::{Pages, row};
use super::deployment_views::{AwsCallerView, AwsDeployedView, AwsEvent, AwsPlanView};
use super::deployment_wish::{AwsWish, Kept, stack_name};
use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::key_pairs::private_key::key_error;
use crate::{App, AppError, Result};

/// Whoever listens.
pub(super) type Tell<'a> = &'a (dyn Fn(AwsEvent) + Send + Sync);

/// An account, reached, and what is kept of a deployment there.
pub(super) struct Reached {
    pub(super) clients: Clients,
    pub(super) caller: Caller,
    pub(super) row: Row,
    pub(super) kept: Kept,
}

/// Pauses between questions. A development build takes them from the environment, so that its tests need not wait.
pub(super) fn pace() -> Pace {
    let short = std::env::var("SCREENER_AWS_PAUSE_MS")
        .ok()
        .filter(|_| cfg!(debug_assertions));
    match short.and_then(|text| text.parse().ok()) {
        Some(pause) => Pace {
            first: std::time::Duration::from_millis(pause),
            most: std::time::Duration::from_millis(pause),
            ..Pace::default()
        },
        None => Pace::default(),
    }
}

impl App {
    /// The account that a wish is about, and what is kept of it. Asks who one is, and nothing more.
    pub(super) async fn reach(&self, wish: &AwsWish) -> Result<Reached> {
        let name = wish.destination();
        let found = row(self.engine(), &name).await?;
        let mut kept: Kept = match &found {
            Some(row) => serde_json::from_value(row.kept.clone()).unwrap_or_default(),
            None => Kept::default(),
        };
        let mut row = found.unwrap_or_default();
        let stack = if row.stack_name.is_empty() {
            stack_name(&name)
        } else {
            row.stack_name.clone()
        };
        if let Some(here) = wish
            .region
            .as_ref()
            .filter(|here| !row.region.is_empty() && **here != row.region)
        {
            let cause = screener_stack::Cause::OtherRegion {
                stack,
                region: row.region.clone(),
                here: here.clone(),
            };
            return Err(screener_wire::Failure::from(cause).into());
        }
        kept.wish = wish.clone().over(kept.wish);
        let source = kept.wish.source();
        let here = match kept
            .wish
            .region
            .clone()
            .or(Some(row.region.clone()).filter(|region| !region.is_empty()))
        {
            Some(region) => region,
            None => source
                .region()
                .await
                .ok_or_else(|| screener_wire::Failure::from(screener_account::Cause::NoRegionGiven))?,
        };
        region::usable(&here).map_err(screener_wire::Failure::from)?;
        let config = source.config(&here).await;
        let caller = caller(&config, pace()).await.map_err(screener_wire::Failure::from)?;
        if !row.account.is_empty() && row.account != caller.account {
            let cause = screener_stack::Cause::OtherAccount {
                stack,
                account: row.account.clone(),
                here: caller.account,
            };
            return Err(screener_wire::Failure::from(cause).into());
        }
        kept.wish.region = Some(here.clone());
        (row.name, row.account, row.region, row.stack_name) = (name, caller.account.clone(), here.clone(), stack);
        Ok(Reached {
            clients: Clients::new(&config, &here),
            caller,
            row,
            kept,
        })
    }

    /// One process at a time deploys under a name; the lock ends with the file.
    pub(super) async fn aws_turn(&self, name: &str) -> Result<std::fs::File> {
        let path = self.data_dir().join(format!("{}.lock", stack_name(name)));
        tokio::task::spawn_blocking(move || {
            let open = || {
                let file = std::fs::File::options().create(true).append(true).open(&path)?;
                file.lock()?;
                Ok(file)
            };
            open().map_err(|error: std::io::Error| file_error(&path, &error))
        })
        .await
        .map_err(AppError::internal)?
    }

    /// Who one is at AWS.
    ///
    /// # Errors
    /// What is wrong with sign-in, profile, region, clock or network, in words.
    pub async fn aws_whoami(&self, wish: AwsWish) -> Result<AwsCallerView> {
        let reached = self.reach(&wish).await?;
        Ok(AwsCallerView::new(&reached.caller, &reached.clients.region))
    }

    /// The least policy for whoever deploys, as JSON.
    ///
    /// # Errors
    /// As [`App::aws_whoami`]: it names the account.
    pub async fn aws_policy(&self, wish: AwsWish) -> Result<serde_json::Value> {
        let reached = self.reach(&wish).await?;
        let (main, logging) = (read(TEMPLATE)?, read(LOGGING)?);
        let types = main.types().into_iter().chain(logging.types());
        Ok(screener_stack::deploy::caller_permissions::policy(
            types,
            &reached.caller.account,
        ))
    }

    /// What a deployment would do. Nothing stays of it at AWS but the endpoint's zip.
    ///
    /// # Errors
    /// What is refused, in words.
    pub async fn aws_plan(&self, wish: AwsWish, tell: Tell<'_>) -> Result<AwsPlanView> {
        let _turn = self.aws_turn(&wish.destination()).await?;
        let mut reached = self.reach(&wish).await?;
        let (view, _) = self.prepare_stack(&mut reached, tell, false).await?;
        if !view.under_way {
            self.engine_for(&reached, tell, async |engine, row| {
                engine.abandon(row).await.map_err(AppError::from)
            })
            .await?;
        }
        Ok(view)
    }

    /// Prepares, asks, and makes: `agree` hears the plan and says yes or no. An earlier yes is carried on without asking.
    ///
    /// # Errors
    /// What is refused or fails, in words; `not_agreed`, or whatever `agree` says instead of an answer.
    pub async fn aws_deploy(
        &self,
        wish: AwsWish,
        agree: impl Fn(&AwsPlanView) -> Result<bool>,
        tell: Tell<'_>,
    ) -> Result<AwsDeployedView> {
        let _turn = self.aws_turn(&wish.destination()).await?;
        let mut reached = self.reach(&wish).await?;
        self.not_by_hand(&reached.row.name).await?;
        let (view, planned) = self.prepare_stack(&mut reached, tell, true).await?;
        let changes = view.under_way || !view.changes.is_empty();
        if changes && !view.under_way {
            let answer = agree(&view);
            if !matches!(answer, Ok(true)) {
                let pages = Pages(self.engine());
                let engine = engine(&reached.clients, &pages, tell);
                engine.abandon(&mut reached.row).await?;
                return Err(answer.err().unwrap_or_else(|| Cause::AwsNotAgreed.into()));
            }
        }
        let pages = Pages(self.engine());
        let engine = engine(&reached.clients, &pages, tell);
        let seen = if changes {
            engine.execute(&mut reached.row, planned.as_ref()).await?
        } else {
            let stack = reached
                .row
                .stack
                .clone()
                .unwrap_or_else(|| reached.row.stack_name.clone());
            let gone = || screener_stack::Cause::NoStack { stack: stack.clone() };
            engine
                .look(&stack)
                .await?
                .ok_or_else(|| screener_wire::Failure::from(gone()))?
        };
        self.settle_stack(&mut reached, &seen, changes, tell).await
    }

    /// A destination of that name that was entered by hand is not taken over.
    async fn not_by_hand(&self, name: &str) -> Result<()> {
        let Ok(known) = self.engine().destination(name).await else {
            return Ok(());
        };
        match known.place {
            screener_publish::Place::Aws { deployed: Some(_), .. } => Ok(()),
            _ => Err(Cause::AwsNotOurs { name: name.to_owned() }.into()),
        }
    }

    async fn prepare_stack(
        &self,
        reached: &mut Reached,
        tell: Tell<'_>,
        mends: bool,
    ) -> Result<(AwsPlanView, Option<Planned>)> {
        let pages = Pages(self.engine());
        let known = {
            let engine = engine(&reached.clients, &pages, tell);
            let stack = reached
                .row
                .stack
                .clone()
                .unwrap_or_else(|| reached.row.stack_name.clone());
            engine.look(&stack).await?
        };
        let lives = known
            .as_ref()
            .is_some_and(|stack| stack.outputs.contains_key(screener_template::names::output::BUCKET));
        let certificate = reached
            .kept
            .wish
            .certificate
            .as_deref()
            .zip(reached.kept.wish.domain.as_deref());
        let looks = looks(
            &reached.clients,
            pace(),
            certificate,
            !lives && reached.row.step != Step::Agreed,
        )
        .await?;
        let broken: Vec<&str> = looks
            .iter()
            .filter(|one| one.state == LookState::Broken)
            .map(|one| one.words.as_str())
            .collect();
        if !broken.is_empty() {
            let words = broken.join("; ");
            return Err(Cause::AwsNotReady { words }.into());
        }
        let template = read(TEMPLATE)?;
        let permissions = if lives || reached.row.step == Step::Agreed {
            Simulated::NotAsked {
                why: "the stack is there".into(),
            }
        } else {
            missing(&reached.clients, pace(), &reached.caller, &needed(template.types())).await
        };
        let taken = known
            .as_ref()
            .filter(|_| lives)
            .map(|stack| stack.parameters.clone())
            .unwrap_or_default();
        self.own_slot(reached, &taken).await?;
        let mut parameters = reached.kept.wish.parameters();
        parameters.insert(
            parameter::PUBLIC_KEYS[usize::from(reached.kept.slot.max(1)) - 1].to_owned(),
            reached.kept.public_pem.clone(),
        );
        if let Some(secret) = self.origin_secret(reached, lives).await? {
            parameters.insert(parameter::ORIGIN_SECRETS[0].to_owned(), secret);
        }
        let zip = find_zip().map_err(screener_wire::Failure::from)?;
        let zip = tokio::fs::read(&zip).await.map_err(|error| file_error(&zip, &error))?;
        let wanted = Wanted {
            template: TEMPLATE.to_owned(),
            version: VERSION,
            parameters,
            zip: Some(zip),
        };
        let engine = engine(&reached.clients, &pages, tell);
        let prepared = engine.prepare(&mut reached.row, &wanted, mends).await?;
        let (planned, under_way) = match prepared {
            Prepared::Plan(planned) => (Some(planned), false),
            Prepared::Nothing => (None, false),
            Prepared::UnderWay => (None, true),
        };
        let view = AwsPlanView {
            name: reached.row.name.clone(),
            stack: reached.row.stack_name.clone(),
            caller: AwsCallerView::new(&reached.caller, &reached.clients.region),
            looks,
            permissions,
            changes: planned
                .as_ref()
                .map(|planned| planned.changes.clone())
                .unwrap_or_default(),
            under_way,
            creates: reached.row.creates,
        };
        Ok((view, planned))
    }

    /// This computer's key and slot: made before anything is asked of AWS, the private half into the key store first.
    async fn own_slot(&self, reached: &mut Reached, taken: &std::collections::BTreeMap<String, String>) -> Result<()> {
        if reached.kept.public_pem.is_empty() {
            let key = tokio::task::spawn_blocking(PrivateKey::generate)
                .await
                .map_err(AppError::internal)?
                .map_err(|error| key_error(&error))?;
            let secret = key.to_pkcs8_der().map_err(|error| key_error(&error))?;
            self.inner.keys.set(waiting_key(&reached.row.name), secret).await?;
            reached.kept.public_pem = key.public().to_pem().map_err(|error| key_error(&error))?;
        }
        if reached.kept.slot == 0 {
            let is_free = |slot: &str| taken.get(slot).is_none_or(String::is_empty);
            let free = parameter::PUBLIC_KEYS.iter().position(|slot| is_free(slot));
            let stack = reached.row.stack_name.clone();
            let free = free.ok_or(Cause::AwsSlotsFull { stack })?;
            reached.kept.slot = u8::try_from(free + 1).unwrap_or(1);
        }
        reached.row.kept = serde_json::to_value(&reached.kept).map_err(AppError::internal)?;
        Pages(self.engine()).keep(&reached.row).await.map_err(AppError::from)
    }

    /// The secret between CloudFront and API Gateway, made once. A stack that has one that this computer does not know keeps it.
    async fn origin_secret(&self, reached: &Reached, lives: bool) -> Result<Option<String>> {
        if reached.kept.wish.endpoint.as_deref() != Some("ApiGateway") {
            return Ok(None);
        }
        let name = format!("aws/{}/origin-secret", reached.row.name);
        if let Some(known) = self.inner.keys.get(name.clone()).await? {
            return Ok(Some(String::from_utf8_lossy(&known).into_owned()));
        }
        if lives {
            return Ok(None);
        }
        let mut random = [0_u8; 20];
        getrandom::fill(&mut random).map_err(AppError::internal)?;
        let secret = data_encoding::BASE32_NOPAD.encode(&random);
        self.inner
            .keys
            .set(name, Zeroizing::new(secret.as_bytes().to_vec()))
            .await?;
        Ok(Some(secret))
    }

    async fn engine_for<T>(
        &self,
        reached: &Reached,
        tell: Tell<'_>,
        work: impl AsyncFnOnce(&Deployment<'_>, &mut Row) -> Result<T>,
    ) -> Result<T> {
        let pages = Pages(self.engine());
        let mut row = reached.row.clone();
        work(&engine(&reached.clients, &pages, tell), &mut row).await
    }
}

/// Name of the private key that waits for its id.
pub(super) fn waiting_key(name: &str) -> String {
    format!("aws/{name}/private-key")
}

pub(super) fn engine<'a>(clients: &'a Clients, pages: &'a Pages<'a>, tell: Tell<'a>) -> Deployment<'a> {
    Deployment {
        clients,
        pace: pace(),
        diary: pages,
        tell,
    }
}

fn read(text: &str) -> Result<Template> {
    Template::read(text).map_err(AppError::internal)
}
