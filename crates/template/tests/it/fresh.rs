//! What is put into the template from elsewhere is as it is there.

use std::fmt::Write as _;
use std::path::PathBuf;

use screener_template::{LOGGING, TEMPLATE, VERSION, VIEWER_REQUEST, names};
use sha2::{Digest as _, Sha256};

const CODE: &str = "      FunctionCode: |\n";

/// Puts the function in: the block behind its key, up to the first line that stands further left.
fn with_function(template: &str) -> String {
    let (before, rest) = template.split_once(CODE).expect("the template has a function");
    let inside = |line: &&str| line.trim().is_empty() || line.starts_with("        ");
    let after: usize = rest.split_inclusive('\n').take_while(inside).map(str::len).sum();
    let mut out = format!("{before}{CODE}");
    for line in VIEWER_REQUEST.lines() {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!("        {line}")
        };
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    out.push_str(&rest[after..]);
    out
}

/// A resource as it is written: its lines, without comments.
fn resource<'a>(template: &'a str, id: &str) -> Vec<&'a str> {
    let head = format!("  {id}:");
    let mut lines = template.lines().skip_while(|line| *line != head);
    let first = lines.next().expect("the template has it");
    let rest = lines.take_while(|line| line.starts_with("    ") || line.trim().is_empty());
    std::iter::once(first)
        .chain(rest)
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect()
}

/// Names the deployment after what it is a copy of.
fn with_hash(template: &str) -> String {
    let pieces = [names::piece::API, names::piece::API_RESOURCE, names::piece::API_METHOD];
    let copied: Vec<_> = pieces.iter().flat_map(|id| resource(template, id)).collect();
    let digest = Sha256::digest(copied.join("\n"));
    let hash = digest[..4].iter().fold(String::new(), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    });
    let name = names::piece::API_DEPLOYMENT;
    let at = template.find(&format!("\n  {name}")).expect("the template has one") + 3 + name.len();
    let old = &template[at..at + template[at..].find(':').expect("a key")];
    template.replace(&format!("{name}{old}"), &format!("{name}{hash}"))
}

/// Rewrites the template, and fails when it was stale: commit what it wrote.
#[test]
fn the_template_is_fresh() {
    let fresh = with_hash(&with_function(TEMPLATE));
    if fresh != TEMPLATE {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screener.yaml");
        std::fs::write(file, fresh).expect("written");
        panic!("crates/template/screener.yaml was stale and is written anew: commit it.");
    }
}

#[test]
fn another_method_is_another_deployment() {
    let changed = TEMPLATE.replace("HttpMethod: ANY", "HttpMethod: GET");
    assert!(with_hash(&changed) != changed, "the deployment has another name");
    let same = TEMPLATE.replace("ThrottlingRateLimit: 200", "ThrottlingRateLimit: 100");
    assert!(with_hash(&same) == same, "a stage's limits are no part of a deployment");
}

#[test]
fn both_templates_are_small_enough_to_be_sent_whole() {
    for (template, most) in [(TEMPLATE, 51_200), (LOGGING, 51_200), (VIEWER_REQUEST, 10_240)] {
        assert!(template.len() < most, "{} bytes of {most}", template.len());
    }
}

#[test]
fn the_version_is_told() {
    let told = format!("    Value: \"{VERSION}\"\n");
    let output = TEMPLATE.split("\n  TemplateVersion:\n").nth(1).expect("an output");
    assert!(output.ends_with(&told), "the output tells VERSION");
}
