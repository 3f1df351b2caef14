//! A film's whole life at stores that know less than AWS S3: what is asked instead, and that it is remembered.

use std::time::Duration;

use bytes::Bytes;
use screener_publish::catalog::VideoRecord;
use screener_publish::destination::{Credentials, Watched};
use screener_publish::{Destination, JobState, NewJob, Place, VideoId};
use screener_store::checksum::{crc_text, crc64};
use screener_store::{Abilities, Checksum, Condition, Conditions, Deletion, ObjectKey, Pages};
use screener_testkit::script::content;
use screener_testkit::{Fussy, Proxy, Script, ScriptedEncoder, VirtualClock};

use crate::servers::moto;
use crate::world::{World, is_whole, until, until_live};

fn script(mp4_bytes: usize) -> Script {
    Script {
        segments: 3,
        mp4_bytes,
        ..Script::default()
    }
}

/// Goes up in three parts.
const IN_PARTS: usize = 17 << 20;

/// Requests with that header.
fn seen(proxy: &Proxy, header: &str) -> usize {
    proxy.seen().iter().filter(|r| r.header(header).is_some()).count()
}

async fn record(world: &World, video: &VideoId) -> VideoRecord {
    let key = ObjectKey::of("videos", video, "video.json");
    serde_json::from_slice(&world.store().get(&key).await.unwrap().bytes).unwrap()
}

