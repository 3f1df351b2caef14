//! Policies: as they are written, read and matched.

use proptest::prelude::*;
use screener_cloudfront::verify::{matches, stripped};
use screener_cloudfront::{Ipv4Network, NetworkError, Policy, PolicyError, encode};

#[test]
fn the_examples_of_the_developer_guide_are_read() {
    let table = [
        (
            r#"{ "Statement": [ { "Resource": "https://d111111abcdef8.cloudfront.net/game_download.zip",
                "Condition": { "IpAddress": { "AWS:SourceIp": "192.0.2.0/24" },
                "DateLessThan": { "AWS:EpochTime": 1767290400 } } } ] }"#,
            (
                "https://d111111abcdef8.cloudfront.net/game_download.zip",
                1_767_290_400,
                None,
                Some("192.0.2.0/24"),
            ),
        ),
        (
            r#"{ "Statement": [ { "Resource": "https://d111111abcdef8.cloudfront.net/training/*",
                "Condition": { "IpAddress": { "AWS:SourceIp": "192.0.2.0/24" },
                "DateLessThan": { "AWS:EpochTime": 1767290400 } } } ] }"#,
            (
                "https://d111111abcdef8.cloudfront.net/training/*",
                1_767_290_400,
                None,
                Some("192.0.2.0/24"),
            ),
        ),
        (
            r#"{ "Statement": [ { "Resource": "https://*",
                "Condition": { "IpAddress": { "AWS:SourceIp": "192.0.2.10/32" },
                "DateGreaterThan": { "AWS:EpochTime": 1767290400 },
                "DateLessThan": { "AWS:EpochTime": 1767376800 } } } ] }"#,
            ("https://*", 1_767_376_800, Some(1_767_290_400), Some("192.0.2.10/32")),
        ),
        (
            r#"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]}"#,
            ("*", 1, None, None),
        ),
    ];
    for (json, (resource, ends, opens, network)) in table {
        let policy = Policy {
            resource: resource.to_owned(),
            ends,
            opens,
            network: network.map(|network| network.parse().unwrap()),
        };
        assert_eq!(Policy::from_json(json).unwrap(), policy);
        assert_eq!(Policy::from_json(&policy.to_json()).unwrap(), policy);
    }
}

#[test]
fn the_bytes_are_exact() {
    let policy = Policy {
        resource: "https://d1.cloudfront.net/\"ä\\/*".into(),
        ends: 2,
        opens: Some(1),
        network: Some("192.0.2.7".parse().unwrap()),
    };
    assert_eq!(
        policy.to_json(),
        r#"{"Statement":[{"Resource":"https://d1.cloudfront.net/\"ä\\/*","Condition":{"DateLessThan":{"AWS:EpochTime":2},"DateGreaterThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":"192.0.2.7/32"}}}]}"#
    );
}

