use screener_ladder::source::{Ratio, SourceInfo, VideoStream};
use screener_ladder::{Format, Wishes, plan};

use crate::film;

#[test]
fn a_fitting_h264_source_is_copied_and_it_is_said() {
    let plan = plan(&film(1920, 1080), &Wishes::default()).unwrap();
    assert!(plan.rungs[0].copied);
    assert!(plan.rungs[1..].iter().all(|rung| !rung.copied));
    assert!(
        plan.notes.iter().any(|note| note == "1080p is copied, not re-encoded"),
        "{:?}",
        plan.notes
    );
    assert!(plan.audio[0].copied);
    assert_eq!(plan.rungs[0].bit_rate, 4_000_000);
    assert!(plan.rungs[0].max_rate >= 8_000_000);
    // Key frames every 2 s, which need not fall on the boundary: a segment may be 6 + 2 s.
    assert_eq!(plan.target_duration, 8);
}

#[test]
fn what_keeps_a_source_from_being_copied() {
    type Change = fn(&mut VideoStream);
    let table: &[(&str, Change)] = &[
        ("other codec", |v| v.codec = "hevc".into()),
        ("10 bit", |v| v.bit_depth = 10),
        ("4:4:4", |v| v.pixel_format = "yuv444p".into()),
        ("turned", |v| v.rotation = 90),
        ("mirrored", |v| v.mirrored = true),
        ("fields", |v| v.interlaced = true),
        ("HDR", |v| v.hdr = true),
        ("far key frames", |v| v.key_frame_interval = Some(10.4)),
        ("unknown key frames", |v| v.key_frame_interval = None),
        ("fat", |v| v.bit_rate = Some(30_000_000)),
        ("unknown rate", |v| v.bit_rate = None),
        ("oblong pixels", |v| v.width = 1440),
        ("120 fps", |v| v.frame_rate = Ratio { num: 120, den: 1 }),
    ];
    for (why, change) in table {
        let mut source = film(1920, 1080);
        change(source.video.as_mut().unwrap());
        let plan = plan(&source, &Wishes::default()).unwrap();
        assert!(!plan.rungs[0].copied, "{why}");
        assert_eq!(plan.target_duration, 6, "{why}");
    }
    let not_wished = Wishes {
        copy: false,
        ..Wishes::default()
    };
    let plan = plan(&film(1920, 1080), &not_wished).unwrap();
    assert!(!plan.rungs[0].copied && !plan.audio[0].copied);
}

#[test]
fn sound_whose_loudness_is_evened_out_is_encoded_and_pictures_are_copied() {
    let wishes = Wishes {
        loudness: true,
        ..Wishes::default()
    };
    let found = plan(&film(1920, 1080), &wishes).unwrap();
    assert!(found.rungs[0].copied && !found.audio[0].copied);
    assert_eq!(found.audio[0].loudness, None, "it is measured when it is made");
    let said = |notes: &[String]| notes.iter().filter(|note| note.contains("-16 LUFS")).count();
    assert_eq!(said(&found.notes), 1, "{:?}", found.notes);
    let mut silent = film(1920, 1080);
    silent.audio.clear();
    assert_eq!(said(&plan(&silent, &wishes).unwrap().notes), 0);
}

#[test]
fn a_rung_below_the_source_is_never_copied() {
    let plan = plan(
        &film(1920, 1080),
        &Wishes {
            heights: Some(vec![720]),
            ..Wishes::default()
        },
    )
    .unwrap();
    assert!(!plan.rungs[0].copied);
}

#[test]
fn the_expected_size_follows_duration_and_rungs() {
    let whole = plan(&film(1920, 1080), &Wishes::default()).unwrap();
    let one = plan(
        &film(1920, 1080),
        &Wishes {
            heights: Some(vec![360]),
            ..Wishes::default()
        },
    )
    .unwrap();
    let ts = plan(
        &film(1920, 1080),
        &Wishes {
            format: Format::Ts,
            ..Wishes::default()
        },
    )
    .unwrap();
    assert!(whole.expected_bytes > one.expected_bytes * 3);
    assert!(ts.expected_bytes > whole.expected_bytes);
    // 4 Mbit/s for a minute are 30 MB already.
    assert!(whole.expected_bytes > 30_000_000, "{}", whole.expected_bytes);
    let mut long = film(1920, 1080);
    long.duration = Some(600.0);
    let long = plan(&long, &Wishes::default()).unwrap();
    assert!(long.expected_bytes.abs_diff(whole.expected_bytes * 10) < 100);
}

#[test]
fn thin_sources_are_not_expected_to_grow() {
    let mut source = film(1920, 1080);
    let video = source.video.as_mut().unwrap();
    (video.bit_rate, video.codec) = (Some(500_000), "vp9".into());
    let plan = plan(&source, &Wishes::default()).unwrap();
    assert!(plan.rungs[0].bit_rate <= 600_000);
    assert!(
        plan.rungs[0].max_rate > 4_000_000,
        "the cap is the rung's, not the source's"
    );
}

#[test]
fn nothing_to_play_is_said() {
    let failure: screener_wire::Failure = plan(&SourceInfo::default(), &Wishes::default()).unwrap_err().into();
    assert_eq!(failure.code, "no_streams");
}
