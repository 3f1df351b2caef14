//! What an upload engine relies on, asked with the real SDK.

use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    operation::put_object::builders::PutObjectFluentBuilder,
    primitives::ByteStream,
    types::{
        ChecksumAlgorithm, ChecksumMode, CompletedMultipartUpload, CompletedPart, CorsConfiguration, CorsRule, Delete,
        ObjectIdentifier,
    },
};

use screener_edge::EndpointKind;

use crate::rig::{Rig, ask, client};

const BUCKET: &str = "screener";
const PART: usize = 5 * 1024 * 1024;

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    error.code().unwrap_or("no code").to_owned()
}

fn put(rig: &Rig, key: &str, body: &'static str) -> PutObjectFluentBuilder {
    rig.s3
        .put_object()
        .bucket(BUCKET)
        .key(key)
        .body(ByteStream::from_static(body.as_bytes()))
}

async fn text(rig: &Rig, key: &str) -> Option<String> {
    let got = rig
        .s3
        .get_object()
        .bucket(BUCKET)
        .key(key)
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .ok()?;
    Some(String::from_utf8(got.body.collect().await.unwrap().to_vec()).unwrap())
}

async fn begin(rig: &Rig, key: &str) -> String {
    let begun = rig
        .s3
        .create_multipart_upload()
        .bucket(BUCKET)
        .key(key)
        .content_type("video/mp4");
    begun
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .send()
        .await
        .unwrap()
        .upload_id
        .unwrap()
}

fn parts(named: &[(i32, &str)]) -> CompletedMultipartUpload {
    let parts = named
        .iter()
        .map(|(number, tag)| CompletedPart::builder().part_number(*number).e_tag(*tag).build());
    CompletedMultipartUpload::builder()
        .set_parts(Some(parts.collect()))
        .build()
}

