//! Files that are not what they say, and files made to do harm: each ends in a named error or a stream, never in a hang,
//! and not one byte of another file comes out.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use screener_ladder::Wishes;
use screener_wire::{Event, Failure};

use crate::lab;

/// Stands in the file that nobody may read out.
const SECRET: &str = "canary-7c1f0e52-not-for-anyone";

/// A folder with a canary file, and a canary listener that nobody may call.
struct Trap {
    folder: tempfile::TempDir,
    listener: TcpListener,
}

impl Trap {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // A neighbour that would decode: a real film whose title is the secret, and the secret as text.
        lab::ffmpeg(
            folder.path(),
            &format!(
                "-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264 -metadata title={SECRET} -metadata comment={SECRET} neighbour.mp4"
            ),
        );
        std::fs::write(folder.path().join("secret.txt"), format!("{SECRET}\n").repeat(200)).expect("written");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("set");
        Self { folder, listener }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn port(&self) -> u16 {
        self.listener.local_addr().expect("an address").port()
    }

    /// Gives the file to the worker in every way, and expects the same refusal.
    fn refuses(&self, file: &Path, codes: &[&str]) -> Failure {
        let out = tempfile::tempdir().expect("a folder");
        let outcome = lab::transcode(file, out.path(), &Wishes::default());
        let failure = outcome
            .failure()
            .unwrap_or_else(|| panic!("{} was taken", file.display()))
            .clone();
        assert!(
            codes.contains(&failure.code.as_str()),
            "{}: {failure:?}",
            file.display()
        );
        assert_eq!(outcome.status.code(), Some(1), "{failure:?}");
        in_words(&failure, file);
        let probed = lab::probe(file);
        assert!(probed.failure().is_some(), "{} was probed", file.display());
        let told = format!("{:?}{:?}", outcome.events, probed.events);
        assert!(!told.contains(SECRET), "{told}");
        for entry in walk(out.path()) {
            let bytes = std::fs::read(&entry).expect("readable");
            assert!(
                !contains(&bytes, SECRET.as_bytes()),
                "{} holds the secret",
                entry.display()
            );
            assert!(
                bytes.is_empty() || entry.extension().is_none_or(|kind| kind != "m4s"),
                "media of a refused file"
            );
        }
        assert!(self.listener.accept().is_err(), "somebody called: {}", file.display());
        failure
    }
}

