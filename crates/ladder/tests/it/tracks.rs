use screener_ladder::source::{AudioStream, SubtitleStream};
use screener_ladder::{Wishes, plan};

use crate::film;

fn audio(index: usize, language: Option<&str>, default: bool) -> AudioStream {
    AudioStream {
        index,
        codec: "ac3".into(),
        channels: 6,
        sample_rate: 48_000,
        language: language.map(str::to_owned),
        default,
        ..AudioStream::default()
    }
}

#[test]
fn one_rendition_a_language_and_one_default() {
    let mut source = film(1280, 720);
    source.audio = vec![
        audio(1, Some("en"), false),
        audio(2, Some("de"), false),
        audio(3, Some("de"), true),
        audio(4, None, false),
        audio(5, Some("pt-BR"), false),
    ];
    let plan = plan(&source, &Wishes::default()).unwrap();
    let found: Vec<_> = plan
        .audio
        .iter()
        .map(|a| (a.name.as_str(), a.index, a.label.as_str(), a.default))
        .collect();
    assert_eq!(
        found,
        [
            ("audio-en", 1, "English", false),
            ("audio-de", 3, "Deutsch", true),
            ("audio", 4, "Audio", false),
            ("audio-pt-br", 5, "Português", false),
        ]
    );
    assert!(
        plan.notes
            .iter()
            .any(|note| note == "Audio track 3 is left out: there is another in its language"),
        "{:?}",
        plan.notes
    );
    assert!(
        plan.notes.iter().any(|note| note.contains("6 channels")),
        "{:?}",
        plan.notes
    );
}

fn mono(index: usize, place: Option<&str>) -> AudioStream {
    AudioStream {
        codec: "pcm_s24le".into(),
        channels: 1,
        place: place.map(str::to_owned),
        duration: Some(60.0),
        ..audio(index, None, false)
    }
}

/// What a source's audio streams become: the streams and places of each rendition, and what is said of it.
fn made(container: &str, streams: Vec<AudioStream>) -> (Vec<String>, Vec<String>) {
    let mut source = film(1280, 720);
    source.container = container.into();
    source.audio = streams;
    let plan = plan(&source, &Wishes::default()).expect("a plan");
    let of = |audio: &screener_ladder::plan::AudioPlan| {
        let channels = audio.channels.iter();
        let channels: Vec<String> = channels.map(|c| format!("{}{}", c.place, c.index)).collect();
        if channels.is_empty() {
            audio.index.to_string()
        } else {
            channels.join("+")
        }
    };
    let notes = plan.notes.into_iter().filter(|note| note.contains("udio track"));
    (plan.audio.iter().map(of).collect(), notes.collect())
}

#[test]
fn a_track_a_side_is_one_sound() {
    let both = ["Audio tracks 2 and 3 are the left and the right of one sound".to_owned()];
    let labelled = || vec![mono(1, Some("FL")), mono(2, Some("FR"))];
    for container in ["mov", "mxf", "matroska"] {
        assert_eq!(made(container, labelled()), (vec!["FL1+FR2".into()], both.to_vec()));
    }
    for place in [None, Some("FC")] {
        let unlabelled = vec![mono(1, place), mono(2, place)];
        assert_eq!(made("mxf", unlabelled), (vec!["FL1+FR2".into()], both.to_vec()));
    }
    let turned = made("mov", vec![mono(1, Some("FR")), mono(2, Some("FL"))]);
    assert_eq!(turned.0, ["FR1+FL2"]);
    assert_eq!(
        turned.1,
        ["Audio tracks 3 and 2 are the left and the right of one sound"]
    );
    let titled = |index, title: &str| AudioStream {
        title: Some(title.into()),
        ..mono(index, None)
    };
    assert_eq!(
        made("matroska", vec![titled(1, "Left"), titled(2, "Right")]).0,
        ["FL1+FR2"]
    );
}

