//! Every kind of source that people have, through the real worker, judged by `ffprobe` and `ffmpeg`.
//!
//! Sources are made on the spot. Unless a case says otherwise, the picture is black and the sound silent for the first
//! second, then a moving pattern and a tone begin together: sound and picture are in sync where the stream shows the
//! same.

use std::path::Path;

use screener_ladder::{Format, Wishes};
use serde_json::Value;

use crate::lab::{self, Stream};

/// Picture and sound that begin together after a second.
fn picture(size: &str, rate: &str, seconds: &str) -> String {
    format!("-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds},drawbox=c=black:t=fill:enable='lt(t,0.999)'")
}

fn sound(rate: u32, seconds: &str) -> String {
    format!("-f lavfi -i aevalsrc=exprs='gte(t,1)*0.5*sin(880*PI*t)':s={rate}:d={seconds}")
}

/// What a stream must be.
struct Expect<'a> {
    /// Rungs with their sizes, largest first.
    rungs: &'a [(&'a str, u64, u64)],
    /// Seconds of the film.
    duration: f64,
    /// Folders of the audio renditions.
    audio: &'a [&'a str],
    /// Frames per second of every rung; `None`: not judged.
    rate: Option<f64>,
    /// Sound and picture begin together.
    sync: bool,
}

impl Default for Expect<'_> {
    fn default() -> Self {
        Self {
            rungs: &[("360p", 640, 360)],
            duration: 3.0,
            audio: &["audio"],
            rate: Some(25.0),
            sync: true,
        }
    }
}

/// A source made by `ffmpeg` from `arguments` (`OUT` is the file) becomes the stream that `expect` describes.
fn case(name: &str, arguments: &str, expect: &Expect<'_>) -> Stream {
    case_with(name, arguments, &Wishes::default(), expect)
}

fn case_with(name: &str, arguments: &str, wishes: &Wishes, expect: &Expect<'_>) -> Stream {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(folder.path(), &arguments.replace("OUT", name));
    let mut stream = judge(&folder.path().join(name), &folder.path().join("out"), wishes, expect);
    stream.folder = Some(folder);
    stream
}

