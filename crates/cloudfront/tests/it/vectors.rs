//! Recorded vectors: what the npm package `@aws-sdk/cloudfront-signer` 3.1166 made of the Developer Guide's example URL
//! and the key beside this file, which signs nothing but tests.

use screener_cloudfront::{Hash, KeyPairId, PrivateKey, Terms, sign_url};

const URL: &str = "https://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes";
const POLICY: &str = "eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoiaHR0cHM6Ly9kMTExMTExYWJjZGVmOC5jbG91ZGZyb250Lm5ldC9ob3Jpem9uLmpwZz9zaXplPWxhcmdlJmxpY2Vuc2U9eWVzIiwiQ29uZGl0aW9uIjp7IkRhdGVMZXNzVGhhbiI6eyJBV1M6RXBvY2hUaW1lIjoxNzY3MjkwNDAwfSwiRGF0ZUdyZWF0ZXJUaGFuIjp7IkFXUzpFcG9jaFRpbWUiOjE3NjcyOTAwMDB9LCJJcEFkZHJlc3MiOnsiQVdTOlNvdXJjZUlwIjoiMTkyLjAuMi4wLzI0In19fV19";
const CANNED: [&str; 2] = [
    "C7JTlQSwnwHEW4N6P-ptkZ95kpRlvErYU0mLp-ICkdyfQa4415b-HfzL9isfbGxgD2HlzW59ZYHbUIWllmrZMzdUEQW69XR5oowA1MOqN5QZNW63MlyYHPnel3soqeCzdR99Xk6eb4wspTQ0vpJYwD~1dFVBuHl~~PLFUJA3NbqEapSvet7qJE7RXpuqVYQVBI6jqdxCOL43DsWDonHNRYDrK302cb~nkps2MAoAfkojyeSvsRt7PSmX7UiG7wn1MqkJPW3tLDHAGVmz55UIuieIvTlxnpOC-WSmiDJ3Tw4w1pe2x29S2PcxS~5-9-MkeY2lRfPGkSpybwRBWxaXSA__",
    "Nu1KlsVECdAaXo2IZ1dtqoUv-OTiGSPgbG6s3fa7PSu4Ug5QT~QeT7kq7QhK4IMDnTvXsMDUrpuqEM6F5H2dkn1KBfzZ5pnQlmFrHn2mdao~oPdFqvW6AIdcl5uDorU4PelZMdPXJ3FuPQiZQEp1kLxEKeWBgb0OBQusM~sT3mzu0KzeTUo~a8t6aonxQBwYuhMmDxATwBrEJZhI-n2oQdSnmKfSW~vDs~CMGnxpBfpbhDjQzuzG2v6znuhgbPXnjElZIybBfJmnyQRamxUMuHM2jR~6n5Z9H7QxS7c4~KWr8foFVam5pKOPQDAFWIhComyU5GbaB~wrp7mc2aLIsg__",
];
const CUSTOM: [&str; 2] = [
    "oBn9GNX6TerQFZPCbdqa4PUR1Smt8D-kbfMOHBYD62Xd2M2ULkpaMprTg~EugPZoDhYuA63wS~W4iQXaz2Q26FfLxYAe0TGRRYyOE-Mjap6QD-X0pe2tXgIdCaACu~FhA1j7qthL6ZrGtScog0o8iG8Eocmd7E6kVUefBTR15mZe1XxiR4IVoR7pVwtZmpoaCJfz1eNQV9gHH~1zMisGZNliU~wcOBoK1QX0toRlp1wdIE0G9x~jaWhRv-OUhphTzcGDu6ijqd8n2d4iYMpmhFwxshwLe2G9tE93xj53aZboP-V34URnJ9IXVR9MrOfJ8ro~osA53of4ycZ6LVfRLA__",
    "ZBdVfSXdL-1NAPiG6X2Wv8Hi6dZKG42D30sgtaVUBHc4xfSLacYBph1Vcg1Oqr~UrE6AblJ-eTkvL4dK8Z0mEbAeAMhBo6JLSgk2MWHMd~~DPYr~g4IsYaGD8ZhRhhKp4Tz6YB0SdjBdsjOeZvvEQljz9IkeZOWspe0JjUd9mlttRa~yrcPvPSq1GZtbb-PKZjN4RLSXAFonpG7KwWgAHeKXvQncpCVcQeil7YQgTjtrK~aO-xqeCKiBQwjMDMxbFYeVpmeGFqb3wEsQs3h0oqD~dvgNRgtGkRctOGpRJO0jNeuixXBhn1cqeBDu4mhR2fiNv7KUQB3~dLU0XFLeFA__",
];

#[test]
fn canned_and_custom_to_the_byte() {
    let key = PrivateKey::from_pem(include_str!("key.pem")).unwrap();
    let id = KeyPairId::new("K2JCJMDEHXQW5F").unwrap();
    let canned = Terms {
        ends: 1_767_290_400,
        opens: None,
        network: None,
    };
    let custom = Terms {
        opens: Some(1_767_290_000),
        network: Some("192.0.2.0/24".parse().unwrap()),
        ..canned
    };
    for (index, (hash, tail)) in [(Hash::Sha1, ""), (Hash::Sha256, "&Hash-Algorithm=SHA256")]
        .into_iter()
        .enumerate()
    {
        let made = sign_url(&key, &id, hash, URL, &canned, None).unwrap();
        let signature = CANNED[index];
        assert_eq!(
            made.expose(),
            format!("{URL}&Expires=1767290400&Signature={signature}&Key-Pair-Id=K2JCJMDEHXQW5F{tail}")
        );
        let made = sign_url(&key, &id, hash, URL, &custom, None).unwrap();
        let signature = CUSTOM[index];
        assert_eq!(
            made.expose(),
            format!("{URL}&Policy={POLICY}&Signature={signature}&Key-Pair-Id=K2JCJMDEHXQW5F{tail}")
        );
    }
}
