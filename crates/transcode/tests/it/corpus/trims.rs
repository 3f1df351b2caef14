//! A part of a film: from picture to picture, sound to the sample, and nothing of what lies outside of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use screener_ladder::{Format, Plan, Preset, Wishes};
use screener_wire::{Event, Resume, Segment, Transcode};

use super::near;
use crate::ears::hear;
use crate::lab::{self, Stream, numbers};
use crate::talk::{Worker, segments, told};

/// A tone of 1200 Hz up to one moment, 440 Hz up to another, 2500 Hz behind it.
fn tones(from: f64, to: f64) -> String {
    format!("0.4*sin(2*PI*t*(1200*lt(t,{from})+440*between(t,{from},{to})+2500*gt(t,{to})))")
}

fn wishes(from: Option<f64>, to: Option<f64>) -> Wishes {
    Wishes {
        from,
        to,
        preset: Preset::Fast,
        ..Wishes::default()
    }
}

/// Every rung of the stream holds these pictures and no other, poster and storyboard are among them, and every playlist is as long.
fn holds(stream: &Stream, pictures: Range<usize>, seconds: f64, what: &str) {
    near(stream.duration, seconds, 0.03, what);
    for rung in &stream.plan.rungs {
        let index = stream.out.join(&rung.name).join("index.m3u8");
        let seen = numbers::seen(&index, "");
        assert_eq!(seen, pictures.clone().collect::<Vec<_>>(), "{what}: {}", rung.name);
        let facts = lab::ffprobe(&index);
        near(super::seconds(&facts), seconds, 0.05, what);
    }
    for audio in &stream.plan.audio {
        near(
            hear(&stream.out.join(&audio.name).join("index.m3u8")).lasts(),
            seconds,
            0.045,
            what,
        );
        assert!(!audio.copied, "{what}");
    }
    if stream.plan.wishes.extras {
        let poster = numbers::tiles(&stream.out.join("poster.jpg"), 1, 1);
        assert!(
            poster.iter().all(|number| pictures.contains(number)),
            "{what}: {poster:?}"
        );
        let index = std::fs::read_to_string(stream.out.join("storyboard.vtt")).expect("an index");
        let count = index.matches("-->").count();
        let tiles = numbers::tiles(&stream.out.join("storyboard.jpg"), count.min(10), count.div_ceil(10));
        assert!(
            tiles.iter().all(|number| pictures.contains(number)),
            "{what}: {tiles:?}"
        );
    }
    lab::check(&stream.out);
}

/// The tone of the part is heard from its beginning to its end, and neither of the others.
fn sounds(stream: &Stream, seconds: f64, what: &str) {
    let heard = hear(&stream.out.join("audio/index.m3u8"));
    let [least, _] = heard.unbroken(440.0, 0.1, seconds - 0.1);
    assert!(least > 0.2, "{what}: {least}");
    for hertz in [1200.0, 2500.0] {
        let [_, most] = heard.unbroken(hertz, 0.1, seconds - 0.05);
        assert!(most < 0.02, "{what}: {hertz} Hz at {most}");
    }
}

fn part(folder: &Path, name: &str, wishes: &Wishes) -> Stream {
    lab::stream(
        &folder.join(name),
        &folder.join(format!("{name}-{:?}-{:?}", wishes.from, wishes.format)),
        wishes,
    )
}

const OPEN: &str =
    "-c:v libx264 -preset ultrafast -x264-params open-gop=1:keyint=25:bframes=3:b-adapt=0:scenecut=0 -c:a aac";

/// Points within groups of pictures, and on key pictures that others reach over: never a copy, always these pictures.
fn within_groups(table: &[(&str, &str, &str)]) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, rate, how) in table {
        let picture = if *rate == "25" { 0.04 } else { 1001.0 / 30_000.0 };
        // The tones change with the pictures 60 and 110; what is wished for lies within these pictures.
        let (from, to) = (60.0 * picture, 110.0 * picture);
        numbers::film(folder.path(), name, (150, rate), &tones(from, to), how);
        let stream = part(folder.path(), name, &wishes(Some(from + 0.011), Some(to + 0.011)));
        assert!(!stream.plan.rungs[0].copied, "{name}: {:?}", stream.plan.notes);
        holds(&stream, 60..110, 50.0 * picture, name);
        if !stream.plan.audio.is_empty() {
            sounds(&stream, 50.0 * picture, name);
        }
    }
}