#[tokio::test]
async fn an_object_keeps_its_headers_and_metadata() {
    let rig = Rig::start(EndpointKind::default()).await;
    let key = "videos/a/1/x.m4s";
    let put = put(&rig, key, "hello")
        .content_type("video/iso.segment")
        .cache_control("public, max-age=5");
    let put = put.metadata("sum", "abc").send().await.unwrap();
    assert_eq!(put.e_tag(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    let head = rig.s3.head_object().bucket(BUCKET).key(key).send().await.unwrap();
    assert_eq!(head.content_type(), Some("video/iso.segment"));
    assert_eq!(head.cache_control(), Some("public, max-age=5"));
    assert_eq!(head.metadata().unwrap()["sum"], "abc");
    assert_eq!((head.content_length(), head.e_tag()), (Some(5), put.e_tag()));
    let listed = rig
        .s3
        .list_objects_v2()
        .bucket(BUCKET)
        .prefix("videos/a/")
        .send()
        .await
        .unwrap();
    assert_eq!(listed.contents()[0].e_tag(), put.e_tag());
}

#[tokio::test]
async fn a_wrong_checksum_changes_nothing() {
    let rig = Rig::start(EndpointKind::default()).await;
    rig.put("videos/a/x", "text/plain", "old").await;
    let wrong = put(&rig, "videos/a/x", "new").checksum_sha256("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_eq!(code(&wrong.send().await.unwrap_err()), "BadDigest");
    assert_eq!(text(&rig, "videos/a/x").await.as_deref(), Some("old"));
    let wrong = put(&rig, "videos/a/y", "new").checksum_crc32("AAAAAA==");
    assert_eq!(code(&wrong.send().await.unwrap_err()), "BadDigest");
    let wrong = put(&rig, "videos/a/y", "new").content_md5("XUFAKrxLKna5cZ2REBfFkg==");
    assert_eq!(code(&wrong.send().await.unwrap_err()), "BadDigest");
    assert_eq!(text(&rig, "videos/a/y").await, None);
}

#[tokio::test]
async fn conditions_of_a_put_are_kept() {
    let rig = Rig::start(EndpointKind::default()).await;
    let key = "videos/a/index.m3u8";
    let first = put(&rig, key, "one").if_none_match("*").send().await.unwrap();
    let tag = first.e_tag().unwrap();
    let again = put(&rig, key, "two").if_none_match("*").send().await.unwrap_err();
    assert_eq!(code(&again), "PreconditionFailed");
    put(&rig, key, "three").if_match(tag).send().await.unwrap();
    assert_eq!(
        code(&put(&rig, key, "four").if_match(tag).send().await.unwrap_err()),
        "PreconditionFailed"
    );
    assert_eq!(text(&rig, key).await.as_deref(), Some("three"));
}

#[tokio::test]
async fn of_many_first_writers_one_wins() {
    let rig = Rig::start(EndpointKind::default()).await;
    let puts = (0..8).map(|at| {
        let put = rig
            .s3
            .put_object()
            .bucket(BUCKET)
            .key("videos/a/once")
            .if_none_match("*");
        put.body(ByteStream::from(vec![b'a' + at; 200_000])).send()
    });
    let won = futures::future::join_all(puts).await.into_iter().flatten().count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn an_upload_in_parts_is_whole_and_checked() {
    let rig = Rig::start(EndpointKind::default()).await;
    let key = "videos/a/long.m4s";
    rig.put(key, "text/plain", "what lay here before").await;
    let id = begin(&rig, key).await;
    let part = |number: i32, body: Vec<u8>| {
        let part = rig
            .s3
            .upload_part()
            .bucket(BUCKET)
            .key(key)
            .upload_id(&id)
            .part_number(number);
        part.body(ByteStream::from(body))
    };
    let wrong = part(1, vec![1; PART])
        .checksum_crc32("AAAAAA==")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&wrong), "BadDigest");
    let one = part(1, vec![1; PART]).send().await.unwrap();
    // S3 allows gaps between part numbers.
    let two = part(3, vec![2; 10]).send().await.unwrap();
    assert!(one.checksum_crc32().is_some(), "the SDK sent a CRC32 by itself");
    let (one, two) = (one.e_tag().unwrap(), two.e_tag().unwrap());

    let list = || rig.s3.list_parts().bucket(BUCKET).key(key).upload_id(&id);
    let listed = list().send().await.unwrap();
    let seen: Vec<_> = listed
        .parts()
        .iter()
        .map(|part| (part.part_number(), part.e_tag(), part.size()))
        .collect();
    let size = i64::try_from(PART).unwrap();
    assert_eq!(seen, [(Some(1), Some(one), Some(size)), (Some(3), Some(two), Some(10))]);
    let first = list().max_parts(1).send().await.unwrap();
    assert_eq!(
        (first.is_truncated(), first.next_part_number_marker()),
        (Some(true), Some("1"))
    );
    let open = rig.s3.list_multipart_uploads().bucket(BUCKET).send().await.unwrap();
    assert_eq!(open.uploads()[0].upload_id(), Some(id.as_str()));

    let complete = |named: &[(i32, &str)]| {
        let complete = rig
            .s3
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key(key)
            .upload_id(&id);
        complete.multipart_upload(parts(named)).send()
    };
    let wrong = complete(&[(1, "\"00000000000000000000000000000000\""), (3, two)])
        .await
        .unwrap_err();
    assert_eq!(code(&wrong), "InvalidPart");
    assert_eq!(
        code(&complete(&[(3, two), (1, one)]).await.unwrap_err()),
        "InvalidPartOrder"
    );
    assert_eq!(text(&rig, key).await.as_deref(), Some("what lay here before"));
    let done = complete(&[(1, one), (3, two)]).await.unwrap();
    assert!(done.e_tag().unwrap().ends_with("-2\""));

    let got = rig
        .s3
        .get_object()
        .bucket(BUCKET)
        .key(key)
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!((got.content_type(), got.e_tag()), (Some("video/mp4"), done.e_tag()));
    let body = got.body.collect().await.unwrap().to_vec();
    assert_eq!((body.len(), body[0], body[PART]), (PART + 10, 1, 2));
    assert!(
        rig.s3
            .list_multipart_uploads()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap()
            .uploads()
            .is_empty()
    );
    assert_eq!(code(&list().send().await.unwrap_err()), "NoSuchUpload");
}

#[tokio::test]
async fn parts_that_are_too_small_leave_the_upload_open() {
    let rig = Rig::start(EndpointKind::default()).await;
    let key = "videos/a/b";
    let id = begin(&rig, key).await;
    let mut tags = Vec::new();
    for number in 1..=2 {
        let part = rig
            .s3
            .upload_part()
            .bucket(BUCKET)
            .key(key)
            .upload_id(&id)
            .part_number(number);
        tags.push(
            part.body(ByteStream::from_static(b"small"))
                .send()
                .await
                .unwrap()
                .e_tag
                .unwrap(),
        );
    }
    let complete = rig
        .s3
        .complete_multipart_upload()
        .bucket(BUCKET)
        .key(key)
        .upload_id(&id);
    let refused = complete
        .multipart_upload(parts(&[(1, &tags[0]), (2, &tags[1])]))
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&refused), "EntityTooSmall");
    let listed = rig
        .s3
        .list_parts()
        .bucket(BUCKET)
        .key(key)
        .upload_id(&id)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.parts().len(), 2);
}

