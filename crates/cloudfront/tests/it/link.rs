//! A link that is made here passes here, and nothing like it does.

use std::net::IpAddr;
use std::sync::LazyLock;

use screener_cloudfront::{Hash, KeyPairId, PrivateKey, Refusal, Request, Target, Terms, link, sign_url, verify};

pub static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

const TARGET: Target<'_> = Target {
    domain: "d111111abcdef8.cloudfront.net",
    prefix: "videos",
    video_id: "abcdefghijklmnopqrstuvwxyz",
    link: None,
};

fn judged(url: &str, now: i64, client: &str) -> Result<(), Refusal> {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (host, rest) = rest.split_once('/').unwrap();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = format!("/{path}");
    let client: IpAddr = client.parse().unwrap();
    verify(
        &Request {
            scheme,
            host,
            path: &path,
            query,
            client,
            now,
        },
        |id| (id == "K1").then(|| KEY.public()),
    )
}

fn made(hash: Hash, terms: &Terms) -> screener_cloudfront::Link {
    link(&KEY, &KeyPairId::new("K1").unwrap(), hash, &TARGET, terms).unwrap()
}

#[test]
fn the_playlist_passes_and_so_does_every_file_of_the_folder() {
    for hash in [Hash::Sha1, Hash::Sha256] {
        let url = made(
            hash,
            &Terms {
                ends: 2000,
                opens: None,
                network: None,
            },
        )
        .playlist
        .into_exposed();
        assert_eq!(judged(&url, 1999, "192.0.2.1"), Ok(()));
        assert_eq!(
            judged(&url.replace("index.m3u8", "1/1080p/00001.m4s"), 1999, "192.0.2.1"),
            Ok(())
        );
        assert_eq!(
            judged(
                &url.replace("index.m3u8?", "index.m3u8?own=parameter&"),
                1999,
                "192.0.2.1"
            ),
            Ok(())
        );
        assert_eq!(
            judged(&url, 2000, "192.0.2.1"),
            Err(Refusal::Ended { ends: 2000, now: 2000 })
        );
    }
}

#[test]
fn the_link_is_written_as_the_protocol_says() {
    let link = made(
        Hash::Sha256,
        &Terms {
            ends: 2000,
            opens: None,
            network: None,
        },
    );
    let url = link.playlist.expose();
    let (base, query) = url.split_once('?').unwrap();
    assert_eq!(
        base,
        "https://d111111abcdef8.cloudfront.net/videos/abcdefghijklmnopqrstuvwxyz/index.m3u8"
    );
    let names: Vec<&str> = query.split('&').map(|pair| pair.split_once('=').unwrap().0).collect();
    assert_eq!(
        names,
        [
            "cf-Policy",
            "cf-Signature",
            "cf-Key-Pair-Id",
            "cf-Hash-Algorithm",
            "Policy",
            "Signature",
            "Key-Pair-Id",
            "Hash-Algorithm"
        ]
    );
    let plain = &query[query.find("&Policy=").unwrap() + 1..];
    assert_eq!(
        link.page.expose(),
        format!("https://d111111abcdef8.cloudfront.net/watch/index.html#videos/abcdefghijklmnopqrstuvwxyz?{plain}")
    );
    let local = Target {
        domain: "127.0.0.1:8080",
        ..TARGET
    };
    assert!(
        local
            .policy(&Terms {
                ends: 1,
                opens: None,
                network: None
            })
            .resource
            .starts_with("http://127.0.0.1:8080/")
    );
}

#[test]
fn each_condition_refuses_in_its_own_words() {
    let terms = Terms {
        ends: 2000,
        opens: Some(1000),
        network: Some("192.0.2.0/24".parse().unwrap()),
    };
    let url = made(Hash::Sha1, &terms).playlist.into_exposed();
    assert!(
        url.len() < 1600,
        "a URL may have 8,192 bytes, and this one has {}",
        url.len()
    );
    assert_eq!(judged(&url, 1001, "192.0.2.255"), Ok(()));
    assert_eq!(judged(&url, 1001, "::ffff:192.0.2.255"), Ok(()));
    assert_eq!(
        judged(&url, 1000, "192.0.2.1"),
        Err(Refusal::NotOpenYet { opens: 1000, now: 1000 })
    );
    assert!(matches!(
        judged(&url, 1001, "192.0.3.1"),
        Err(Refusal::OtherNetwork { .. })
    ));
    assert!(matches!(
        judged(&url, 1001, "2001:db8::1"),
        Err(Refusal::OtherNetwork { .. })
    ));
    assert!(matches!(
        judged(&url.replace("/abcdef", "/bbcdef"), 1001, "192.0.2.1"),
        Err(Refusal::OtherResource { .. })
    ));
}

