//! Verbs about the creator's own AWS.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

use screener_app::view::{
    AwsDeployedView, AwsEvent, AwsLookState, AwsPermissions, AwsPieceState, AwsPlanView, AwsStatusView, AwsWish,
    RotationView,
};
use screener_app::{App, Cause, Result, RotationRequest};
use serde_json::json;

use crate::aws_args::{AwsArgs, AwsSettings, AwsVerb, EndpointArg, PriceClassArg};
use crate::out::Out;

/// All of them.
pub async fn aws(app: &App, out: Out, verb: AwsVerb) -> Result<bool> {
    match verb {
        AwsVerb::Plan { which, settings } => {
            let plan = Box::pin(app.aws_plan(wish(which, Some(settings)), &|event| progress(out, &event))).await?;
            show_plan(out, &plan);
            Ok(true)
        }
        AwsVerb::Deploy {
            which,
            settings,
            yes,
            no_test,
        }
        | AwsVerb::Update {
            which,
            settings,
            yes,
            no_test,
        } => {
            let agree = |plan: &AwsPlanView| {
                show_plan(out, plan);
                if yes { Ok(true) } else { asked(out, "Make it?") }
            };
            let wanted = wish(which, Some(settings));
            let made = Box::pin(app.aws_deploy(wanted, agree, &|event| progress(out, &event))).await?;
            show_made(out, &made);
            if no_test {
                return Ok(true);
            }
            let report = app.doctor(Some(made.name)).await?;
            super::places::show(out, &report);
            Ok(report.ok)
        }
        AwsVerb::Status { which, drift } => {
            let status = app.aws_status(wish(which, None), drift).await?;
            out.either(&status, || status_words(&status));
            Ok(true)
        }
        AwsVerb::Remove {
            which,
            delete_bucket,
            yes,
        } => {
            let question = match &delete_bucket {
                Some(bucket) => format!("Remove it, and every film in {bucket}?"),
                None => "Remove it? The bucket with the films stays; every link ends.".to_owned(),
            };
            if !yes && !asked(out, &question)? {
                return Err(Cause::AwsNotAgreed.into());
            }
            let wanted = wish(which, None);
            let left = Box::pin(app.aws_remove(wanted, delete_bucket, &|event| progress(out, &event))).await?;
            out.either(
                &json!({ "event": "removed", "name": left.name, "left": left.left, "deleted": left.deleted }),
                || {
                    let mut text = format!("{} is removed", left.name);
                    for line in &left.left {
                        text.push_str("\n  left: ");
                        text.push_str(line);
                    }
                    text
                },
            );
            Ok(true)
        }
        AwsVerb::RotateKey {
            name,
            finish,
            lost,
            now,
            yes,
        } => rotate_key(app, out, name, (lost, now, finish), yes).await,
        AwsVerb::Policy { which } => {
            let policy = app.aws_policy(wish(which, None)).await?;
            out.either(&policy, || serde_json::to_string_pretty(&policy).unwrap_or_default());
            Ok(true)
        }
        AwsVerb::Whoami { which } => {
            let me = app.aws_whoami(wish(which, None)).await?;
            out.either(&me, || format!("account {}  {}  {}", me.account, me.arn, me.region));
            if me.root {
                out.hint("This is the account's root user. It works; a user of your own is safer.");
            }
            Ok(true)
        }
    }
}

/// A new key, or what ends an old one.
async fn rotate_key(
    app: &App,
    out: Out,
    name: Option<String>,
    (lost, now, finish): (Option<u8>, bool, bool),
    yes: bool,
) -> Result<bool> {
    let ends = lost.is_some() || now;
    if ends && !yes && !asked(out, "Links signed with the key that goes end now. Go on?")? {
        return Err(Cause::AwsNotAgreed.into());
    }
    let request = RotationRequest {
        destination: Some(name.unwrap_or_else(|| "aws".to_owned())),
        finish,
        lost,
        now,
    };
    let turned = app.rotate_stack_key(request).await?;
    out.either(&turned, || rotation_words(&turned));
    Ok(true)
}

fn wish(which: AwsArgs, settings: Option<AwsSettings>) -> AwsWish {
    let mut wish = AwsWish {
        name: which.name,
        region: which.region,
        profile: which.profile,
        ..AwsWish::default()
    };
    if let Some(settings) = settings {
        let endpoint = |arg| match arg {
            EndpointArg::FunctionUrl => "FunctionUrl",
            EndpointArg::ApiGateway => "ApiGateway",
        };
        let class = |arg| match arg {
            PriceClassArg::Hundred => "PriceClass_100",
            PriceClassArg::TwoHundred => "PriceClass_200",
            PriceClassArg::All => "PriceClass_All",
        };
        wish.endpoint = settings.endpoint.map(|arg| endpoint(arg).to_owned());
        wish.domain = settings.domain;
        wish.certificate = settings.certificate;
        wish.price_class = settings.price_class.map(|arg| class(arg).to_owned());
        wish.logging = settings.no_logging.then_some(false);
        wish.prefix = settings.prefix;
    }
    wish
}

