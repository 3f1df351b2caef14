//! `screener serve --template`: a template as it was edited, beside the local edge.

use crate::stage::{Home, get};

const TEMPLATE: &str = include_str!("../../../template/screener.yaml");

#[test]
fn a_template_is_served_as_it_was_edited_and_the_local_edge_stays_as_it_is() {
    let home = Home::new();
    let mut edge = home.start(&["serve"]);
    let own = edge.event("serving")["address"].as_str().unwrap().to_owned();
    let record = home.data().join("edge/edge.json");
    let before = std::fs::read(&record).unwrap();

    let page = "PathPattern: watch/*\n            TargetOriginId: bucket\n";
    assert!(TEMPLATE.contains(page));
    let restricted = format!("{page}            TrustedKeyGroups: [!Ref KeyGroup]\n");
    let edited = home.path("edited.yaml");
    std::fs::write(&edited, TEMPLATE.replace(page, &restricted)).unwrap();
    let original = home.path("original.yaml");
    std::fs::write(&original, TEMPLATE).unwrap();
    for (file, endpoint, status) in [(&original, "ApiGateway", 200), (&edited, "FunctionUrl", 403)] {
        let parameter = format!("Endpoint={endpoint}");
        let arguments = ["serve", "--template", file.to_str().unwrap(), "--parameter", &parameter];
        let mut served = home.start(&arguments);
        let serving = served.event("serving");
        let address = serving["address"].as_str().unwrap();
        assert_ne!(address, own, "an edge of its own");
        assert_eq!(get(&format!("{address}/watch/index.html")).0, status, "{endpoint}");
        assert_eq!(get(&format!("{own}/watch/index.html")).0, 200);
        served.signal("INT");
        assert_eq!(served.ended(), 0);
    }
    assert_eq!(std::fs::read(&record).unwrap(), before, "its record is as it was");
    let left: Vec<_> = std::fs::read_dir(home.data().join("edge"))
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with("template-")
        })
        .collect();
    assert!(left.is_empty(), "{left:?}");

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
    edge.signal("INT");
    assert_eq!(edge.ended(), 0);
}
