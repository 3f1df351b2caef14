use screener_ladder::language::{known_tag, name, named, tag};

#[test]
fn container_words_become_bcp_47() {
    let table = [
        ("eng", Some("en")),
        ("ger", Some("de")),
        ("deu", Some("de")),
        ("EN", Some("en")),
        ("pt-br", Some("pt-BR")),
        ("zh_hant_tw", Some("zh-Hant-TW")),
        ("zho-Hans", Some("zh-Hans")),
        ("gsw", Some("gsw")),
        ("und", None),
        ("qaa", None),
        ("", None),
        ("e1", None),
        ("../../etc", None),
        ("en\"\n#EXT", None),
    ];
    for (word, expected) in table {
        assert_eq!(tag(word).as_deref(), expected, "{word}");
    }
}

#[test]
fn a_word_of_a_file_name_must_be_a_known_language() {
    assert_eq!(known_tag("de").as_deref(), Some("de"));
    assert_eq!(known_tag("hd"), None);
    assert_eq!(known_tag("cut"), None);
    assert_eq!(name("pt-BR"), Some("Português"));
}

#[test]
fn languages_by_their_own_names() {
    assert_eq!(named("Français"), Some("fr"));
    assert_eq!(named("РУССКИЙ"), Some("ru"));
    assert_eq!(named("french"), None);
    assert_eq!(named(""), None);
}