#[test]
fn what_cloudfront_answers_to_each_broken_link() {
    let url = made(
        Hash::Sha1,
        &Terms {
            ends: 2000,
            opens: None,
            network: None,
        },
    )
    .playlist
    .into_exposed();
    let without = |name: &str| {
        let (base, query) = url.split_once('?').unwrap();
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.starts_with(&format!("{name}=")))
            .collect();
        format!("{base}?{}", kept.join("&"))
    };
    let with = |name: &str, value: &str| format!("{}&{name}={value}", without(name));
    let table = [
        (without("Key-Pair-Id"), "MissingKey"),
        (url.split_once('?').unwrap().0.to_owned(), "MissingKey"),
        (with("Key-Pair-Id", "K9"), "InvalidKey"),
        (without("Signature"), "MissingSignature"),
        (without("Policy"), "MissingPolicy"),
        (with("Signature", "!"), "MalformedSignature"),
        (with("Policy", "!"), "MalformedPolicy"),
        (with("Policy", "e30_"), "MalformedPolicy"),
        (with("Expires", "x").replace("&Policy=", "&Was="), "MalformedPolicy"),
        (with("Hash-Algorithm", "SHA256"), "AccessDenied"),
        (with("Hash-Algorithm", "MD5"), "AccessDenied"),
        (format!("{url}&Policy=e30_"), "AccessDenied"),
    ];
    for (url, code) in table {
        let refusal = judged(&url, 1, "192.0.2.1").unwrap_err();
        assert_eq!(refusal.code(), code, "{refusal}");
        assert!(refusal.body().contains(&format!("<Error><Code>{code}</Code><Message>")));
    }
}

#[test]
fn no_character_of_a_signature_may_differ() {
    let url = made(
        Hash::Sha1,
        &Terms {
            ends: 2000,
            opens: None,
            network: None,
        },
    )
    .playlist
    .into_exposed();
    let start = url.find("&Signature=").unwrap() + "&Signature=".len();
    for at in (start..start + 342).step_by(3) {
        let other = if url.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut changed = url.clone();
        changed.replace_range(at..=at, other);
        assert!(judged(&changed, 1, "192.0.2.1").is_err());
    }
}

#[test]
fn a_canned_link_is_for_one_url_and_p256_signs_it_too() {
    let key = PrivateKey::generate_p256();
    let id = KeyPairId::new("K2").unwrap();
    let terms = Terms {
        ends: 2000,
        opens: None,
        network: None,
    };
    let judged = |url: &str, now| {
        let (path, query) = url.strip_prefix("https://d1").unwrap().split_once('?').unwrap();
        let client = IpAddr::from([192, 0, 2, 1]);
        verify(
            &Request {
                scheme: "https",
                host: "d1",
                path,
                query,
                client,
                now,
            },
            |_| Some(key.public()),
        )
    };
    for hash in [Hash::Sha1, Hash::Sha256] {
        let url = sign_url(&key, &id, hash, "https://d1/a b.ts?x=1", &terms, None)
            .unwrap()
            .into_exposed();
        assert!(url.starts_with("https://d1/a%20b.ts?x=1&Expires=2000&Signature="));
        assert_eq!(judged(&url, 1999), Ok(()));
        assert_eq!(judged(&url, 2000), Err(Refusal::Ended { ends: 2000, now: 2000 }));
        assert_eq!(judged(&url.replace("x=1", "x=2"), 1999), Err(Refusal::BadSignature));
        assert_eq!(
            judged(&url.replace("Expires=2000", "Expires=3000"), 1999),
            Err(Refusal::BadSignature)
        );
    }
}

#[test]
fn links_live_on_while_a_key_is_replaced() {
    let (old, new) = (PrivateKey::generate_p256(), PrivateKey::generate_p256());
    let terms = Terms {
        ends: 2000,
        opens: None,
        network: None,
    };
    let group = |id: &str| match id {
        "OLD" => Some(old.public()),
        "NEW" => Some(new.public()),
        _ => None,
    };
    for (id, key, passes) in [
        ("OLD", &old, true),
        ("NEW", &new, true),
        ("OLD", &new, false),
        ("GONE", &old, false),
    ] {
        let url = link(key, &KeyPairId::new(id).unwrap(), Hash::Sha1, &TARGET, &terms)
            .unwrap()
            .playlist
            .into_exposed();
        let (path, query) = url
            .strip_prefix("https://d111111abcdef8.cloudfront.net")
            .unwrap()
            .split_once('?')
            .unwrap();
        let client = IpAddr::from([192, 0, 2, 1]);
        let request = Request {
            scheme: "https",
            host: TARGET.domain,
            path,
            query,
            client,
            now: 1,
        };
        assert_eq!(verify(&request, group).is_ok(), passes);
    }
}
