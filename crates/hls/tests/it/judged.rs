//! Rewriting, judged by other people's parsers, on other people's playlists, and by its own properties.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use screener_hls::rewrite::{Parameters, is_query, rewrite};

use crate::rewrite::rewritten;

const MARKED: Parameters<'_> = Parameters {
    first: "",
    playlist: "cf-P=MARK&P=MARK",
    other: "P=MARK",
    distribution: Some("d1.cloudfront.net"),
};

fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut found = playlists(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus"));
    assert_eq!(found.len(), 7);
    let samples = sample_playlists();
    assert!(samples.len() > 20, "m3u8-rs carries {} samples", samples.len());
    found.extend(samples);
    found
}

fn playlists(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect()
}

/// The samples that the crate m3u8-rs is published with.
fn sample_playlists() -> Vec<(String, Vec<u8>)> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let version = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Of other systems' crates nobody needs to have a copy.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--filter-platform", host])
        .args(["--format-version", "1", "--manifest-path", manifest])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "m3u8-rs")
        .unwrap();
    playlists(
        &Path::new(package["manifest_path"].as_str().unwrap())
            .parent()
            .unwrap()
            .join("sample-playlists"),
    )
}

#[test]
fn python_reads_the_same_but_for_the_queries() {
    use std::io::Write as _;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/judge.py");
    let child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: python3 is not installed");
        return;
    };
    let mut input = String::new();
    let named = Parameters {
        first: "l=MARK",
        ..MARKED
    };
    let corpus = corpus();
    for (name, before, parameters) in corpus
        .iter()
        .flat_map(|(name, before)| [(name, before, &MARKED), (name, before, &named)])
    {
        let after = rewritten(before, parameters);
        let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(&after));
        input.push_str(&serde_json::json!({"name": name, "before": before, "after": after}).to_string());
        input.push('\n');
    }
    let cases = input.lines().count();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let _ = writer.join();
    if output.trim() == "no m3u8" {
        eprintln!("skipped: python3 has no m3u8 (pip install m3u8)");
        return;
    }
    let mut judged = 0;
    let mut uris = 0;
    for line in output.lines() {
        let verdict: serde_json::Value = serde_json::from_str(line).unwrap();
        if verdict.get("unreadable").is_some() {
            eprintln!("{line}");
            continue;
        }
        assert_eq!(verdict["same"], true, "{line}");
        assert_eq!(verdict["unmarked"], serde_json::json!([]), "{line}");
        judged += 1;
        uris += verdict["uris"].as_u64().unwrap();
    }
    assert!(
        judged * 10 >= cases * 9 && uris > 200,
        "{judged} of {cases} judged, {uris} URIs"
    );
}

#[test]
fn nothing_is_lost_and_nothing_else_is_added() {
    for (name, before) in corpus() {
        assert_eq!(
            rewritten(
                &before,
                &Parameters {
                    distribution: Some("d1"),
                    ..Parameters::default()
                }
            ),
            before,
            "{name}"
        );
        assert!(only_marks_added(&before, &rewritten(&before, &MARKED)), "{name}");
        let m3u8 = m3u8_rs::parse_playlist_res(&before);
        assert_eq!(
            m3u8.is_ok(),
            m3u8_rs::parse_playlist_res(&rewritten(&before, &MARKED)).is_ok(),
            "{name}"
        );
    }
}

/// Is `after` what `before` is, but for parameters, each with its `?` or `&` where it needs one?
fn only_marks_added(before: &[u8], after: &[u8]) -> bool {
    let mark = |text: &[u8]| {
        ["cf-P=MARK&P=MARK", "P=MARK"]
            .into_iter()
            .find(|mark| text.starts_with(mark.as_bytes()))
            .map(str::len)
    };
    let (mut b, mut a) = (0, 0);
    while a < after.len() {
        if let Some(length) = mark(&after[a..]) {
            a += length;
        } else if before.get(b) == Some(&after[a]) {
            (b, a) = (b + 1, a + 1);
        } else if matches!(after[a], b'?' | b'&') && mark(&after[a + 1..]).is_some() {
            a += 1;
        } else {
            return false;
        }
    }
    b == before.len()
}

#[test]
fn a_hundred_thousand_segments_without_an_allocation_per_line() {
    let mut input = b"#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n".to_vec();
    for number in 0..100_000 {
        input.extend_from_slice(format!("#EXTINF:6.00000,{}\r\n{number:06}.ts\r\n", "x".repeat(80)).as_bytes());
    }
    assert!(input.len() > 10_000_000);
    let link = "p".repeat(600);
    let parameters = Parameters {
        first: "",
        playlist: &link,
        other: &link,
        distribution: Some("d1"),
    };
    let mut out = Vec::new();
    let info = allocation_counter::measure(|| rewrite(&input, &parameters, &mut out));
    assert!(info.count_total <= 8, "{} allocations", info.count_total);
    assert_eq!(out.len(), input.len() + 100_001 * 601);
}

#[test]
fn parameters_are_held_to_a_querys_characters() {
    assert!(is_query("cf-Policy=a~b-c_d&Signature=x%20y"));
    for bad in ["a\"b", "a b", "a\nb", "a\rb", "a#b", "a<b", "ä", "a\\b", "a{b"] {
        assert!(!is_query(bad), "{bad}");
    }
}

/// Text that looks like a playlist more often than chance would have it.
fn playlist_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("#EXTM3U".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("#EXTINF:6,".to_owned()),
        Just("\"".to_owned()),
        Just(",".to_owned()),
        Just("URI=\"".to_owned()),
        Just("{$a}".to_owned()),
        Just("index.m3u8".to_owned()),
        Just("https://d1.cloudfront.net/".to_owned()),
        Just("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b?c\"\n".to_owned()),
        "#EXT-X-(MAP|KEY|MEDIA|PART|DATERANGE|STREAM-INF|SESSION-DATA):".prop_map(|tag| tag),
        "[ -~]{0,12}",
        ".{0,4}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn identity(input in playlist_like()) {
        prop_assert_eq!(rewritten(input.as_bytes(), &Parameters::default()), input.into_bytes());
    }

    #[test]
    fn insertions_are_all_that_happens(input in playlist_like()) {
        prop_assume!(!input.contains("P=MARK"));
        let out = rewritten(input.as_bytes(), &MARKED);
        prop_assert!(only_marks_added(input.as_bytes(), &out));
        prop_assert_eq!(out.split(|byte| *byte == b'\n').count(), input.split('\n').count());
    }

    #[test]
    fn any_bytes(input: Vec<u8>) {
        prop_assert!(only_marks_added(&input, &rewritten(&input, &MARKED)));
    }
}
