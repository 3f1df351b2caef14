//! Verbs about destinations, keys and the local edge.

use std::fmt::Write as _;
use std::path::PathBuf;

use screener_app::view::{DestinationForm, DestinationKind, DestinationView, DoctorView, KeyView, StepState};
use screener_app::{App, Result};
use serde_json::json;

use crate::args::{DestinationArgs, DestinationVerb, KeyVerb, KindArg};
use crate::out::Out;

/// The local edge, from Screener's own template or from another with its parameters, until Ctrl-C.
pub async fn serve(app: &App, out: Out, port: Option<u16>, template: Option<(PathBuf, Vec<String>)>) -> Result<bool> {
    let serving = match template {
        None => app.serve(port).await?,
        Some((file, parameters)) => {
            let served = app.serve_template(&file, &parameters, port).await?;
            for word in &served.left_out {
                out.hint(word);
            }
            served.serving
        }
    };
    // Before it is said that Ctrl-C ends it: whoever reads that may be quick.
    let stop = crate::stop::asked();
    out.either(
        &json!({ "event": "serving", "address": serving.address, "port": serving.port, "own": serving.own }),
        || format!("Serving on {}; Ctrl-C ends it.", serving.address),
    );
    stop.await;
    app.stop().await;
    Ok(true)
}

/// Destinations.
pub async fn destination(app: &App, out: Out, verb: DestinationVerb) -> Result<bool> {
    match verb {
        DestinationVerb::List => {
            for destination in app.destinations().await? {
                out.either(&destination, || line(&destination));
            }
            Ok(true)
        }
        DestinationVerb::Add(args) => {
            let destination = app.add_destination(form(*args)).await?;
            out.either(&destination, || line(&destination));
            out.hint(&format!(
                "`screener destination test {}` tries it as a viewer would.",
                destination.name
            ));
            Ok(true)
        }
        DestinationVerb::Remove { name } => {
            app.remove_destination(name.clone()).await?;
            out.either(&json!({ "event": "removed", "name": name }), || {
                format!("{name} is forgotten; what is stored there stays")
            });
            Ok(true)
        }
        DestinationVerb::Test { name } => {
            let name = match name {
                Some(name) => name,
                None => app.default_destination().await?,
            };
            let report = app.test_destination(name).await?;
            show(out, &report);
            Ok(report.ok)
        }
    }
}

fn line(destination: &DestinationView) -> String {
    let kind = match destination.kind {
        DestinationKind::Local => "this computer",
        DestinationKind::Aws => "AWS",
        DestinationKind::S3 => "S3-compatible",
    };
    let mut text = format!(
        "{}{}  {kind}",
        destination.name,
        if destination.default { " *" } else { "" }
    );
    for part in [
        &destination.bucket,
        &destination.endpoint,
        &destination.domain,
        &destination.key_pair_id,
    ]
    .into_iter()
    .flatten()
    {
        let _ = write!(text, "  {part}");
    }
    text
}

fn form(args: DestinationArgs) -> DestinationForm {
    let kind = match (args.kind, &args.endpoint) {
        (Some(KindArg::Aws), _) | (None, None) => DestinationKind::Aws,
        (Some(KindArg::S3), _) | (None, Some(_)) => DestinationKind::S3,
    };
    DestinationForm {
        name: args.name,
        kind,
        bucket: Some(args.bucket),
        region: args.region,
        endpoint: args.endpoint,
        path_style: args.path_style,
        domain: args.domain,
        distribution: args.distribution,
        prefix: args.prefix,
        key_pair_id: args.key_pair_id,
        key_file: args.key.map(|path| path.display().to_string()),
        sha256: args.sha256,
        profile: args.profile,
        secret_access_key: args
            .access_key_id
            .is_some()
            .then(|| std::env::var("SCREENER_SECRET_ACCESS_KEY").unwrap_or_default()),
        access_key_id: args.access_key_id,
        default: args.default,
    }
}

/// Keys.
pub async fn key(app: &App, out: Out, verb: KeyVerb) -> Result<bool> {
    match verb {
        KeyVerb::New => {
            let key = app.new_key().await?;
            out.either(&key, || words(&key));
        }
        KeyVerb::List => {
            for key in app.keys().await? {
                out.either(&key, || words(&key));
            }
        }
        KeyVerb::Rotate => {
            let key = app.rotate_key().await?;
            out.either(&key, || words(&key));
            out.hint("New links are signed with it. Links of the old pair stay until `screener key remove`.");
        }
        KeyVerb::Remove { id } => {
            app.remove_key(id.clone()).await?;
            out.either(&json!({ "event": "removed", "id": id }), || {
                format!("{id} is removed: its links have ended")
            });
        }
    }
    Ok(true)
}

fn words(key: &KeyView) -> String {
    format!(
        "{}{}  {}  {}",
        key.id,
        if key.current { " *" } else { "" },
        key.kind,
        key.fingerprint
    )
}

/// The delivery chain.
pub async fn doctor(app: &App, out: Out, destination: Option<String>) -> Result<bool> {
    let report = app.doctor(destination).await?;
    show(out, &report);
    Ok(report.ok)
}

pub(super) fn show(out: Out, report: &DoctorView) {
    out.either(report, || {
        let mut text = format!("{}\n", report.destination);
        for step in &report.steps {
            let mark = match step.state {
                StepState::Passed => "ok",
                StepState::Instead => "instead",
                StepState::Failed => "BROKEN",
                StepState::Warning => "warning",
                StepState::Skipped => "skipped",
            };
            let _ = writeln!(text, "  {mark:<8} {}", step.title);
            if step.state != StepState::Passed {
                for (name, words) in [
                    ("seen", Some(&step.seen)),
                    ("cause", step.cause.as_ref()),
                    ("mend", step.mend.as_ref()),
                ] {
                    if let Some(words) = words.filter(|words| !words.is_empty()) {
                        let _ = writeln!(text, "           {name}: {words}");
                    }
                }
            }
        }
        text
    });
}