#[test]
fn parts_within_groups() {
    within_groups(&[
        ("film.mp4", "25", OPEN),
        (
            "film.mkv",
            "30000/1001",
            "-c:v libx264 -preset ultrafast -bf 2 -g 40 -c:a libopus",
        ),
        (
            "late.ts",
            "25",
            "-c:v libx264 -preset ultrafast -bf 2 -g 50 -c:a aac -output_ts_offset 5000",
        ),
    ]);
}

/// Where pictures are counted, or reordered by others' rules.
#[test]
fn parts_of_other_containers_and_codecs() {
    within_groups(&[
        (
            "film.avi",
            "25",
            "-c:v mpeg4 -vtag xvid -bf 2 -g 50 -b:v 1M -c:a pcm_s16le",
        ),
        ("film.h264", "25", "-c:v libx264 -preset ultrafast -bf 2 -g 50 -map 0:v"),
        ("film.mpg", "25", "-c:v mpeg2video -g 15 -bf 2 -b:v 2M -c:a mp2"),
        (
            "hevc.mp4",
            "25",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=50:bframes=3 -tag:v hvc1 -c:a aac",
        ),
    ]);
}

/// Points on IDR pictures of closed groups: the packets of the part, and none other.
#[test]
fn parts_of_whole_groups_are_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let how = "-c:v libx264 -preset ultrafast -bf 2 -g 25 -sc_threshold 0 -b:v 300k -c:a aac";
    for (name, format) in [
        ("film.mp4", Format::Cmaf),
        ("film.mkv", Format::Ts),
        ("film.ts", Format::Cmaf),
    ] {
        numbers::film(folder.path(), name, (200, "25"), &tones(2.0, 5.0), how);
        // The rung below is made of the same pictures.
        let wishes = Wishes {
            format,
            heights: Some(vec![360, 144]),
            ..wishes(Some(2.0), Some(5.0))
        };
        let what = format!("{name} {format:?}");
        let stream = part(folder.path(), name, &wishes);
        assert!(stream.plan.rungs[0].copied, "{what}: {:?}", stream.plan.notes);
        holds(&stream, 50..125, 3.0, &what);
        sounds(&stream, 3.0, &what);
    }
    // One point beside a key picture is enough, and said.
    for (from, to, pictures) in [(2.04, 5.0, 51..125), (2.0, 5.04, 50..126)] {
        let stream = part(folder.path(), "film.mp4", &wishes(Some(from), Some(to)));
        let note =
            "360p is re-encoded, not copied: it is cut between key frames, and a copy would hold what is cut off";
        assert!(
            stream.plan.notes.iter().any(|said| said == note),
            "{:?}",
            stream.plan.notes
        );
        let seconds = pictures.len() as f64 * 0.04;
        holds(&stream, pictures, seconds, note);
    }
    // One point alone.
    let stream = part(folder.path(), "film.mp4", &wishes(Some(3.0), None));
    assert!(stream.plan.rungs[0].copied, "{:?}", stream.plan.notes);
    holds(&stream, 75..200, 5.0, "the end of the film");
    let stream = part(folder.path(), "film.mkv", &wishes(None, Some(3.0)));
    assert!(stream.plan.rungs[0].copied, "{:?}", stream.plan.notes);
    holds(&stream, 0..75, 3.0, "its beginning");
}

