use proptest::prelude::*;
use screener_ladder::source::Ratio;
use screener_ladder::{Wishes, plan};

use crate::film;

fn ladder(width: u32, height: u32, heights: Option<&[u32]>) -> Vec<String> {
    let wishes = Wishes {
        heights: heights.map(<[u32]>::to_vec),
        ..Wishes::default()
    };
    let plan = plan(&film(width, height), &wishes).expect("a film can be planned");
    plan.rungs
        .iter()
        .map(|rung| format!("{} {}x{}", rung.name, rung.width, rung.height))
        .collect()
}

#[test]
fn ladders_by_source() {
    type Case = (u32, u32, Option<&'static [u32]>, &'static [&'static str]);
    let table: &[Case] = &[
        (
            1920,
            1080,
            None,
            &["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"],
        ),
        (
            3840,
            2160,
            None,
            &[
                "2160p 3840x2160",
                "1440p 2560x1440",
                "1080p 1920x1080",
                "720p 1280x720",
                "480p 854x480",
                "360p 640x360",
            ],
        ),
        (
            7680,
            4320,
            None,
            &[
                "2160p 3840x2160",
                "1440p 2560x1440",
                "1080p 1920x1080",
                "720p 1280x720",
                "480p 854x480",
                "360p 640x360",
            ],
        ),
        // Standing films are named by their short side.
        (
            1080,
            1920,
            None,
            &["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640"],
        ),
        // Between two standard heights: the source's own size on top.
        (
            1600,
            900,
            None,
            &["900p 1600x900", "720p 1280x720", "480p 854x480", "360p 640x360"],
        ),
        (
            1920,
            800,
            None,
            &["800p 1920x800", "720p 1728x720", "480p 1152x480", "360p 864x360"],
        ),
        (
            1366,
            768,
            None,
            &["768p 1366x768", "720p 1280x720", "480p 854x480", "360p 640x360"],
        ),
        // Odd sizes lose a line.
        (1279, 719, None, &["718p 1278x718", "480p 854x480", "360p 640x360"]),
        // Eight lines more than a standard height are no second encode.
        (
            1920,
            1088,
            None,
            &["1088p 1920x1088", "720p 1270x720", "480p 848x480", "360p 636x360"],
        ),
        // Small: one rung.
        (320, 240, None, &["240p 320x240"]),
        (33, 17, None, &["16p 32x16"]),
        (640, 360, None, &["360p 640x360"]),
        (400, 400, None, &["400p 400x400", "360p 360x360"]),
        // Wishes.
        (1920, 1080, Some(&[1080, 720]), &["1080p 1920x1080", "720p 1280x720"]),
        (1920, 1080, Some(&[360, 720, 720]), &["720p 1280x720", "360p 640x360"]),
        (
            1280,
            720,
            Some(&[1080, 720, 480, 360]),
            &["720p 1280x720", "480p 854x480", "360p 640x360"],
        ),
        (320, 180, Some(&[1080, 720]), &["180p 320x180"]),
        (1600, 900, Some(&[1080, 720]), &["900p 1600x900", "720p 1280x720"]),
        (1920, 1080, Some(&[]), &["1080p 1920x1080"]),
    ];
    for (width, height, heights, expected) in table {
        assert_eq!(
            ladder(*width, *height, *heights),
            *expected,
            "{width}x{height} {heights:?}"
        );
    }
}

#[test]
fn a_height_that_cannot_be_is_refused_in_words() {
    let wishes = Wishes {
        heights: Some(vec![720, 0]),
        ..Wishes::default()
    };
    let failure: screener_wire::Failure = plan(&film(1920, 1080), &wishes).unwrap_err().into();
    assert_eq!(failure.code, "wrong_ladder");
    assert!(failure.message.contains("0 lines"), "{}", failure.message);
}

#[test]
fn frame_rates_stop_at_60() {
    let table = [
        (
            Ratio { num: 24_000, den: 1001 },
            false,
            Ratio { num: 24_000, den: 1001 },
        ),
        (Ratio { num: 60, den: 1 }, false, Ratio { num: 60, den: 1 }),
        (
            Ratio { num: 60_000, den: 1001 },
            false,
            Ratio { num: 60_000, den: 1001 },
        ),
        (Ratio { num: 120, den: 1 }, false, Ratio { num: 60, den: 1 }),
        (Ratio { num: 240, den: 1 }, false, Ratio { num: 60, den: 1 }),
        (Ratio { num: 100, den: 1 }, false, Ratio { num: 50, den: 1 }),
        (Ratio { num: 119, den: 1 }, true, Ratio { num: 60, den: 1 }),
        (Ratio { num: 0, den: 1 }, false, Ratio { num: 30, den: 1 }),
    ];
    for (rate, variable, expected) in table {
        let mut source = film(1280, 720);
        let video = source.video.as_mut().unwrap();
        (video.frame_rate, video.variable_frame_rate) = (rate, variable);
        let plan = plan(&source, &Wishes::default()).unwrap();
        assert!(
            plan.rungs.iter().all(|rung| rung.frame_rate == expected),
            "{rate:?}: {:?}",
            plan.rungs[0].frame_rate
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_size_gives_an_honest_ladder(
        width in 2u32..=8192,
        height in 2u32..=8192,
        heights in proptest::option::of(proptest::collection::vec(2u32..5000, 0..6)),
        fps in 1u32..=240,
    ) {
        let mut source = film(width, height);
        source.video.as_mut().unwrap().frame_rate = Ratio { num: fps, den: 1 };
        let plan = plan(&source, &Wishes { heights, ..Wishes::default() }).unwrap();
        prop_assert!(!plan.rungs.is_empty());
        for rung in &plan.rungs {
            prop_assert!(rung.width % 2 == 0 && rung.height % 2 == 0 && rung.width >= 2 && rung.height >= 2);
            prop_assert!(rung.width <= width && rung.height <= height, "upscaled: {rung:?}");
            prop_assert!(rung.frame_rate.value() <= 60.3);
            prop_assert_eq!(&rung.name, &format!("{}p", rung.width.min(rung.height)));
            prop_assert!(rung.bit_rate <= rung.max_rate * 2 && rung.bit_rate > 0);
            // The aspect holds within the rounding of both sides to even numbers.
            let exact = f64::from(width.max(height)) * f64::from(rung.width.min(rung.height)) / f64::from(width.min(height));
            let slack = 2.0 + 2.0 * f64::from(width.max(height)) / f64::from(width.min(height));
            prop_assert!((f64::from(rung.width.max(rung.height)) - exact).abs() <= slack, "{rung:?} of {width}x{height}");
            prop_assert!((rung.width >= rung.height) == (width >= height) || rung.width.abs_diff(rung.height) <= 2);
        }
        for pair in plan.rungs.windows(2) {
            prop_assert!(pair[0].width.min(pair[0].height) > pair[1].width.min(pair[1].height));
            prop_assert!(pair[0].max_rate >= pair[1].max_rate);
        }
        prop_assert!(plan.target_duration >= 6);
    }
}