/// Publishes, renames, replaces and deletes a film; then once more as another process, which knows what the first one found out.
/// `first_time` counts the requests that are made in vain until the store is known.
async fn lives(fussy: Fussy, mp4_bytes: usize, wanted: Abilities, first_time: impl Fn(&Proxy) -> usize) {
    let (script, small) = (script(mp4_bytes), script(0));
    let (world, proxy) = World::behind_proxy(ScriptedEncoder::new(script.clone())).await;
    fussy.before(&proxy);
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    // The record's checksums are ours, whatever went over the wire.
    let checksums = record(&world, &accepted.id).await.checksums;
    let files = 1 + usize::from(mp4_bytes > 0);
    assert_eq!(checksums.len(), 3 * (3 + 2) + files, "{:?}", checksums.keys());
    for (path, stored) in &checksums {
        let made = content(path.strip_prefix("1/").unwrap(), usize::try_from(stored.bytes).unwrap());
        assert_eq!(stored.crc64nvme, crc_text(crc64(&made)), "{path}");
    }
    engine.rename(&accepted.id, "Another title").await.unwrap();
    assert_eq!(record(&world, &accepted.id).await.title, "Another title");
    world.encoder.rewrite(small.clone());
    let again = engine
        .replace(&accepted.id, world.film(), screener_ladder::Wishes::default())
        .await
        .unwrap();
    until_live(&engine, &again).await;
    let bucket = world.bucket().await;
    is_whole(&bucket, &accepted.id, 2, &small);
    engine.remove_video(&accepted.id).await.unwrap();
    assert!(world.bucket().await.is_empty());
    engine.stop().await;
    assert!(first_time(&proxy) > 0, "{fussy:?} did not come to it");

    let other = world.engine();
    let store = other.store(&Destination::local()).await.unwrap();
    assert_eq!(store.abilities(), wanted, "what was found out is in the journal");
    let before = first_time(&proxy);
    world.encoder.rewrite(script.clone());
    other.start();
    let accepted = other.accept(world.new_job()).await.unwrap();
    until_live(&other, &accepted).await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    other.remove_video(&accepted.id).await.unwrap();
    assert!(world.bucket().await.is_empty());
    other.stop().await;
    assert_eq!(first_time(&proxy), before, "what is known is not asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_crc64nvme_another_checksum_goes_over_the_wire() {
    let wanted = Abilities {
        checksum: Checksum::Crc32c,
        parts: Checksum::Crc32c,
        ..Abilities::default()
    };
    lives(Fussy::NoCrc64, IN_PARTS, wanted, |proxy| {
        seen(proxy, "x-amz-checksum-crc64nvme")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_begins_again_where_its_first_part_is_refused() {
    let wanted = Abilities {
        parts: Checksum::Crc32c,
        ..Abilities::default()
    };
    let refused = |proxy: &Proxy| {
        let parts = proxy.seen().into_iter().filter(|r| r.target.contains("partNumber"));
        parts.filter(|r| r.header("x-amz-checksum-crc64nvme").is_some()).count()
    };
    lives(Fussy::NoCrc64OfParts, IN_PARTS, wanted, refused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_checksum_it_is_content_md5() {
    let wanted = Abilities {
        checksum: Checksum::Md5,
        parts: Checksum::Md5,
        deletion: Deletion::Md5,
        ..Abilities::default()
    };
    let refused = |proxy: &Proxy| {
        ["crc64nvme", "crc32c", "crc32", "sha256"]
            .iter()
            .map(|name| seen(proxy, &format!("x-amz-checksum-{name}")))
            .sum()
    };
    lives(Fussy::NoChecksums, IN_PARTS, wanted, refused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_deleted_with_content_md5_where_the_store_wants_it() {
    let wanted = Abilities {
        deletion: Deletion::Md5,
        ..Abilities::default()
    };
    let refused = |proxy: &Proxy| {
        let batches = proxy.seen().into_iter().filter(|r| r.target.contains("?delete"));
        batches.filter(|r| r.header("content-md5").is_none()).count()
    };
    lives(Fussy::BatchWantsMd5, 0, wanted, refused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_batches_objects_are_deleted_one_by_one() {
    let wanted = Abilities {
        deletion: Deletion::Single,
        ..Abilities::default()
    };
    lives(Fussy::NoBatch, 0, wanted, |proxy| proxy.count("POST", "?delete")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_conditions_it_is_looked_first() {
    let wanted = Abilities {
        conditions: Conditions::Refused,
        ..Abilities::default()
    };
    let refused = |proxy: &Proxy| {
        let puts = proxy.seen().into_iter().filter(|r| r.method == "PUT");
        puts.filter(|r| r.header("if-none-match").or(r.header("if-match")).is_some())
            .count()
    };
    lives(Fussy::NoConditions, 0, wanted, refused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_tokens_a_listing_goes_on_after_its_last_key() {
    let wanted = Abilities {
        pages: Pages::Markers,
        ..Abilities::default()
    };
    lives(Fussy::NoTokens, 0, wanted, |proxy| proxy.count("GET", "list-type=2")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_conditions_another_computer_that_writes_the_index_is_waited_for() {
    let script = Script {
        segments: 2,
        ..Script::default()
    };
    let (mut world, proxy) = World::behind_proxy(ScriptedEncoder::new(script.clone())).await;
    Fussy::NoConditions.before(&proxy);
    // It is looked every ten seconds whether what stopped a job has passed.
    world.clock = std::sync::Arc::new(VirtualClock::ahead(Duration::ZERO));
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    // What another computer says that is about to write the index; that it has a job keeps nobody away.
    let mark = ObjectKey::of("videos", &accepted.id, "jobs/elsewhere-somejob.index");
    let claim = ObjectKey::of("videos", &accepted.id, "jobs/elsewhere-somejob.json");
    for key in [&mark, &claim] {
        let said = Bytes::from_static(b"{}");
        world.store().put(key, said, &Condition::Any).await.unwrap();
    }
    let replaced = || engine.replace(&accepted.id, world.film(), screener_ladder::Wishes::default());
    let refused = replaced().await.unwrap();
    let record = until(&engine, &refused.job, |r| r.state == JobState::Paused).await;
    let why = record.error.unwrap();
    assert_eq!(why.code, "conflict");
    assert!(
        why.message.contains("Another computer was about to write the index"),
        "{why:?}"
    );
    let bucket = world.bucket().await;
    let jobs: Vec<_> = bucket.keys().filter(|key| key.contains("/jobs/")).collect();
    assert_eq!(jobs.len(), 3, "theirs stay, and our own claim without a mark: {jobs:?}");
    let index = &bucket[&format!("videos/{}/index.m3u8", accepted.id)];
    assert_eq!(
        String::from_utf8_lossy(index),
        screener_testkit::script::index(&script, 1, true)
    );
    // It ends, and this one goes on.
    world.store().delete_one(&mark).await.unwrap();
    until(&engine, &refused.job, |r| r.state == JobState::Live).await;
    engine.stop().await;
    world.store().delete_one(&claim).await.unwrap();
    is_whole(&world.bucket().await, &accepted.id, 2, &script);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_conditions_two_computers_at_once_both_come_to_an_end() {
    let script = Script {
        segments: 2,
        ..Script::default()
    };
    let (world, proxy) = World::behind_proxy(ScriptedEncoder::new(script.clone())).await;
    Fussy::NoConditions.before(&proxy);
    let (here, there) = (world.engine(), world.engine_in("elsewhere", world.clock.clone()));
    here.start();
    let accepted = here.accept(world.new_job()).await.unwrap();
    until_live(&here, &accepted).await;
    there.start();
    there.refresh(None).await.unwrap();
    let wishes = screener_ladder::Wishes::default;
    let one = here.replace(&accepted.id, world.film(), wishes()).await.unwrap();
    let two = there.replace(&accepted.id, world.film(), wishes()).await.unwrap();
    until(&here, &one.job, |r| r.state == JobState::Live).await;
    until(&there, &two.job, |r| r.state == JobState::Live).await;
    here.stop().await;
    there.stop().await;
    let marks = |method: &str| {
        let seen = proxy.seen().into_iter().filter(|r| r.method == method);
        seen.filter(|r| r.target.contains(".index")).count()
    };
    assert!(marks("PUT") >= 4, "each index was written under a mark");
    assert!(marks("DELETE") >= marks("PUT"), "each mark was taken back");
    is_whole(&world.bucket().await, &accepted.id, 2, &script);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_of_a_month_keeps_nobody_away() {
    let script = Script {
        segments: 2,
        ..Script::default()
    };
    let (world, proxy) = World::behind_proxy(ScriptedEncoder::new(script.clone())).await;
    Fussy::NoConditions.before(&proxy);
    let video = {
        let engine = world.engine();
        engine.start();
        let accepted = engine.accept(world.new_job()).await.unwrap();
        until_live(&engine, &accepted).await;
        engine.stop().await;
        accepted.id
    };
    let mark = ObjectKey::of("videos", &video, "jobs/elsewhere-somejob.index");
    let text = Bytes::from_static(b"{}");
    world.store().put(&mark, text, &Condition::Any).await.unwrap();
    let later = VirtualClock::ahead(Duration::from_hours(24 * 31));
    let engine = world.engine_in("data", std::sync::Arc::new(later));
    engine.start();
    let replaced = engine
        .replace(&video, world.film(), screener_ladder::Wishes::default())
        .await
        .unwrap();
    until_live(&engine, &replaced).await;
    engine.stop().await;
}

/// A store that passes over conditions refuses nothing: it is found out by a write that must not happen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_passes_over_conditions_is_found_out_by_the_first_film() {
    let server = moto().await;
    let script = Script {
        segments: 2,
        ..Script::default()
    };
    for (fussy, found) in [
        (Some(Fussy::IgnoresConditions), Conditions::Ignored),
        (None, Conditions::Kept),
    ] {
        let (world, proxy) = World::before(&server, ScriptedEncoder::new(script.clone())).await;
        if let Some(fussy) = fussy {
            fussy.before(&proxy);
        }
        let shop = Destination {
            name: "shop".into(),
            prefix: "videos".into(),
            place: Place::S3 {
                endpoint: proxy.endpoint(),
                path_style: true,
                bucket: "screener".into(),
                region: "us-east-1".into(),
                credentials: Credentials::Chain,
                watched: Watched::Edge,
            },
        };
        let engine = world.engine();
        engine.keep_destination(shop.clone()).await.unwrap();
        engine.start();
        let new = NewJob {
            destination: "shop".into(),
            ..world.new_job()
        };
        let accepted = engine.accept(new).await.unwrap();
        until_live(&engine, &accepted).await;
        is_whole(&world.bucket().await, &accepted.id, 1, &script);
        let store = engine.store(&shop).await.unwrap();
        assert_eq!(store.abilities().conditions, found);
        engine.remove_video(&accepted.id).await.unwrap();
        assert!(world.bucket().await.is_empty());
        // Another store behind that name is not known.
        engine.keep_destination(shop.clone()).await.unwrap();
        assert_eq!(engine.store(&shop).await.unwrap().abilities(), Abilities::default());
        engine.stop().await;
    }
}