/// A yes or a no; where there is nobody to ask, words.
fn asked(out: Out, question: &str) -> Result<bool> {
    if out.json || !std::io::stdin().is_terminal() {
        return Err(Cause::AwsNeedsYes.into());
    }
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "{question} [y/N] ");
    let _ = stderr.flush();
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line).is_ok();
    Ok(read && matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn rotation_words(turned: &RotationView) -> String {
    let (name, key, slot) = (&turned.destination, &turned.key_pair_id, turned.slot);
    let mut lines = vec![format!("{name}: links are signed with {key} (slot {slot})")];
    lines.extend(turned.emptied.iter().map(|slot| format!("slot {slot} is empty")));
    lines.extend(turned.waiting.iter().map(|old| {
        let (key, slot, ends) = (&old.key_pair_id, old.slot, &old.ends);
        format!("{key} keeps slot {slot} until {ends}: then `screener aws rotate-key --finish`")
    }));
    lines.join("\n")
}

fn progress(out: Out, event: &AwsEvent) {
    out.either(event, || match event {
        AwsEvent::Doing { what } => format!("… {what}"),
        AwsEvent::Piece {
            piece,
            kind,
            state,
            status,
            reason,
            done,
        } => {
            let mark = match state {
                AwsPieceState::Working => "…",
                AwsPieceState::Done => "ok",
                AwsPieceState::Failed => "FAILED",
                AwsPieceState::Kept => "kept",
            };
            let why = reason.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
            format!("{:>3.0} %  {mark:<6} {piece} ({kind}) {status}{why}", done * 100.0)
        }
    });
}

fn show_plan(out: Out, plan: &AwsPlanView) {
    out.either(&json!({ "event": "plan", "plan": plan }), || {
        let caller = &plan.caller;
        let mut lines = vec![
            format!("account {}  {}  {}", caller.account, caller.arn, caller.region),
            format!("stack {}", plan.stack),
        ];
        if caller.root {
            lines.push("  note: this is the account's root user; a user of your own is safer".to_owned());
        }
        for look in &plan.looks {
            let mark = match look.state {
                AwsLookState::Well => "ok",
                AwsLookState::Warning => "warning",
                AwsLookState::Broken => "BROKEN",
                AwsLookState::Unknown => "unknown",
            };
            lines.push(format!("  {mark:<8} {}: {}", look.what.replace('_', " "), look.words));
        }
        match &plan.permissions {
            AwsPermissions::Asked { missing, .. } if missing.is_empty() => {
                lines.push("  ok       permissions".to_owned());
            }
            AwsPermissions::Asked { missing, organisation } => {
                lines.push(format!(
                    "  warning  permissions that are missing: {}",
                    missing.join(", ")
                ));
                if !organisation.is_empty() {
                    lines.push(format!(
                        "           of these the organisation forbids: {}",
                        organisation.join(", ")
                    ));
                }
            }
            AwsPermissions::NotAsked { why } => lines.push(format!("  unknown  permissions: {why}")),
        }
        if plan.under_way {
            lines.push("what was agreed to is under way".to_owned());
        } else if plan.changes.is_empty() {
            lines.push("nothing to change".to_owned());
        }
        lines.extend(plan.changes.iter().map(|change| format!("  {}", change.words())));
        lines.join("\n")
    });
}

fn show_made(out: Out, made: &AwsDeployedView) {
    out.either(&json!({ "event": "deployed", "deployed": made }), || {
        let mut text = format!(
            "{} is {}: bucket {}, links on https://{}",
            made.name,
            if made.changed {
                "there"
            } else {
                "there, and nothing was to change"
            },
            made.bucket,
            made.domain
        );
        if let Some(target) = &made.cloudfront_domain {
            let _ = write!(text, "\n  DNS: point {} to {target} (CNAME)", made.domain);
        }
        for remark in &made.remarks {
            let _ = write!(text, "\n  note: {remark}");
        }
        text
    });
    if !made.remarks.is_empty() {
        out.hint("Repeat `screener aws deploy` to do what is left.");
    }
}

fn status_words(status: &AwsStatusView) -> String {
    let Some(state) = &status.status else {
        return format!(
            "{}: there is no stack {} in {}",
            status.name, status.stack, status.caller.region
        );
    };
    let mut text = format!("{}  {}  {state}", status.name, status.stack);
    if let Some(version) = status.version {
        let _ = write!(text, "  template {version}");
        if version < status.newest {
            let _ = write!(text, " (`screener aws update` brings it to {})", status.newest);
        }
    }
    if let Some(words) = &status.words {
        let _ = write!(text, "\n  {words}");
    }
    for one in &status.drift {
        let what = if one.deleted {
            "was deleted by hand".to_owned()
        } else {
            format!("was changed by hand: {}", one.properties.join(", "))
        };
        let _ = write!(text, "\n  {} ({}) {what}", one.piece, one.kind);
    }
    text
}
