//! One function a verb.

mod aws;
mod expenses;
mod files;
mod library;
mod places;
mod publish;
mod pure;
mod recipients;

use screener_app::{App, KeyStoreChoice, Options, Result};

use crate::args::{Cli, Global, KeyStore, Verb};
use crate::out::Out;

/// Does what was typed. `Ok(false)`: it was done, and what it found is a failure (a broken rule, a failed file).
pub async fn run(cli: Cli, out: Out) -> Result<bool> {
    let Cli { global, verb } = cli;
    match verb {
        Verb::Rewrite {
            policy,
            signature,
            key_pair_id,
            hash_algorithm,
            l,
            distribution,
        } => pure::rewrite(&screener_app::RewriteRequest {
            policy,
            signature,
            key_pair_id,
            hash_algorithm,
            l,
            distribution,
        }),
        Verb::Sign {
            url,
            key,
            key_pair_id,
            expires,
            opens,
            ip,
            resource,
            hash,
        } => {
            let sha256 = matches!(hash, crate::args::HashArg::Sha256);
            let request = screener_app::SignRequest {
                url,
                key,
                key_pair_id,
                expires,
                opens,
                ip,
                resource,
                sha256,
            };
            pure::sign(out, request).await
        }
        verb => Box::pin(with_app(open(&global).await?, verb, out)).await,
    }
}

async fn with_app(app: App, verb: Verb, out: Out) -> Result<bool> {
    match verb {
        Verb::Publish {
            files,
            destination,
            title,
            serve,
            wishes,
        } => publish::publish(&app, out, files, destination, title, serve, wishes).await,
        Verb::Resume { jobs } => publish::resume(&app, out, jobs).await,
        Verb::Replace { id, file, wishes } => publish::replace(&app, out, id, file, wishes).await,
        Verb::Transcode {
            file,
            out: folder,
            wishes,
        } => files::transcode(&app, out, file, folder, wishes).await,
        Verb::Probe { file } => files::probe(&app, out, file).await,
        Verb::Ladder { file, wishes } => files::ladder(&app, out, file, wishes).await,
        Verb::Check { target } => files::check(&app, out, target).await,
        Verb::Link {
            id,
            conditions,
            recipient,
        } => recipients::link(&app, out, id, conditions, recipient).await,
        Verb::Links { id } => recipients::list(&app, out, id).await,
        Verb::Revoke { links, video, undo } => recipients::revoke(&app, out, links, video, undo).await,
        Verb::Views { id } => recipients::views(&app, out, id).await,
        Verb::Cost { id, views } => expenses::cost(&app, out, id, views).await,
        Verb::List { refresh } => library::list(&app, out, refresh).await,
        Verb::Show { id } => library::show(&app, out, id).await,
        Verb::Rename { id, title } => library::rename(&app, out, id, title).await,
        Verb::Poster { id, time } => library::poster(&app, out, id, &time).await,
        Verb::Rm { ids } => library::remove(&app, out, ids).await,
        Verb::Jobs => library::jobs(&app, out).await,
        Verb::Pause { job } => library::steer(out, &job, "paused", app.pause(job.clone())).await,
        Verb::Cancel { job } => publish::cancel(&app, out, job).await,
        Verb::Retry { job } => publish::retry(&app, out, job).await,
        Verb::Move { job, place } => library::steer(out, &job, "moved", app.move_to(job.clone(), place)).await,
        Verb::Serve {
            port,
            template,
            parameters,
        } => places::serve(&app, out, port, template.map(|file| (file, parameters))).await,
        Verb::Destination { verb } => places::destination(&app, out, verb).await,
        Verb::Key { verb } => places::key(&app, out, verb).await,
        Verb::Doctor { destination } => places::doctor(&app, out, destination).await,
        Verb::Aws { verb } => Box::pin(aws::aws(&app, out, verb)).await,
        Verb::Rewrite { .. } | Verb::Sign { .. } => Ok(true),
    }
}

async fn open(global: &Global) -> Result<App> {
    let mut options = Options::from_environment();
    if let Some(folder) = &global.data_dir {
        options.data_dir = Some(folder.clone());
    }
    match global.key_store {
        Some(KeyStore::File) => options.key_store = KeyStoreChoice::File,
        Some(KeyStore::Keychain) => options.key_store = KeyStoreChoice::Keychain,
        None => {}
    }
    App::open(options).await
}
