//! Each class of S3's errors, injected by a proxy before a real S3 server; waits pass on a virtual clock.

use std::sync::Arc;
use std::time::Duration;

use screener_publish::{JobState, VideoId};
use screener_store::ObjectKey;
use screener_store::{Class, Condition};
use screener_testkit::{Fault, Script, ScriptedEncoder, VirtualClock};

use crate::world::{World, is_whole, until, until_live};

async fn world(script: &Script) -> (World, Arc<screener_testkit::Proxy>, Arc<VirtualClock>) {
    let (mut world, proxy) = World::behind_proxy(ScriptedEncoder::new(script.clone())).await;
    let clock = Arc::new(VirtualClock::default());
    world.clock = clock.clone();
    (world, proxy, clock)
}

/// Publishes with these faults for PUTs of one segment; answers with how often that segment was sent.
async fn attempts_of_one_segment(faults: Vec<Fault>) -> usize {
    let script = Script {
        segments: 3,
        ..Script::default()
    };
    let (world, proxy, _) = world(&script).await;
    proxy.then_pass("PUT", "360p/00002.m4s", faults);
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    proxy.count("PUT", "360p/00002.m4s")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_passes_by_itself_is_tried_exactly_until_it_passes() {
    for (status, code) in [
        (503, "SlowDown"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
        (400, "RequestTimeout"),
    ] {
        assert_eq!(
            attempts_of_one_segment(vec![Fault::error(status, code); 4]).await,
            5,
            "{code}"
        );
    }
    assert_eq!(attempts_of_one_segment(vec![Fault::ResetAfter(100); 3]).await, 4);
    assert_eq!(attempts_of_one_segment(vec![Fault::AnswerLost; 2]).await, 3);
    assert_eq!(
        attempts_of_one_segment(vec![Fault::error(409, "ConditionalRequestConflict"); 2]).await,
        3
    );
    assert_eq!(
        attempts_of_one_segment(vec![Fault::error(400, "BadDigest"); 2]).await,
        3
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_ten_minutes_is_waited_out() {
    let script = Script {
        segments: 3,
        ..Script::default()
    };
    let (world, proxy, clock) = world(&script).await;
    let engine = world.engine();
    let watched = clock.clone();
    // The outage ends when ten minutes have been waited.
    proxy.choose(move |_| {
        if watched.waited() < Duration::from_mins(10) {
            Fault::error(503, "ServiceUnavailable")
        } else {
            Fault::None
        }
    });
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    assert!(
        clock.waits().iter().all(|w| *w <= Duration::from_secs(20)),
        "no single wait is long"
    );
    assert!(world.encoder.encoded().values().all(|n| *n == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_pass_fails_at_once_with_the_mend_and_leaves_nothing() {
    for (status, s3, code) in [
        (403, "AccessDenied", "access_denied"),
        (404, "NoSuchBucket", "no_such_bucket"),
        (400, "KMS.DisabledException", "kms"),
    ] {
        let (world, proxy, _) = world(&Script::default()).await;
        proxy.choose(move |r| {
            if r.method == "PUT" && r.target.contains("720p/00003.m4s") {
                Fault::error(status, s3)
            } else {
                Fault::None
            }
        });
        let engine = world.engine();
        engine.start();
        let accepted = engine.accept(world.new_job()).await.unwrap();
        let record = until(&engine, &accepted.job, |r| r.state.ended()).await;
        let error = record.error.unwrap();
        assert_eq!((record.state, error.code.as_str()), (JobState::Failed, code));
        assert!(error.mend.len() > 20);
        engine.stop().await;
        assert_eq!(proxy.count("PUT", "720p/00003.m4s"), 1, "{code}");
        assert!(world.bucket().await.is_empty(), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ended_credentials_pause_with_words_and_go_on_by_themselves() {
    let script = Script {
        segments: 3,
        ..Script::default()
    };
    let (world, proxy, clock) = world(&script).await;
    let engine = world.engine();
    let watched = clock.clone();
    let ended = std::sync::Mutex::new(None);
    proxy.choose(move |r| {
        let mut ended = ended.lock().unwrap();
        if r.target.contains("audio/00003.m4s") && ended.is_none() {
            *ended = Some(watched.waited());
        }
        // They are back after a minute.
        match *ended {
            Some(then) if watched.waited() < then + Duration::from_mins(1) => Fault::error(400, "ExpiredToken"),
            _ => Fault::None,
        }
    });
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let paused = until(&engine, &accepted.job, |r| {
        r.state == JobState::Paused && r.error.is_some()
    })
    .await;
    assert_eq!(paused.error.unwrap().code, "credentials_ended");
    until(&engine, &accepted.job, |r| r.state == JobState::Live).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    assert!(
        world.encoder.encoded().values().all(|n| *n == 1),
        "{:?}",
        world.encoder.encoded()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_is_corrected_once_and_the_region_followed() {
    let script = Script {
        segments: 3,
        ..Script::default()
    };
    let (world, proxy, _) = world(&script).await;
    let hour_ahead = "date: Sat, 01 Jan 2033 00:00:00 GMT".to_owned();
    proxy.then_pass(
        "PUT",
        "360p/00001.m4s",
        [Fault::Error {
            status: 301,
            code: "PermanentRedirect".into(),
            headers: vec!["x-amz-bucket-region: us-east-1".into()],
            words: "injected",
        }],
    );
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    assert_eq!(proxy.count("PUT", "360p/00001.m4s"), 2);

    // The server says that it is 2033: what is signed with that is refused by the real one behind, and that is final.
    proxy.then_pass(
        "PUT",
        "360p/00001.m4s",
        vec![
            Fault::Error {
                status: 403,
                code: "RequestTimeTooSkewed".into(),
                headers: vec![hour_ahead],
                words: "injected",
            };
            2
        ],
    );
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let record = until(&engine, &accepted.job, |r| r.error.is_some()).await;
    assert!(matches!(record.error.unwrap().code.as_str(), "clock" | "access_denied"));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_to_the_last_index_is_looked_up() {
    let script = Script::default();
    let (world, proxy, _) = world(&script).await;
    proxy.choose({
        let left = std::sync::Mutex::new(3);
        move |r| {
            let mut left = left.lock().unwrap();
            let is_index = r.method == "PUT"
                && r.target.split('?').next().unwrap().matches('/').count() == 4
                && r.target.contains("index.m3u8");
            if is_index && *left > 0 {
                *left -= 1;
                return Fault::AnswerLost;
            }
            Fault::None
        }
    });
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
}

/// Ten publishes of each kind; with `SCREENER_FULL` twenty-five.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_faults_over_many_publishes_lose_nothing() {
    let publishes = if std::env::var_os("SCREENER_FULL").is_some() {
        25
    } else {
        10
    };
    for per_cent in [5_u64, 20] {
        let script = Script {
            segments: 3,
            segment_bytes: 600,
            ..Script::default()
        };
        let (world, proxy, _) = world(&script).await;
        proxy.choose(move |r| {
            let mut z = (r.number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            if (z >> 33) % 100 >= per_cent {
                return Fault::None;
            }
            match (z >> 20) % 5 {
                0 => Fault::error(503, "SlowDown"),
                1 => Fault::error(500, "InternalError"),
                2 => Fault::ResetAfter(50),
                3 => Fault::AnswerLost,
                _ => Fault::error(400, "RequestTimeout"),
            }
        });
        let engine = world.engine();
        engine.start();
        let mut accepted = Vec::new();
        for _ in 0..publishes {
            accepted.push(engine.accept(world.new_job()).await.unwrap());
        }
        for accepted in &accepted {
            until_live(&engine, accepted).await;
        }
        engine.stop().await;
        let bucket = world.bucket().await;
        for accepted in &accepted {
            is_whole(&bucket, &accepted.id, 1, &script);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_goes_on_at_the_part_that_is_missing() {
    let script = Script {
        segments: 2,
        mp4_bytes: 40 << 20,
        ..Script::default()
    };
    let (world, proxy, _) = world(&script).await;
    // Every part after the third is refused until the job is paused.
    proxy.choose(|r| {
        let part = r
            .target
            .split("partNumber=")
            .nth(1)
            .and_then(|rest| rest.split('&').next())
            .and_then(|n| n.parse::<u32>().ok());
        if part.is_some_and(|n| n > 3) {
            Fault::error(503, "SlowDown")
        } else {
            Fault::None
        }
    });
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let parts = proxy.clone();
    until(&engine, &accepted.job, |_| {
        (1..=3).all(|n| parts.count("PUT", &format!("partNumber={n}")) > 0)
    })
    .await;
    // The three parts have been answered once a refused one was tried again twice.
    while proxy.count("PUT", "partNumber=5") < 3 {
        tokio::task::yield_now().await;
    }
    engine.stop().await;
    proxy.choose(|_| Fault::None);
    let engine = world.engine();
    engine.start();
    until_live(&engine, &accepted).await;
    engine.stop().await;
    assert_eq!(
        (1..=3)
            .map(|n| proxy.count("PUT", &format!("partNumber={n}")))
            .collect::<Vec<_>>(),
        [1, 1, 1]
    );
    let film = ObjectKey::of("videos", &accepted.id, "1/film.mp4");
    let stored = world.store().get(&film).await.unwrap().bytes;
    assert!(stored == screener_testkit::script::content("film.mp4", 40 << 20));
}

/// A body that is long on its way is no silence; an answer that does not come is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_line_is_waited_for_and_a_silent_store_is_not() {
    let (world, proxy) = World::behind_proxy(ScriptedEncoder::new(Script::default())).await;
    let store = world.impatient(Duration::from_secs(1));
    let slow = Duration::from_secs(2);
    proxy.choose(move |_| Fault::Latency(slow));
    let key = ObjectKey::of("videos", VideoId::random(), "1/720p/00001.m4s");
    // 96 kB may take three seconds more than an empty call.
    let put = store.put(&key, vec![7; 96 << 10].into(), &Condition::Any).await;
    assert!(put.is_ok(), "{put:?}");
    let short = store.put(&key, vec![7; 1 << 10].into(), &Condition::Any).await;
    assert_eq!(short.unwrap_err().class, Class::Later);
    assert_eq!(store.head(&key).await.unwrap_err().class, Class::Later);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_work_folder_is_named() {
    let world = World::new(ScriptedEncoder::new(Script::default())).await;
    std::fs::create_dir_all(world.folder.path().join("data")).unwrap();
    // A file where the folder should be: not even root can make a folder there.
    std::fs::write(world.folder.path().join("data/work"), b"").unwrap();
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    let record = until(&engine, &accepted.job, |r| r.state == JobState::Failed).await;
    assert!(record.error.unwrap().message.contains("work"));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_on_disk_is_bounded() {
    let script = Script {
        segments: 40,
        segment_bytes: 10_000,
        ..Script::default()
    };
    let (mut world, proxy, _) = world(&script).await;
    // Room for four groups; nothing is taken by the store.
    world.limits.waiting_bytes = 4 * 3 * 10_000;
    proxy.choose(|_| Fault::error(503, "SlowDown"));
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.error.is_some()).await;
    let made = world.encoder.encoded().len() / script.tracks.len();
    assert!((2..=8).contains(&made), "{made} groups wait");
    proxy.choose(|_| Fault::None);
    until_live(&engine, &accepted).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_leaves_than_the_limit_lets() {
    let script = Script {
        segments: 6,
        segment_bytes: 50_000,
        ..Script::default()
    };
    let (mut world, _, clock) = world(&script).await;
    world.limits.bandwidth = Some(10_000);
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until_live(&engine, &accepted).await;
    engine.stop().await;
    // 18 segments at 5 s each; the last one is under way when its wait is over.
    let media = 17 * 5;
    assert!(clock.waited() >= Duration::from_secs(media), "{:?}", clock.waited());
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_off_by_an_hour_is_corrected() {
    let world = World::new(ScriptedEncoder::new(Script::default())).await;
    let store = world.store();
    store.correct_clock(3600);
    let clock = VirtualClock::default();
    let jitter = screener_store::retry::Jitter::seeded(1);
    let attempts = std::sync::atomic::AtomicU32::new(0);
    let key = ObjectKey::raw("videos/clock.json");
    let condition = screener_store::Condition::Any;
    let put = || {
        attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        store.put(&key, bytes::Bytes::from_static(b"{}"), &condition)
    };
    let policy = screener_store::retry::Policy::JOB;
    let stored = screener_store::retry::run(&clock, &jitter, policy, &store, |_, _| {}, put).await;
    stored.unwrap();
    // Refused once by the server's own clock, signed with that from then on.
    assert_eq!(attempts.into_inner(), 2);
    store.get(&key).await.unwrap();
}

/// Three seconds by the wall's clock; ten minutes in the soak.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_outage_is_waited_out() {
    let outage = Duration::from_secs(if std::env::var_os("SCREENER_SOAK").is_some() {
        600
    } else {
        3
    });
    let script = Script {
        segments: 4,
        ..Script::default()
    };
    let (world, proxy) = World::behind_proxy(ScriptedEncoder::gated(script.clone(), 2)).await;
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.playable).await;
    let begun = std::time::Instant::now();
    proxy.choose(move |_| {
        if begun.elapsed() < outage {
            Fault::ResetAfter(0)
        } else {
            Fault::None
        }
    });
    world.encoder.allow(100);
    let ended = engine.settled(std::slice::from_ref(&accepted.job)).await.unwrap();
    assert_eq!(ended[0].state, JobState::Live, "{:?}", ended[0].error);
    assert!(begun.elapsed() >= outage);
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
    assert!(world.encoder.encoded().values().all(|n| *n == 1));
}