/// Loud outside, silent inside, without loss: not one sample of what is outside is heard.
#[test]
fn sound_to_the_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let loud = "0.5*sin(2*PI*1200*t)*(lt(t,1.2)+gte(t,2.6))";
    numbers::film(
        folder.path(),
        "film.mov",
        (100, "25"),
        loud,
        "-c:v libx264 -preset ultrafast -c:a pcm_s16le",
    );
    numbers::film(
        folder.path(),
        "film.mkv",
        (100, "25"),
        loud,
        "-c:v libx264 -preset ultrafast -c:a flac -ar 44100",
    );
    for name in ["film.mov", "film.mkv"] {
        // Within the pictures that begin and end where it is silent.
        let stream = part(folder.path(), name, &wishes(Some(1.21), Some(2.63)));
        holds(&stream, 30..65, 1.4, name);
        let words = lab::judged(&stream.out.join("audio/index.m3u8"), &["-af", "volumedetect"]);
        let loudest = lab::number(&words, "max_volume").expect("it was measured");
        assert!(loudest < -70.0, "{name}: {loudest}");
    }
    // Sound alone is cut between two samples.
    for (name, codec) in [
        ("song.flac", "flac"),
        ("song.m4a", "alac"),
        ("song.mp3", "libmp3lame -b:a 320k"),
    ] {
        lab::ffmpeg(
            folder.path(),
            &format!("-f lavfi -i aevalsrc=exprs='{loud}':s=48000:d=4:c=stereo -c:a {codec} {name}"),
        );
        let lossy = codec.starts_with("lib");
        let (from, to) = if lossy { (1.25, 2.55) } else { (1.2001, 2.5999) };
        let stream = part(folder.path(), name, &wishes(Some(from), Some(to)));
        near(stream.duration, to - from, 0.03, name);
        let words = lab::judged(&stream.out.join("audio/index.m3u8"), &["-af", "volumedetect"]);
        let loudest = lab::number(&words, "max_volume").expect("it was measured");
        assert!(loudest < -60.0, "{name}: {loudest}");
        lab::check(&stream.out);
    }
}

/// Sound and pictures stay together behind an in point.
#[test]
fn in_sync_behind_an_in_point() {
    let folder = tempfile::tempdir().expect("a folder");
    // The tone begins with picture 100.
    let late = "0.5*sin(2*PI*880*t)*gte(t,4)";
    for (name, how) in [
        ("film.mp4", OPEN),
        ("film.mkv", "-c:v libx264 -preset ultrafast -bf 2 -c:a libopus"),
        ("film.ts", "-c:v libx264 -preset ultrafast -bf 2 -c:a aac"),
    ] {
        numbers::film(folder.path(), name, (150, "25"), late, how);
        let stream = part(folder.path(), name, &wishes(Some(2.88), None));
        holds(&stream, 72..150, 3.12, name);
        let heard = hear(&stream.out.join("audio/index.m3u8")).begins(0.1, 0.0);
        near(heard, 28.0 * 0.04, 0.012, name);
    }
}

/// A slide that stands for long is cut within, and uneven pictures keep their distances.
#[test]
fn parts_of_uneven_pictures() {
    let folder = tempfile::tempdir().expect("a folder");
    numbers::pictures(folder.path(), 100);
    // Pictures 10 to 59 are missing: the ninth stands for two seconds.
    let how = "-vf select='not(between(n,10,59))' -vsync vfr -pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 2 -c:a pcm_s16le";
    lab::ffmpeg(
        folder.path(),
        &format!(
            "{} -f lavfi -i aevalsrc=exprs='{}':s=48000:d=4:c=stereo {how} slides.mov",
            numbers::input("25"),
            tones(1.0, 3.0)
        ),
    );
    let stream = part(folder.path(), "slides.mov", &wishes(Some(1.0), Some(3.0)));
    let index = stream.out.join("360p/index.m3u8");
    let (seen, times) = (numbers::seen(&index, ""), numbers::times(&index));
    // It is repeated where key pictures are due.
    let moves = seen.iter().position(|number| *number == 60).expect("the slide ends");
    assert!(seen[..moves].iter().all(|number| *number == 9), "{seen:?}");
    assert_eq!(seen[moves..], (60..75).collect::<Vec<_>>());
    near(times[moves], 1.4, 0.005, "where the slide ends");
    near(stream.duration, 2.0, 0.03, "the whole");
    sounds(&stream, 2.0, "slides");
    lab::check(&stream.out);
    // From one slide to within it.
    let stream = part(folder.path(), "slides.mov", &wishes(Some(0.6), Some(1.8)));
    let seen = numbers::seen(&stream.out.join("360p/index.m3u8"), "");
    assert!(!seen.is_empty() && seen.iter().all(|number| *number == 9), "{seen:?}");
    near(stream.duration, 1.2, 0.03, "within a slide");
}

