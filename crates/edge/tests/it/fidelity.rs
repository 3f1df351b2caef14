//! `FIDELITY.md` names tests that there are, and pieces that the template has.

use screener_edge::{EndpointKind, local_values};
use screener_template::{TEMPLATE, Template};

const PAGE: &str = include_str!("../../FIDELITY.md");

fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_is_named_is_there() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut count = 0;
    for word in PAGE.lines().flat_map(named) {
        let Some((module, test)) = word.split_once("::").filter(|(module, _)| !module.starts_with("AWS")) else {
            continue;
        };
        let source = std::fs::read_to_string(here.join(format!("{module}.rs")))
            .unwrap_or_else(|error| panic!("{word}: {error}"));
        assert!(source.contains(&format!("fn {test}(")), "{word} is not there");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn every_piece_that_is_named_is_in_the_template() {
    let template = Template::read(TEMPLATE).unwrap();
    let pieces: Vec<_> = [EndpointKind::FunctionUrl, EndpointKind::ApiGateway]
        .into_iter()
        .flat_map(|kind| template.evaluate(&local_values(kind)).unwrap().resources.into_keys())
        .collect();
    let rows = PAGE
        .lines()
        .filter(|line| line.starts_with('|') && !line.contains("---"));
    let mut count = 0;
    for row in rows {
        let columns: Vec<_> = row.split('|').collect();
        assert_eq!(columns.len(), 6, "four columns: {row}");
        for piece in named(columns[4]) {
            assert!(
                pieces.iter().any(|known| known == piece),
                "the template has no {piece}: {row}"
            );
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}