fn judge(file: &Path, out: &Path, wishes: &Wishes, expect: &Expect<'_>) -> Stream {
    let stream = lab::stream(file, out, wishes);
    let rungs: Vec<&str> = stream.plan.rungs.iter().map(|rung| rung.name.as_str()).collect();
    assert_eq!(rungs, expect.rungs.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (name, width, height) in expect.rungs {
        let facts = lab::ffprobe(&out.join(name).join("index.m3u8"));
        let video = &facts["streams"][0];
        assert_eq!(video["codec_name"], "h264", "{name}");
        assert_eq!(video["pix_fmt"], "yuv420p", "{name}");
        assert_eq!(
            (video["width"].as_u64(), video["height"].as_u64()),
            (Some(*width), Some(*height)),
            "{name}"
        );
        assert!(
            matches!(video["sample_aspect_ratio"].as_str(), None | Some("1:1")),
            "{name}: {video}"
        );
        assert!(
            matches!(video["field_order"].as_str(), None | Some("progressive" | "unknown")),
            "{name}: {video}"
        );
        assert!(video["side_data_list"].is_null(), "{name}: {video}");
        near(seconds(&facts), expect.duration, 0.15, name);
        if let Some(rate) = expect.rate {
            near(frames(&facts) / seconds(&facts), rate, rate * 0.02, name);
        }
        assert_eq!(
            facts["streams"].as_array().map(Vec::len),
            Some(1),
            "{name}: sound lies in tracks of its own"
        );
    }
    let audio: Vec<&str> = stream.plan.audio.iter().map(|audio| audio.name.as_str()).collect();
    assert_eq!(audio, expect.audio);
    for name in expect.audio {
        let facts = lab::ffprobe(&out.join(name).join("index.m3u8"));
        let sound = &facts["streams"][0];
        assert_eq!(
            (sound["codec_name"].as_str(), sound["channels"].as_u64()),
            (Some("aac"), Some(2)),
            "{name}"
        );
        near(seconds(&facts), expect.duration, 0.2, name);
    }
    assert_eq!(
        stream.plan.audio.iter().filter(|audio| audio.default).count(),
        usize::from(!audio.is_empty())
    );
    near(stream.duration, expect.duration, 0.2, "the whole");
    for rung in &stream.plan.rungs {
        assert!(stream.measured[&rung.name].peak >= stream.measured[&rung.name].average);
    }
    lab::check(out);
    if expect.sync {
        in_sync(
            &out.join("index.m3u8"),
            !expect.rungs.is_empty(),
            !expect.audio.is_empty(),
            expect.rate.unwrap_or(25.0),
        );
    }
    stream
}

fn near(found: f64, expected: f64, slack: f64, what: &str) {
    assert!((found - expected).abs() <= slack, "{what}: {found}, not {expected}");
}

fn seconds(facts: &Value) -> f64 {
    facts["format"]["duration"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(f64::NAN)
}

fn frames(facts: &Value) -> f64 {
    let count = facts["streams"][0]["nb_read_packets"].as_str();
    count.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

/// The pattern appears when the tone begins: after a second, by the same clock, within a frame and 20 ms.
fn in_sync(index: &Path, video: bool, audio: bool, rate: f64) {
    let (mut shown, mut heard) = (1.0, 1.0);
    if video {
        let words = lab::judged(index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
        shown = lab::number(&words, "black_end").unwrap_or_else(|| panic!("never black: {words}"));
    }
    if audio {
        let words = lab::judged(index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
        heard = lab::number(&words, "silence_end").unwrap_or_else(|| panic!("never silent: {words}"));
    }
    if video && audio {
        near(
            heard - shown,
            0.0,
            0.02 + 1.0 / rate.clamp(5.0, 120.0),
            "sound behind picture",
        );
    }
    if video {
        near(shown, 1.0, 0.1, "the pattern begins");
    } else {
        near(heard, 1.0, 0.05, "the tone begins");
    }
}

fn both(size: &str, rate: &str) -> String {
    format!("{} {}", picture(size, rate, "3"), sound(48_000, "3"))
}

const X264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

// Phones.

#[test]
fn plain_mp4() {
    case(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn variable_frame_rate() {
    let stream = case(
        "film.mp4",
        &format!(
            "{} -vf select='not(between(mod(n,10),3,6))' -vsync vfr {X264} -c:a aac OUT",
            both("640x360", "30")
        ),
        &Expect {
            rate: None,
            ..Expect::default()
        },
    );
    assert!(
        stream
            .plan
            .source
            .video
            .as_ref()
            .is_some_and(|video| video.variable_frame_rate)
    );
    // Six of ten frames, at their own times: nothing doubled, nothing dropped.
    let facts = lab::ffprobe(&stream.out.join("360p/index.m3u8"));
    near(frames(&facts), 54.0, 2.0, "frames kept");
}

/// A white box that must be seen at the top left.
fn turned(degrees: u16, corner: &str, stored: &str, expect: &Expect<'_>) {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "-f lavfi -i color=black:s={stored}:r=25:d=2,drawbox={corner}:w=iw/3:h=ih/3:c=white:t=fill {X264} flat.mp4"
        ),
    );
    lab::ffmpeg(
        folder.path(),
        &format!("-i flat.mp4 -c copy -metadata:s:v:0 rotate={} film.mov", 360 - degrees),
    );
    let stream = judge(
        &folder.path().join("film.mov"),
        &folder.path().join("out"),
        &Wishes::default(),
        expect,
    );
    assert_eq!(
        stream.plan.source.video.as_ref().map(|video| video.rotation),
        Some(degrees)
    );
    assert!(!stream.plan.rungs[0].copied);
    let grey = lab::grey(&stream.out.join("index.m3u8"), 1.0, 4);
    assert!(
        grey[0] > 180 && grey[3] < 60 && grey[12] < 60 && grey[15] < 60,
        "{grey:?}"
    );
}

#[test]
fn turned_by_90() {
    let rungs = &[("360p", 360, 640)];
    turned(
        90,
        "x=0:y=ih*2/3",
        "640x360",
        &Expect {
            rungs,
            duration: 2.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
}

#[test]
fn turned_by_180() {
    turned(
        180,
        "x=iw*2/3:y=ih*2/3",
        "640x360",
        &Expect {
            duration: 2.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
}

#[test]
fn turned_by_270() {
    let rungs = &[("360p", 360, 640)];
    turned(
        270,
        "x=iw*2/3:y=0",
        "640x360",
        &Expect {
            rungs,
            duration: 2.0,
            audio: &[],
            sync: false,
            ..Expect::default()
        },
    );
}

/// Cameras that film into a mirror: the white box must be seen at the top left, whatever the display matrix asks for.
#[test]
fn mirrored() {
    let table = [
        ([1, 0, 0, -1], "x=0:y=ih*2/3", (640, 360)),
        ([-1, 0, 0, 1], "x=iw*2/3:y=0", (640, 360)),
        ([0, 1, 1, 0], "x=0:y=0", (360, 640)),
        ([0, -1, -1, 0], "x=iw*2/3:y=ih*2/3", (360, 640)),
    ];
    for (matrix, corner, (width, height)) in table {
        let folder = tempfile::tempdir().expect("a folder");
        lab::ffmpeg(
            folder.path(),
            &format!(
                "-f lavfi -i color=black:s=640x360:r=25:d=1,drawbox={corner}:w=iw/3:h=ih/3:c=white:t=fill {X264} film.mp4"
            ),
        );
        let film = folder.path().join("film.mp4");
        lab::set_matrix(&film, matrix);
        let stream = judge(
            &film,
            &folder.path().join("out"),
            &Wishes::default(),
            &Expect {
                rungs: &[("360p", width, height)],
                duration: 1.0,
                audio: &[],
                sync: false,
                ..Expect::default()
            },
        );
        assert!(!stream.plan.rungs[0].copied, "{matrix:?}");
        let grey = lab::grey(&stream.out.join("index.m3u8"), 0.5, 4);
        assert!(
            grey[0] > 180 && grey[3] < 60 && grey[12] < 60 && grey[15] < 60,
            "{matrix:?}: {grey:?}"
        );
    }
}

#[test]
fn edit_list_with_pre_roll() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = format!(
        "{} {} {X264} -g 50 -bf 2 -c:a aac long.mp4",
        picture("640x360", "25", "4").replace("0.999", "1.499"),
        sound(48_000, "4").replace("gte(t,1)", "gte(t,1.5)")
    );
    lab::ffmpeg(folder.path(), &source);
    // The cut falls between key frames: the container keeps pictures that are not shown.
    lab::ffmpeg(folder.path(), "-ss 0.5 -i long.mp4 -c copy film.mp4");
    judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect {
            duration: 3.5,
            ..Expect::default()
        },
    );
}

#[test]
fn hevc() {
    case(
        "film.mp4",
        &format!(
            "{} -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -tag:v hvc1 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn hevc_10_bit() {
    let stream = case(
        "film.mov",
        &format!(
            "{} -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    assert_eq!(
        stream
            .plan
            .source
            .video
            .as_ref()
            .map(|video| (video.bit_depth, video.hdr)),
        Some((10, false))
    );
}

fn hdr(transfer: &str) {
    let stream = case(
        "film.mp4",
        &format!(
            "{} -c:v libx265 -preset ultrafast -x265-params log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc \
             -pix_fmt yuv420p10le -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    assert!(stream.plan.source.video.as_ref().is_some_and(|video| video.hdr));
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("HDR")),
        "{:?}",
        stream.plan.notes
    );
    let facts = lab::ffprobe(&stream.out.join("360p/index.m3u8"));
    assert_eq!(facts["streams"][0]["color_transfer"], "bt709");
    assert_eq!(facts["streams"][0]["color_primaries"], "bt709");
    // Brought to standard range: neither crushed to black nor blown out.
    let grey = lab::grey(&stream.out.join("index.m3u8"), 2.0, 8);
    let mean = grey.iter().map(|value| u32::from(*value)).sum::<u32>() / 64;
    assert!((20..230).contains(&mean), "{mean}");
}

#[test]
fn hdr10() {
    hdr("smpte2084");
}

#[test]
fn hlg() {
    hdr("arib-std-b67");
}

#[test]
fn portrait() {
    let rungs = &[("480p", 480, 854), ("360p", 360, 640)];
    case(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("480x854", "25")),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

// Screens.

#[test]
fn odd_size() {
    let rungs = &[("400p", 640, 400), ("360p", 576, 360)];
    case(
        "screen.mkv",
        &format!(
            "{} -vf scale=641:401 -c:v ffv1 -pix_fmt yuv444p -c:a flac OUT",
            both("640x400", "25")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

#[test]
fn full_chroma() {
    case(
        "screen.mp4",
        &format!(
            "{} -c:v libx264 -preset ultrafast -pix_fmt yuv444p -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn full_range_rgb() {
    case(
        "screen.mkv",
        &format!(
            "{} -c:v libx264rgb -preset ultrafast -pix_fmt rgb24 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn sixty_frames() {
    case(
        "screen.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "60")),
        &Expect {
            rate: Some(60.0),
            ..Expect::default()
        },
    );
}

#[test]
fn hundred_and_twenty_frames_become_sixty() {
    let stream = case(
        "slow.mov",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "120")),
        &Expect {
            rate: Some(60.0),
            ..Expect::default()
        },
    );
    assert!(
        stream
            .plan
            .notes
            .iter()
            .any(|note| note == "120 frames per second become 60"),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn five_frames() {
    case(
        "slides.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "5")),
        &Expect {
            rate: Some(5.0),
            ..Expect::default()
        },
    );
}

/// A picture every ten seconds: segments begin where they should all the same.
#[test]
fn slides() {
    let stream = case(
        "slides.mp4",
        &format!(
            "-f lavfi -i testsrc2=s=320x180:r=1/10:d=30 {} {X264} -vsync vfr -c:a aac OUT",
            sound(48_000, "30")
        ),
        &Expect {
            rungs: &[("180p", 320, 180)],
            duration: 30.0,
            rate: None,
            sync: false,
            ..Expect::default()
        },
    );
    assert_eq!(stream.plan.target_duration, 6);
}

/// 240 frames a second for a while, within 30: no moment has more than 60, and nothing is doubled.
#[test]
fn slow_motion_in_between() {
    let stream = case(
        "phone.mp4",
        &format!(
            "{} {} -vf select='if(between(t,1.5,2.5),1,not(mod(n,8)))' -vsync vfr -video_track_timescale 90000 {X264} -c:a aac OUT",
            picture("320x180", "240", "4"),
            sound(48_000, "4")
        ),
        &Expect {
            rungs: &[("180p", 320, 180)],
            duration: 4.0,
            rate: None,
            ..Expect::default()
        },
    );
    let facts = lab::ffprobe(&stream.out.join("180p/index.m3u8"));
    near(frames(&facts), 150.0, 3.0, "three seconds of 30, one of 60");
}

#[test]
fn ntsc_film_rate() {
    case(
        "film.mov",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "24000/1001")),
        &Expect {
            rate: Some(23.976),
            ..Expect::default()
        },
    );
}

// Cameras and editors.

#[test]
fn prores() {
    case(
        "edit.mov",
        &format!(
            "{} -c:v prores_ks -profile:v proxy -c:a pcm_s24le OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn dnxhr() {
    case(
        "edit.mov",
        &format!(
            "{} -c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p -c:a pcm_s16le OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn cineform() {
    case(
        "action.mov",
        &format!(
            "{} -c:v cfhd -pix_fmt yuv422p10le -c:a pcm_s16le OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

fn interlaced(stream: &Stream) {
    assert!(stream.plan.source.video.as_ref().is_some_and(|video| video.interlaced));
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("interlaced")),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn interlaced_mpeg2_in_ts() {
    let rungs = &[("576p", 720, 576), ("480p", 600, 480), ("360p", 450, 360)];
    let stream = case(
        "tape.ts",
        &format!(
            "{} -vf interlace,setsar=1 -c:v mpeg2video -b:v 3M -flags +ildct+ilme -c:a mp2 OUT",
            both("720x576", "50")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
    interlaced(&stream);
}

#[test]
fn interlaced_h264() {
    let rungs = &[("480p", 640, 480), ("360p", 480, 360)];
    let stream = case(
        "tape.mov",
        &format!(
            "{} -vf interlace {X264} -flags +ildct+ilme -x264opts tff=1 -c:a aac OUT",
            both("640x480", "50")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
    interlaced(&stream);
}

#[test]
fn dv() {
    let rungs = &[("576p", 768, 576), ("480p", 640, 480), ("360p", 480, 360)];
    let stream = case(
        "tape.avi",
        &format!(
            "{} -aspect 4:3 -c:v dvvideo -pix_fmt yuv420p -c:a pcm_s16le OUT",
            both("720x576", "25")
        ),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
    interlaced(&stream);
}

#[test]
fn mxf() {
    case(
        "camera.mxf",
        &format!(
            "{} -c:v mpeg2video -b:v 3M -c:a pcm_s16le -ar 48000 OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn motion_jpeg() {
    case(
        "camera.avi",
        &format!("{} -c:v mjpeg -q:v 4 -c:a pcm_s16le OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn anamorphic() {
    let rungs = &[("480p", 852, 480), ("360p", 640, 360)];
    case(
        "wide.mp4",
        &format!("{} -vf setsar=32/27 {X264} -c:a aac OUT", both("720x480", "25")),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

// The web and old computers.

#[test]
fn vp9_and_opus() {
    case(
        "web.webm",
        &format!(
            "{} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 800k -c:a libopus OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn vp8_and_vorbis() {
    case(
        "web.webm",
        &format!(
            "{} -c:v libvpx -deadline realtime -cpu-used 8 -b:v 800k -c:a libvorbis OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn av1() {
    case(
        "web.mkv",
        &format!("{} -c:v libsvtav1 -preset 12 -c:a libopus OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn theora() {
    case(
        "old.ogv",
        &format!("{} -c:v libtheora -c:a libvorbis OUT", both("640x360", "25")),
        &Expect {
            // Pictures that equal the one before are not stored.
            rate: None,
            ..Expect::default()
        },
    );
}

#[test]
fn mpeg4_and_mp3_in_avi() {
    case(
        "old.avi",
        &format!("{} -c:v mpeg4 -b:v 1M -c:a libmp3lame OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

/// AVI counts pictures: reordering must not make them late, nor MP3's own delay the sound.
#[test]
fn avi_with_reordered_pictures() {
    let stream = case(
        "old.avi",
        &format!(
            "{} -c:v mpeg4 -vtag xvid -bf 2 -b:v 1M -c:a libmp3lame OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    let index = stream.out.join("index.m3u8");
    let words = lab::judged(&index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
    near(
        lab::number(&words, "black_end").expect("black before"),
        1.0,
        0.01,
        "the pattern begins",
    );
    let words = lab::judged(&index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
    near(
        lab::number(&words, "silence_end").expect("silent before"),
        1.0,
        0.01,
        "the tone begins",
    );
}

/// In Matroska and MPEG-TS the encoder's priming comes before the pictures: it is no part of the film, and no picture moves.
#[test]
fn priming_moves_no_picture() {
    for (name, codecs) in [("film.mkv", "-c:a aac"), ("film.ts", "-c:a aac"), ("film.webm", "")] {
        let folder = tempfile::tempdir().expect("a folder");
        let pictures = if codecs.is_empty() {
            "-c:v libvpx -deadline realtime -cpu-used 8"
        } else {
            X264
        };
        lab::ffmpeg(
            folder.path(),
            &format!("{} {pictures} {codecs} {name}", both("320x180", "25")),
        );
        let (film, out) = (folder.path().join(name), folder.path().join("out"));
        lab::stream(
            &film,
            &out,
            &Wishes {
                extras: false,
                ..Wishes::default()
            },
        );
        let facts = lab::ffprobe(&out.join("180p/index.m3u8"));
        assert_eq!(
            (frames(&facts), facts["streams"][0]["avg_frame_rate"].as_str()),
            (75.0, Some("25/1")),
            "{name}"
        );
    }
}

#[test]
fn windows_media() {
    case(
        "old.wmv",
        &format!("{} -c:v wmv2 -b:v 1M -c:a wmav2 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn flash_video() {
    case(
        "old.flv",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn transport_stream_without_index() {
    case(
        "recording.ts",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn transport_stream_with_ac3() {
    case(
        "recording.m2ts",
        &format!("{} {X264} -c:a ac3 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn recordings_joined_with_clocks_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac one.ts", both("640x360", "25")),
    );
    lab::ffmpeg(folder.path(), "-i one.ts -c copy -output_ts_offset 5000 two.ts");
    let joined = ["one.ts", "two.ts", "one.ts"]
        .map(|name| std::fs::read(folder.path().join(name)).expect("made"))
        .concat();
    std::fs::write(folder.path().join("joined.ts"), joined).expect("written");
    let wishes = Wishes {
        extras: false,
        ..Wishes::default()
    };
    let stream = lab::stream(&folder.path().join("joined.ts"), &folder.path().join("out"), &wishes);
    near(
        stream.duration,
        9.0,
        0.6,
        "three times three seconds, one after the other",
    );
}

/// `cat one.ts two.ts`: both begin at the same time.
#[test]
fn recordings_joined_with_one_clock() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, size) in [("one.ts", "320x180"), ("two.ts", "480x270")] {
        lab::ffmpeg(folder.path(), &format!("{} {X264} -c:a aac {name}", both(size, "25")));
    }
    let joined = ["one.ts", "two.ts"]
        .map(|name| std::fs::read(folder.path().join(name)).expect("made"))
        .concat();
    std::fs::write(folder.path().join("joined.ts"), joined).expect("written");
    let stream = lab::stream(
        &folder.path().join("joined.ts"),
        &folder.path().join("out"),
        &Wishes::default(),
    );
    near(stream.duration, 6.0, 0.15, "one after the other");
    lab::check(&stream.out);
    // In each the pattern and the tone begin together after a second.
    let index = stream.out.join("index.m3u8");
    let words = lab::judged(&index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
    let shown: Vec<f64> = numbers(&words, "black_end");
    let words = lab::judged(&index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
    let heard: Vec<f64> = numbers(&words, "silence_end");
    assert!(shown.len() >= 2 && heard.len() >= 2, "{shown:?} {heard:?}");
    for (at, (shown, heard)) in [1.0, 4.0].iter().zip(shown.iter().zip(&heard)) {
        near(*shown, *at, 0.06, "the pattern begins");
        near(*heard, *shown, 0.06, "the tone begins");
    }
}

/// Every number after `name:` in a filter's output.
fn numbers(words: &str, name: &str) -> Vec<f64> {
    words
        .split(&format!("{name}:"))
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next()?.trim_end_matches('|').parse().ok())
        .collect()
}

#[test]
fn program_stream() {
    case(
        "disc.mpg",
        &format!("{} -c:v mpeg2video -b:v 2M -c:a mp2 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn fragmented_mp4() {
    case(
        "live.mp4",
        &format!(
            "{} {X264} -g 25 -c:a aac -movflags frag_keyframe+empty_moov OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

// Sound.

#[test]
fn two_languages() {
    let stream = case(
        "film.mkv",
        &format!(
            "{} {} -map 0:v -map 1:a -map 2:a {X264} -c:a aac -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger \
             -disposition:a:0 0 -disposition:a:1 default OUT",
            both("640x360", "25"),
            sound(48_000, "3")
        ),
        &Expect {
            audio: &["audio-en", "audio-de"],
            ..Expect::default()
        },
    );
    assert!(stream.plan.audio[1].default);
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    let german = index
        .lines()
        .find(|line| line.contains("LANGUAGE=\"de\""))
        .expect("German is named");
    assert!(
        german.contains("NAME=\"Deutsch\"") && german.contains("DEFAULT=YES"),
        "{german}"
    );
    let english = index
        .lines()
        .find(|line| line.contains("LANGUAGE=\"en\""))
        .expect("English is named");
    assert!(
        english.contains("DEFAULT=NO") || !english.contains("DEFAULT"),
        "{english}"
    );
}

#[test]
fn surround() {
    case(
        "film.mp4",
        &format!(
            "{} {X264} -af pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
}

#[test]
fn mono() {
    case(
        "film.mov",
        &format!("{} {X264} -ac 1 -c:a pcm_s16be OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn no_sound() {
    let stream = case(
        "film.mp4",
        &format!("{} {X264} OUT", picture("640x360", "25", "3")),
        &Expect {
            audio: &[],
            ..Expect::default()
        },
    );
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("silent")),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn high_sample_rate() {
    case(
        "film.mkv",
        &format!(
            "{} {} {X264} -c:a flac OUT",
            picture("640x360", "25", "3"),
            sound(96_000, "3")
        ),
        &Expect::default(),
    );
}

#[test]
fn low_sample_rate() {
    case(
        "film.avi",
        &format!(
            "{} {} {X264} -c:a pcm_u8 OUT",
            picture("640x360", "25", "3"),
            sound(11_025, "3")
        ),
        &Expect::default(),
    );
}

#[test]
fn sound_that_begins_late() {
    let folder = tempfile::tempdir().expect("a folder");
    // The tone's track begins at 1 s, where the pattern does: there is no sound before.
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -itsoffset 1 -f lavfi -i aevalsrc=exprs='0.5*sin(880*PI*t)':s=48000:d=2 {X264} -c:a aac film.mkv",
            picture("640x360", "25", "3")
        ),
    );
    judge(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
}

#[test]
fn in_sync_after_ten_minutes() {
    let folder = tempfile::tempdir().expect("a folder");
    // Rates that are no whole numbers of anything: drift would show.
    lab::ffmpeg(
        folder.path(),
        &format!(
            "-f lavfi -i testsrc2=s=128x72:r=30000/1001:d=600,drawbox=c=black:t=fill:enable='lt(t,598)' \
             -f lavfi -i aevalsrc=exprs='gte(t,598)*0.5*sin(880*PI*t)':s=44100:d=600 {X264} -c:a pcm_s16le film.mov"
        ),
    );
    let wishes = Wishes {
        extras: false,
        ..Wishes::default()
    };
    let stream = lab::stream(&folder.path().join("film.mov"), &folder.path().join("out"), &wishes);
    near(stream.duration, 600.0, 0.1, "the whole");
    let index = stream.out.join("index.m3u8");
    let words = lab::judged(&index, &["-map", "0:v:0", "-vf", "blackdetect=d=0.3:pix_th=0.1"]);
    let shown = lab::number(&words, "black_end").expect("black before");
    let words = lab::judged(&index, &["-map", "0:a:0", "-af", "silencedetect=n=-40dB:d=0.3"]);
    let heard = lab::number(&words, "silence_end").expect("silent before");
    near(heard - shown, 0.0, 0.02 + 1001.0 / 30_000.0, "sound behind picture");
    near(shown, 598.0, 0.05, "the pattern begins");
}

fn only_sound(name: &str, encoding: &str) {
    let rungs = &[];
    let stream = case(
        name,
        &format!("{} {encoding} OUT", sound(44_100, "3")),
        &Expect {
            rungs,
            rate: None,
            ..Expect::default()
        },
    );
    assert!(
        stream.plan.notes.iter().any(|note| note.contains("no pictures")),
        "{:?}",
        stream.plan.notes
    );
}

#[test]
fn m4a() {
    only_sound("song.m4a", "-c:a aac");
}

#[test]
fn mp3() {
    only_sound("song.mp3", "-c:a libmp3lame");
}

#[test]
fn wav() {
    only_sound("song.wav", "-c:a pcm_s16le");
}

/// A talk with its words: both end together.
#[test]
fn sound_with_words() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("words.txt"), SRT).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -c:a flac -c:s subrip talk.mka",
            sound(44_100, "14")
        ),
    );
    let stream = lab::stream(
        &folder.path().join("talk.mka"),
        &folder.path().join("out"),
        &Wishes::default(),
    );
    let playlist = |name: &str| std::fs::read_to_string(stream.out.join(name).join("index.m3u8")).expect("a playlist");
    assert_eq!(
        playlist("captions").matches("#EXTINF").count(),
        playlist("audio").matches("#EXTINF").count()
    );
    assert!(
        !playlist("captions").contains("#EXTINF:0.000"),
        "{}",
        playlist("captions")
    );
}

#[test]
fn flac() {
    only_sound("song.flac", "-c:a flac");
}

#[test]
fn cover_art_is_no_film() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=320x320:d=0.04 -frames:v 1 cover.jpg",
    );
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -i cover.jpg -map 0:a -map 1:v -c:a libmp3lame -c:v copy -disposition:v attached_pic song.mp3",
            sound(44_100, "3")
        ),
    );
    let rungs = &[];
    judge(
        &folder.path().join("song.mp3"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect {
            rungs,
            rate: None,
            ..Expect::default()
        },
    );
}

// Captions.

const SRT: &str =
    "1\n00:00:00,500 --> 00:00:01,500\nGrüße & <i>Küsse</i>\n\n2\n00:00:01,800 --> 00:00:02,900\nthe end\n";

/// Every caption segment of a rendition, one after the other.
fn captions(stream: &Stream, name: &str) -> String {
    let playlist = std::fs::read_to_string(stream.out.join(name).join("index.m3u8")).expect("a captions playlist");
    assert!(playlist.ends_with("#EXT-X-ENDLIST\n"), "{playlist}");
    let texts = playlist.lines().filter(|line| !line.starts_with('#')).map(|segment| {
        let text = std::fs::read_to_string(stream.out.join(name).join(segment)).expect("a captions segment");
        assert!(text.starts_with("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:"), "{text}");
        text
    });
    texts.collect()
}

fn captioned(stream: &Stream, name: &str, language: Option<&str>) {
    let text = captions(stream, name);
    assert!(text.contains("00:00:00.500 --> 00:00:01.500\nGrüße &amp; "), "{text}");
    assert!(text.contains("--> 00:00:02.900\nthe end\n"), "{text}");
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    let line = index
        .lines()
        .find(|line| line.contains(&format!("URI=\"{name}/index.m3u8\"")))
        .expect("it is named");
    assert!(line.contains("TYPE=SUBTITLES"), "{line}");
    if let Some(language) = language {
        assert!(line.contains(&format!("LANGUAGE=\"{language}\"")), "{line}");
    }
    assert!(index.contains("SUBTITLES=\""), "{index}");
}

#[test]
fn embedded_mov_text() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("words.txt"), SRT).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -map 2 {X264} -c:a aac -c:s mov_text -metadata:s:s:0 language=deu film.mp4",
            both("640x360", "25")
        ),
    );
    let stream = judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    captioned(&stream, "captions-de", Some("de"));
}

#[test]
fn embedded_subrip_and_ass() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("words.txt"), SRT).expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -map 2 -map 2 {X264} -c:a flac -c:s:0 subrip -c:s:1 ass \
             -metadata:s:s:0 language=eng -disposition:s:0 hearing_impaired \
             -metadata:s:s:1 language=fra -disposition:s:1 forced film.mkv",
            both("640x360", "25")
        ),
    );
    let stream = judge(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    captioned(&stream, "captions-en", Some("en"));
    captioned(&stream, "captions-fr", Some("fr"));
    let index = std::fs::read_to_string(stream.out.join("index.m3u8")).expect("an index");
    let line = |name: &str| {
        let uri = format!("URI=\"{name}/index.m3u8\"");
        index.lines().find(|line| line.contains(&uri)).expect("it is named")
    };
    assert!(line("captions-fr").contains("FORCED=YES"), "{index}");
    assert!(
        line("captions-en").contains("FORCED=NO") && line("captions-en").contains("transcribes-spoken-dialog"),
        "{index}"
    );
    assert!(index.contains("mp4a.40.2,wvtt\""), "{index}");
}

#[test]
fn subtitles_that_outlast_the_film() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("words.txt"),
        "1\n00:00:00,500 --> 00:01:30,000\nto be continued\n",
    )
    .expect("written");
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f srt -i words.txt -map 0 -map 1 -map 2 {X264} -c:a flac -c:s subrip film.mkv",
            both("640x360", "25")
        ),
    );
    let stream = judge(
        &folder.path().join("film.mkv"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    assert!(captions(&stream, "captions").contains("to be continued"));
}

#[test]
fn captions_beside_the_film() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac film.mp4", both("640x360", "25")),
    );
    let latin: Vec<u8> = SRT
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    std::fs::write(folder.path().join("film.de.srt"), latin).expect("written");
    let vtt = format!(
        "WEBVTT\r\n\r\n{}",
        SRT.replace(',', ".").replace(" & ", " &amp; ").replace('\n', "\r\n")
    );
    let utf16: Vec<u8> = format!("\u{FEFF}{vtt}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(folder.path().join("film.vtt"), utf16).expect("written");
    let stream = judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
    captioned(&stream, "captions-de", Some("de"));
    captioned(&stream, "captions", None);
}

#[test]
fn captions_in_a_transport_stream() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac film.mp4", both("640x360", "25")),
    );
    std::fs::write(folder.path().join("film.en.srt"), SRT).expect("written");
    let wishes = Wishes {
        format: Format::Ts,
        ..Wishes::default()
    };
    let stream = judge(
        &folder.path().join("film.mp4"),
        &folder.path().join("out"),
        &wishes,
        &Expect::default(),
    );
    captioned(&stream, "captions-en", Some("en"));
    // The cue clock must be the pictures' clock.
    let facts = lab::ffprobe(&stream.out.join("360p/00001.ts"));
    let start: f64 = facts["streams"][0]["start_time"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a start");
    let text = captions(&stream, "captions-en");
    let mpegts: f64 = text
        .split("MPEGTS:")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .and_then(|word| word.parse().ok())
        .expect("a map");
    near(mpegts / 90_000.0, start, 0.05, "the captions' clock");
}

// Sizes, names, wishes.

#[test]
fn full_hd_ladder() {
    let rungs = &[
        ("1080p", 1920, 1080),
        ("720p", 1280, 720),
        ("480p", 854, 480),
        ("360p", 640, 360),
    ];
    case(
        "film.mp4",
        &format!(
            "{} {} {X264} -c:a aac OUT",
            picture("1920x1080", "25", "2"),
            sound(48_000, "2")
        ),
        &Expect {
            rungs,
            duration: 2.0,
            ..Expect::default()
        },
    );
}

#[test]
fn between_two_standard_heights() {
    let rungs = &[
        ("900p", 1600, 900),
        ("720p", 1280, 720),
        ("480p", 854, 480),
        ("360p", 640, 360),
    ];
    case(
        "film.mp4",
        &format!(
            "{} {} {X264} -c:a aac OUT",
            picture("1600x900", "25", "2"),
            sound(48_000, "2")
        ),
        &Expect {
            rungs,
            duration: 2.0,
            ..Expect::default()
        },
    );
}

#[test]
fn chosen_ladder() {
    let rungs = &[("480p", 854, 480), ("240p", 428, 240)];
    let wishes = Wishes {
        heights: Some(vec![1080, 240]),
        ..Wishes::default()
    };
    case_with(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("854x480", "25")),
        &wishes,
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

#[test]
fn tiny() {
    let rungs = &[("48p", 64, 48)];
    case(
        "tiny.mp4",
        &format!("{} {X264} -c:a aac OUT", both("64x48", "25")),
        &Expect {
            rungs,
            ..Expect::default()
        },
    );
}

#[test]
fn name_in_other_letters() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        &format!("{} {X264} -c:a aac film.mp4", both("640x360", "25")),
    );
    let name = folder.path().join("Ünïcødé 映画 'n “x” %41 #1?.mp4");
    std::fs::rename(folder.path().join("film.mp4"), &name).expect("renamed");
    judge(
        &name,
        &folder.path().join("out"),
        &Wishes::default(),
        &Expect::default(),
    );
}

#[test]
fn no_extension() {
    case(
        "film",
        &format!("{} {X264} -c:a aac -f mp4 OUT", both("640x360", "25")),
        &Expect::default(),
    );
}

#[test]
fn transport_stream_out() {
    let wishes = Wishes {
        format: Format::Ts,
        ..Wishes::default()
    };
    case_with(
        "film.mp4",
        &format!("{} {X264} -c:a aac OUT", both("640x360", "25")),
        &wishes,
        &Expect::default(),
    );
}

#[test]
fn fitting_source_is_copied() {
    let stream = case(
        "film.mp4",
        &format!(
            "{} {X264} -g 25 -b:v 600k -maxrate 800k -bufsize 800k -ac 2 -c:a aac OUT",
            both("640x360", "25")
        ),
        &Expect::default(),
    );
    assert!(stream.plan.rungs[0].copied, "{:?}", stream.plan.notes);
    assert!(stream.measured["360p"].copied, "planned and done");
    assert!(stream.plan.audio[0].copied, "{:?}", stream.plan.audio);
}
