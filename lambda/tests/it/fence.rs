//! The origin secret, and sign mode.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use screener_cloudfront::{Hash, KeyPairId, Policy, PrivateKey, Request, sign_custom, verify};
use screener_lambda::{Config, ConfigError, Endpoint, Mode, Signer};

use crate::memory::{LINK, Memory, code, endpoint, event};

const PATH: &str = "/videos/abc/1/720p/index.m3u8";
const OLD: &str = "the-old-secret-of-the-distribution";
const NEW: &str = "the-new-secret-of-the-distribution";

#[tokio::test]
async fn nothing_passes_without_the_secret_and_two_do_while_they_change() {
    let mut config = Config::new("videos");
    config.origin_secrets = vec![OLD.into(), NEW.into()];
    let endpoint = endpoint(config);
    for method in ["GET", "HEAD", "OPTIONS", "POST"] {
        for wrong in ["", "wrong", "the-old-secret-of-the-distributioN", &OLD[..16]] {
            let answer = endpoint
                .respond(event(method, PATH, &LINK, &[("x-origin-verify", wrong)]))
                .await;
            assert_eq!(answer.status_code, 403, "{method} {wrong}");
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
        }
        let answer = endpoint.respond(event(method, PATH, &LINK, &[])).await;
        assert_eq!(answer.status_code, 403);
    }
    assert!(endpoint.origin().asked.lock().unwrap().is_empty());
    for right in [OLD, NEW] {
        let answer = endpoint
            .respond(event("GET", PATH, &LINK, &[("X-Origin-Verify", right)]))
            .await;
        assert_eq!(answer.status_code, 200);
    }
}

fn signer(lifetime: u64) -> Signer {
    let key = PrivateKey::generate_p256();
    Signer::new(
        key,
        KeyPairId::new("K1").unwrap(),
        Some("d1.cloudfront.net".to_owned()),
        Duration::from_secs(lifetime),
    )
}

#[test]
fn a_configuration_that_cannot_hold_is_refused() {
    let refused = |edit: &dyn Fn(&mut Config)| {
        let mut config = Config::new("videos");
        edit(&mut config);
        Endpoint::new(config, Memory::default()).err()
    };
    assert_eq!(refused(&|_| {}), None);
    assert_eq!(
        refused(&|config| config.mode = Mode::Sign(Box::new(signer(60)))),
        Some(ConfigError::SignWithoutSecret)
    );
    assert_eq!(
        refused(&|config| config.origin_secrets = vec!["short".into()]),
        Some(ConfigError::Secrets)
    );
    assert_eq!(
        refused(&|config| config.origin_secrets = vec![OLD.into(); 3]),
        Some(ConfigError::Secrets)
    );
    for prefix in ["", "/videos", "videos/", "a//b", "..", "a/../b", "a b", ".hidden"] {
        assert_eq!(
            refused(&|config| config.prefix = prefix.into()),
            Some(ConfigError::Prefix(prefix.into()))
        );
    }
    assert_eq!(refused(&|config| config.prefix = "a/b".into()), None);
}

#[tokio::test]
async fn sign_mode_signs_one_policy_over_the_folder_and_no_longer_than_told() {
    let signer = signer(3600);
    let public = signer.key.public();
    let mine = sign_custom(
        &signer.key,
        &signer.key_pair_id,
        Hash::Sha1,
        &Policy {
            resource: "https://d1.cloudfront.net/*".into(),
            ends: 4_000_000_000,
            opens: None,
            network: None,
        },
    )
    .unwrap();
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let soon = sign_custom(
        &signer.key,
        &signer.key_pair_id,
        Hash::Sha1,
        &Policy {
            resource: "https://d1.cloudfront.net/*".into(),
            ends: now + 60,
            opens: None,
            network: None,
        },
    )
    .unwrap();
    let mut config = Config::new("videos");
    config.origin_secrets = vec![OLD.into()];
    config.mode = Mode::Sign(Box::new(signer));
    let endpoint = endpoint(config);
    assert_eq!(
        code(&endpoint.respond(event("GET", PATH, &[], &[])).await),
        "not_through_cloudfront"
    );

    let copies = |signature: &screener_cloudfront::Signature| {
        [
            ("cf-Policy".to_owned(), signature.policy().unwrap().to_owned()),
            ("cf-Signature".to_owned(), signature.signature().to_owned()),
        ]
    };
    // Without copies, with a longer link, with a shorter one, and with one that another key made.
    let forged = [
        ("cf-Policy".to_owned(), copies(&soon)[0].1.clone()),
        copies(&mine)[1].clone(),
    ];
    for (copies, latest) in [
        (Vec::new(), now + 3601),
        (copies(&mine).to_vec(), now + 3601),
        (copies(&soon).to_vec(), now + 60),
        (forged.to_vec(), now + 3601),
    ] {
        let query: Vec<(&str, &str)> = copies
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = endpoint
            .respond(event("GET", PATH, &query, &[("x-origin-verify", OLD)]))
            .await;
        assert_eq!(answer.status_code, 200, "{}", answer.body);
        let line = answer.body.lines().find(|line| line.starts_with("00001.m4s?")).unwrap();
        let query = line.split_once('?').unwrap().1;
        let passes = |path: &str, now| {
            let client = IpAddr::from([192, 0, 2, 1]);
            let request = Request {
                scheme: "https",
                host: "d1.cloudfront.net",
                path,
                query,
                client,
                now,
            };
            verify(&request, |_| Some(public.clone())).is_ok()
        };
        assert!(passes("/videos/abc/1/720p/00001.m4s", latest - 120));
        assert!(!passes("/videos/abc/1/720p/00001.m4s", latest));
        assert!(!passes("/videos/abd/1/720p/00001.m4s", now));
        // One policy for the playlist: the map's query is the segment's.
        assert!(answer.body.contains(&format!("#EXT-X-MAP:URI=\"init.mp4?{query}\"")));
    }
}

