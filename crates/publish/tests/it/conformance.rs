//! One suite for every S3 server that the engine meets. What a server cannot do is written in `servers.rs`.

use bytes::Bytes;
use screener_publish::VideoId;
use screener_store::{Checksum, Class, Condition, Conditions, Deletion, Lifecycle, Pages};
use screener_store::{ObjectKey, Store, StoreConfig};

use crate::servers::{Server, edge, garage, moto};

fn key(video: &VideoId, path: &str) -> ObjectKey {
    ObjectKey::of("videos", video, path)
}

async fn conforms(server: &Server, conditional_puts: bool) {
    let name = server.name;
    let store = Store::new(server.config.clone());
    let video = VideoId::random();

    // Whole objects: stored, verified, read back, with the headers of the delivery protocol.
    let segment = key(&video, "1/720p/00001.m4s");
    let body = Bytes::from(vec![7_u8; 100_000]);
    let put = store.put(&segment, body.clone(), &Condition::Any).await.unwrap();
    let object = store.get(&segment).await.unwrap();
    assert!(object.bytes == body, "{name}");
    assert_eq!(object.etag, put.etag, "{name}");
    assert_eq!(store.head(&segment).await.unwrap().bytes, 100_000, "{name}");
    assert!(
        store.get_if_other(&segment, Some(&put.etag)).await.unwrap().is_none(),
        "{name}: it has not changed"
    );
    let missing = store.get(&key(&video, "nothing")).await.unwrap_err();
    assert_eq!(missing.class, Class::NotFound, "{name}");

    // Conditions.
    if conditional_puts {
        let index = key(&video, "index.m3u8");
        let first = store
            .put(&index, Bytes::from_static(b"one"), &Condition::Absent)
            .await
            .unwrap();
        let again = store
            .put(&index, Bytes::from_static(b"two"), &Condition::Absent)
            .await
            .unwrap_err();
        assert_eq!(again.class, Class::Precondition, "{name}");
        let second = store
            .put(
                &index,
                Bytes::from_static(b"two"),
                &Condition::Matches(first.etag.clone()),
            )
            .await
            .unwrap();
        let late = store
            .put(&index, Bytes::from_static(b"three"), &Condition::Matches(first.etag))
            .await
            .unwrap_err();
        assert_eq!(late.class, Class::Precondition, "{name}");
        assert_eq!(store.get(&index).await.unwrap().etag, second.etag, "{name}");
    }

    // Parts, completed out of the order of their arrival.
    let large = key(&video, "1/film.mp4");
    let upload = store.begin(&large).await.unwrap();
    let bytes: Vec<u8> = (0..11_u32 << 20)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let halves = [
        Bytes::copy_from_slice(&bytes[..6 << 20]),
        Bytes::copy_from_slice(&bytes[6 << 20..]),
    ];
    let second = store.part(&upload, 2, halves[1].clone()).await.unwrap();
    let first = store.part(&upload, 1, halves[0].clone()).await.unwrap();
    let whole = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &bytes);
    let whole = data_encoding::BASE64.encode(&whole.to_be_bytes());
    store.complete(&upload, &[first, second], &whole).await.unwrap();
    if server.returns_wholes {
        assert!(store.get(&large).await.unwrap().bytes == bytes, "{name}");
    } else {
        assert_eq!(store.head(&large).await.unwrap().bytes, bytes.len() as u64, "{name}");
    }
    let given_up = store.begin(&key(&video, "1/other.mp4")).await.unwrap();
    store.part(&given_up, 1, halves[1].clone()).await.unwrap();
    store.abort(&given_up).await.unwrap();
    store.abort(&given_up).await.unwrap();
    if server.checks {
        let upload = store.begin(&key(&video, "1/wrong.mp4")).await.unwrap();
        let part = store.part(&upload, 1, halves[0].clone()).await.unwrap();
        let refused = store.complete(&upload, &[part], "AAAAAAAAAAA=").await;
        assert!(refused.is_err(), "{name}: another checksum than the bytes'");
        store.abort(&upload).await.unwrap();
        store.delete_one(&key(&video, "1/wrong.mp4")).await.unwrap();
    }

    // Listings over several pages, folders, and deletion in batches.
    let many: Vec<ObjectKey> = (0..1_100).map(|n| key(&video, &format!("2/720p/{n:05}.m4s"))).collect();
    let puts = many
        .iter()
        .map(|k| store.put(k, Bytes::from_static(b"x"), &Condition::Any));
    let stored: Vec<_> =
        futures::StreamExt::collect(futures::StreamExt::buffer_unordered(futures::stream::iter(puts), 16)).await;
    assert!(stored.iter().all(Result::is_ok), "{name}");
    let below = format!("videos/{video}/2/");
    assert_eq!(store.list(&below, None).await.unwrap().objects.len(), 1_100, "{name}");
    let folders = store.list("videos/", Some("/")).await.unwrap().folders;
    assert!(folders.contains(&format!("videos/{video}/")), "{name}: {folders:?}");
    store.delete(&many).await.unwrap();
    store.delete(&many[..3]).await.unwrap();
    assert!(store.list(&below, None).await.unwrap().objects.is_empty(), "{name}");

    // All of it at once, as `destination test` finds it out.
    let trial = store.try_out(&format!("videos/{video}/3/")).await;
    let kept = if conditional_puts {
        Conditions::Kept
    } else {
        Conditions::Ignored
    };
    assert_eq!(trial.conditions.unwrap(), kept, "{name}");
    assert_eq!(trial.pages.unwrap(), Pages::Tokens, "{name}");
    assert_eq!(trial.parts.unwrap(), Checksum::Crc64Nvme, "{name}");
    assert_eq!(trial.deletion.unwrap(), Deletion::Batch, "{name}");

    // Refusals by their class.
    let other = |bucket: &str, secret: &str| {
        let config = &server.config;
        let endpoint = config.endpoint.clone().unwrap();
        Store::new(StoreConfig::with_keys(
            &endpoint,
            bucket,
            &config.region,
            "nobody",
            secret,
        ))
    };
    if server.authenticates {
        let refused = other(&server.config.bucket, "wrong")
            .put(&segment, Bytes::from_static(b"x"), &Condition::Any)
            .await
            .unwrap_err();
        assert_eq!(refused.class, Class::Denied, "{name}: {refused}");
    } else {
        let refused = other("no-such-bucket", "wrong")
            .put(&segment, Bytes::from_static(b"x"), &Condition::Any)
            .await
            .unwrap_err();
        assert_eq!(refused.class, Class::NoBucket, "{name}: {refused}");
    }
}

