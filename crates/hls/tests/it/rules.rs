//! Each rule, by a stream that keeps all of them and one change that breaks it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use screener_hls::facts::{AudioFacts, MediaFacts, SegmentFacts, VideoFacts};
use screener_hls::parse::{ParseError, Playlist, parse, resolve};
use screener_hls::rules::{Delivered, Level, Report, Stream, judge};

const INDEX: &str = "#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio/index.m3u8\"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"captions/index.m3u8\"
#EXT-X-STREAM-INF:BANDWIDTH=2128000,AVERAGE-BANDWIDTH=2128000,CODECS=\"avc1.64001f,mp4a.40.2,wvtt\",RESOLUTION=1280x720,FRAME-RATE=24.000,VIDEO-RANGE=SDR,AUDIO=\"audio\",SUBTITLES=\"captions\"
720p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1128000,AVERAGE-BANDWIDTH=1128000,CODECS=\"avc1.64001f,mp4a.40.2,wvtt\",RESOLUTION=1280x720,FRAME-RATE=24.000,VIDEO-RANGE=SDR,AUDIO=\"audio\",SUBTITLES=\"captions\"
low/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=300000,CODECS=\"avc1.64001f\",RESOLUTION=1280x720,URI=\"720p/iframes.m3u8\"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,CODECS=\"avc1.64001f\",RESOLUTION=1280x720,URI=\"low/iframes.m3u8\"
";

#[derive(Clone)]
struct Case {
    index: String,
    playlists: BTreeMap<String, String>,
    facts: MediaFacts,
}

fn media(ending: &str) -> String {
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n",
    );
    if ending == "m4s" {
        text.push_str("#EXT-X-MAP:URI=\"init.mp4\"\n");
    }
    for number in 1..=4 {
        let _ = write!(text, "#EXTINF:6.00000,\n{number:05}.{ending}\n");
    }
    text + "#EXT-X-ENDLIST\n"
}

fn good() -> Case {
    let iframes = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-I-FRAMES-ONLY\n\
                   #EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:1.00000,\n#EXT-X-BYTERANGE:100@0\n00001.m4s\n#EXT-X-ENDLIST\n";
    let playlists = [
        ("720p/index.m3u8", media("m4s")),
        ("low/index.m3u8", media("m4s")),
        ("audio/index.m3u8", media("m4s")),
        ("captions/index.m3u8", media("vtt")),
        ("720p/iframes.m3u8", iframes.to_owned()),
        ("low/iframes.m3u8", iframes.to_owned()),
    ];
    let mut facts = MediaFacts::default();
    for (folder, rate) in [("720p", 2_000_000), ("low", 1_000_000), ("audio", 128_000)] {
        for number in 1..=4 {
            let video = VideoFacts {
                codec: "h264".into(),
                codecs: Some("avc1.64001F".into()),
                width: 1280,
                height: 720,
                frame_rate: 24.0,
                starts_with_key_frame: true,
                key_frames: vec![0.0, 2.0, 4.0],
                ..VideoFacts::default()
            };
            let audio = AudioFacts {
                codec: "aac".into(),
                codecs: None,
                channels: 2,
                sample_rate: 48_000,
            };
            let segment = SegmentFacts {
                bytes: rate * 6 / 8,
                start: Some(f64::from(number - 1) * 6.0),
                duration: 6.0,
                counters: None,
                container: Some("fmp4".into()),
                video: (folder != "audio").then_some(video),
                audio: (folder == "audio").then_some(audio),
                error: None,
            };
            facts.segments.insert(format!("{folder}/{number:05}.m4s"), segment);
        }
    }
    let playlists = playlists.map(|(name, text)| (name.to_owned(), text)).into();
    Case {
        index: INDEX.into(),
        playlists,
        facts,
    }
}

fn judged(case: &Case) -> Report {
    let playlists = case
        .playlists
        .iter()
        .map(|(name, text)| (name.clone(), text.clone().into_bytes()))
        .collect();
    judge(&Stream {
        index: case.index.as_bytes(),
        playlists: &playlists,
        facts: Some(&case.facts),
        delivery: None,
    })
}