#[test]
fn what_is_no_pair_stays_apart() {
    let language = |index, language: &str| AudioStream {
        language: Some(language.into()),
        ..mono(index, None)
    };
    assert_eq!(made("mov", vec![language(1, "en"), language(2, "de")]).0, ["1", "2"]);
    let other = AudioStream {
        sample_rate: 44_100,
        ..mono(2, None)
    };
    assert_eq!(made("mov", vec![mono(1, None), other]).0, ["1"]);
    let short = AudioStream {
        duration: Some(20.0),
        ..mono(2, None)
    };
    assert_eq!(made("mov", vec![mono(1, None), short]).0, ["1"]);
    let titled = |index, title: &str| AudioStream {
        title: Some(title.into()),
        ..mono(index, None)
    };
    let (sounds, notes) = made("mov", vec![titled(1, "Game"), titled(2, "Microphone")]);
    assert_eq!(sounds, ["1"]);
    assert_eq!(
        notes,
        ["Audio track 3 (Microphone) is left out: there is another in its language"]
    );
    assert_eq!(made("matroska", vec![mono(1, None), mono(2, None)]).0, ["1"]);
    let mix = || AudioStream {
        channels: 2,
        ..mono(1, None)
    };
    let (sounds, notes) = made("mxf", vec![mix(), mono(2, None), mono(3, None)]);
    assert_eq!(sounds, ["1"]);
    assert_eq!(
        notes,
        ["Audio tracks 3, 4 are left out: there is another in their language"]
    );
}

#[test]
fn more_tracks_than_two_sides() {
    let (sounds, notes) = made("mxf", (1..=4).map(|index| mono(index, None)).collect());
    assert_eq!(sounds, ["FL1+FR2"]);
    assert_eq!(
        notes,
        [
            "Audio tracks 2 and 3 are the left and the right of one sound",
            "Audio tracks 4, 5 are left out: tracks 2 and 3 are taken for the left and the right",
        ]
    );
    let places = ["FL", "FR", "FC", "LFE", "SL", "SR"];
    let streams = places.iter().enumerate().map(|(at, place)| mono(at + 1, Some(place)));
    let (sounds, notes) = made("mov", streams.collect());
    assert_eq!(sounds, ["FL1+FR2+FC3+LFE4+SL5+SR6"]);
    assert_eq!(
        notes,
        ["Audio tracks 2, 3, 4, 5, 6, 7 are the channels of one sound, mixed down to stereo"]
    );
    let twice = ["FL", "FR", "FL", "FR"];
    let streams = twice.iter().enumerate().map(|(at, place)| mono(at + 1, Some(place)));
    assert_eq!(made("mov", streams.collect()).0, ["FL1+FR2"]);
}

#[test]
fn no_default_flag_means_the_first() {
    let mut source = film(1280, 720);
    source.audio = vec![audio(1, Some("en"), false), audio(2, Some("de"), false)];
    let plan = plan(&source, &Wishes::default()).unwrap();
    assert_eq!(plan.audio.iter().map(|a| a.default).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn silent_and_picture_less_sources() {
    let mut silent = film(1280, 720);
    silent.audio.clear();
    let silent = plan(&silent, &Wishes::default()).unwrap();
    assert!(silent.audio.is_empty() && silent.rungs.len() == 3);
    let mut sound = film(1280, 720);
    sound.video = None;
    let sound = plan(&sound, &Wishes::default()).unwrap();
    assert!(sound.rungs.is_empty() && sound.audio.len() == 1);
    assert_eq!(sound.target_duration, 6);
}

#[test]
fn captions_have_folders_and_names_of_their_own() {
    let mut source = film(1280, 720);
    let stream = |index, file: Option<&str>, language: Option<&str>, title: Option<&str>| SubtitleStream {
        index,
        file: file.map(str::to_owned),
        codec: "subrip".into(),
        language: language.map(str::to_owned),
        title: title.map(str::to_owned),
        ..SubtitleStream::default()
    };
    source.subtitles = vec![
        stream(Some(2), None, Some("en"), None),
        stream(None, Some("/films/film.en.srt"), Some("en"), None),
        stream(None, Some("/films/film.srt"), None, None),
        stream(Some(3), None, None, Some("He said \"no\"\n#EXT-X-ENDLIST")),
        SubtitleStream {
            hearing_impaired: true,
            ..stream(Some(4), None, Some("en"), None)
        },
        SubtitleStream {
            forced: true,
            ..stream(Some(5), None, Some("en"), None)
        },
    ];
    let made = plan(&source, &Wishes::default()).unwrap();
    let found: Vec<_> = made
        .captions
        .iter()
        .map(|c| (c.name.as_str(), c.label.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("captions-en", "English"),
            ("captions-en-2", "English 2"),
            ("captions", "Captions"),
            ("captions-2", "He said no#EXT-X-ENDLIST"),
            ("captions-en-3", "English (SDH)"),
            ("captions-en-4", "English (forced)"),
        ]
    );
    let bare = plan(
        &source,
        &Wishes {
            extras: false,
            ..Wishes::default()
        },
    )
    .unwrap();
    assert!(bare.captions.is_empty());
}