/// Times are those of the film as an edit list shows it, and what it hides stays hidden.
#[test]
fn parts_of_a_film_with_an_edit_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let how = "-c:v libx264 -preset ultrafast -bf 2 -g 25 -b:v 300k -c:a aac";
    numbers::film(folder.path(), "film.mp4", (200, "25"), "0.3*sin(2*PI*440*t)", how);
    lab::movie::keep_pieces(&folder.path().join("film.mp4"), &[(1.0, 2.0), (5.0, 3.0)]);
    // Shown are the pictures 25 to 74 and 125 to 199.
    let stream = part(folder.path(), "film.mp4", &wishes(Some(1.0), Some(3.0)));
    let seen = numbers::seen(&stream.out.join("360p/index.m3u8"), "");
    assert_eq!(seen, (50..75).chain(125..150).collect::<Vec<_>>());
    // Pieces that begin within groups.
    near(stream.duration, 2.0, 0.03, "the whole");
    lab::check(&stream.out);
}

/// A phone's film that is turned: its pictures as they are seen.
#[test]
fn a_part_of_a_turned_film() {
    let folder = tempfile::tempdir().expect("a folder");
    let how = "-c:v libx264 -preset ultrafast -bf 2 -g 25 -c:a aac";
    numbers::film(folder.path(), "phone.mov", (150, "25"), &tones(2.0, 4.0), how);
    lab::set_matrix(&folder.path().join("phone.mov"), [0, 1, -1, 0]);
    let stream = part(folder.path(), "phone.mov", &wishes(Some(2.0), Some(4.0)));
    assert_eq!(stream.plan.source.video.as_ref().expect("pictures").rotation, 90);
    let index = stream.out.join(&stream.plan.rungs[0].name).join("index.m3u8");
    assert_eq!(
        numbers::seen(&index, "transpose=cclock,"),
        (50..100).collect::<Vec<_>>()
    );
    sounds(&stream, 2.0, "turned");
}

/// The single file holds the part as well.
#[test]
fn a_part_as_a_single_file() {
    let folder = tempfile::tempdir().expect("a folder");
    numbers::film(folder.path(), "film.mp4", (150, "25"), &tones(1.4, 3.4), OPEN);
    let wishes = Wishes {
        mp4: true,
        ..wishes(Some(1.4), Some(3.4))
    };
    let stream = part(folder.path(), "film.mp4", &wishes);
    holds(&stream, 35..85, 2.0, "the stream");
    let file = std::fs::read_dir(&stream.out)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|kind| kind == "mp4"))
        .expect("a single file");
    assert_eq!(numbers::seen(&file, ""), (35..85).collect::<Vec<_>>());
}

/// What cannot be is refused in words, and before the film is made.
#[test]
fn parts_that_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    numbers::film(
        folder.path(),
        "film.mp4",
        (50, "25"),
        "",
        "-c:v libx264 -preset ultrafast",
    );
    let film = folder.path().join("film.mp4");
    for (from, to, said) in [
        (Some(1.5), Some(1.5), "Nothing of the film lies between 1.5 s and 1.5 s"),
        (Some(1.5), Some(1.0), "Nothing of the film lies between 1.5 s and 1 s"),
        (None, Some(0.0), "Nothing of the film lies between 0 s and 0 s"),
        (Some(2.0), None, "The film has nothing at 2 s: it lasts 2.000 s"),
        (Some(1.0), Some(60.0), "The film has nothing at 60 s: it lasts 2.000 s"),
        (Some(-1.0), None, "A film has no moment at -1 s"),
        (
            Some(1.0),
            Some(1.02),
            "Not one picture of the film lies between 1 s and 1.02 s",
        ),
    ] {
        let outcome = lab::transcode(&film, &folder.path().join("out"), &wishes(from, to));
        let failure = outcome
            .failure()
            .unwrap_or_else(|| panic!("{from:?} {to:?} is no part"));
        assert_eq!(failure.code, "wrong_cut");
        assert!(
            failure.message.contains(said) && !failure.mend.is_empty(),
            "{failure:?}"
        );
    }
    // A clock in whole seconds shows an end that is a little behind the last picture.
    let stream = part(folder.path(), "film.mp4", &wishes(Some(1.0), Some(2.4)));
    holds(&stream, 25..50, 1.0, "rounded");
}