fn rules(report: &Report) -> BTreeSet<String> {
    report.findings.iter().map(|finding| finding.rule.clone()).collect()
}

#[test]
fn a_good_stream_keeps_every_rule() {
    let report = judged(&good());
    assert_eq!(report.findings, []);
    assert!(report.is_ok() && report.playlists == 7);
    assert!(report.judged.len() >= 45, "{} rules were judged", report.judged.len());
}

#[test]
fn one_change_in_the_index_breaks_one_rule() {
    let table: &[(&str, &str, &[&str])] = &[
        ("avc1.64001f", "vp09.00.10.08", &["1.1", "1.12", "RFC 8216 4.3.4.2"]),
        (
            "avc1.64001f",
            "avc1.640040",
            &["1.11", "1.3a", "1.3b", "RFC 8216 4.3.4.2"],
        ),
        ("avc1.64001f", "avc1.640028", &["1.11", "RFC 8216 4.3.4.2"]),
        ("avc1.64001f", "avc1.4d001f", &["1.4", "RFC 8216 4.3.4.2"]),
        ("avc1.64001f", "avc3.64001f", &["1.10"]),
        ("avc1.64001f", "hvc1.2.4.H180.B0", &["1.12", "1.6b", "RFC 8216 4.3.4.2"]),
        ("FRAME-RATE=24.000", "FRAME-RATE=23.500", &["1.18", "RFC 8216 4.3.4.2"]),
        (
            "FRAME-RATE=24.000",
            "FRAME-RATE=120.000",
            &["1.18", "1.19", "RFC 8216 4.3.4.2"],
        ),
        ("FRAME-RATE=24.000,", "", &["9.15"]),
        ("VIDEO-RANGE=SDR", "VIDEO-RANGE=PQ", &["1.24"]),
        (
            "AVERAGE-BANDWIDTH=1128000",
            "AVERAGE-BANDWIDTH=500000",
            &["1.26", "1.30"],
        ),
        (",AVERAGE-BANDWIDTH=1128000", "", &["9.14"]),
        ("BANDWIDTH=2128000,AVERAGE", "BANDWIDTH=3128000,AVERAGE", &["1.27"]),
        ("BANDWIDTH=1128000,AVERAGE", "BANDWIDTH=1000000,AVERAGE", &["9.13"]),
        (
            "RESOLUTION=1280x720,FRAME",
            "RESOLUTION=1280x960,FRAME",
            &["RFC 8216 4.3.4.2"],
        ),
        ("CODECS=\"avc1.64001f,mp4a.40.2,wvtt\",", "", &["9.1"]),
        ("RESOLUTION=1280x720,FRAME", "FRAME", &["9.2"]),
        ("CODECS=\"avc1.64001f\",", "", &["9.3"]),
        ("RESOLUTION=1280x720,URI", "URI", &["9.4"]),
        ("mp4a.40.2", "ac-3", &["2.3", "RFC 8216 4.3.4.2"]),
        ("CHANNELS=\"2\"", "CHANNELS=\"6\"", &["2.3"]),
        (",wvtt", "", &["5.10"]),
        ("FORCED=NO", "FORCED=YES", &[]),
        ("AUTOSELECT=YES,FORCED=NO", "AUTOSELECT=NO,FORCED=YES", &["5.11"]),
        (
            "NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES",
            "NAME=\"English\",DEFAULT=YES",
            &["8.10"],
        ),
        (
            "NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO",
            "NAME=\"English\",DEFAULT=NO",
            &["4.7", "8.10"],
        ),
        ("#EXT-X-INDEPENDENT-SEGMENTS\n", "", &["9.11", "9.12"]),
        (
            "AUDIO=\"audio\"",
            "AUDIO=\"other\"",
            &["RFC 8216 4.3.4.2", "1.26", "1.27"],
        ),
        (
            "SUBTITLES=\"captions\"\n720p",
            "SUBTITLES=\"captions\",SCORE=1\n720p",
            &["9.19"],
        ),
        ("BANDWIDTH=300000,", "", &["RFC 8216 4.3.4.3"]),
        ("#EXTM3U\n", "", &["RFC 8216 4.3.1.1"]),
        ("mp4a.40.2,", "", &["2.3", "RFC 8216 4.3.4.2"]),
        ("low/index.m3u8\n", "", &["RFC 8216 4.3.4", "9.9"]),
    ];
    let mut wrong: Vec<String> = Vec::new();
    for (before, after, broken) in table {
        let mut case = good();
        assert!(case.index.contains(before), "{before}");
        case.index = case.index.replace(before, after);
        // The size and the level hang together with other rules: those are not counted.
        let found = rules(&judged(&case));
        let expected: BTreeSet<String> = broken.iter().map(|rule| (*rule).to_owned()).collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        let more: Vec<_> = found
            .difference(&expected)
            .filter(|rule| !matches!(rule.as_str(), "1.33" | "9.10" | "1.11"))
            .collect();
        if !(missing.is_empty() && more.is_empty()) {
            wrong.push(format!("{before} -> {after}: missing {missing:?}, more {more:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_change_in_a_playlist_breaks_one_rule() {
    let table: &[(&str, &str, &str, &[&str])] = &[
        (
            "720p/index.m3u8",
            "TARGETDURATION:6",
            "TARGETDURATION:5",
            &["7.5", "7.7", "8.2"],
        ),
        (
            "720p/index.m3u8",
            "#EXT-X-TARGETDURATION:6\n",
            "",
            &["8.2", "RFC 8216 4.3.3.1"],
        ),
        ("720p/index.m3u8", "#EXT-X-PLAYLIST-TYPE:VOD\n", "", &["8.6"]),
        ("720p/index.m3u8", "#EXT-X-MAP:URI=\"init.mp4\"\n", "", &["8.20"]),
        (
            "720p/index.m3u8",
            "#EXT-X-VERSION:7",
            "#EXT-X-VERSION:3",
            &["RFC 8216 7"],
        ),
        (
            "720p/index.m3u8",
            "#EXTINF:6.00000,\n00004",
            "#EXTINF:2.00000,\n00004",
            &["8.1", "8.22", "8.3", "1.26"],
        ),
        (
            "audio/index.m3u8",
            "#EXTINF:6.00000,\n00004",
            "#EXT-X-DISCONTINUITY\n#EXTINF:6.00000,\n00004",
            &["8.15"],
        ),
        ("captions/index.m3u8", "#EXTINF:6.00000,\n00004.vtt\n", "", &["5.5"]),
        ("captions/index.m3u8", ".vtt", ".srt", &["5.2"]),
        ("720p/iframes.m3u8", "#EXT-X-I-FRAMES-ONLY\n", "", &["6.8"]),
        (
            "720p/iframes.m3u8",
            "#EXTINF:1.00000",
            "#EXTINF:2.00000",
            &["6.2", "7.7"],
        ),
        (
            "720p/index.m3u8",
            "#EXTINF:6.00000,\n00002.m4s",
            "00002.m4s",
            &["RFC 8216 4.3.2.1"],
        ),
        ("720p/index.m3u8", "#EXT-X-ENDLIST\n", "", &["RFC 8216 4.3.3.5"]),
        ("720p/index.m3u8", "SEQUENCE:1", "SEQUENCE:one", &["RFC 8216 4.3.3"]),
        (
            "720p/index.m3u8",
            "00001.m4s\n",
            "00001.m4s\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n",
            &["RFC 8216 4.3.3"],
        ),
        (
            "720p/index.m3u8",
            "#EXT-X-TARGETDURATION:6\n",
            "#EXT-X-TARGETDURATION:6\n#EXT-X-TARGETDURATION:6\n",
            &["RFC 8216 4.3.3"],
        ),
        (
            "low/index.m3u8",
            "#EXTINF:6.00000,\n00002.m4s\n",
            "",
            &["RFC 8216 4.3.2.3", "RFC 8216 6.2.4", "8.3"],
        ),
    ];
    for (name, before, after, broken) in table {
        let mut case = good();
        let text = case.playlists.get_mut(*name).unwrap();
        assert!(text.contains(before), "{before}");
        *text = text.replace(before, after);
        let found = rules(&judged(&case));
        for rule in *broken {
            assert!(
                found.contains(*rule),
                "{name}, {before:?} -> {after:?}: {rule} is not among {found:?}"
            );
        }
    }
    let mut case = good();
    case.playlists.remove("low/index.m3u8");
    assert!(rules(&judged(&case)).contains("RFC 8216 4.1"));
}

#[test]
fn one_change_in_the_media_breaks_one_rule() {
    let change = |edit: &dyn Fn(&mut SegmentFacts)| {
        let mut case = good();
        edit(case.facts.segments.get_mut("720p/00002.m4s").unwrap());
        rules(&judged(&case))
    };
    let video = |edit: &dyn Fn(&mut VideoFacts)| change(&|segment| edit(segment.video.as_mut().unwrap()));
    let set = |rules: &[&str]| -> BTreeSet<String> { rules.iter().map(|rule| (*rule).to_owned()).collect() };
    assert_eq!(video(&|video| video.starts_with_key_frame = false), set(&["7.4"]));
    assert_eq!(video(&|video| video.interlaced = true), set(&["1.14"]));
    assert_eq!(video(&|video| video.key_frames = vec![0.0]), set(&["1.13"]));
    assert_eq!(change(&|segment| segment.duration = 5.8), set(&["8.1"]));
    assert_eq!(change(&|segment| segment.start = Some(6.4)), set(&["RFC 8216 6.2.4"]));
    // A clock of 33 bits that began again is no break.
    let mut wrapped = good();
    for segment in wrapped.facts.segments.values_mut() {
        segment.start = segment
            .start
            .map(|start| (start + 95_440.0) % (8_589_934_592.0 / 90_000.0));
    }
    assert_eq!(rules(&judged(&wrapped)), set(&[]));
    let mut moved = good();
    for (name, segment) in &mut moved.facts.segments {
        if name.starts_with("audio/") {
            segment.start = segment.start.map(|start| start + 1.0);
        }
    }
    assert_eq!(rules(&judged(&moved)), set(&["RFC 8216 6.2.4"]));
    let mut silent = good();
    silent.facts.segments.retain(|name, _| !name.starts_with("audio/"));
    silent.index = silent.index.replace(",AUDIO=\"audio\"", "");
    assert!(
        rules(&judged(&silent)).contains("RFC 8216 4.3.4.2"),
        "a sound is promised"
    );
    let mut trick = good();
    let piece = |error: Option<&str>, key| SegmentFacts {
        error: error.map(str::to_owned),
        video: Some(VideoFacts {
            starts_with_key_frame: key,
            ..VideoFacts::default()
        }),
        ..SegmentFacts::default()
    };
    let name = screener_hls::facts::piece("720p/00001.m4s", Some((100, 0)));
    trick.facts.segments.insert(name.clone(), piece(None, true));
    assert_eq!(rules(&judged(&trick)), set(&[]));
    for wrong in [piece(None, false), piece(Some("not there"), true)] {
        trick.facts.segments.insert(name.clone(), wrong);
        assert_eq!(rules(&judged(&trick)), set(&["RFC 8216 4.3.3.6"]));
    }
    assert_eq!(change(&|segment| segment.bytes *= 2), set(&["1.26", "1.27"]));
    assert_eq!(
        change(&|segment| segment.error = Some("it is cut off".into())),
        set(&["RFC 8216 3"])
    );
    assert_eq!(
        change(&|segment| segment.container = Some("webm".into())),
        set(&["1.2"])
    );
}

#[test]
fn what_is_seen_on_the_way() {
    let case = good();
    let fine = Delivered {
        gzip: true,
        content_type: Some("application/vnd.apple.mpegurl; charset=utf-8".into()),
        tls: true,
        ..Delivered::default()
    };
    let seen = |delivered: Delivered| {
        let playlists = BTreeMap::new();
        let delivery = BTreeMap::from([("index.m3u8".to_owned(), delivered)]);
        let stream = Stream {
            index: case.index.as_bytes(),
            playlists: &playlists,
            facts: None,
            delivery: Some(&delivery),
        };
        rules(&judge(&stream))
            .into_iter()
            .filter(|rule| rule != "RFC 8216 4.1")
            .collect::<Vec<_>>()
    };
    assert_eq!(seen(fine.clone()), Vec::<String>::new());
    assert_eq!(
        seen(Delivered {
            gzip: false,
            ..fine.clone()
        }),
        ["10.1"]
    );
    assert_eq!(
        seen(Delivered {
            content_type: Some("text/plain".into()),
            ..fine.clone()
        }),
        ["10.4"]
    );
    assert_eq!(
        seen(Delivered {
            tls: false,
            ..fine.clone()
        }),
        ["11.1"]
    );
    assert_eq!(
        seen(Delivered {
            tls: false,
            loopback: true,
            ..fine.clone()
        }),
        Vec::<String>::new()
    );
    assert_eq!(
        seen(Delivered {
            redirected: true,
            ..fine
        }),
        ["8.18"]
    );
}

#[test]
fn must_comes_first_and_in_order() {
    let mut case = good();
    case.index = case
        .index
        .replace(",wvtt", "")
        .replace("FRAME-RATE=24.000,", "")
        .replace(",AVERAGE-BANDWIDTH=2128000", "");
    let report = judged(&case);
    assert!(!report.is_ok());
    let order: Vec<(Level, &str)> = report
        .findings
        .iter()
        .map(|finding| (finding.level, finding.rule.as_str()))
        .collect();
    assert_eq!(order[0], (Level::Must, "9.14"));
    assert!(order.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    assert!(
        report
            .findings
            .iter()
            .all(|finding| !finding.found.is_empty() && !finding.mend.is_empty())
    );
}

#[test]
fn playlists_are_read_and_names_resolved() {
    assert_eq!(parse(b""), Err(ParseError::NoHeader));
    assert_eq!(parse(b"#EXTM3U8\n"), Err(ParseError::NoHeader));
    assert_eq!(parse(b"#EXTM3U\n"), Err(ParseError::Empty));
    assert_eq!(parse(b"#EXTM3U\n\xff"), Err(ParseError::NotUtf8));
    let text = "\u{feff}#EXTM3U\r\n#EXT-X-TARGETDURATION:6\r\n#EXTINF:6,\r\n#EXT-X-BYTERANGE:10@5\r\na.ts\r\n#EXTINF:6,\r\n#EXT-X-BYTERANGE:7\r\na.ts\r\n";
    let Playlist::Media(media) = parse(text.as_bytes()).unwrap() else {
        panic!("a media playlist")
    };
    let ranges: Vec<_> = media
        .segments
        .iter()
        .map(|segment| segment.byte_range.unwrap())
        .collect();
    assert_eq!(ranges, [(10, 5), (7, 15)]);
    let table = [
        ("", "1/720p/index.m3u8?x#y", Some("1/720p/index.m3u8")),
        ("720p/index.m3u8", "00001.m4s", Some("720p/00001.m4s")),
        ("720p/index.m3u8", "../a/./b.m4s", Some("a/b.m4s")),
        ("index.m3u8", "../a.ts", None),
        ("index.m3u8", "/a.ts", None),
        ("index.m3u8", "https://d1/a.ts", None),
        ("index.m3u8", "", None),
    ];
    for (base, uri, expected) in table {
        assert_eq!(resolve(base, uri).as_deref(), expected, "{base} {uri}");
    }
}