/// An error says which file, and something in words; FFmpeg's bare numbers are none.
fn in_words(failure: &Failure, file: &Path) {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    assert!(
        failure.message.contains(&name),
        "{name} is not named: {}",
        failure.message
    );
    assert!(
        failure.message.len() > name.len() + 10 && failure.mend.len() > 10,
        "{failure:?}"
    );
    for bare in ["-1094995529", "Error number", "errno", "error -", "os error", "AVERROR"] {
        assert!(!failure.message.contains(bare), "{}", failure.message);
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn playlists_in_disguise_open_nothing() {
    let trap = Trap::new();
    let (film, text, port) = (
        lab::text(&trap.path("neighbour.mp4")),
        lab::text(&trap.path("secret.txt")),
        trap.port(),
    );
    let key = format!(
        "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"file://{text}\"\n#EXT-X-MAP:URI=\"{film}\"\n#EXTINF:1,\n{film}\n"
    );
    let attacks = [
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{film}\n#EXT-X-ENDLIST\n"),
        format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile://{text}\n#EXT-X-ENDLIST\n"),
        format!("#EXTM3U\n#EXTINF:1,\nconcat:{film}|{text}\n"),
        format!("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{port}/x.ts\n"),
        format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:{port}/x.m3u8\n"),
        "\u{FEFF}\r\n  #EXTM3U\n#EXTINF:1,\nneighbour.mp4\n".to_string(),
        format!("#EXTM3U\n#EXTINF:1,\nsubfile,,start,0,end,500,,:{text}\n"),
        key,
        format!("ffconcat version 1.0\nfile {film}\n"),
        format!("ffconcat version 1.0\nfile 'http://127.0.0.1:{port}/x.mp4'\n"),
        format!(
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period><BaseURL>{film}</BaseURL></Period></MPD>"
        ),
        format!(
            "<MPD><Period><AdaptationSet><Representation><BaseURL>http://127.0.0.1:{port}/</BaseURL></Representation></AdaptationSet></Period></MPD>"
        ),
        format!(
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video {port} RTP/AVP 96\r\n"
        ),
        format!("[playlist]\nFile1={film}\nNumberOfEntries=1\n"),
        format!("<asx version=\"3.0\"><entry><ref href=\"http://127.0.0.1:{port}/x\"/></entry></asx>"),
        format!("<smil><body><video src=\"{film}\"/></body></smil>"),
    ];
    for (number, attack) in attacks.iter().enumerate() {
        for extension in ["mp4", "m3u8", "mkv"] {
            let file = trap.path(&format!("attack-{number}.{extension}"));
            std::fs::write(&file, attack).expect("written");
            // As a rendition of one kind it is enough to go through the worker.
            if extension == "mp4" || number < 3 {
                trap.refuses(&file, &["playlist"]);
            }
        }
    }
}

#[test]
fn names_are_files_and_nothing_else() {
    let trap = Trap::new();
    let (film, port) = (lab::text(&trap.path("neighbour.mp4")), trap.port());
    for name in [
        format!("http://127.0.0.1:{port}/film.mp4"),
        format!("tcp://127.0.0.1:{port}"),
        format!("concat:{film}"),
        format!("file:{film}"),
        format!("subfile,,start,0,end,0,,:{film}"),
        "data:video/mp4;base64,AAAA".into(),
        "pipe:0".into(),
        lab::text(&trap.path("image-%03d.png")),
    ] {
        trap.refuses(Path::new(&name), &["no_such_file", "not_readable"]);
    }
    trap.refuses(Path::new("/dev/zero"), &["not_a_video"]);
    let pipe = trap.path("pipe.mp4");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    trap.refuses(&pipe, &["not_a_video"]);
}

/// A `QuickTime` file whose media lie in another file, named by an alias record (Inside Macintosh: Files, 4-11).
fn with_external_media(folder: &Path, target: &Path) -> Vec<u8> {
    lab::ffmpeg(
        folder,
        "-f lavfi -i testsrc2=s=64x64:d=1 -c:v mpeg4 -map_metadata -1 plain.mov",
    );
    let plain = std::fs::read(folder.join("plain.mov")).expect("made");
    let target = target.to_str().expect("UTF-8").as_bytes();
    let mut alias = vec![0_u8; 10];
    alias.push(4);
    alias.extend_from_slice(&[b'H'; 27]);
    alias.extend_from_slice(&[0; 12]);
    alias.push(8);
    alias.extend_from_slice(&[b'f'; 63]);
    alias.extend_from_slice(&[0; 16]);
    alias.extend_from_slice(&1_u16.to_be_bytes());
    alias.extend_from_slice(&1_u16.to_be_bytes());
    alias.extend_from_slice(&[0; 16]);
    // The path below its volume, then the end.
    alias.extend_from_slice(&2_u16.to_be_bytes());
    alias.extend_from_slice(&(target.len() as u16).to_be_bytes());
    alias.extend_from_slice(target);
    alias.resize(alias.len() + target.len() % 2, 0);
    alias.extend_from_slice(&[0xFF, 0xFF, 0, 0]);
    alias.resize(alias.len().max(160), 0);
    let at = plain
        .windows(4)
        .position(|window| window == b"dref")
        .expect("a data reference");
    let entry = at + 12;
    let old = u32::from_be_bytes(plain[entry..entry + 4].try_into().expect("four bytes")) as usize;
    let mut fresh = ((alias.len() + 12) as u32).to_be_bytes().to_vec();
    fresh.extend_from_slice(b"alis\0\0\0\0");
    fresh.extend_from_slice(&alias);
    let grown = fresh.len() - old;
    let mut file = [&plain[..entry], &fresh, &plain[entry + old..]].concat();
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"] {
        let at = file.windows(4).position(|window| window == kind).expect("its box") - 4;
        let size = u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes")) + grown as u32;
        file[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    file
}

#[test]
fn data_references_open_nothing() {
    let trap = Trap::new();
    let file = trap.path("alias.mov");
    std::fs::write(
        &file,
        with_external_media(trap.folder.path(), &trap.path("neighbour.mp4")),
    )
    .expect("written");
    trap.refuses(&file, &["refers_elsewhere"]);
}

#[test]
fn captions_that_are_links_are_not_followed() {
    let trap = Trap::new();
    lab::ffmpeg(
        trap.folder.path(),
        "-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264 film.mp4",
    );
    let words = format!("1\n00:00:00,000 --> 00:00:01,000\n{SECRET}\n");
    std::fs::write(trap.path("private.txt"), words).expect("written");
    std::os::unix::fs::symlink(trap.path("private.txt"), trap.path("film.en.srt")).expect("linked");
    let out = tempfile::tempdir().expect("a folder");
    let stream = lab::stream(&trap.path("film.mp4"), out.path(), &Wishes::default());
    assert!(stream.plan.captions.is_empty(), "{:?}", stream.plan.captions);
    assert!(
        !walk(out.path())
            .iter()
            .any(|file| contains(&std::fs::read(file).expect("readable"), SECRET.as_bytes()))
    );
}

#[test]
fn what_is_wrong_is_named() {
    let trap = Trap::new();
    let folder = trap.folder.path();
    let film = "-f lavfi -i testsrc2=s=320x240:d=2 -f lavfi -i sine=d=2 -c:v libx264 -c:a aac";
    lab::ffmpeg(folder, &format!("{film} -movflags +faststart fast.mp4"));
    lab::ffmpeg(folder, &format!("{film} -movflags -faststart slow.mp4"));
    lab::ffmpeg(folder, &format!("{film} film.mkv"));
    lab::ffmpeg(folder, "-f lavfi -i testsrc2=s=320x240:d=2 -c:v mpeg4 film.avi");
    for name in ["fast.mp4", "slow.mp4", "film.mkv", "film.avi"] {
        let bytes = std::fs::read(folder.join(name)).expect("made");
        let cut = folder.join(format!("cut-{name}"));
        std::fs::write(&cut, &bytes[..bytes.len() * 6 / 10]).expect("written");
        trap.refuses(&cut, &["truncated"]);
    }
    lab::ffmpeg(folder, "-f lavfi -i testsrc2=s=64x64:d=1 -c:v magicyuv rare.avi");
    assert!(
        trap.refuses(&folder.join("rare.avi"), &["unsupported_codec"])
            .message
            .contains("magicyuv")
    );
    // A recording that begins behind its only key picture.
    lab::ffmpeg(
        folder,
        "-f lavfi -i testsrc2=s=320x240:d=4 -c:v libx264 -g 900 whole.ts",
    );
    let bytes = std::fs::read(folder.join("whole.ts")).expect("made");
    std::fs::write(folder.join("late.ts"), &bytes[bytes.len() / 188 / 2 * 188..]).expect("written");
    trap.refuses(&folder.join("late.ts"), &["no_beginning"]);
    lab::ffmpeg(
        folder,
        "-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264 -encryption_scheme cenc-aes-ctr \
         -encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8 locked.mp4",
    );
    trap.refuses(&folder.join("locked.mp4"), &["encrypted"]);
    lab::ffmpeg(folder, "-f lavfi -i testsrc2=s=64x64 -frames:v 1 picture.png");
    std::fs::rename(folder.join("picture.png"), folder.join("picture.mp4")).expect("renamed");
    trap.refuses(&folder.join("picture.mp4"), &["not_a_video"]);
    // Pictures of 65,000 x 65,000 that are not there.
    lab::ffmpeg(
        folder,
        "-f lavfi -i testsrc2=s=64x64:d=1 -c:v mpeg4 -vtag xvid huge.avi",
    );
    let mut bytes = std::fs::read(folder.join("huge.avi")).expect("made");
    let strf = bytes.windows(4).position(|window| window == b"strf").expect("a format") + 12;
    bytes[strf..strf + 4].copy_from_slice(&65_000_u32.to_le_bytes());
    bytes[strf + 4..strf + 8].copy_from_slice(&65_000_u32.to_le_bytes());
    std::fs::write(folder.join("huge.avi"), bytes).expect("written");
    let _ = lab::probe(&folder.join("huge.avi"));
    // A picture every twenty minutes, says a changed byte of the header: AVI's `dwScale`, four bytes before `dwRate`.
    let mut bytes = std::fs::read(folder.join("film.avi")).expect("made");
    let strh = bytes.windows(4).position(|window| window == b"strh").expect("a stream") + 8;
    bytes[strh + 20..strh + 24].copy_from_slice(&30_000_u32.to_le_bytes());
    std::fs::write(folder.join("slow.avi"), bytes).expect("written");
    let refused = trap.refuses(&folder.join("slow.avi"), &["damaged"]);
    assert!(refused.message.contains("hours"), "{}", refused.message);
    lab::ffmpeg(
        folder,
        "-f lavfi -i color=s=16384x2160:d=0.04 -frames:v 1 -c:v ffv1 wide.mkv",
    );
    trap.refuses(&folder.join("wide.mkv"), &["too_large"]);
    std::fs::write(
        folder.join("words.mp4"),
        "Dear diary, today I made a film.\n".repeat(50),
    )
    .expect("written");
    trap.refuses(&folder.join("words.mp4"), &["not_a_video"]);
    std::fs::write(folder.join("empty.mp4"), "").expect("written");
    trap.refuses(&folder.join("empty.mp4"), &["empty"]);
    let noise: Vec<u8> = (0..200_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    std::fs::write(folder.join("noise.mp4"), noise).expect("written");
    trap.refuses(&folder.join("noise.mp4"), &["not_a_video"]);
    trap.refuses(folder, &["is_a_folder"]);
    trap.refuses(&folder.join("gone.mp4"), &["no_such_file"]);
    trap.refuses(&folder.join("fast.mp4/inside.mp4"), &["no_such_file"]);
    let closed = folder.join("fast.mp4");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o0)).expect("set");
    // Root may read what nobody may.
    if std::fs::File::open(&closed).is_err() {
        trap.refuses(&closed, &["not_readable"]);
    }
}

#[test]
fn words_that_are_not_unicode_are_words() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264 -metadata title=WORDS-one -metadata:s:v BPS=WORDS-two film.mkv",
    );
    let film = folder.path().join("film.mkv");
    let mut bytes = std::fs::read(&film).expect("made");
    let places: Vec<_> = (0..bytes.len() - 5)
        .filter(|&at| &bytes[at..at + 5] == b"WORDS")
        .collect();
    assert!(places.len() >= 2, "the title and the tag");
    for at in places {
        bytes[at] = 0xff;
    }
    std::fs::write(&film, bytes).expect("written");
    let outcome = lab::probe(&film);
    assert!(outcome.status.success(), "{:?}", outcome.events);
    let title = outcome.events.iter().find_map(|event| match event {
        Event::Probed { source } => source.title.clone(),
        _ => None,
    });
    assert_eq!(title.as_deref(), Some("\u{fffd}ORDS-one"));
}

