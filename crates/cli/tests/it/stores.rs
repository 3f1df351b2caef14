//! `destination test` before stores that know less than AWS S3: each kind of call has its line, and nothing stays behind.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use screener_edge::Edge;
use screener_store::{Store, StoreConfig};
use screener_testkit::servers::{self, Process};
use screener_testkit::{Fussy, Proxy};
use serde_json::Value;

use crate::stage::{Done, Home, done};

/// Every kind of call, as the lines are named.
const CALLS: [&str; 8] = [
    "checksums",
    "unchanged",
    "conditions",
    "pages",
    "parts",
    "unfinished",
    "deletion",
    "bucket-cors",
];

/// A data folder with a destination `shop`, and the bucket behind it.
struct Shop {
    home: Home,
    bucket: Store,
    proxy: Proxy,
    _server: Server,
}

enum Server {
    Edge {
        _edge: Box<Edge>,
        _folder: tempfile::TempDir,
    },
    Moto {
        _process: Process,
    },
}

impl Shop {
    async fn before(config: StoreConfig, keys: (&str, &str), server: Server) -> Self {
        let endpoint = config.endpoint.clone().unwrap();
        let proxy = Proxy::start(endpoint.trim_start_matches("http://").parse().unwrap()).await;
        let home = Home::new();
        let mut add = home.command(&[
            "--key-store",
            "file",
            "destination",
            "add",
            "shop",
            "--endpoint",
            &proxy.endpoint(),
            "--path-style",
            "--bucket",
            &config.bucket,
            "--region",
            &config.region,
            "--access-key-id",
            keys.0,
        ]);
        add.env("SCREENER_SECRET_ACCESS_KEY", keys.1);
        done(add).well();
        Self {
            home,
            bucket: Store::new(config),
            proxy,
            _server: server,
        }
    }

    /// Before the local destination of another data folder: a store that knows all of it.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let edge = Edge::start(screener_edge::Config::new(folder.path())).await.unwrap();
        let s3 = edge.s3();
        let keys = (s3.access_key.clone(), s3.secret_key.clone());
        let config = StoreConfig::with_keys(&s3.endpoint, &s3.bucket, &s3.region, &keys.0, &keys.1);
        let server = Server::Edge {
            _edge: Box::new(edge),
            _folder: folder,
        };
        Self::before(config, (&keys.0, &keys.1), server).await
    }

    /// Before a store that looks at no signature, so that a proxy may change what was signed.
    async fn unsigned() -> Self {
        let moto = servers::moto().await;
        let config = StoreConfig::with_keys(&moto.endpoint(), "screener", "us-east-1", "key", "secret");
        let mut stream = TcpStream::connect(moto.endpoint().trim_start_matches("http://")).unwrap();
        let request = "PUT /screener HTTP/1.0\r\nHost: s3.amazonaws.com\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
        Self::before(config, ("key", "secret"), Server::Moto { _process: moto }).await
    }

    /// The steps of a test by their names, and how it ended.
    async fn tested(&self) -> (Done, BTreeMap<String, Value>) {
        let tested = self.home.json(&["destination", "test", "shop"]);
        let report = tested.lines().remove(0);
        let steps = report["steps"].as_array().unwrap().iter();
        let steps = steps.map(|step| (step["step"].as_str().unwrap().to_owned(), step.clone()));
        let left = self.bucket.list("", None).await.unwrap().objects;
        assert!(left.is_empty(), "{left:?}");
        assert!(self.bucket.uploads("").await.unwrap().is_empty());
        (tested, steps.collect())
    }
}

