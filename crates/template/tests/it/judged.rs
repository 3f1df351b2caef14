//! Others judge the templates: cfn-lint, and AWS's own validator, which also has to read the template as our evaluator does.

use std::io::Write as _;
use std::process::{Command, Stdio};

use screener_template::{Evaluated, TEMPLATE, Template, Values};
use serde_json::Value;

use crate::sets;

const FILES: [&str; 2] = ["screener.yaml", "logging.yaml"];
const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tools.py");

/// Standard output of a tool out of `.tools/py`, which scripts/setup.sh fills.
fn told(program: &str, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}: run scripts/setup.sh test"));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn cfn_lint_finds_nothing() {
    assert_eq!(told("cfn-lint", &FILES, "").trim(), "");
}

#[test]
fn the_official_validator_finds_nothing() {
    let arguments = [&[TOOLS, "findings"][..], &FILES[..]].concat();
    let said: Value = serde_json::from_str(&told("python3", &arguments, "")).expect("run scripts/setup.sh test");
    assert_eq!(said, serde_json::json!([]));
}

/// The template with a set's values as its defaults: the validator takes no others.
fn with_defaults(values: &Values) -> String {
    let mut template = TEMPLATE.to_owned();
    for (name, value) in &values.parameters {
        let head = format!("\n  {name}:\n    Type: String\n");
        let at = template.find(&head).expect("a parameter") + head.len();
        let rest = &template[at..];
        let old = rest
            .lines()
            .next()
            .filter(|line| line.starts_with("    Default: "))
            .map_or(0, |line| line.len() + 1);
        let value = serde_json::to_string(value).unwrap();
        template.replace_range(at..at + old, &format!("    Default: {value}\n"));
    }
    template
}

/// What the validator left open, and where the two do not agree.
#[derive(Default)]
struct Held {
    open: Vec<String>,
    other: Vec<String>,
    same: usize,
}

impl Held {
    fn hold(&mut self, of: &Evaluated, path: &str, ours: &Value, theirs: &Value) {
        let single = theirs
            .as_object()
            .filter(|map| map.len() == 1)
            .and_then(|map| map.iter().next());
        let same = match (single.map(|(name, value)| (name.as_str(), value)), ours, theirs) {
            (Some(("open", why)), ..) => return self.open.push(format!("{path}: {why}")),
            (Some(("one of", choices)), ..) => choices.as_array().unwrap().contains(ours),
            (Some(("ref", id)), ..) => of.reference(id.as_str().unwrap()).as_deref() == ours.as_str(),
            (Some(("attribute", of_piece)), ..) => {
                let text = |at: usize| of_piece[at].as_str().unwrap();
                of.attribute(text(0), text(1)).as_deref() == ours.as_str()
            }
            (Some(("sub", text)), ..) => Some(filled(of, text.as_str().unwrap()).as_str()) == ours.as_str(),
            (_, Value::Object(one), Value::Object(other)) => {
                for name in one.keys().chain(other.keys()) {
                    let none = &Value::Null;
                    let (one, other) = (one.get(name).unwrap_or(none), other.get(name).unwrap_or(none));
                    self.hold(of, &format!("{path} / {name}"), one, other);
                }
                true
            }
            (_, Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
                for (at, (one, other)) in one.iter().zip(other).enumerate() {
                    self.hold(of, &format!("{path} / {}", at + 1), one, other);
                }
                true
            }
            _ => ours == theirs,
        };
        if same {
            self.same += 1;
        } else {
            self.other.push(format!("{path}: {ours} is {theirs} for the validator"));
        }
    }
}

fn filled(of: &Evaluated, text: &str) -> String {
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap();
        match (name.strip_prefix('!'), name.split_once('.')) {
            (Some(literal), _) => {
                out.push_str("${");
                out.push_str(literal);
                out.push('}');
            }
            (None, Some((id, attribute))) => out.push_str(&of.attribute(id, attribute).unwrap_or_default()),
            (None, None) => out.push_str(&of.reference(name).unwrap_or_default()),
        }
        out.push_str(rest);
    }
    out
}

#[test]
fn the_official_validator_reads_ten_sets_of_parameters_as_we_do() {
    let sets = sets::ten();
    let templates: Vec<_> = sets.iter().map(|(_, values)| with_defaults(values)).collect();
    let input = serde_json::to_string(&templates).unwrap();
    let said: Value =
        serde_json::from_str(&told("python3", &[TOOLS, "resolved"], &input)).expect("run scripts/setup.sh test");
    for ((name, mut values), said) in sets.into_iter().zip(said.as_array().unwrap()) {
        // The validator's own account and stack.
        values.account = "123456789012".to_owned();
        values.stack_name = "teststack".to_owned();
        let id = "arn:aws:cloudformation:us-east-1:123456789012:stack/teststack/51af3dc0-da77-11e4-872e-1234567db123";
        values.attributes.insert("AWS::StackId".to_owned(), id.to_owned());
        let of = Template::read(TEMPLATE).unwrap().evaluate(&values).unwrap();
        assert_eq!(serde_json::json!(of.conditions), said["conditions"], "{name}");
        let theirs = said["resources"].as_object().unwrap();
        assert!(of.resources.keys().eq(theirs.keys()), "{name}: other resources stand");
        let mut held = Held::default();
        for (id, resource) in &of.resources {
            held.hold(&of, id, &resource.properties, &theirs[id]["properties"]);
            assert_eq!(resource.kind, theirs[id]["type"], "{name}: {id}");
            assert_eq!(
                serde_json::json!(resource.depends_on),
                theirs[id]["depends_on"],
                "{name}: {id}"
            );
            let policy = serde_json::json!(resource.deletion_policy);
            assert_eq!(policy, theirs[id]["deletion_policy"], "{name}: {id}");
        }
        held.hold(&of, "Outputs", &serde_json::json!(of.outputs), &said["outputs"]);
        assert!(held.other.is_empty(), "{name}: {}", held.other.join("\n"));
        // A function's URL is known to AWS alone, and the validator does not split what it does not know.
        assert!(
            held.open
                .iter()
                .all(|open| open.starts_with("Distribution / DistributionConfig / Origins / 2 / DomainName")),
            "{name}: {}",
            held.open.join("\n")
        );
        assert!(
            held.same > 400,
            "{name}: only {} values were held against each other",
            held.same
        );
    }
}
