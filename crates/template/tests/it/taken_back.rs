//! The property of the whole: of all URLs that the policy of a link taken back admits, under whichever reading of its
//! pattern, none passes.

use proptest::prelude::*;
use screener_cloudfront::{LinkId, Reading, Target, Terms, verify::stripped};
use screener_template::{Refusal, judge};

const VIDEO: &str = "mfrggzdfmztwq2lknnwg23tpob";
const HOST: &str = "d111111abcdef8.cloudfront.net";

fn taken_back() -> LinkId {
    "aaaamqx7ab".parse().expect("a link")
}

fn resource() -> String {
    let target = Target {
        domain: HOST,
        prefix: "videos",
        video_id: VIDEO,
        link: Some(taken_back()),
    };
    let terms = Terms {
        ends: 2_000_000_000,
        opens: None,
        network: None,
    };
    target.policy(&terms).resource
}

fn judged(path: &str, query: &str) -> Result<(), Refusal> {
    judge("GET", path, query, |key| {
        Ok((key == taken_back().as_str()).then(String::new))
    })
}

fn admitted(path: &str, query: &str) -> Vec<Reading> {
    let left = stripped(query);
    let joint = if left.is_empty() { "" } else { "?" };
    let url = format!("https://{HOST}{path}{joint}{left}");
    let resource = resource();
    Reading::ALL
        .into_iter()
        .filter(|reading| reading.covers(&resource, &url))
        .collect()
}

/// Pieces of URLs that look like a link's more often than chance would have it.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "l=aaaamqx7ab",
        "l=otherother",
        "?",
        "&",
        "=",
        "l",
        "xl=aaaamqx7ab",
        "cf-l=aaaamqx7ab",
        "Policy=",
        "cf-Policy=",
        "Signature=a",
        "Key-Pair-Id=K",
        "Expires=1",
        "Hash-Algorithm=SHA1",
        "aaaamqx7ab",
        "/",
        "1/1080p/00001.m4s",
        "..",
        "%3f",
        "%6c",
        "*",
        ";",
        "#",
        "~",
        "index.m3u8",
        "a",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A query that is nearly as Screener writes it: a name first, then parameters, of which some are strange.
fn nearly() -> impl Strategy<Value = String> {
    let first = prop::sample::select(vec![
        "l=otherother",
        "l=aaaamqx7ab",
        "",
        "L=otherother",
        "l=otherother&l=aaaamqx7ab",
    ]);
    let name = prop::sample::select(vec![
        "Policy",
        "cf-Policy",
        "Signature",
        "cf-Signature",
        "Key-Pair-Id",
        "Expires",
        "xl",
        "cf-l",
        "l",
        "own",
        "",
    ]);
    let value = prop::sample::select(vec![
        "a",
        "aaaamqx7ab",
        "l=aaaamqx7ab",
        "?l=aaaamqx7ab",
        "xl=aaaamqx7ab",
        "a%3d",
        "",
    ]);
    let pairs = prop::collection::vec((name, value), 0..4);
    (first, pairs).prop_map(|(first, pairs)| {
        let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
        std::iter::once(first.to_owned())
            .chain(pairs)
            .collect::<Vec<_>>()
            .join("&")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn no_url_of_a_link_that_was_taken_back_passes(rest in pieces(), query in prop_oneof![pieces(), nearly()]) {
        let path = format!("/videos/{VIDEO}/{rest}");
        // A viewer sends what it likes; the first `?` ends the path.
        let (path, query) = match path.split_once('?') {
            Some((path, more)) => (path.to_owned(), format!("{more}{query}")),
            None => (path, query),
        };
        let readings = admitted(&path, &query);
        prop_assert!(
            readings.is_empty() || judged(&path, &query).is_err(),
            "{path}?{query} passes, and the policy admits it as {readings:?}"
        );
    }
}

#[test]
fn what_the_property_looks_for_is_there_to_be_found() {
    // The link's own URLs are admitted under all readings, and refused by its name.
    for (path, query) in [
        (
            "index.m3u8",
            "l=aaaamqx7ab&cf-Policy=a&cf-Signature=b&cf-Key-Pair-Id=c&Policy=a&Signature=b&Key-Pair-Id=c",
        ),
        ("1/1080p/00001.m4s", "l=aaaamqx7ab&Policy=a&Signature=b&Key-Pair-Id=c"),
    ] {
        let path = format!("/videos/{VIDEO}/{path}");
        assert_eq!(admitted(&path, query), Reading::ALL, "{path}");
        assert_eq!(judged(&path, query), Err(Refusal::TakenBack));
        let other = query.replace("aaaamqx7ab", "otherother");
        assert_eq!(admitted(&path, &other), [], "another's name opens nothing");
        assert_eq!(judged(&path, &other), Ok(()));
        assert_eq!(
            admitted(&path, query.split_once('&').expect("more").1),
            [],
            "nor does none"
        );
    }
    // URLs that a pattern admits, and that show another's name first: each is refused for how it is written.
    for query in [
        "l=otherother&xl=aaaamqx7ab",
        "l=otherother&cf-Policy=l=aaaamqx7ab",
        "l=otherother&?l=aaaamqx7ab",
    ] {
        let path = format!("/videos/{VIDEO}/index.m3u8");
        assert!(admitted(&path, query).contains(&Reading::Wildcard), "{query}");
        assert_eq!(judged(&path, query), Err(Refusal::NotPlain), "{query}");
    }
}