/// Ten formats, small, each to be mutated.
fn formats(folder: &Path) -> Vec<PathBuf> {
    let picture = "-f lavfi -i testsrc2=s=160x120:r=25:d=1";
    let sound = "-f lavfi -i sine=d=1";
    let table = [
        ("a.mp4", "-c:v libx264 -preset ultrafast -c:a aac"),
        ("b.mov", "-c:v prores_ks -profile:v proxy -c:a pcm_s16le"),
        (
            "c.mkv",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a flac",
        ),
        ("d.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus"),
        ("e.ts", "-c:v libx264 -preset ultrafast -c:a aac"),
        ("f.avi", "-c:v mpeg4 -c:a libmp3lame"),
        ("g.mpg", "-c:v mpeg2video -c:a mp2"),
        ("h.flv", "-c:v flv1 -c:a libmp3lame -ar 44100"),
        ("i.wmv", "-c:v wmv2 -c:a wmav2"),
        ("j.ogv", "-c:v libtheora -c:a libvorbis"),
    ];
    for (name, codecs) in table {
        lab::ffmpeg(folder, &format!("{picture} {sound} {codecs} {name}"));
    }
    table.iter().map(|(name, _)| folder.join(name)).collect()
}

#[test]
fn mutated_files_end_in_a_stream_or_a_named_error() {
    mutate(0);
}

