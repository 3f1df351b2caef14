//! Chapters as containers have them: MP4 with Nero's list, with a track of text, with both, and Matroska.

use std::path::Path;

use screener_ladder::{Chapter, SourceInfo, Wishes};
use screener_wire::Event;

use super::near;
use crate::lab;

const METADATA: &str = ";FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=2000
title=Ouvertüre
[CHAPTER]
TIMEBASE=1/1000
START=2000
END=5000
title=The  second\\
 part\u{7}\u{202e}
[CHAPTER]
TIMEBASE=1/1000
START=5000
END=8000
title=終わり
";

const FILM: &str = "-f lavfi -i testsrc2=s=320x180:r=25:d=8 -f lavfi -i sine=440:d=8 -f ffmetadata -i chapters.txt -map 0 -map 1 \
                    -map_chapters 2 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 2 -g 50 -c:a aac";

fn make(folder: &Path, name: &str, metadata: &str, more: &str) {
    std::fs::write(folder.join("chapters.txt"), metadata).expect("written");
    lab::ffmpeg(folder, &format!("{FILM} {more} {name}"));
}

fn probed(film: &Path) -> SourceInfo {
    let outcome = lab::probe(film);
    let found = outcome.events.iter().find_map(|event| match event {
        Event::Probed { source } => Some(SourceInfo::clone(source)),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{:?}", outcome.failure()))
}

fn are(found: &[Chapter], expected: &[(f64, f64, &str)], what: &str) {
    let titles: Vec<&str> = found.iter().map(|chapter| chapter.title.as_str()).collect();
    assert_eq!(
        titles,
        expected.iter().map(|(.., title)| *title).collect::<Vec<_>>(),
        "{what}: {found:?}"
    );
    for (chapter, (start, end, title)) in found.iter().zip(expected) {
        // Matroska moves pictures, and not chapters, by what warms up an encoder of sound.
        near(chapter.start, *start, 0.03, title);
        near(chapter.end.expect("an end"), *end, 0.03, title);
    }
}

const ALL: [(f64, f64, &str); 3] = [
    (0.0, 2.0, "Ouvertüre"),
    (2.0, 5.0, "The second part"),
    (5.0, 8.0, "終わり"),
];

/// Each kind alone, and none of them is taken for captions.
#[test]
fn chapters_of_every_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    make(path, "both.mp4", METADATA, "");
    make(path, "track.mp4", METADATA, "-movflags +disable_chpl");
    make(path, "track.mov", METADATA, "");
    make(path, "film.mkv", METADATA, "");
    std::fs::copy(path.join("both.mp4"), path.join("nero.mp4")).expect("copied");
    lab::movie::drop_text(&path.join("nero.mp4"));
    for name in ["both.mp4", "track.mp4", "track.mov", "film.mkv", "nero.mp4"] {
        let source = probed(&path.join(name));
        are(&source.chapters, &ALL, name);
        assert!(source.subtitles.is_empty(), "{name}: {:?}", source.subtitles);
    }
    // Without any there are none.
    make(path, "plain.mp4", METADATA, "-map_chapters -1");
    assert_eq!(probed(&path.join("plain.mp4")).chapters, []);
}

/// They lie on the film's time line: moved and clipped with a part of it, with an edit list, and where the film's clock begins late.
#[test]
fn chapters_move_with_the_film() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    make(path, "film.mp4", METADATA, "");
    make(path, "film.mkv", METADATA, "");
    for name in ["film.mp4", "film.mkv"] {
        let wishes = Wishes {
            from: Some(3.0),
            to: Some(6.0),
            ..Wishes::default()
        };
        let stream = lab::stream(&path.join(name), &path.join(format!("{name}-out")), &wishes);
        are(
            &stream.plan.chapters,
            &[(0.0, 2.0, "The second part"), (2.0, 3.0, "終わり")],
            name,
        );
        assert!(stream.plan.captions.is_empty(), "{name}");
    }
    // A second is cut off by an edit list, of the track of chapters as well.
    make(path, "cut.mp4", METADATA, "-movflags +disable_chpl");
    lab::movie::keep_pieces(&path.join("cut.mp4"), &[(1.0, 7.0)]);
    are(
        &probed(&path.join("cut.mp4")).chapters,
        &[
            (0.0, 1.0, "Ouvertüre"),
            (1.0, 4.0, "The second part"),
            (4.0, 7.0, "終わり"),
        ],
        "an edit list",
    );
    // The pictures begin three seconds late on the file's clock, and the chapters with them.
    lab::ffmpeg(path, "-itsoffset 3 -i film.mkv -map 0 -c copy late.mkv");
    let source = probed(&path.join("late.mkv"));
    are(&source.chapters, &ALL, "a late clock");
}

/// Chapters that are none: behind the film, within each other, at one time, thousands.
#[test]
fn chapters_that_make_no_sense() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let chapter = |start: i64, end: i64, title: &str| {
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    };
    let odd: String = [
        chapter(0, 6000, "whole"),
        chapter(1000, 2000, "inside"),
        chapter(1000, 3000, "twice"),
        chapter(4000, 90_000, "beyond"),
        chapter(20_000, 30_000, "behind"),
    ]
    .concat();
    make(path, "odd.mkv", &format!(";FFMETADATA1\n{odd}"), "");
    let found = probed(&path.join("odd.mkv")).chapters;
    are(
        &found,
        &[(0.0, 1.0, "whole"), (1.0, 2.0, "inside"), (4.0, 8.0, "beyond")],
        "odd",
    );
    let many: String = (0..3000)
        .map(|n| chapter(n * 2, n * 2 + 2, "again and again"))
        .collect();
    make(path, "many.mkv", &format!(";FFMETADATA1\n{many}"), "");
    let found = probed(&path.join("many.mkv")).chapters;
    assert!((1..=500).contains(&found.len()), "{}", found.len());
    let long = "a".repeat(5000);
    make(
        path,
        "long.mkv",
        &format!(";FFMETADATA1\n{}", chapter(0, 8000, &long)),
        "",
    );
    assert_eq!(probed(&path.join("long.mkv")).chapters[0].title.len(), 200);
}