#[tokio::test]
async fn sign_mode_learns_the_domain_behind_the_secret_alone() {
    let of = |domain: Option<&str>| {
        let mut signer = signer(3600);
        signer.domain = domain.map(str::to_owned);
        let mut config = Config::new("videos");
        config.origin_secrets = vec![OLD.into()];
        config.mode = Mode::Sign(Box::new(signer));
        endpoint(config)
    };
    let told = |host| [("x-origin-verify", OLD), ("X-Screener-Host", host)];
    let resource = |body: &str| {
        let policy = body
            .split("?Policy=")
            .nth(1)
            .and_then(|rest| rest.split('&').next())
            .unwrap();
        let base64 = policy.replace('-', "+").replace('_', "=").replace('~', "/");
        let policy = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).unwrap();
        let policy: serde_json::Value = serde_json::from_slice(&policy).unwrap();
        policy["Statement"][0]["Resource"].as_str().unwrap().to_owned()
    };
    let learns = of(None);
    let answer = learns
        .respond(event("GET", PATH, &[], &told("d2.cloudfront.net")))
        .await;
    assert_eq!(resource(&answer.body), "https://d2.cloudfront.net/videos/abc/*");
    // Another distribution's request is not answered with the first one's signature.
    let answer = learns
        .respond(event("GET", PATH, &[], &told("d3.cloudfront.net")))
        .await;
    assert_eq!(resource(&answer.body), "https://d3.cloudfront.net/videos/abc/*");
    for host in [
        "",
        "*",
        "*.cloudfront.net",
        "d2.cloudfront.net/x",
        "d2.cloudfront.net, x",
        "d2 .net",
        "-.net",
        "localhost",
    ] {
        let answer = learns.respond(event("GET", PATH, &[], &told(host))).await;
        assert_eq!(
            (answer.status_code, code(&answer).as_str()),
            (502, "no_domain"),
            "{host:?}"
        );
    }
    let answer = learns
        .respond(event("GET", PATH, &[], &told("d2.cloudfront.net")[..1]))
        .await;
    assert_eq!(code(&answer), "no_domain");
    let answer = learns
        .respond(event("GET", PATH, &[], &told("d2.cloudfront.net")[1..]))
        .await;
    assert_eq!(
        code(&answer),
        "not_through_cloudfront",
        "nobody else may say where links lead"
    );
    // What is set is not asked for.
    let answer = of(Some("video.example.com"))
        .respond(event("GET", PATH, &[], &told("d2.cloudfront.net")))
        .await;
    assert_eq!(resource(&answer.body), "https://video.example.com/videos/abc/*");
}

#[tokio::test]
async fn no_record_and_no_debug_tells_a_secret() {
    let mut config = Config::new("videos");
    config.origin_secrets = vec![OLD.into()];
    assert!(!format!("{config:?}").contains(OLD));
    let endpoint = endpoint(config);
    let (_, record) = endpoint
        .respond_and_record(event("GET", PATH, &LINK, &[("x-origin-verify", OLD)]))
        .await;
    let line = record.to_emf(0).to_string();
    for secret in [OLD, LINK[0].1, LINK[1].1] {
        assert!(!line.contains(secret), "{line}");
    }
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Screener");
    assert_eq!((&value["status"], &value["key"]), (&200.into(), &PATH[1..].into()));
}
