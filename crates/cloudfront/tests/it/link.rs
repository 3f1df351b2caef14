//! A link that is made here passes here, and nothing like it does.

use std::net::IpAddr;
use std::sync::LazyLock;

use screener_cloudfront::{Hash, KeyPairId, PrivateKey, Refusal, Request, Target, Terms, link, verify};

pub static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate().unwrap());

const TARGET: Target<'_> = Target {
    domain: "d111111abcdef8.cloudfront.net",
    prefix: "videos",
    video_id: "abcdefghijklmnopqrstuvwxyz",
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
