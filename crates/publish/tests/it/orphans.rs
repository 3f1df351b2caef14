//! What nobody needs goes; what another computer may still need stays.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use screener_publish::destination::{Credentials, Watched};
use screener_publish::{Accepted, Destination, Engine, JobState, NewJob, Place, VideoId};
use screener_store::Condition;
use screener_store::ObjectKey;
use screener_testkit::{Script, ScriptedEncoder, VirtualClock};

use crate::world::{World, is_whole, until, until_live};

/// A bucket that several computers share: the same one under another prefix.
fn shared() -> Destination {
    Destination {
        name: "shared".into(),
        prefix: "shared".into(),
        place: Place::S3 {
            endpoint: "http://unused".into(),
            path_style: true,
            bucket: "unused".into(),
            region: "us-east-1".into(),
            credentials: Credentials::Chain,
            watched: Watched::Edge,
        },
    }
}

fn days(days: u64) -> Arc<VirtualClock> {
    Arc::new(VirtualClock::ahead(Duration::from_hours(24 * days)))
}

async fn plant(world: &World, key: &ObjectKey) {
    let text = Bytes::from_static(b"left behind");
    world.store().put(key, text, &Condition::Any).await.unwrap();
}

async fn keys(world: &World, prefix: &str) -> Vec<String> {
    let listing = world.store().list(prefix, None).await.unwrap();
    listing.objects.into_iter().map(|o| o.key).collect()
}

/// Runs an engine until it has looked through the buckets.
async fn look(engine: Engine) {
    engine.start();
    tokio::time::timeout(Duration::from_mins(1), engine.tidied())
        .await
        .expect("it looks through the buckets");
    engine.stop().await;
}

/// A job of another computer, paused with something in the bucket.
async fn paused_elsewhere(world: &World) -> (Engine, Accepted) {
    let theirs = world.engine_in("theirs", world.clock.clone());
    theirs.keep_destination(shared()).await.unwrap();
    theirs.start();
    let job = NewJob {
        destination: "shared".into(),
        ..world.new_job()
    };
    let accepted = theirs.accept(job).await.unwrap();
    until(&theirs, &accepted.job, |r| r.playable).await;
    theirs.pause(&accepted.job).await.unwrap();
    until(&theirs, &accepted.job, |r| r.state == JobState::Paused).await;
    theirs.stop().await;
    (theirs, accepted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_journal_knows_is_removed_at_start() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::new(script.clone())).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    engine.stop().await;

    let lost = VideoId::random();
    plant(&world, &ObjectKey::of("videos", &lost, "1/360p/00001.m4s")).await;
    plant(&world, &ObjectKey::of("videos", &lost, "index.m3u8")).await;
    for path in ["2/360p/00001.m4s", "7/poster.jpg"] {
        plant(&world, &ObjectKey::of("videos", &accepted.id, path)).await;
    }
    let elsewhere = ObjectKey::raw("watch/index.html");
    plant(&world, &elsewhere).await;
    let upload = world
        .store()
        .begin(&ObjectKey::of("videos", &lost, "1/film.mp4"))
        .await
        .unwrap();
    assert_eq!(world.store().uploads("videos/").await.unwrap()[0].upload, upload);

    // Two days later.
    look(world.engine_in("data", days(2))).await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    assert!(keys(&world, &format!("videos/{lost}/")).await.is_empty());
    assert!(world.store().uploads("videos/").await.unwrap().is_empty());
    assert!(world.store().get(&elsewhere).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_journal_leaves_nothing_half_made_behind() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::gated(script.clone(), 2)).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.playable).await;
    engine.stop().await;
    assert!(!world.bucket().await.is_empty());
    // The bucket of this computer alone: whatever journal it was, it is gone, and so at once is what it had begun.
    look(world.engine_in("fresh", world.clock.clone())).await;
    assert!(world.bucket().await.is_empty(), "{:?}", world.bucket().await.keys());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_computer_has_paused_stays_for_a_month() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::gated(script.clone(), 2)).await;
    let (theirs, accepted) = paused_elsewhere(&world).await;
    let before = keys(&world, "shared/").await;
    assert!(before.len() > 5);
    let lost = ObjectKey::of("shared", VideoId::random(), "1/360p/00001.m4s");
    plant(&world, &lost).await;
    let theirs_upload = ObjectKey::of("shared", &accepted.id, "1/film.mp4");
    world.store().begin(&theirs_upload).await.unwrap();

    let mine = || async {
        let mine = world.engine_in("mine", days(29));
        mine.keep_destination(shared()).await.unwrap();
        mine
    };
    look(mine().await).await;
    // Media without a claim was somebody's who is gone; what is claimed is there to the last object.
    assert!(world.store().get(&lost).await.is_err());
    assert_eq!(keys(&world, "shared/").await, before);
    assert_eq!(world.store().uploads("shared/").await.unwrap().len(), 1);

    // Their job goes on over what it had.
    world.encoder.allow(100);
    theirs.start();
    theirs.resume(&accepted.job).await.unwrap();
    until(&theirs, &accepted.job, |r| r.state == JobState::Live).await;
    theirs.stop().await;
    assert!(world.encoder.encoded().values().all(|n| *n == 1));
    let folder = format!("shared/{}/jobs/", accepted.id);
    assert!(keys(&world, &folder).await.is_empty(), "the claim is taken back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_cleared_away_after_that_is_missed_and_made_again() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::gated(script.clone(), 2)).await;
    let (theirs, accepted) = paused_elsewhere(&world).await;
    let mine = world.engine_in("mine", days(31));
    mine.keep_destination(shared()).await.unwrap();
    look(mine).await;
    assert!(keys(&world, "shared/").await.is_empty());

    world.encoder.allow(100);
    theirs.start();
    theirs.resume(&accepted.job).await.unwrap();
    let failed = until(&theirs, &accepted.job, |r| r.state == JobState::Failed).await;
    assert_eq!(failed.error.unwrap().code, "cleared_away");
    theirs.retry(&accepted.job).await.unwrap();
    until(&theirs, &accepted.job, |r| r.state == JobState::Live).await;
    theirs.stop().await;
    let index = world
        .store()
        .get(&ObjectKey::of("shared", &accepted.id, "index.m3u8"))
        .await;
    assert!(index.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_job_says_every_day_that_it_lives() {
    let world = World::new(ScriptedEncoder::gated(Script::default(), 2)).await;
    let (theirs, accepted) = paused_elsewhere(&world).await;
    let folder = format!("shared/{}/jobs/", accepted.id);
    let claims = keys(&world, &folder).await;
    assert_eq!(claims.len(), 1);
    let claim = ObjectKey::raw(claims[0].clone());
    let said = world.store().get(&claim).await.unwrap().bytes;
    plant(&world, &claim).await;
    look(theirs).await;
    assert_eq!(world.store().get(&claim).await.unwrap().bytes, said);
}