#[tokio::test]
async fn an_aborted_upload_is_gone_and_says_so() {
    let rig = Rig::start(EndpointKind::default()).await;
    let key = "videos/a/b";
    let id = begin(&rig, key).await;
    let part = || {
        let part = rig
            .s3
            .upload_part()
            .bucket(BUCKET)
            .key(key)
            .upload_id(&id)
            .part_number(1);
        part.body(ByteStream::from_static(b"x")).send()
    };
    part().await.unwrap();
    let abort = || {
        rig.s3
            .abort_multipart_upload()
            .bucket(BUCKET)
            .key(key)
            .upload_id(&id)
            .send()
    };
    abort().await.unwrap();
    assert_eq!(code(&abort().await.unwrap_err()), "NoSuchUpload");
    assert_eq!(code(&part().await.unwrap_err()), "NoSuchUpload");
    let left = std::fs::read_dir(rig.folder.path().join("s3")).unwrap().flatten();
    let left: Vec<_> = left
        .filter(|entry| entry.file_name().to_string_lossy().contains("upload"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn an_open_upload_outlives_a_restart() {
    let rig = Rig::start(EndpointKind::default()).await;
    let key = "videos/a/b";
    let id = begin(&rig, key).await;
    let part = rig
        .s3
        .upload_part()
        .bucket(BUCKET)
        .key(key)
        .upload_id(&id)
        .part_number(1);
    let tag = part
        .body(ByteStream::from_static(b"kept"))
        .send()
        .await
        .unwrap()
        .e_tag
        .unwrap();
    let folder = rig.folder;
    rig.edge.stop().await;
    let edge = screener_edge::Edge::start(screener_edge::Config::new(folder.path()))
        .await
        .unwrap();
    let s3 = client(&edge.s3());
    let complete = s3.complete_multipart_upload().bucket(BUCKET).key(key).upload_id(&id);
    complete.multipart_upload(parts(&[(1, &tag)])).send().await.unwrap();
    let got = s3.get_object().bucket(BUCKET).key(key).send().await.unwrap();
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"kept");
}

#[tokio::test]
async fn what_is_deleted_leaves_nothing_behind() {
    let rig = Rig::start(EndpointKind::default()).await;
    for key in ["videos/a/1", "videos/a/2", "videos/b/1"] {
        rig.put(key, "video/mp4", "x").await;
    }
    rig.s3
        .delete_object()
        .bucket(BUCKET)
        .key("videos/a")
        .send()
        .await
        .unwrap();
    let both = ["videos/a/1", "videos/a/2"].map(|key| ObjectIdentifier::builder().key(key).build().unwrap());
    let both = Delete::builder().set_objects(Some(both.to_vec())).build().unwrap();
    rig.s3
        .delete_objects()
        .bucket(BUCKET)
        .delete(both)
        .send()
        .await
        .unwrap();
    let listed = rig.s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let keys: Vec<_> = listed
        .contents()
        .iter()
        .filter_map(aws_sdk_s3::types::Object::key)
        .collect();
    assert_eq!(keys, ["videos/b/1"]);
    put(&rig, "videos/a/1", "y").send().await.unwrap();
    let head = rig
        .s3
        .head_object()
        .bucket(BUCKET)
        .key("videos/a/1")
        .send()
        .await
        .unwrap();
    assert_ne!(head.content_type(), Some("video/mp4"));
}

#[tokio::test]
async fn listing_pages_through_folders() {
    let rig = Rig::start(EndpointKind::default()).await;
    for at in 0..5 {
        rig.put(&format!("videos/v{at}/index.m3u8"), "text/plain", "x").await;
    }
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let page = rig
            .s3
            .list_objects_v2()
            .bucket(BUCKET)
            .prefix("videos/")
            .delimiter("/")
            .max_keys(2);
        let page = page.set_continuation_token(token).send().await.unwrap();
        found.extend(
            page.common_prefixes()
                .iter()
                .filter_map(|prefix| prefix.prefix().map(str::to_owned)),
        );
        token = page.next_continuation_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(found, (0..5).map(|at| format!("videos/v{at}/")).collect::<Vec<_>>());
}

#[tokio::test]
async fn missing_things_have_their_names() {
    let rig = Rig::start(EndpointKind::default()).await;
    let get = |key: &str| rig.s3.get_object().bucket(BUCKET).key(key).send();
    assert_eq!(code(&get("videos/none").await.unwrap_err()), "NoSuchKey");
    rig.put("videos/a/b", "text/plain", "x").await;
    assert_eq!(code(&get("videos/a").await.unwrap_err()), "NoSuchKey");
    let other = put(&rig, "a", "x").bucket("other").send().await.unwrap_err();
    assert_eq!(code(&other), "NoSuchBucket");
    assert!(put(&rig, "a/../../b", "x").send().await.is_err());
    assert!(!rig.folder.path().join("s3/b").exists());
}

#[tokio::test]
async fn nobody_gets_in_without_the_secret() {
    let rig = Rig::start(EndpointKind::default()).await;
    rig.put("videos/a/b", "text/plain", "x").await;
    let mut access = rig.edge.s3();
    access.secret_key = "another".to_owned();
    let got = client(&access)
        .get_object()
        .bucket(BUCKET)
        .key("videos/a/b")
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&got), "SignatureDoesNotMatch");
    let address = access.endpoint.strip_prefix("http://").unwrap().parse().unwrap();
    assert_eq!(ask(address, "GET", "/screener/videos/a/b", &[]).await.status, 403);
    assert_eq!(
        ask(address, "GET", "/.screener/instance", &[("host", "evil.example")])
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn a_cors_configuration_is_kept() {
    let rig = Rig::start(EndpointKind::default()).await;
    let none = rig.s3.get_bucket_cors().bucket(BUCKET).send().await.unwrap_err();
    assert_eq!(code(&none), "NoSuchCORSConfiguration");
    let rule = CorsRule::builder()
        .allowed_methods("GET")
        .allowed_origins("*")
        .build()
        .unwrap();
    let rules = CorsConfiguration::builder().cors_rules(rule.clone()).build().unwrap();
    rig.s3
        .put_bucket_cors()
        .bucket(BUCKET)
        .cors_configuration(rules)
        .send()
        .await
        .unwrap();
    let kept = rig.s3.get_bucket_cors().bucket(BUCKET).send().await.unwrap();
    assert_eq!(kept.cors_rules(), [rule]);
}
