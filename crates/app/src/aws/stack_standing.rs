//! Looks at a stack, and takes it away.

use screener_account::region::GLOBAL;
use screener_stack::deploy::stack_status::{Move, next_move, sentence};
use screener_stack::stack_parts::publisher_keys::PublisherKeys;
use screener_template::VERSION;
use screener_template::names::output;

use super::deploying::{Tell, engine};
use super::deployment_diary::{Pages, row};
use super::deployment_views::{AwsCallerView, AwsLeftView, AwsStatusView};
use super::deployment_wish::AwsWish;
use super::settling::logging_name;
use crate::{App, Result};

impl App {
    /// How a stack stands: state, version, and with `drift` what was changed by hand. Nothing is changed.
    ///
    /// # Errors
    /// What AWS refuses, in words.
    pub async fn aws_status(&self, wish: AwsWish, drift: bool) -> Result<AwsStatusView> {
        let reached = self.reach(&wish).await?;
        let pages = Pages(self.engine());
        let silent = |_| {};
        let engine = engine(&reached.clients, &pages, &silent);
        let stack = reached
            .row
            .stack
            .clone()
            .unwrap_or_else(|| reached.row.stack_name.clone());
        let seen = engine
            .look(&stack)
            .await?
            .filter(|seen| next_move(&seen.status) != Move::Create);
        let mut view = AwsStatusView {
            name: reached.row.name.clone(),
            stack: reached.row.stack_name.clone(),
            status: None,
            words: None,
            version: None,
            newest: VERSION,
            drift: Vec::new(),
            caller: AwsCallerView::new(&reached.caller, &reached.clients.region),
        };
        let Some(seen) = seen else { return Ok(view) };
        let stays = match next_move(&seen.status) {
            Move::DeleteAgain => engine.pieces_of(&seen.arn).await?,
            _ => Vec::new(),
        };
        view.status = Some(seen.status.as_str().to_owned());
        view.words = sentence(&seen.name, &seen.status, &stays).map(|cause| {
            let (what, mend) = cause.english();
            format!("{what} {mend}")
        });
        view.version = seen.outputs.get(output::VERSION).and_then(|text| text.parse().ok());
        if drift && next_move(&seen.status) == Move::Update {
            view.drift = engine.drift(&seen.arn).await?;
        }
        Ok(view)
    }

    /// Takes a stack away. The bucket stays, with what is in it, unless its name is `typed`. The destination is forgotten with it.
    ///
    /// # Errors
    /// What AWS objects to, in words. Done again, it goes on where it stood.
    pub async fn aws_remove(&self, wish: AwsWish, typed: Option<String>, tell: Tell<'_>) -> Result<AwsLeftView> {
        let _turn = self.aws_turn(&wish.destination()).await?;
        let mut reached = self.reach(&wish).await?;
        let name = reached.row.name.clone();
        let pages = Pages(self.engine());
        let engine_here = engine(&reached.clients, &pages, tell);
        // Before anything goes: a name that was typed wrongly changes nothing.
        let stack = reached
            .row
            .stack
            .clone()
            .unwrap_or_else(|| reached.row.stack_name.clone());
        let seen = engine_here.look(&stack).await?;
        let bucket = seen
            .as_ref()
            .and_then(|seen| seen.outputs.get(output::BUCKET).cloned())
            .or(reached.row.bucket.clone());
        if let Some(typed) = typed.as_ref().filter(|typed| bucket.as_ref() != Some(*typed)) {
            let cause = screener_stack::Cause::WrongBucketName {
                typed: typed.clone(),
                bucket: bucket.unwrap_or_default(),
            };
            return Err(screener_wire::Failure::from(cause).into());
        }
        if let Some(user) = seen.as_ref().and_then(|seen| seen.outputs.get(output::PUBLISHER)) {
            // IAM deletes no user that has keys.
            PublisherKeys::of(&reached.clients.identities, user)
                .remove_all()
                .await?;
        }
        let logging = logging_name(&name);
        if let Some(mut row) = row(self.engine(), &logging).await? {
            let clients = reached.clients.in_region(GLOBAL);
            let gone = engine(&clients, &pages, tell).remove(&mut row, None).await;
            match gone {
                Err(failure) if failure.code != "no_stack" => return Err(failure.into()),
                _ => self.engine().forget_deployment(&logging).await?,
            }
        }
        let left = engine_here.remove(&mut reached.row, typed.as_deref()).await?;
        let mut words = Vec::new();
        if let Some(bucket) = &left.bucket {
            words.push(format!(
                "The bucket {bucket} with your films: its storage goes on costing until you delete it (`--delete-bucket {bucket}`, or in the S3 console)."
            ));
        }
        if let Some(zips) = &left.zips {
            words.push(format!(
                "The bucket {zips}, because zips of other stacks are in it: less than a cent a month."
            ));
        }
        for (piece, physical) in &left.kept {
            words.push(format!("{piece} ({physical}), which the template keeps."));
        }
        // The row goes last: whoever dies before comes here again.
        if self.engine().destination(&name).await.is_ok() {
            self.remove_destination(name.clone()).await?;
        }
        for secret in ["private-key", "origin-secret"] {
            self.inner.keys.remove(format!("aws/{name}/{secret}")).await?;
        }
        self.engine().forget_deployment(&name).await?;
        Ok(AwsLeftView {
            name,
            left: words,
            deleted: left.deleted,
        })
    }
}
