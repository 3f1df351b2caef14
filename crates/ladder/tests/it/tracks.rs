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
        plan.notes.iter().any(|note| note.contains("1 further audio track")),
        "{:?}",
        plan.notes
    );
    assert!(
        plan.notes.iter().any(|note| note.contains("6 channels")),
        "{:?}",
        plan.notes
    );
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

#[test]
fn closed_captions_are_called_by_their_channel() {
    let mut source = film(1280, 720);
    let channel = |channel, language: Option<&str>| SubtitleStream {
        index: Some(0),
        codec: "eia_608".into(),
        title: Some(format!("CC{channel}")),
        language: language.map(str::to_owned),
        hearing_impaired: true,
        channel: Some(channel),
        ..SubtitleStream::default()
    };
    source.subtitles = vec![channel(1, None), channel(3, None), channel(1, Some("en"))];
    let made = plan(&source, &Wishes::default()).unwrap();
    let found: Vec<_> = made
        .captions
        .iter()
        .map(|c| (c.name.as_str(), c.label.as_str(), c.channel))
        .collect();
    assert_eq!(
        found,
        [
            ("captions", "CC1 (SDH)", Some(1)),
            ("captions-2", "CC3 (SDH)", Some(3)),
            ("captions-en", "English (SDH)", Some(1)),
        ]
    );
}
