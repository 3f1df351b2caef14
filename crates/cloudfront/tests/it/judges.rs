//! The same links by other people's signers: AWS's for JavaScript, AWS's command line, OpenSSL.

use std::fmt::Write as _;

use screener_cloudfront::{Hash, KeyPairId, Policy, PrivateKey, Terms, sign_custom, sign_url};
use serde_json::{Value, json};

use crate::{run, ui};

/// Two thousand; with `SCREENER_FULL` ten thousand.
fn how_many() -> usize {
    if std::env::var_os("SCREENER_FULL").is_some() {
        10_000
    } else {
        2_000
    }
}

/// A small generator, the same on every run, so that a failing case can be found again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn word(&mut self) -> String {
        const PARTS: [&str; 28] = [
            "a", "Z", "9", "-", "_", ".", "~", "!", "*", "'", "(", ")", " ", "+", "%20", "%2f", "%zz", "%", "\"", "\\",
            "ä", "日", "🎬", "%C3%A4", "%c3", ";", ",", "@",
        ];
        (0..=self.roll(6))
            .map(|_| PARTS[usize::try_from(self.roll(28)).unwrap()])
            .collect()
    }

    fn url(&mut self) -> String {
        let mut url = format!("https://d{}.cloudfront.net", self.roll(1000));
        for _ in 0..=self.roll(4) {
            let _ = write!(url, "/{}", self.word());
        }
        if self.roll(3) == 0 {
            url.push('?');
            for _ in 0..=self.roll(3) {
                let _ = write!(url, "{}={}&", self.word(), self.word());
            }
        }
        url
    }

    fn network(&mut self) -> String {
        let octets: Vec<String> = (0..4).map(|_| self.roll(256).to_string()).collect();
        let address = octets.join(".");
        if self.roll(2) == 0 {
            address
        } else {
            format!("{address}/{}", self.roll(33))
        }
    }
}

struct Case {
    key: usize,
    hash: Hash,
    url: String,
    terms: Terms,
    ip: Option<String>,
    resource: Option<String>,
}

fn cases() -> Vec<Case> {
    let mut dice = Dice(0x5eed_cafe);
    (0..how_many())
        .map(|_| {
            let ends = i64::try_from(1 + dice.roll(4_000_000_000)).unwrap();
            let opens = (dice.roll(3) == 0).then(|| i64::try_from(1 + dice.roll(4_000_000_000)).unwrap());
            let ip = (dice.roll(3) == 0).then(|| dice.network());
            Case {
                key: usize::try_from(dice.roll(3)).unwrap(),
                hash: if dice.roll(2) == 0 { Hash::Sha1 } else { Hash::Sha256 },
                url: dice.url(),
                terms: Terms {
                    ends,
                    opens,
                    network: ip.as_deref().map(|ip| ip.parse().unwrap()),
                },
                ip,
                resource: match dice.roll(8) {
                    0 | 1 => Some(format!("http*://{}/*?", dice.word())),
                    // A named link's.
                    2 => Some(format!("https://d1.cloudfront.net/{}/abc/*?l=aaaamqx7ab*", dice.word())),
                    _ => None,
                },
            }
        })
        .collect()
}

/// The parts of a query, whatever their order: the two signers of AWS do not agree on one.
fn parts(url: &str) -> (String, Vec<String>) {
    let names = ["Policy=", "Signature=", "Key-Pair-Id=", "Expires=", "Hash-Algorithm="];
    let (base, query) = url.split_once('?').unwrap();
    let (mut ours, own): (Vec<_>, Vec<_>) = query
        .split('&')
        .map(str::to_owned)
        .partition(|pair| names.iter().any(|name| pair.starts_with(name)));
    ours.sort();
    (format!("{base}?{}", own.join("&")), ours)
}