#[test]
fn what_cloudfront_would_not_read_is_refused() {
    let malformed = [
        "",
        "[]",
        "{}",
        r#"{"Statement":[{"Resource":"*"}]}"#,
        r#"{"Statement":[{"Resource":"*","Condition":{}}]}"#,
        r#"{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":"1"}}}]}"#,
        r#"{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1},"Unknown":{}}}]}"#,
    ];
    for json in malformed {
        assert!(
            matches!(Policy::from_json(json), Err(PolicyError::Malformed(_))),
            "{json}"
        );
    }
    assert_eq!(
        Policy::from_json(r#"{"Statement":[]}"#),
        Err(PolicyError::Statements(0))
    );
    let ipv6 = r#"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":"2001:db8::/32"}}}]}"#;
    assert!(matches!(
        Policy::from_json(ipv6),
        Err(PolicyError::Network(NetworkError::Ipv6(_)))
    ));
}

#[test]
fn networks() {
    for text in ["2001:db8::1", "2001:db8::/32", "::1", "[::1]"] {
        let error = text.parse::<Ipv4Network>().unwrap_err();
        assert_eq!(error, NetworkError::Ipv6(text.into()));
        assert!(error.to_string().contains("IPv4 only"));
    }
    for text in [
        "",
        "1.2.3",
        "1.2.3.4.5",
        "256.0.0.0",
        "1.2.3.4/33",
        "1.2.3.4/",
        "1.2.3.4/+8",
        "1.2.3.4/08",
        "1.2.3.4/a",
        "a/8",
        "01.2.3.4",
    ] {
        assert_eq!(text.parse::<Ipv4Network>(), Err(NetworkError::NotANetwork(text.into())));
    }
    let inside = |network: &str, client: &str| {
        network
            .parse::<Ipv4Network>()
            .unwrap()
            .contains(client.parse().unwrap())
    };
    assert!(
        inside("0.0.0.0/0", "203.0.113.9") && inside("192.0.2.77/24", "192.0.2.0") && inside("192.0.2.7", "192.0.2.7")
    );
    assert!(!inside("192.0.2.7", "192.0.2.8") && !inside("192.0.2.0/25", "192.0.2.128") && !inside("0.0.0.0/0", "::1"));
    assert_eq!(
        "192.0.2.77/24".parse::<Ipv4Network>().unwrap().to_string(),
        "192.0.2.77/24"
    );
}

#[test]
fn patterns_match_as_cloudfront_matches() {
    let table = [
        ("https://d1/*", "https://d1/", true),
        ("https://d1/*", "https://d1/a/b?c=d", true),
        ("https://d1/*", "https://d2/", false),
        ("http*://d1/*", "http://d1/a", true),
        ("http*://d1/*", "https://d1/a", true),
        ("https://*.example.com/*", "https://www.example.com/a", true),
        ("https://d1/a?b", "https://d1/a?b", true),
        ("https://d1/a?b", "https://d1/axb", true),
        ("https://d1/a?b", "https://d1/ab", false),
        ("https://d1/A", "https://d1/a", false),
        ("*a*b", "xxaxxbxxab", true),
        ("*a*b", "xxaxxbxxa", false),
        ("*", "", true),
        ("", "", true),
        ("", "a", false),
        ("?", "", false),
        ("**?*", "a", true),
    ];
    for (pattern, text, expected) in table {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn urls_are_written_as_the_javascript_signer_writes_them() {
    let table = [
        ("https://d1/a b/ä.ts", "https://d1/a%20b/%C3%A4.ts"),
        ("https://d1/a%20b", "https://d1/a%20b"),
        ("https://d1/a%2fb", "https://d1/a%2Fb"),
        ("https://d1/%zz", "https://d1/%25zz"),
        ("https://d1/a?x=a b&&y", "https://d1/a?x=a%20b&y="),
        ("https://d1/a?x=%2f+'", "https://d1/a?x=%2F+%27"),
        ("https://d1", "https://d1"),
        ("https://d1/a?", "https://d1/a"),
        ("no url", "no url"),
    ];
    for (before, after) in table {
        assert_eq!(encode(before), after);
        assert_eq!(encode(after), after);
    }
}

#[test]
fn signing_parameters_are_taken_off_and_nothing_else() {
    assert_eq!(
        stripped("a=1&Policy=x&cf-Policy=x&Signature=y&b&Key-Pair-Id=z&Hash-Algorithm=SHA256&Expires=1"),
        "a=1&cf-Policy=x&b"
    );
    assert_eq!(stripped("policy=x&Policies=y"), "policy=x&Policies=y");
    assert_eq!(stripped("Policy"), "");
}

proptest! {
    #[test]
    fn a_policy_survives_its_own_writing(resource in ".*", ends: i64, opens: Option<i64>, address: Option<(u32, u8)>) {
        let network = address.map(|(address, bits)| Ipv4Network::new(address.into(), bits % 33).unwrap());
        let policy = Policy { resource, ends, opens, network };
        prop_assert_eq!(Policy::from_json(&policy.to_json()).unwrap(), policy);
    }

    #[test]
    fn matching_agrees_with_the_naive_way(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        fn naive(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern.split_first(), text.split_first()) {
                (None, None) => true,
                (Some((b'*', rest)), _) => naive(rest, text) || text.split_first().is_some_and(|(_, text)| naive(pattern, text)),
                (Some((b'?', rest)), Some((_, text))) => naive(rest, text),
                (Some((a, rest)), Some((b, text))) if a == b => naive(rest, text),
                _ => false,
            }
        }
        prop_assert_eq!(matches(&pattern, &text), naive(pattern.as_bytes(), text.as_bytes()));
    }

    #[test]
    fn anything_may_be_read_as_a_policy(json in ".*") {
        let _ = Policy::from_json(&json);
    }
}
