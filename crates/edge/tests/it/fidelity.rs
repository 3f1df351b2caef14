//! `FIDELITY.md` names tests that there are.

#[test]
fn every_test_that_is_named_is_there() {
    let page = include_str!("../../FIDELITY.md");
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut named = 0;
    for word in page.split('`').skip(1).step_by(2) {
        let Some((module, test)) = word.split_once("::") else {
            continue;
        };
        let source = std::fs::read_to_string(here.join(format!("{module}.rs"))).unwrap();
        assert!(source.contains(&format!("fn {test}(")), "{word} is not there");
        named += 1;
    }
    assert!(named > 40, "{named}");
}
