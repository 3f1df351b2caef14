//! Hostile paths and values: nothing outside `<prefix>/<video-id>/….m3u8` is ever asked for, and nothing comes back that
//! was not sound.

use screener_lambda::Config;

use crate::memory::{LINK, endpoint, event};

const CASES: usize = 10_000;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const PIECES: [&str; 46] = [
    "/",
    "/",
    "/",
    "videos",
    "videos/",
    "abc",
    "abc/",
    "index.m3u8",
    ".m3u8",
    "1/720p/",
    "..",
    "../",
    "%2e%2e/",
    "%2E.",
    "%252e%252e%252f",
    "..%2f",
    "..\\",
    "\\",
    "%5c",
    "\0",
    "%00",
    "\r\n",
    "%0d%0a",
    "\u{202e}",
    "\u{ff0e}\u{ff0e}/",
    "//",
    "./",
    ".",
    "other/",
    "VIDEOS/",
    "videos2/",
    "abd/",
    "?",
    "#",
    ";",
    "@",
    ":",
    "http://evil.example/",
    "*",
    "~",
    " ",
    "\t",
    "%",
    "é",
    ".M3U8",
    ".m3u8/",
];

#[tokio::test]
async fn ten_thousand_paths() {
    let endpoint = endpoint(Config::new("videos"));
    let mut dice = Dice(0x0dd_ba11);
    let mut passed = 0;
    for case in 0..CASES {
        let mut path = String::new();
        match case % 4 {
            0 => path.push_str("/videos/abc/"),
            1 => path.push_str("/videos/"),
            2 => path.push('/'),
            _ => {}
        }
        for _ in 0..dice.roll(8) {
            path.push_str(dice.pick(&PIECES));
        }
        if dice.roll(3) == 0 {
            path.push_str("index.m3u8");
        }
        if dice.roll(200) == 0 {
            path.push_str(&"a/".repeat(700));
        }
        let answer = endpoint.respond(event("GET", &path, &LINK, &[])).await;
        if answer.status_code == 200 {
            passed += 1;
        } else {
            assert!(
                matches!(answer.status_code, 400 | 404 | 413 | 502),
                "{path:?}: {}",
                answer.status_code
            );
            // No word of the request comes back.
            assert!(!answer.body.chars().any(char::is_control));
        }
        assert!(
            answer
                .headers
                .values()
                .all(|value| value.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
        );
    }
    let asked = endpoint.origin().asked.lock().unwrap();
    assert!(passed > 0 && asked.len() >= passed);
    for key in asked.iter() {
        let mut names = key.split('/');
        assert_eq!(names.next(), Some("videos"), "{key}");
        assert!(
            names.clone().count() >= 2 && key.rsplit_once('.').is_some_and(|(_, ending)| ending == "m3u8"),
            "{key}"
        );
        assert!(
            names.all(|name| {
                !name.is_empty()
                    && !name.starts_with('.')
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            }),
            "{key}"
        );
    }
}

#[tokio::test]
async fn ten_thousand_values() {
    const VALUES: [&str; 24] = [
        "eyJ-UG9_",
        "K1",
        "\"",
        "\"\n#EXT-X-ENDLIST\n",
        "\r\nSet-Cookie: a=b",
        "%22",
        "%0a",
        "&Policy=x",
        "#",
        "?",
        " ",
        "\0",
        "\u{2028}",
        "é",
        "<script>",
        "a=b",
        "SHA256",
        "SHA1",
        "MD5",
        "~",
        "-",
        "_",
        "+",
        "/",
    ];
    const NAMES: [&str; 7] = [
        "cf-Policy",
        "cf-Signature",
        "cf-Key-Pair-Id",
        "cf-Hash-Algorithm",
        "cf-Expires",
        "Policy",
        "cf-policy",
    ];
    let endpoint = endpoint(Config::new("videos"));
    let mut dice = Dice(0x5ca_1ab1e);
    let mut passed = 0;
    for _ in 0..CASES {
        let sound = dice.roll(2) == 0;
        let mut query: Vec<(String, String)> = Vec::new();
        for (name, value) in LINK {
            if dice.roll(12) > 0 {
                query.push((name.to_owned(), value.to_owned()));
            }
        }
        for _ in 0..dice.roll(if sound { 1 } else { 4 }) {
            let value: String = (0..dice.roll(4)).map(|_| dice.pick(&VALUES)).collect();
            query.push((dice.pick(&NAMES).to_owned(), value));
        }
        if dice.roll(100) == 0 {
            query.push(("cf-Policy".into(), "a".repeat(100_000)));
        }
        let pairs: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let tags = dice.pick(&VALUES);
        let headers = [
            ("If-None-Match", tags),
            ("Accept-Encoding", dice.pick(&VALUES)),
            ("X-Request-Id", tags),
        ];
        let answer = endpoint
            .respond(event("GET", "/videos/abc/1/720p/index.m3u8", &pairs, &headers))
            .await;
        assert!(
            matches!(answer.status_code, 200 | 400),
            "{query:?}: {}",
            answer.status_code
        );
        if answer.status_code == 200 {
            passed += 1;
            // The playlist has its own lines and nothing more, each URI as a query may be written.
            let lines: Vec<&str> = answer.body.split("\r\n").collect();
            assert_eq!(lines.len(), 5, "{}", answer.body);
            assert!(lines[3].starts_with("00001.m4s?Policy="));
            let query = lines[3].split_once('?').unwrap().1;
            assert!(
                query
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_~=&".contains(&byte)),
                "{query}"
            );
        } else {
            assert!(!answer.body.chars().any(char::is_control));
        }
        assert!(
            answer
                .headers
                .values()
                .all(|value| value.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
        );
    }
    assert!(passed > 1000, "{passed} passed");
}

#[tokio::test]
async fn an_events_own_id_is_cleaned() {
    let endpoint = endpoint(Config::new("videos"));
    let mut event = event("GET", "/videos/abc/index.m3u8", &LINK, &[]);
    event["requestContext"]["requestId"] = format!("a\r\nb: c{}", "d".repeat(500)).into();
    let answer = endpoint.respond(event).await;
    let id = &answer.headers["x-request-id"];
    assert!(id.starts_with("abc") && id.len() == 64);
}
