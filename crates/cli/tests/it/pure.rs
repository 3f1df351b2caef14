//! Verbs that need no state.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::stage::{Home, parameter};

fn key(home: &Home) -> String {
    let path = home.path("key.pem");
    let made = Command::new("openssl")
        .args(["genrsa", "-out"])
        .arg(&path)
        .arg("2048")
        .output()
        .unwrap();
    assert!(made.status.success());
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_end_alone_is_a_canned_policy_and_any_other_condition_a_custom_one() {
    let home = Home::new();
    let key = key(&home);
    let base = [
        "sign",
        "https://d1.cloudfront.net/a.m3u8",
        "--key",
        &key,
        "--key-pair-id",
        "K2JCJMDEHXQW5F",
    ];
    let canned = home
        .json(&[&base[..], &["--expires", "2030-01-01T00:00:00Z"]].concat())
        .well()
        .lines()
        .remove(0);
    let url = canned["url"].as_str().unwrap();
    assert_eq!(parameter(url, "Expires"), Some("1893456000"));
    assert_eq!(parameter(url, "Key-Pair-Id"), Some("K2JCJMDEHXQW5F"));
    assert!(parameter(url, "Policy").is_none() && parameter(url, "Hash-Algorithm").is_none());
    let epoch = home.run(&[&base[..], &["--expires", "1893456000"]].concat()).well();
    assert_eq!(
        epoch.stdout.trim(),
        url,
        "the same moment, the same bytes, in words as in JSON"
    );
    for (more, hash) in [
        (&["--opens", "1d"][..], None),
        (&["--ip", "203.0.113.0/24"], None),
        (&["--resource", "https://d1.cloudfront.net/*"], None),
        (&["--ip", "203.0.113.0/24", "--hash", "sha256"], Some("SHA256")),
    ] {
        let signed = home.run(&[&base[..], &["--expires", "7d"], more].concat()).well();
        let url = signed.stdout.trim();
        assert!(
            parameter(url, "Policy").is_some() && parameter(url, "Expires").is_none(),
            "{more:?}"
        );
        assert_eq!(parameter(url, "Hash-Algorithm"), hash);
    }
    assert!(!home.data().exists(), "signing needs no data folder");
}

#[test]
fn what_cannot_be_signed_is_said_in_words() {
    let home = Home::new();
    let key = key(&home);
    let text = home.path("text.pem");
    std::fs::write(&text, "no key").unwrap();
    let text = text.to_str().unwrap();
    let sign = |url: &str, key: &str, more: &[&str]| {
        let failed = home.json(&[&["sign", url, "--key", key, "--key-pair-id", "K2JCJMDEHXQW5F"], more].concat());
        assert_eq!(failed.code, 1);
        failed.error()["code"].as_str().unwrap().to_owned()
    };
    let url = "https://d1.cloudfront.net/a.m3u8";
    assert_eq!(sign(url, "none.pem", &["--expires", "7d"]), "key_file");
    assert_eq!(sign(url, text, &["--expires", "7d"]), "wrong_key");
    assert_eq!(sign(url, &key, &["--expires", "tomorrow"]), "wrong_time");
    assert_eq!(sign(url, &key, &["--expires", "1d", "--opens", "2d"]), "wrong_time");
    assert_eq!(
        sign(url, &key, &["--expires", "1d", "--ip", "2001:db8::/32"]),
        "wrong_network"
    );
    for url in [
        "d1.cloudfront.net/a",
        "ftp://d1.cloudfront.net/a",
        "https://",
        "https:///a",
        "https://viewer@d1.cloudfront.net/a",
        "https://d1.cloudfront.net/a\nb",
        "https://d1.cloudfront.net/a.mp4#t=5",
        "https://d1.cloudfront.net/a.mp4?x=1&Signature=abc",
    ] {
        assert_eq!(sign(url, &key, &["--expires", "1d"]), "wrong_url", "{url}");
    }
}

fn rewrite(home: &Home, playlist: &[u8], policy: &str) -> (i32, Vec<u8>) {
    let mut child = home
        .command(&[
            "rewrite",
            "--policy",
            policy,
            "--signature",
            "S-~_",
            "--key-pair-id",
            "K1",
            "--json",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(playlist).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), output.stdout)
}

#[test]
fn a_playlist_gets_the_viewers_signature_and_keeps_every_other_byte() {
    let home = Home::new();
    let playlist = b"#EXTM3U\r\n# a comment\r\n\r\n#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"5@0\"\r\n#EXTINF:6.0,\r\n00001.m4s?a=b\r\n#EXTINF:6,\r\nhttps://elsewhere.example/x.ts";
    let (code, out) = rewrite(&home, playlist, "P");
    assert_eq!(code, 0);
    let expected = "#EXTM3U\r\n# a comment\r\n\r\n#EXT-X-MAP:URI=\"init.mp4?Policy=P&Signature=S-~_&Key-Pair-Id=K1\",BYTERANGE=\"5@0\"\r\n#EXTINF:6.0,\r\n00001.m4s?a=b&Policy=P&Signature=S-~_&Key-Pair-Id=K1\r\n#EXTINF:6,\r\nhttps://elsewhere.example/x.ts";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    let (_, out) = rewrite(
        &home,
        b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n1/720p/index.m3u8\n",
        "P",
    );
    let out = String::from_utf8(out).unwrap();
    let line = out.lines().last().unwrap();
    assert!(
        line.starts_with("1/720p/index.m3u8?cf-Policy=P&cf-Signature=S-~_&cf-Key-Pair-Id=K1&Policy=P&"),
        "{line}"
    );
    let (code, out) = rewrite(&home, playlist, "P\"\n#EXT-X-KEY");
    assert_eq!(
        (code, out.as_slice()),
        (1, &b""[..]),
        "nothing that would break out of a line"
    );
}

#[test]
fn a_value_that_no_link_has_is_refused_in_words() {
    let home = Home::new();
    let sound = [
        ("--policy", "P"),
        ("--signature", "S-~_"),
        ("--key-pair-id", "K1"),
        ("--hash-algorithm", "SHA256"),
        ("--distribution", "d1.cloudfront.net"),
    ];
    for (name, value, code) in [
        ("--policy", "", "wrong_signature"),
        ("--policy", "P&cf-Policy=Q", "wrong_signature"),
        ("--signature", "a b", "wrong_signature"),
        ("--signature", "a=", "wrong_signature"),
        ("--key-pair-id", "K 1", "wrong_key_pair_id"),
        ("--hash-algorithm", "MD5", "wrong_signature"),
        ("--distribution", "https://d1.cloudfront.net/", "wrong_domain"),
    ] {
        let mut arguments = vec!["rewrite"];
        for (known, good) in sound {
            arguments.extend([known, if known == name { value } else { good }]);
        }
        let failed = home.json(&arguments);
        assert_eq!(
            (failed.code, failed.error()["code"].as_str()),
            (1, Some(code)),
            "{name} {value:?}"
        );
        assert_eq!(failed.stdout, "");
    }
    for arguments in [
        &["rewrite"][..],
        &["rewrite", "--policy", "P", "--signature", "S"],
        &[
            "rewrite",
            "--policy",
            "P",
            "--signature",
            "S",
            "--key-pair-id",
            "K",
            "more",
        ],
        &["sign"],
        &[
            "sign",
            "https://d1.cloudfront.net/a",
            "--key",
            "k",
            "--key-pair-id",
            "K",
        ],
        &[
            "sign",
            "https://d1.cloudfront.net/a",
            "--key",
            "k",
            "--key-pair-id",
            "K",
            "--expires",
            "1d",
            "--hash",
            "md5",
        ],
        &["link"],
    ] {
        assert_eq!(home.run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn key_pairs_are_made_rotated_and_removed() {
    let home = Home::new();
    let first = home.json(&["key", "new"]).well().lines().remove(0);
    assert_eq!(
        (first["kind"].as_str(), first["current"].as_bool()),
        (Some("RSA 2048"), Some(true))
    );
    let second = home.json(&["key", "rotate"]).well().lines().remove(0);
    let ids = |home: &Home| -> Vec<(String, bool)> {
        let lines = home.json(&["key", "list"]).well().lines();
        lines
            .iter()
            .map(|key| {
                (
                    key["id"].as_str().unwrap().to_owned(),
                    key["current"].as_bool().unwrap(),
                )
            })
            .collect()
    };
    let (old, new) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    let mut all = ids(&home);
    all.sort_by_key(|(_, current)| !current);
    assert_eq!(all, [(new.to_owned(), true), (old.to_owned(), false)]);
    for id in [old, new] {
        assert!(
            home.data().join("edge/keys").join(format!("{id}.pem")).is_file(),
            "both are trusted"
        );
    }
    home.run(&["key", "remove", new]).well();
    assert_eq!(ids(&home), [(old.to_owned(), true)], "the one that is left signs");
    assert!(!home.data().join("edge/keys").join(format!("{new}.pem")).exists());
}