/// The states of all calls; those that are named are in this one, the others are as asked.
fn are(steps: &BTreeMap<String, Value>, state: &str, named: &[&str]) {
    for call in CALLS {
        let wanted = if named.contains(&call) { state } else { "passed" };
        assert_eq!(steps[call]["state"], wanted, "{}", steps[call]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_knows_all_of_it_passes_each_call() {
    let shop = Shop::new().await;
    let (tested, steps) = shop.tested().await;
    tested.well();
    are(&steps, "passed", &[]);
    assert_eq!(steps["clean-up"]["state"], "passed");
    let words = shop.home.run(&["destination", "test", "shop"]).well();
    assert!(
        words.stdout.contains("  ok       Large objects go up in parts"),
        "{}",
        words.stdout
    );
}

/// Each of these goes in another way: the calls that do, and what is said of the first of them.
async fn go_another_way(shop: &Shop, lesser: &[(Fussy, &[&str], &str)]) {
    for (fussy, named, seen) in lesser {
        fussy.before(&shop.proxy);
        let (tested, steps) = shop.tested().await;
        assert_eq!(tested.code, 0, "{fussy:?}: {}", tested.stdout);
        are(&steps, "instead", named);
        let said = steps[named[0]]["seen"].as_str().unwrap();
        assert!(said.starts_with(seen), "{fussy:?}: {said}");
        assert!(steps[named[0]]["mend"].is_null(), "nothing has to be done");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_checksum_is_said_before_the_first_film() {
    let lesser = [
        (
            Fussy::NoCrc64,
            &["checksums", "parts"][..],
            "by CRC32C: this store does not compare CRC64NVME",
        ),
        (
            Fussy::NoChecksums,
            &["checksums", "parts", "deletion"],
            "by Content-MD5: this store does not compare CRC64NVME",
        ),
    ];
    go_another_way(&Shop::new().await, &lesser).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_way_to_delete_is_said_before_the_first_film() {
    let shop = Shop::new().await;
    let lesser = [
        (
            Fussy::BatchWantsMd5,
            &["deletion"][..],
            "a thousand a call, with Content-MD5",
        ),
        (
            Fussy::NoBatch,
            &["deletion"],
            "one a call: this store knows no DeleteObjects",
        ),
    ];
    go_another_way(&shop, &lesser).await;
    let words = shop.home.run(&["destination", "test", "shop"]).well().stdout;
    assert!(words.contains("  instead  Many objects are deleted at once"), "{words}");
    assert!(words.contains("           seen: one a call"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_conditions_and_tokens_are_said_before_the_first_film() {
    let shop = Shop::new().await;
    let lesser = [
        (
            Fussy::NoConditions,
            &["conditions"][..],
            "this store refuses conditions of a write",
        ),
        (
            Fussy::NoTokens,
            &["pages"],
            "page by page, after the last key with ListObjects",
        ),
    ];
    go_another_way(&shop, &lesser).await;
    // What was found out is found out anew by each test.
    shop.proxy.choose(|_| screener_testkit::Fault::None);
    let (tested, steps) = shop.tested().await;
    tested.well();
    are(&steps, "passed", &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_possible_is_said_with_its_mend() {
    let shop = Shop::new().await;
    Fussy::NoParts.before(&shop.proxy);
    let tested = shop.home.json(&["destination", "test", "shop"]);
    assert_eq!(tested.code, 1);
    let report = tested.lines().remove(0);
    let step = |name: &str| {
        let steps = report["steps"].as_array().unwrap();
        steps.iter().find(|step| step["step"] == name).unwrap().clone()
    };
    assert_eq!(report["ok"], false);
    let parts = step("parts");
    assert_eq!(parts["state"], "failed");
    assert_eq!(parts["seen"], "The destination does not know CreateMultipartUpload.");
    assert!(parts["mend"].as_str().unwrap().contains("Use another one"), "{parts}");
    assert_eq!(step("deletion")["state"], "passed");
    assert!(shop.bucket.list("", None).await.unwrap().objects.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_passes_over_conditions_gets_a_warning() {
    let shop = Shop::unsigned().await;
    Fussy::IgnoresConditions.before(&shop.proxy);
    let (tested, steps) = shop.tested().await;
    assert_eq!(tested.code, 0, "{}", tested.stdout);
    // moto stores whatever checksum it is told.
    are(&steps, "warning", &["checksums", "conditions"]);
    let cause = &steps["checksums"]["cause"];
    assert_eq!(cause, "A checksum that was wrong on purpose was accepted.");
    let said = &steps["conditions"];
    assert!(said["seen"].as_str().unwrap().contains("one waits"), "{said}");
    assert!(said["mend"].is_string(), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checksum_that_a_store_says_wrong_is_left_for_the_next() {
    let shop = Shop::unsigned().await;
    Fussy::NoCrc64.before(&shop.proxy);
    let (tested, steps) = shop.tested().await;
    assert_eq!(tested.code, 0, "{}", tested.stdout);
    // Without its optional libraries moto says CRC32 where CRC32C is asked for.
    assert_eq!(steps["parts"]["seen"], "with CRC32 in place of CRC64NVME");
    assert_eq!(steps["conditions"]["state"], "passed");
}
