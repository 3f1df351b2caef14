//! Keys in every form that people have them, and words for those that CloudFront does not take.

use screener_cloudfront::{Hash, KeyError, KeyPairId, PrivateKey, PublicKey, Terms, sign_url};

use crate::judges::pem;
use crate::run;

fn openssl(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let output = run("openssl", arguments, input);
    if output.is_none() {
        eprintln!("skipped: openssl is not installed");
    }
    output
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_form_of_one_key_is_the_same_key() {
    let Some(rsa) = openssl(&["genrsa", "2048"], b"") else {
        return;
    };
    let ec = openssl(&["ecparam", "-name", "prime256v1", "-genkey"], b"").unwrap();
    assert!(text(ec.clone()).starts_with("-----BEGIN EC PARAMETERS"));
    for (kind, key, old) in [("rsa", rsa, Some("-traditional")), ("ec", ec, None)] {
        let first = PrivateKey::from_pem(&text(key.clone())).unwrap();
        let print = first.public().fingerprint().unwrap();
        let old: Vec<&str> = old.into_iter().collect();
        let traditional = openssl(&[&[kind], &*old].concat(), &key).unwrap();
        let pkcs8 = openssl(&["pkcs8", "-topk8", "-nocrypt"], &key).unwrap();
        for form in [&traditional, &pkcs8] {
            let form = text(form.clone());
            let wide = form
                .replace("-----\n", "-----@")
                .replace('\n', "")
                .replace('@', "\n")
                .replace("-----END", "\n-----END");
            for form in [
                form.clone(),
                form.replace('\n', "\r\n"),
                wide,
                format!("Bag Attributes\n  x: y\n{form}\n\n"),
            ] {
                assert_eq!(
                    PrivateKey::from_pem(&form).unwrap().public().fingerprint().unwrap(),
                    print,
                    "{form}"
                );
            }
        }
        let old_der = openssl(&[&[kind], &*old, &["-outform", "DER"]].concat(), &key).unwrap();
        let new_der = openssl(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &key).unwrap();
        let ours = first.to_pkcs8_der().unwrap();
        for der in [&old_der[..], &new_der, &ours] {
            assert_eq!(
                PrivateKey::from_der(der).unwrap().public().fingerprint().unwrap(),
                print
            );
        }
        // The public half, and its fingerprint as anybody can compute it.
        let public = openssl(&["pkey", "-pubout"], &key).unwrap();
        assert_eq!(first.public().to_pem().unwrap(), text(public.clone()));
        assert_eq!(PublicKey::from_pem(&text(public.clone())).unwrap(), first.public());
        let der = openssl(&["pkey", "-pubin", "-outform", "DER"], &public).unwrap();
        assert_eq!(PublicKey::from_der(&der).unwrap().to_der().unwrap(), der);
        let digest = text(openssl(&["dgst", "-sha256", "-r"], &der).unwrap());
        assert_eq!(digest.split(' ').next().unwrap(), print);
    }
}

#[test]
fn keys_that_cloudfront_does_not_take_are_named() {
    let table: [(&[&str], &str); 7] = [
        (&["genrsa", "-traditional", "1024"], "an RSA key of 1024 bits"),
        (&["genrsa", "3072"], "an RSA key of 3072 bits"),
        (
            &["ecparam", "-name", "secp384r1", "-genkey", "-noout"],
            "an ECDSA key on P-384",
        ),
        (&["ecparam", "-name", "secp521r1", "-genkey"], "an ECDSA key on P-521"),
        (
            &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
            "an ECDSA key on secp256k1",
        ),
        (&["genpkey", "-algorithm", "ED25519"], "an Ed25519 key"),
        (
            &["genpkey", "-algorithm", "X25519"],
            "a key for another algorithm (1.3.101.110)",
        ),
    ];
    for (arguments, found) in table {
        let Some(key) = openssl(arguments, b"") else { return };
        let expected = KeyError::NotTaken { found: found.into() };
        let error = PrivateKey::from_pem(&text(key.clone())).unwrap_err();
        assert_eq!(error, expected);
        assert!(error.to_string().contains("2048 bits and ECDSA keys on P-256"));
        let public = openssl(&["pkey", "-pubout"], &key).unwrap();
        assert_eq!(PublicKey::from_pem(&text(public)).unwrap_err(), expected);
    }
}

#[test]
fn what_is_no_open_private_key_is_said() {
    let Some(key) = openssl(&["genrsa", "2048"], b"") else {
        return;
    };
    let locked_new = openssl(&["pkcs8", "-topk8", "-passout", "pass:secret"], &key).unwrap();
    let locked_old = openssl(&["rsa", "-traditional", "-aes128", "-passout", "pass:secret"], &key).unwrap();
    let locked_der = openssl(&["pkcs8", "-topk8", "-passout", "pass:secret", "-outform", "DER"], &key).unwrap();
    assert_eq!(PrivateKey::from_pem(&text(locked_new)).unwrap_err(), KeyError::Locked);
    assert_eq!(PrivateKey::from_pem(&text(locked_old)).unwrap_err(), KeyError::Locked);
    assert_eq!(PrivateKey::from_der(&locked_der).unwrap_err(), KeyError::Locked);

    let public = text(openssl(&["pkey", "-pubout"], &key).unwrap());
    assert!(matches!(PrivateKey::from_pem(&public), Err(KeyError::WrongHalf { .. })));
    assert!(matches!(
        PublicKey::from_pem(&text(key.clone())),
        Err(KeyError::WrongHalf { .. })
    ));

    let broken = text(key).replacen("MII", "M!!", 1);
    for nonsense in [
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----",
        &broken,
        &pem(b"", "PRIVATE KEY"),
        &pem(&[0x30; 99], "PRIVATE KEY"),
    ] {
        assert!(
            matches!(PrivateKey::from_pem(nonsense), Err(KeyError::Unreadable(_))),
            "{nonsense}"
        );
    }
    assert!(matches!(
        PublicKey::from_pem("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"),
        Err(KeyError::WrongHalf { .. })
    ));
}

#[test]
fn nothing_secret_is_printed_by_accident() {
    let key = PrivateKey::generate_p256();
    assert_eq!(format!("{key:?}"), "PrivateKey(P-256, hidden)");
    let terms = Terms {
        ends: 2_000_000_000,
        opens: None,
        network: None,
    };
    let id = KeyPairId::new("K1").unwrap();
    let url = sign_url(&key, &id, Hash::Sha1, "https://d1.cloudfront.net/a.ts", &terms, None).unwrap();
    for shown in [format!("{url:?}"), url.to_string()] {
        assert_eq!(shown, "https://d1.cloudfront.net/a.ts?(signature hidden)");
    }
    let signature =
        screener_cloudfront::sign_canned(&key, &id, Hash::Sha1, "https://d1.cloudfront.net/a.ts", 1).unwrap();
    assert_eq!(format!("{signature:?}"), "Signature(K1, hidden)");
    assert!(KeyPairId::new("../K1").is_err() && KeyPairId::new("").is_err() && KeyPairId::new("a&b").is_err());
}