/// The other half, so that two can run side by side.
#[test]
fn other_mutated_files_end_in_a_stream_or_a_named_error() {
    mutate(1);
}

/// `SCREENER_MUTATIONS` says how many in all; 60 otherwise. The seed is the number: a failure can be had again.
fn mutate(half: usize) {
    let count: usize = std::env::var("SCREENER_MUTATIONS")
        .ok()
        .and_then(|words| words.parse().ok())
        .unwrap_or(60);
    let folder = tempfile::tempdir().expect("a folder");
    let sources = formats(folder.path());
    let (mut streams, mut named) = (0, 0);
    let mut wrong = Vec::new();
    for seed in (0..count).filter(|seed| seed / 10 % 2 == half) {
        let source = &sources[seed % sources.len()];
        // From one bit in ten thousand, which decoders see, to one in fifty, which demuxers see.
        let ratio = ["0.0001", "0.0004", "0.002", "0.004", "0.02"][seed / sources.len() % 5];
        let name = format!("{seed}-{}", source.file_name().expect("a name").to_string_lossy());
        let (mutated, out) = (folder.path().join(&name), folder.path().join(format!("out-{seed}")));
        let bytes = Command::new("zzuf")
            .args(["-s", &seed.to_string(), "-r", ratio])
            .stdin(std::fs::File::open(source).expect("made"))
            .output()
            .expect("zzuf is installed")
            .stdout;
        std::fs::write(&mutated, bytes).expect("written");
        let outcome = lab::transcode(&mutated, &out, &Wishes::default());
        match (outcome.status.code(), outcome.failure()) {
            (Some(0), None) => {
                assert!(out.join("index.m3u8").is_file(), "{name}: no index");
                streams += 1;
            }
            (Some(1), Some(failure)) => {
                in_words(failure, &mutated);
                named += 1;
            }
            (code, failure) => wrong.push(format!(
                "{name} (ratio {ratio}): {code:?}, {}, {failure:?}",
                outcome.status
            )),
        }
        std::fs::remove_dir_all(&out).ok();
        std::fs::remove_file(&mutated).ok();
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), count / 2);
    // Were all of one kind, the mutations would try nothing.
    assert!(streams > 0 && named > 0, "{streams} streams, {named} named errors");
}
