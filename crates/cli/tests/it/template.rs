//! `screener serve --template`: the local edge, started from a template as it was edited.

use crate::stage::{Home, get};

const TEMPLATE: &str = include_str!("../../../template/screener.yaml");

#[test]
fn what_is_published_is_watched_as_an_edited_template_has_it_and_the_doctor_names_the_mistake() {
    let home = Home::new();
    let film = home.film("film.mp4", 2);
    let write = |name: &str, text: &str| {
        let path = home.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let original = write("original.yaml", TEMPLATE);
    let mut edge = home.start(&["serve", "--template", &original, "--parameter", "Endpoint=ApiGateway"]);
    let address = edge.event("serving")["address"].as_str().unwrap().to_owned();
    let published = home.json(&["publish", film.to_str().unwrap()]).well();
    let link = published.event("published")["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&address), "{link}");
    home.json(&["doctor"]).well();

    let refused = home.json(&["serve", "--template", &original]);
    assert_eq!(
        (refused.code, refused.error()["code"].as_str()),
        (1, Some("edge_already_running"))
    );
    edge.signal("INT");
    assert_eq!(edge.ended(), 0);

    let page = "PathPattern: watch/*\n            TargetOriginId: bucket\n";
    let cases = [
        (
            page,
            format!("{page}            TrustedKeyGroups: [!Ref KeyGroup]\n"),
            "page",
        ),
        (
            "QueryStrings: [l, cf-Policy,",
            "QueryStrings: [cf-Policy,".to_owned(),
            "rewritten",
        ),
    ];
    for (number, (right, wrong, step)) in cases.into_iter().enumerate() {
        assert!(TEMPLATE.contains(right));
        let edited = write(&format!("edited-{number}.yaml"), &TEMPLATE.replace(right, &wrong));
        let mut edge = home.start(&["serve", "--template", &edited]);
        assert_eq!(edge.event("serving")["address"], address.as_str(), "links stay good");
        let report = home.json(&["doctor"]).lines().remove(0);
        let steps = report["steps"].as_array().unwrap();
        let found = steps.iter().find(|found| found["step"] == step).unwrap();
        assert_ne!(found["state"], "passed", "{found}");
        edge.signal("INT");
        assert_eq!(edge.ended(), 0);
    }

    // The next start is from Screener's own.
    let mut edge = home.start(&["serve"]);
    edge.event("serving");
    assert_eq!(get(&format!("{address}/watch/index.html")).0, 200);
    edge.signal("INT");
    assert_eq!(edge.ended(), 0);
}

#[test]
fn a_template_that_cannot_be_is_refused_in_words() {
    let home = Home::new();
    let original = home.path("original.yaml");
    std::fs::write(&original, TEMPLATE).unwrap();
    let broken = home.path("broken.yaml");
    std::fs::write(&broken, TEMPLATE.replace("!GetAtt Bucket.Arn", "!GetAtt Bukett.Arn")).unwrap();
    let file = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    for (template, parameter, code, words) in [
        (file(&broken), "Prefix=videos", "template_wrong", "Bukett"),
        (file(&original), "Endpoint=Elsewhere", "template_wrong", "Endpoint"),
        (file(&original), "Nothing=1", "template_wrong", "no such parameter"),
        (file(&original), "Endpoint", "wrong_parameter", "Endpoint"),
        (
            home.path("none.yaml").to_str().unwrap().to_owned(),
            "A=1",
            "no_such_file",
            "none.yaml",
        ),
    ] {
        let refused = home.json(&["serve", "--template", &template, "--parameter", parameter]);
        let error = refused.error();
        assert_eq!((refused.code, error["code"].as_str()), (1, Some(code)), "{error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
    }
}