/// The suggested rule, as it is printed for `aws s3api`, is one that the store takes and that is recognised again.
async fn knows_lifecycle_rules(server: &Server) {
    let store = Store::new(server.config.clone());
    assert_eq!(store.lifecycle("videos").await.unwrap(), Lifecycle::Keeps(0));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.json");
    std::fs::write(&file, Lifecycle::suggestion("videos")).unwrap();
    let put = std::process::Command::new("aws")
        .args([
            "s3api",
            "put-bucket-lifecycle-configuration",
            "--bucket",
            &server.config.bucket,
        ])
        .args(["--endpoint-url", server.config.endpoint.as_ref().unwrap()])
        .args(["--lifecycle-configuration", &format!("file://{}", file.display())])
        .envs([
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ])
        .output()
        .unwrap();
    assert!(put.status.success(), "{}", String::from_utf8_lossy(&put.stderr));
    assert_eq!(store.lifecycle("videos").await.unwrap(), Lifecycle::GivesUp(7));
    assert_eq!(store.lifecycle("films").await.unwrap(), Lifecycle::Keeps(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3s_on_disk_conforms() {
    conforms(&edge().await, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moto_conforms() {
    let server = moto().await;
    conforms(&server, true).await;
    knows_lifecycle_rules(&server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "garage takes minutes to build; `make test-full` has it"]
async fn garage_conforms() {
    // It overwrites in silence where it should answer 412.
    conforms(&garage().await, false).await;
}
