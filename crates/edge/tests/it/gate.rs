//! The trusted key group: who is let in, and in which words the others are not.

use screener_cloudfront::{Hash, KeyPairId, PrivateKey, sign_canned, sign_custom};

use crate::rig::{LINK, Rig, VIDEO, named, now, trust};

fn segment() -> String {
    format!("/videos/{VIDEO}/1/1080p/00001.m4s")
}

#[tokio::test]
async fn refusals_are_in_cloudfronts_words() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let good = rig.query();
    let flipped = {
        let at = good.find("Signature=").unwrap() + 10;
        let other = if &good[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &good[..at], &good[at + 1..])
    };
    let without = |name: &str| {
        let kept: Vec<_> = good.split('&').filter(|pair| !pair.starts_with(name)).collect();
        kept.join("&")
    };
    let key = rig.id.as_str();
    for (query, code) in [
        (String::new(), "MissingKey"),
        (without("Key-Pair-Id"), "MissingKey"),
        (good.replace(key, "KOTHER"), "InvalidKey"),
        (without("Signature"), "MissingSignature"),
        (without("Policy"), "MissingPolicy"),
        (good.replace("Policy=", "Policy=!!"), "MalformedPolicy"),
        (flipped, "AccessDenied"),
        (rig.sign(&rig.policy(-1)).query(), "AccessDenied"),
    ] {
        for path in [segment(), format!("/videos/{VIDEO}/index.m3u8")] {
            let elsewhere = [("origin", "https://blog.example")];
            let answer = rig.ask("GET", &format!("{path}?{query}"), &elsewhere).await;
            assert_eq!(answer.status, 403, "{code} for {path}");
            assert!(
                answer.text().contains(&format!("<Code>{code}</Code>")),
                "{code}: {}",
                answer.text()
            );
            assert_eq!(answer.header("x-cache"), "Error from cloudfront");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
    }
    assert_eq!(rig.get(&format!("{}?{good}", segment())).await.status, 200);
}

#[tokio::test]
async fn conditions_of_a_policy_hold() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let status = async |policy| {
        rig.get(&format!("{}?{}", segment(), named(&rig.sign(&policy).query())))
            .await
            .status
    };
    let good = rig.policy(60);
    assert_eq!(status(good.clone()).await, 200);
    let mut early = good.clone();
    early.opens = Some(now() + 60);
    assert_eq!(status(early).await, 403);
    let mut open = good.clone();
    open.opens = Some(now() - 60);
    assert_eq!(status(open).await, 200);
    for (network, expected) in [("127.0.0.0/8", 200), ("203.0.113.0/24", 403)] {
        let mut bound = good.clone();
        bound.network = Some(network.parse().unwrap());
        assert_eq!(status(bound).await, expected, "{network}");
    }
    let mut other = good.clone();
    other.resource = good.resource.replace(VIDEO, "zyxwvutsrqponmlkjihgfedcba");
    assert_eq!(status(other).await, 403);
    let mut everywhere = good;
    everywhere.resource = "http*://*".to_owned();
    assert_eq!(status(everywhere).await, 200);
}

#[tokio::test]
async fn a_key_group_holds_two_keys_and_forgets_one() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    // RSA with SHA-1 is what every distribution takes.
    let (next, id) = (PrivateKey::generate().unwrap(), KeyPairId::new("KNEXT").unwrap());
    let signed =
        |key: &PrivateKey, id: &KeyPairId, hash| named(&sign_custom(key, id, hash, &rig.policy(60)).unwrap().query());
    let (old, new) = (signed(&rig.key, &rig.id, Hash::Sha256), signed(&next, &id, Hash::Sha1));
    assert!(
        rig.get(&format!("{}?{new}", segment()))
            .await
            .text()
            .contains("InvalidKey")
    );
    trust(&rig.folder, &id, &next);
    for query in [&old, &new] {
        assert_eq!(rig.get(&format!("{}?{query}", segment())).await.status, 200);
    }
    std::fs::remove_file(rig.folder.path().join(format!("keys/{}.pem", rig.id))).unwrap();
    // What was seen is believed for a fifth of a second; an unknown key makes the edge look at once.
    assert_eq!(
        rig.get(&format!("{}?{}", segment(), old.replace("KTEST1", "KNONE")))
            .await
            .status,
        403
    );
    assert_eq!(rig.get(&format!("{}?{old}", segment())).await.status, 403);
    assert_eq!(rig.get(&format!("{}?{new}", segment())).await.status, 200);
}

#[tokio::test]
async fn a_canned_policy_opens_one_address() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let url = format!("http://{}{}?l={LINK}", rig.edge.domain(), segment());
    let canned = sign_canned(&rig.key, &rig.id, Hash::Sha256, &url, now() + 60)
        .unwrap()
        .query();
    let canned = named(&canned);
    assert!(canned.contains("Expires="));
    assert_eq!(rig.get(&format!("{}?{canned}", segment())).await.status, 200);
    assert_eq!(
        rig.get(&format!("/videos/{VIDEO}/1/1080p/init.mp4?{canned}"))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn signed_cookies_open_where_the_url_is_not_signed() {
    let rig = Rig::start(super::ENDPOINT).await;
    rig.video().await;
    let cookies = |query: &str| {
        let pairs = query.split('&').map(|pair| format!("CloudFront-{pair}"));
        pairs.collect::<Vec<_>>().join("; ")
    };
    let ask = async |path: &str, cookies: &str| {
        let answer = rig
            .ask("GET", &format!("{path}?l={LINK}"), &[("cookie", cookies)])
            .await;
        let code = answer
            .text()
            .split("<Code>")
            .nth(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned());
        (answer.status, code.unwrap_or_default())
    };
    let good = cookies(&rig.sign(&rig.policy(3600)).query());
    assert_eq!(ask(&segment(), &format!("theme=dark; {good}; a=b")).await.0, 200);
    for (cookies, code) in [
        ("theme=dark".to_owned(), "MissingKey"),
        (good.replace("CloudFront-", ""), "MissingKey"),
        (good.replace(rig.id.as_str(), "KOTHER"), "InvalidKey"),
        (
            good.replace("CloudFront-Signature", "CloudFront-Other"),
            "MissingSignature",
        ),
        (good.replace("CloudFront-Policy", "CloudFront-Other"), "MissingPolicy"),
        (cookies(&rig.sign(&rig.policy(-1)).query()), "AccessDenied"),
    ] {
        assert_eq!(ask(&segment(), &cookies).await, (403, code.to_owned()), "{cookies}");
    }
    // A signed URL alone counts, whatever the cookies say.
    let ended = named(&rig.sign(&rig.policy(-1)).query());
    let both = rig
        .ask("GET", &format!("{}?{ended}", segment()), &[("cookie", &good)])
        .await;
    assert_eq!(both.status, 403);
    // What is asked for without the link's name is not the policy's.
    let unnamed = rig.ask("GET", &segment(), &[("cookie", &good)]).await;
    assert_eq!(unnamed.status, 403);
    let canned = sign_canned(
        &rig.key,
        &rig.id,
        Hash::Sha256,
        &format!("http://{}{}?l={LINK}", rig.edge.domain(), segment()),
        now() + 60,
    );
    assert_eq!(ask(&segment(), &cookies(&canned.unwrap().query())).await.0, 200);
}
