use screener_ladder::{Chapter, Cut, CutError, PlanError, Wishes, chapters, cut, plan, plan_part};

use crate::film;

fn wishes(from: Option<f64>, to: Option<f64>) -> Wishes {
    Wishes {
        from,
        to,
        ..Wishes::default()
    }
}

#[test]
fn points_of_a_film() {
    let points =
        |from, to| cut::points(from, to, Some(60.0)).map(|points| points.map(|points| (points.from, points.to)));
    assert_eq!(points(None, None), Ok(None));
    assert_eq!(points(Some(0.0), Some(60.0)), Ok(None), "all of it");
    assert_eq!(points(None, Some(60.4)), Ok(None), "a clock that rounds");
    assert_eq!(points(Some(1.0), None), Ok(Some((1.0, None))));
    assert_eq!(points(Some(1.0), Some(60.2)), Ok(Some((1.0, None))));
    assert_eq!(points(None, Some(30.0)), Ok(Some((0.0, Some(30.0)))));
    let behind = |at| Err(CutError::Behind { at, duration: 60.0 });
    assert_eq!(points(Some(60.0), None), behind(60.0));
    assert_eq!(points(Some(1.0), Some(61.0)), behind(61.0));
    assert_eq!(points(Some(-0.1), None), Err(CutError::NoMoment(-0.1)));
    assert!(matches!(points(Some(f64::NAN), None), Err(CutError::NoMoment(_))));
    assert_eq!(
        points(Some(5.0), Some(5.0)),
        Err(CutError::Backwards { from: 5.0, to: 5.0 })
    );
    // Of a film whose length nobody knows.
    assert!(cut::points(Some(1e6), None, None).unwrap().is_some());
}

#[test]
fn a_part_is_planned_by_its_own_length() {
    let source = film(1920, 1080);
    let whole = plan(&source, &Wishes::default()).unwrap();
    let part = plan(&source, &wishes(Some(10.0), Some(25.0))).unwrap();
    assert_eq!((whole.duration(), part.duration()), (Some(60.0), Some(15.0)));
    assert!(
        part.expected_bytes < whole.expected_bytes / 3,
        "{} of {}",
        part.expected_bytes,
        whole.expected_bytes
    );
    assert!(
        !part.rungs[0].copied && !part.audio[0].copied,
        "nothing is known of its points"
    );
    let clean = Cut {
        from: 10.0,
        to: Some(25.0),
        heard: 10.0,
        clean: true,
        key: None,
    };
    let part = plan_part(&source, &wishes(Some(10.0), Some(25.0)), Some(clean)).unwrap();
    assert!(part.rungs[0].copied && !part.audio[0].copied);
    let error = plan(&source, &wishes(Some(70.0), None)).unwrap_err();
    assert_eq!(
        error,
        PlanError::Cut(CutError::Behind {
            at: 70.0,
            duration: 60.0
        })
    );
}

fn chapter(start: f64, end: Option<f64>, title: &str) -> Chapter {
    Chapter {
        start,
        end,
        title: title.into(),
    }
}

#[test]
fn chapters_are_tidied() {
    let tidy = |chapters: &[(f64, Option<f64>)]| -> Vec<(f64, Option<f64>)> {
        let chapters = chapters.iter().map(|&(start, end)| chapter(start, end, "")).collect();
        chapters::tidy(chapters, Some(60.0))
            .iter()
            .map(|chapter| (chapter.start, chapter.end))
            .collect()
    };
    assert_eq!(
        tidy(&[(0.0, None), (20.0, None)]),
        [(0.0, Some(20.0)), (20.0, Some(60.0))]
    );
    assert_eq!(
        tidy(&[(20.0, Some(30.0)), (0.0, Some(10.0))]),
        [(0.0, Some(10.0)), (20.0, Some(30.0))],
        "in order"
    );
    assert_eq!(
        tidy(&[(-5.0, Some(10.0)), (10.0, Some(90.0))]),
        [(0.0, Some(10.0)), (10.0, Some(60.0))],
        "clipped"
    );
    assert_eq!(
        tidy(&[
            (-9.0, Some(-5.0)),
            (60.0, Some(70.0)),
            (f64::NAN, None),
            (5.0, Some(5.0))
        ]),
        []
    );
    assert_eq!(
        tidy(&[(-9.0, None), (-5.0, None), (3.0, None)]),
        [(0.0, Some(3.0)), (3.0, Some(60.0))],
        "under way"
    );
    assert_eq!(
        tidy(&[(0.0, Some(50.0)), (10.0, Some(20.0))]),
        [(0.0, Some(10.0)), (10.0, Some(20.0))],
        "within another"
    );
    let many: Vec<_> = (0..5000).map(|n| (f64::from(n) / 100.0, None)).collect();
    assert_eq!(tidy(&many).len(), 500);
    // Nobody knows how long the film is.
    assert_eq!(
        chapters::tidy(vec![chapter(7.0, None, "x")], None),
        [chapter(7.0, None, "x")]
    );
}

#[test]
fn titles_are_one_clean_line() {
    let title = |text: &str| chapters::tidy(vec![chapter(0.0, None, text)], None)[0].title.clone();
    assert_eq!(title("  The\tend \r\n of it\u{7}\0 "), "The end of it");
    assert_eq!(title("\u{202E}gnp.\u{2066}exe\u{FEFF}"), "gnp.exe");
    assert_eq!(title("Über 終 👩\u{1F3FD}"), "Über 終 👩\u{1F3FD}");
    assert_eq!(title(&"ä".repeat(900)).chars().count(), 200);
    assert_eq!(title(""), "");
}

#[test]
fn chapters_of_a_part() {
    let mut source = film(1920, 1080);
    source.chapters = vec![
        chapter(0.0, Some(10.0), "a"),
        chapter(10.0, Some(30.0), "b"),
        chapter(30.0, Some(60.0), "c"),
    ];
    let part = plan(&source, &wishes(Some(10.0), Some(40.0))).unwrap();
    assert_eq!(
        part.chapters,
        [chapter(0.0, Some(20.0), "b"), chapter(20.0, Some(30.0), "c")]
    );
    let whole = plan(&source, &Wishes::default()).unwrap();
    assert_eq!(whole.chapters, source.chapters);
}
