//! Whatever stands in a file: it is read in time, without a panic, and what comes out is WebVTT.

use proptest::prelude::*;

use super::blocks::Words;
use super::{ass, charset, markup, srt, timestamp, vtt};

/// Text of the pieces that captions are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("00:00:01,000 --> 00:00:02,000\n".to_owned()),
        Just("00：00： 01.5 -&gt; 0:0:9\n".to_owned()),
        Just("WEBVTT\n".to_owned()),
        Just("NOTE x\n".to_owned()),
        Just("[Events]\n".to_owned()),
        Just("Format: Start, Text, End\n".to_owned()),
        Just("Dialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,".to_owned()),
        "[0-9]{1,12}",
        "[-:;,. \n\r>→<{}&/\\\\]{1,4}",
        "</?[biupc]?(ar)?[ >/]?",
        "\\{\\\\[a-z0-9(,)]{0,6}\\}?",
        "&#?[a-z0-9]{0,10};?",
        "\\PC{0,8}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn sound(words: &Words) {
    for cue in &words.cues {
        assert!(cue.start >= 0.0 && cue.end > 0.0 && cue.end.is_finite(), "{cue:?}");
        assert!(!cue.text.is_empty() && !cue.text.contains("-->"), "{cue:?}");
        assert!(cue.text.lines().all(|line| !line.trim().is_empty()), "{cue:?}");
        assert!(
            !cue.settings.contains(['\n', '\r']) && !cue.settings.contains("-->"),
            "{cue:?}"
        );
    }
}

proptest! {
    #[test]
    fn files(text in pieces()) {
        sound(&srt::parse(&text));
        sound(&vtt::parse(&text));
        sound(&ass::parse(&text));
    }

    #[test]
    fn bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), language in "[a-z]{2}(-[A-Z]{2})?") {
        let text = charset::decode(&bytes, Some(&language)).unwrap_or_default();
        prop_assert!(!text.contains('\r'));
        sound(&srt::parse(&text));
        charset::unicode(&bytes);
    }

    #[test]
    fn markups(text in pieces()) {
        for text in [markup::from_srt(&text), markup::from_vtt(&text), markup::from_ass(&text)] {
            prop_assert!(!text.contains("-->") && text.lines().all(|line| !line.trim().is_empty()), "{text:?}");
        }
        let tags = markup::from_srt(&text);
        for name in ["b", "i", "u"] {
            let count = |tag: String| tags.matches(&tag).count();
            prop_assert_eq!(count(format!("<{name}>")), count(format!("</{name}>")), "{}", tags);
        }
        markup::position(&text);
    }

    #[test]
    fn times(millis in 0_u32..360_000_000) {
        let text = timestamp::text(f64::from(millis) / 1000.0);
        let line = format!("{text} --> {text}");
        let found = timestamp::timing(&line).expect("a time");
        prop_assert!((found.start - f64::from(millis) / 1000.0).abs() < 1e-6);
    }
}

/// A hostile file must not take time that grows with the square of its length.
#[test]
fn long_files() {
    let begun = std::time::Instant::now();
    for piece in [
        "00:00:01,000 --> 00:00:01,000\na\n",
        "{\\",
        "<i>",
        "<b><i></b>",
        "&",
        "<",
        "1\n\n",
        "0:",
        "WEBVTT\nNOTE\n",
        "\u{FF1A}",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        srt::parse(&text);
        vtt::parse(&text);
        ass::parse(&text);
        srt::parse(&format!("00:00:01,000 --> 00:00:02,000\n{text}"));
        vtt::parse(&format!("00:00:01,000 --> 00:00:02,000\n{text}"));
        ass::parse(&format!("Dialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,{text}"));
    }
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}