#[test]
fn links_are_what_the_npm_package_makes() {
    if !ui().join("node_modules/@aws-sdk/cloudfront-signer").exists() {
        eprintln!("skipped: ui/node_modules has no @aws-sdk/cloudfront-signer (run `npm ci` in ui)");
        return;
    }
    let keys: Vec<PrivateKey> = (0..3).map(|_| PrivateKey::generate().unwrap()).collect();
    let cases = cases();
    let mut input = String::new();
    for key in &keys {
        let _ = writeln!(
            input,
            "{}",
            json!({"pem": pem(&key.to_pkcs8_der().unwrap(), "PRIVATE KEY")})
        );
    }
    for case in &cases {
        let policy = case.resource.as_ref().map(|resource| {
            let terms = &case.terms;
            Policy {
                resource: resource.clone(),
                ends: terms.ends,
                opens: terms.opens,
                network: terms.network,
            }
            .to_json()
        });
        let line = json!({
            "key": case.key, "hash": if case.hash == Hash::Sha1 { "SHA1" } else { "SHA256" }, "url": case.url,
            "ends": case.terms.ends, "opens": case.terms.opens, "ip": case.ip, "policy": policy,
        });
        let _ = writeln!(input, "{line}");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/npm.mjs");
    let node = std::thread::spawn(move || run("node", &[script, ui().to_str().unwrap()], input.as_bytes()));
    let id = KeyPairId::new("K1").unwrap();
    let ours: Vec<String> = cases
        .iter()
        .map(|case| {
            sign_url(
                &keys[case.key],
                &id,
                case.hash,
                &case.url,
                &case.terms,
                case.resource.as_deref(),
            )
            .unwrap()
            .into_exposed()
        })
        .collect();
    let Some(theirs) = node.join().unwrap() else {
        eprintln!("skipped: node is not installed");
        return;
    };
    let theirs: Vec<String> = String::from_utf8(theirs)
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(theirs.len(), cases.len());
    for ((ours, theirs), case) in ours.iter().zip(&theirs).zip(&cases) {
        assert_eq!(parts(ours), parts(theirs), "{}", case.url);
    }
}

#[test]
fn the_aws_command_line_makes_the_same_url() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    let key = PrivateKey::generate().unwrap();
    let pkcs8 = pem(&key.to_pkcs8_der().unwrap(), "PRIVATE KEY");
    let Some(pkcs1) = run("openssl", &["rsa", "-traditional"], pkcs8.as_bytes()) else {
        eprintln!("skipped: openssl is not installed");
        return;
    };
    std::fs::write(&file, pkcs1).unwrap();
    let private = format!("file://{}", file.display());
    let plain = Terms {
        ends: 1_893_456_000,
        opens: None,
        network: None,
    };
    let cases: [(&str, Terms, &[&str]); 5] = [
        // Files of a named link, by a custom and by a canned policy.
        (
            "https://d111111abcdef8.cloudfront.net/videos/a/index.m3u8?l=aaaamqx7ab",
            Terms {
                opens: Some(1_767_225_600),
                ..plain
            },
            &["--date-greater-than", "2026-01-01"],
        ),
        (
            "https://d111111abcdef8.cloudfront.net/videos/a/1/00001.ts?l=aaaamqx7ab",
            plain,
            &[],
        ),
        ("https://d111111abcdef8.cloudfront.net/image.jpg", plain, &[]),
        (
            "https://d111111abcdef8.cloudfront.net/image.jpg?size=large",
            Terms {
                opens: Some(1_767_225_600),
                ..plain
            },
            &["--date-greater-than", "2026-01-01"],
        ),
        (
            "https://d111111abcdef8.cloudfront.net/videos/a/index.m3u8",
            Terms {
                network: Some("192.0.2.0/24".parse().unwrap()),
                ..plain
            },
            &["--ip-address", "192.0.2.0/24"],
        ),
    ];
    for (url, terms, more) in cases {
        let mut arguments = vec!["cloudfront", "sign", "--url", url, "--key-pair-id", "K2JCJMDEHXQW5F"];
        arguments.extend(["--private-key", &private, "--date-less-than", "2030-01-01"]);
        arguments.extend(more);
        let Some(theirs) = run("aws", &arguments, b"") else {
            eprintln!("skipped: the AWS command line is not installed (pip install awscli)");
            return;
        };
        let id = KeyPairId::new("K2JCJMDEHXQW5F").unwrap();
        let ours = sign_url(&key, &id, Hash::Sha1, url, &terms, None).unwrap();
        assert_eq!(ours.expose(), String::from_utf8(theirs).unwrap().trim());
    }
}

#[test]
fn openssl_agrees_on_rsa_and_verifies_p256() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let policy = Policy {
        resource: "https://d1.cloudfront.net/*".into(),
        ends: 2_000_000_000,
        opens: None,
        network: None,
    };
    let id = KeyPairId::new("K1").unwrap();
    let decode = |text: &str| {
        use base64::Engine as _;
        let standard = text.replace('-', "+").replace('_', "=").replace('~', "/");
        base64::engine::general_purpose::STANDARD.decode(standard).unwrap()
    };
    std::fs::write(path("policy"), policy.to_json()).unwrap();
    for (hash, digest) in [(Hash::Sha1, "-sha1"), (Hash::Sha256, "-sha256")] {
        let rsa = PrivateKey::generate().unwrap();
        std::fs::write(path("rsa.pem"), pem(&rsa.to_pkcs8_der().unwrap(), "PRIVATE KEY")).unwrap();
        // The pipeline of the Developer Guide, "Create a URL signature using Linux command and OpenSSL".
        let Some(theirs) = run(
            "openssl",
            &["dgst", digest, "-sign", &path("rsa.pem"), &path("policy")],
            b"",
        ) else {
            eprintln!("skipped: openssl is not installed");
            return;
        };
        assert_eq!(
            decode(sign_custom(&rsa, &id, hash, &policy).unwrap().signature()),
            theirs
        );

        let ec = PrivateKey::generate_p256();
        for round in 0..50 {
            let policy = Policy {
                ends: 2_000_000_000 + round,
                ..policy.clone()
            };
            std::fs::write(path("policy-ec"), policy.to_json()).unwrap();
            std::fs::write(path("public.pem"), ec.public().to_pem().unwrap()).unwrap();
            let signature = decode(sign_custom(&ec, &id, hash, &policy).unwrap().signature());
            std::fs::write(path("signature"), signature).unwrap();
            let arguments = [
                "dgst",
                digest,
                "-verify",
                &path("public.pem"),
                "-signature",
                &path("signature"),
                &path("policy-ec"),
            ];
            assert_eq!(run("openssl", &arguments, b"").unwrap(), b"Verified OK\n");
        }
    }
}

pub fn pem(der: &[u8], label: &str) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