/// Words inside and beside the film: moved, clipped, and left out where nothing is said.
#[test]
fn captions_of_a_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let srt = "1\n00:00:00,200 --> 00:00:01,000\nbefore\n\n2\n00:00:01,500 --> 00:00:02,500\nfirst\n\n3\n00:00:03,000 --> 00:00:03,500\nsecond\n\n4\n00:00:03,800 --> 00:00:05,000\nthird\n\n5\n00:00:05,000 --> 00:00:05,900\nbehind\n";
    std::fs::write(path.join("words.txt"), srt).expect("written");
    numbers::pictures(path, 150);
    for (name, codec) in [("film.mp4", "mov_text"), ("film.mkv", "subrip")] {
        lab::ffmpeg(
            path,
            &format!(
                "{} -f srt -i words.txt -map 0 -map 1 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -c:s {codec} -metadata:s:s:0 language=eng {name}",
                numbers::input("25")
            ),
        );
    }
    std::fs::write(path.join("film.de.srt"), srt).expect("written");
    std::fs::write(path.join("film.fr.srt"), "1\n00:00:00,100 --> 00:00:01,900\navant\n").expect("written");
    for name in ["film.mp4", "film.mkv"] {
        let stream = part(path, name, &wishes(Some(2.0), Some(4.6)));
        let names: Vec<&str> = stream
            .plan
            .captions
            .iter()
            .map(|captions| captions.name.as_str())
            .collect();
        assert_eq!(names, ["captions-en", "captions-de"], "{name}");
        let note = "The captions “Français” say nothing in this part of the film: left out";
        assert!(
            stream.plan.notes.iter().any(|said| said == note),
            "{:?}",
            stream.plan.notes
        );
        for track in names {
            let mut cues: Vec<String> = Vec::new();
            let mut files: Vec<_> = std::fs::read_dir(stream.out.join(track))
                .expect("a folder")
                .flatten()
                .map(|entry| entry.path())
                .collect();
            files.sort();
            for file in files
                .iter()
                .filter(|file| file.extension().is_some_and(|kind| kind == "vtt"))
            {
                let text = std::fs::read_to_string(file).expect("words");
                for cue in text.split("\n\n").skip(1).map(|cue| cue.trim().replace('\n', " ")) {
                    if !cues.contains(&cue) {
                        cues.push(cue);
                    }
                }
            }
            assert_eq!(
                cues,
                [
                    "00:00:00.000 --> 00:00:00.500 first",
                    "00:00:01.000 --> 00:00:01.500 second",
                    "00:00:01.800 --> 00:00:02.600 third",
                ],
                "{name} {track}"
            );
        }
        lab::check(&stream.out);
    }
}

