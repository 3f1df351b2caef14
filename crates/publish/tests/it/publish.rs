//! From accepted to live, and every way to leave in between.

use screener_publish::{JobState, Stage};
use screener_testkit::{End, Script, ScriptedEncoder};
use screener_wire::Failure;

use crate::world::{World, is_whole, nothing_dangles, until, until_gone, until_live};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_film_becomes_a_video() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::new(script.clone())).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let record = until_live(&engine, &accepted).await;
    assert_eq!((record.stage, record.done), (Stage::Live, 1.0));
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    let videos = engine.videos(None).await.unwrap();
    assert_eq!(videos.len(), 1);
    assert_eq!(videos[0].record.title, "A film");
    engine.stop().await;
    assert!(world.work_is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_can_be_watched_while_it_grows() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::gated(script.clone(), 2)).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.playable).await;
    let early = world.bucket().await;
    nothing_dangles(&early);
    let playlist = |bucket: &std::collections::BTreeMap<String, Vec<u8>>, track: &str| {
        String::from_utf8(bucket[&format!("videos/{}/1/{track}/index.m3u8", accepted.id)].clone()).unwrap()
    };
    assert!(!playlist(&early, "720p").contains("ENDLIST"));
    assert_eq!(
        engine.video(&accepted.id).await.unwrap().record.state,
        screener_publish::catalog::VideoState::Publishing
    );
    world.encoder.allow(100);
    until_live(&engine, &accepted).await;
    let whole = world.bucket().await;
    is_whole(&whole, &accepted.id, 1, &script);
    for track in ["720p", "360p", "audio"] {
        assert!(
            playlist(&whole, track).starts_with(&playlist(&early, track)),
            "an EVENT playlist only grows"
        );
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_it_leaves_nothing() {
    let world = World::new(ScriptedEncoder::gated(Script::default(), 3)).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.playable).await;
    engine.cancel(&accepted.job).await.unwrap();
    assert!(engine.jobs().await.unwrap().is_empty());
    until_gone(&engine, &accepted.job).await;
    assert!(world.bucket().await.is_empty());
    assert!(engine.videos(None).await.unwrap().is_empty());
    engine.stop().await;
    assert!(world.work_is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_it_says_why_leaves_nothing_and_can_be_tried_again() {
    let why = Failure {
        code: "truncated".into(),
        message: "The file ends in its middle.".into(),
        mend: "Copy it again.".into(),
    };
    let script = Script {
        ends: [End::Fail(2, why.clone()), End::Finish].into(),
        ..Script::default()
    };
    let world = World::new(ScriptedEncoder::new(script.clone())).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let record = until(&engine, &accepted.job, |r| r.state == JobState::Failed).await;
    assert_eq!(record.error, Some(why));
    engine.stop().await;
    assert!(world.bucket().await.is_empty());
    assert!(engine.videos(None).await.unwrap().is_empty());
    assert!(world.work_is_empty());
    engine.start();
    engine.retry(&accepted.job).await.unwrap();
    until(&engine, &accepted.job, |r| r.state == JobState::Live).await;
    // Caches may hold segments of the first try under their names.
    is_whole(&world.bucket().await, &accepted.id, 2, &script);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paused_and_resumed_it_encodes_nothing_twice() {
    let script = Script {
        segments: 6,
        ..Script::default()
    };
    let world = World::new(ScriptedEncoder::gated(script.clone(), 3)).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| {
        r.tracks.iter().filter(|t| t.stored >= 0.49).count() == 3
    })
    .await;
    engine.pause(&accepted.job).await.unwrap();
    until(&engine, &accepted.job, |r| r.state == JobState::Paused).await;
    world.encoder.allow(100);
    engine.resume(&accepted.job).await.unwrap();
    until(&engine, &accepted.job, |r| r.state == JobState::Live).await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    assert!(
        world.encoder.encoded().values().all(|n| *n == 1),
        "{:?}",
        world.encoder.encoded()
    );
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_goes_on_where_the_first_one_left() {
    let script = Script {
        segments: 6,
        ..Script::default()
    };
    let world = World::new(ScriptedEncoder::gated(script.clone(), 3)).await;
    let first = world.engine();
    first.start();
    let second = world.engine();
    let accepted = second.accept(world.new_job()).await.unwrap();
    until(&second, &accepted.job, |r| r.playable).await;
    first.stop().await;
    drop(first);
    let seen = second.job(&accepted.job).await.unwrap();
    assert_eq!(
        (seen.state, seen.error.unwrap().code.as_str()),
        (JobState::Paused, "interrupted")
    );
    world.encoder.allow(100);
    second.start();
    until(&second, &accepted.job, |r| r.state == JobState::Live).await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    assert!(
        world.encoder.encoded().values().all(|n| *n == 1),
        "{:?}",
        world.encoder.encoded()
    );
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_dies_is_started_again_and_one_that_keeps_dying_is_not() {
    let script = Script {
        ends: [End::Die(2), End::Die(1), End::Finish].into(),
        ..Script::default()
    };
    let world = World::new(ScriptedEncoder::new(script.clone())).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    assert_eq!(world.encoder.attempts(), 3);
    is_whole(&world.bucket().await, &accepted.id, 1, &script);

    world.encoder.rewrite(Script {
        ends: [End::Die(0)].into(),
        ..Script::default()
    });
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let record = until(&engine, &accepted.job, |r| r.state == JobState::Failed).await;
    assert_eq!(record.error.unwrap().code, "worker_died");
    assert_eq!(world.encoder.attempts(), 6);
    engine.stop().await;
}

/// What is seen of it is gone before the next try, which takes other names; a film that it replaces is there all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_copied_is_encoded_as_the_next_generation() {
    let script = Script {
        ends: [End::Fail(3, screener_wire::Cause::NoCopy.into()), End::Finish].into(),
        ..Script::default()
    };
    let world = World::new(ScriptedEncoder::new(script.clone())).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let record = until(&engine, &accepted.job, |r| {
        assert_ne!(r.state, JobState::Failed, "{:?}", r.error);
        r.state == JobState::Live
    })
    .await;
    assert!(
        record.notes.iter().any(|note| note == screener_publish::ENCODED_ANEW),
        "{:?}",
        record.notes
    );
    let copied: Vec<bool> = world.encoder.tasks().iter().map(|task| task.wishes.copy).collect();
    assert_eq!(copied, [true, false]);
    let bucket = world.bucket().await;
    is_whole(&bucket, &accepted.id, 2, &script);
    let first = format!("videos/{}/1/", accepted.id);
    assert!(!bucket.keys().any(|key| key.starts_with(&first)), "{:?}", bucket.keys());

    let script = Script {
        ends: [End::Fail(3, screener_wire::Cause::NoCopy.into()), End::Finish].into(),
        segments: 4,
        ..Script::default()
    };
    world.encoder.rewrite(script.clone());
    let replaced = engine
        .replace(&accepted.id, world.film(), screener_ladder::Wishes::default())
        .await
        .unwrap();
    until_live(&engine, &replaced).await;
    is_whole(&world.bucket().await, &accepted.id, 4, &script);
    engine.stop().await;
    assert!(world.work_is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_changes_or_goes_is_refused_with_words() {
    for (change, code) in [("truncate", "source_changed"), ("remove", "source_removed")] {
        let world = World::new(ScriptedEncoder::gated(Script::default(), 3)).await;
        let engine = world.engine();
        engine.start();
        let accepted = engine.accept(world.new_job()).await.unwrap();
        until(&engine, &accepted.job, |r| r.playable).await;
        if change == "truncate" {
            std::fs::write(world.film(), b"shorter").unwrap();
        } else {
            std::fs::remove_file(world.film()).unwrap();
        }
        world.encoder.allow(100);
        let record = until(&engine, &accepted.job, |r| r.state == JobState::Failed).await;
        assert_eq!(record.error.unwrap().code, code);
        engine.stop().await;
        assert!(world.bucket().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_not_accepted() {
    let world = World::new(ScriptedEncoder::new(Script::default())).await;
    let engine = world.engine();
    let empty = world.folder.path().join("empty.mp4");
    std::fs::write(&empty, b"").unwrap();
    for (file, code) in [
        (world.folder.path().join("none.mp4"), "no_such_file"),
        (empty, "empty"),
        (world.folder.path().to_owned(), "is_a_folder"),
    ] {
        let error = engine
            .accept(screener_publish::NewJob {
                file,
                ..world.new_job()
            })
            .await
            .unwrap_err();
        assert_eq!(error.failure().code, code);
    }
    assert!(engine.jobs().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_file_keeps_the_id_and_the_old_one_plays_until_then() {
    let script = Script::default();
    let world = World::new(ScriptedEncoder::new(script.clone())).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    let other = Script {
        segments: 3,
        ..Script::default()
    };
    let world = World {
        encoder: std::sync::Arc::new(ScriptedEncoder::gated(other.clone(), 2)),
        ..world
    };
    engine.stop().await;
    let engine = world.engine();
    engine.start();
    let again = engine
        .replace(&accepted.id, world.film(), screener_ladder::Wishes::default())
        .await
        .unwrap();
    assert_eq!(again.id, accepted.id);
    until(&engine, &again.job, |r| {
        r.tracks.iter().filter(|t| t.stored > 0.6).count() == 3
    })
    .await;
    let meanwhile = world.bucket().await;
    nothing_dangles(&meanwhile);
    let index = &meanwhile[&format!("videos/{}/index.m3u8", accepted.id)];
    assert_eq!(
        String::from_utf8(index.clone()).unwrap(),
        screener_testkit::script::index(&script, 1, true)
    );
    world.encoder.allow(100);
    until_live(&engine, &again).await;
    is_whole(&world.bucket().await, &accepted.id, 2, &other);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_library_is_what_the_bucket_says() {
    let world = World::new(ScriptedEncoder::new(Script::default())).await;
    let engine = world.engine();
    engine.start();
    let a = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &a).await;
    let b = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &b).await;
    engine.rename(&a.id, "Another name").await.unwrap();
    engine.stop().await;

    // A second computer: another data folder, the same bucket.
    let folder = world.folder.path().join("data");
    std::fs::rename(&folder, world.folder.path().join("data-of-the-first")).unwrap();
    let other = world.engine();
    assert!(other.videos(None).await.unwrap().is_empty());
    other.refresh(None).await.unwrap();
    let found = other.videos(Some("NAME ano")).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].record.id, a.id);
    other
        .set_poster(&a.id, vec![0xff, 0xd8, 0xff, 0xe0, 1, 2, 3].into())
        .await
        .unwrap();
    assert_eq!(
        other.video(&a.id).await.unwrap().record.poster.as_deref(),
        Some("1/poster-2.jpg")
    );
    other.remove_video(&a.id).await.unwrap();
    assert!(world.bucket().await.keys().all(|k| k.contains(b.id.as_str())));
    other.refresh(None).await.unwrap();
    assert_eq!(other.videos(None).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_videos_are_listed_and_searched_from_the_cache() {
    use screener_publish::catalog::{FORMAT, TrackRecord, VideoRecord, VideoState};

    let world = World::new(ScriptedEncoder::new(Script::default())).await;
    let engine = world.engine();
    let journal = rusqlite::Connection::open(world.folder.path().join("data/journal.sqlite")).unwrap();
    journal.execute_batch("BEGIN").unwrap();
    for n in 0..5_000 {
        let id = screener_publish::VideoId::random();
        let rung = |name: &str| TrackRecord {
            name: name.into(),
            kind: screener_ladder::TrackKind::Video,
            codecs: "avc1.640028".into(),
            width: Some(1920),
            height: Some(1080),
            language: None,
            copied: false,
            bytes: 1,
            peak: 2,
            average: 1,
            segments: 100,
        };
        let record = VideoRecord {
            format: FORMAT,
            id: id.clone(),
            state: VideoState::Live,
            generation: 1,
            title: format!("Film number {n}"),
            duration: 600.0,
            created: format!("2026-01-01T00:{:02}:{:02}Z", n / 60 % 60, n % 60),
            updated: String::new(),
            poster: Some("1/poster.jpg".into()),
            storyboard: None,
            bytes: 1,
            rungs: ["1080p", "720p", "480p", "360p", "audio"].map(rung).into(),
            chapters: Vec::new(),
            checksums: std::collections::BTreeMap::new(),
        };
        journal
            .execute(
                "INSERT INTO library (video, destination, title, created, etag, record) VALUES (?1, 'local', ?2, ?3, 'e', ?4)",
                (id.as_str(), &record.title, &record.created, serde_json::to_string(&record).unwrap()),
            )
            .unwrap();
    }
    journal.execute_batch("COMMIT").unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(engine.videos(None).await.unwrap().len(), 5_000);
    eprintln!("5,000 videos listed in {:?}", begun.elapsed());
    assert_eq!(engine.videos(Some("number 4321")).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journals_stand_changes_with_every_writing_and_with_nothing_else() {
    let world = World::new(ScriptedEncoder::new(Script::default())).await;
    let (here, elsewhere) = (world.engine(), world.engine());
    let still = here.stand().await.unwrap();
    here.jobs().await.unwrap();
    assert_eq!(here.stand().await.unwrap(), still);
    let accepted = here.accept(world.new_job()).await.unwrap();
    let own = here.stand().await.unwrap();
    assert_ne!(own, still);
    elsewhere.pause(&accepted.job).await.unwrap();
    let others = here.stand().await.unwrap();
    assert_ne!(others, own);
    here.jobs().await.unwrap();
    assert_eq!(here.stand().await.unwrap(), others);
}