/// Killed in the middle, and gone on with: the same pictures, each once, and the sound unbroken.
#[test]
fn a_killed_part_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let how = "-c:v libx264 -preset ultrafast -bf 2 -g 25 -sc_threshold 0 -b:v 300k -c:a aac";
    let (from, to) = (3.0, 12.0);
    for (name, copied, off) in [
        ("film.mp4", true, 0.0),
        ("film.mkv", false, 0.04),
        ("film.ts", false, 0.04),
    ] {
        numbers::film(folder.path(), name, (400, "25"), &tones(from + off, to + off), how);
        let wishes = wishes(Some(from + off), Some(to + off));
        let at = |part: &str| folder.path().join(format!("{name}-{part}"));
        let mut task = told(&folder.path().join(name), &at("first"), &wishes);
        // No more than three groups: it waits there until it is killed.
        task.credits = Some(3);
        let mut worker = Worker::start(task.clone());
        let mut before = Vec::new();
        let tracks = 2;
        while segments(&before).iter().filter(|segment| segment.number <= 3).count() < 3 * tracks {
            before.push(worker.next().expect("it waits"));
        }
        worker.child.kill().expect("killed");
        before.extend(worker.rest());
        let plan = before.iter().find_map(|event| match event {
            Event::Planned { plan } => Some(Plan::clone(plan)),
            _ => None,
        });
        assert_eq!(plan.as_ref().expect("a plan").rungs[0].copied, copied, "{name}");
        let mut done: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
        for segment in segments(&before) {
            done.entry(segment.track.clone()).or_default().push(segment.clone());
        }
        let resume = Resume {
            plan,
            segments: done,
            checkpoint: None,
        };
        let after = Worker::start(Transcode {
            out: lab::text(&at("second")),
            credits: None,
            resume: Some(resume),
            ..task
        })
        .rest();
        let Some(Event::Finished { duration, .. }) = after.last() else {
            panic!("{name}: {:?}", after.last());
        };
        near(*duration, 9.0, 0.03, name);
        for track in ["360p", "audio"] {
            let mut list = crate::talk::tracks(&after)
                .iter()
                .find(|one| one.name == track)
                .expect("told")
                .head
                .clone();
            for segment in segments(&before)
                .into_iter()
                .chain(segments(&after))
                .filter(|segment| segment.track == track)
            {
                list += &segment.entry;
                let (first, second) = (at("first").join(&segment.path), at("second").join(&segment.path));
                if !second.exists() {
                    std::fs::copy(first, second).expect("copied");
                }
            }
            std::fs::write(at("second").join(track).join("index.m3u8"), list + "#EXT-X-ENDLIST\n").expect("written");
        }
        let first = ((from + off) * 25.0).round() as usize;
        let seen = numbers::seen(&at("second").join("360p/index.m3u8"), "");
        assert_eq!(seen, (first..first + 225).collect::<Vec<_>>(), "{name}");
        let heard = hear(&at("second").join("audio/index.m3u8"));
        let [least, most] = heard.unbroken(440.0, 0.1, 8.9);
        assert!(least > 0.3 && most < 0.5, "{name}: {least} to {most}");
        let sheet = std::fs::read_to_string(at("second").join("storyboard.vtt")).expect("an index");
        let count = sheet.matches("-->").count();
        let tiles = numbers::tiles(&at("second").join("storyboard.jpg"), count.min(10), count.div_ceil(10));
        assert!(
            tiles.iter().all(|number| (first..first + 225).contains(number)),
            "{name}: {tiles:?}"
        );
    }
}

/// Seconds of a long film cost the same wherever they lie: what is before and behind is neither read nor decoded.
#[test]
fn little_is_read_of_a_long_film() {
    let folder = tempfile::tempdir().expect("a folder");
    lab::ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=640x360:r=25:d=20 -f lavfi -i sine=440:d=20 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 50 \
         -c:a aac short.mp4",
    );
    lab::ffmpeg(folder.path(), "-stream_loop 89 -i short.mp4 -c copy long.mkv");
    let took = |from: f64, out: &str| {
        let begun = std::time::Instant::now();
        let wishes = Wishes {
            heights: Some(vec![144]),
            ..wishes(Some(from), Some(from + 3.0))
        };
        let stream = lab::stream(&folder.path().join("long.mkv"), &folder.path().join(out), &wishes);
        near(stream.duration, 3.0, 0.05, out);
        near(stream.plan.source.duration.expect("declared"), 1800.0, 5.0, "the film");
        begun.elapsed().as_secs_f64()
    };
    let (early, late) = (took(3.5, "early"), took(1700.5, "late"));
    // All that lies before, decoded, takes twenty times as long.
    assert!(late < early * 2.0 + 1.0, "{late} s where {early} s were enough");
}
