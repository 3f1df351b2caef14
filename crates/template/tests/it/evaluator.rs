//! The evaluator: functions, conditions, parameters and rules, and what it refuses.

use proptest::prelude::*;
use screener_template::{Mistakes, TEMPLATE, Template, Values, evaluate::Evaluated};
use serde_json::json;

fn evaluated(template: &str, parameters: &[(&str, &str)]) -> Result<Evaluated, Mistakes> {
    let mut values = Values::local();
    values.parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Template::read(template)?.evaluate(&values)
}

/// One output's value, of a template with these parameters, conditions and a bucket.
fn output(value: &str) -> Result<serde_json::Value, Mistakes> {
    let template = format!(
        "Parameters:\n  Name: {{Type: String, Default: films}}\n  Many: {{Type: CommaDelimitedList, Default: 'a, b'}}\n\
         Mappings:\n  Map: {{one: {{two: three}}}}\n\
         Conditions:\n  Does: !Equals [!Ref Name, films]\n  Never: !Not [!Condition Does]\n  Both: !And [!Condition Does, !Not [!Condition Never]]\n\
         Resources:\n  Bucket: {{Type: 'AWS::S3::Bucket'}}\nOutputs:\n  It:\n    Value: {value}\n"
    );
    Ok(evaluated(&template, &[])?.outputs["It"].clone())
}

#[test]
fn functions_answer_as_cloudformation_does() {
    for (value, expected) in [
        ("!Ref Name", json!("films")),
        ("{Ref: Name}", json!("films")),
        ("!Ref Many", json!(["a", "b"])),
        ("!Ref AWS::Region", json!("us-east-1")),
        (
            "!Sub '${Name}-${AWS::AccountId}-${!Name}'",
            json!("films-000000000000-${Name}"),
        ),
        (
            "!Sub ['${A}/${Bucket}', {A: !Ref Name}]",
            json!("films/local-bucket-standin"),
        ),
        (
            "{'Fn::Sub': '${Bucket.Arn}/*'}",
            json!("arn:aws:s3:::local-bucket-standin/*"),
        ),
        (
            "!GetAtt Bucket.RegionalDomainName",
            json!("local-bucket-standin.s3.us-east-1.amazonaws.com"),
        ),
        (
            "{'Fn::GetAtt': [Bucket, Arn]}",
            json!("arn:aws:s3:::local-bucket-standin"),
        ),
        ("!Join ['-', [a, !Ref Name, 3]]", json!("a-films-3")),
        ("!Join [',', !Ref Many]", json!("a,b")),
        ("!Select [1, !Split ['/', a/b/c]]", json!("b")),
        ("!If [Does, !Ref Name, other]", json!("films")),
        ("!If [Never, !Ref Name, other]", json!("other")),
        ("!If [Both, [1, !Ref AWS::NoValue, 2], x]", json!([1, 2])),
        (
            "{a: !Ref AWS::NoValue, b: !If [Does, {c: 007}, d]}",
            json!({"b": {"c": "007"}}),
        ),
        ("!FindInMap [Map, one, two]", json!("three")),
        ("!Base64 films", json!("ZmlsbXM=")),
        (
            "[on, 'on', 2012-10-17, 1.5, 12]",
            json!([true, "on", "2012-10-17", 1.5, 12]),
        ),
    ] {
        assert_eq!(
            output(value).unwrap_or_else(|wrong| panic!("{value}: {wrong}")),
            expected,
            "{value}"
        );
    }
}

#[test]
fn what_cloudformation_refuses_is_told_with_its_place() {
    for (value, told) in [
        ("!Ref Nothing", "Outputs / It / Value: it names Nothing"),
        ("!GetAtt Nothing.Arn", "there is no such resource"),
        ("!GetAtt Bucket.Colour", "has no attribute Colour"),
        (
            "!Select [3, [a, b]]",
            "Outputs / It / Value / Fn::Select: it selects 3 of 2 things",
        ),
        ("!If [Perhaps, a, b]", "there is no condition Perhaps"),
        ("!If [Does, a]", "takes a condition and two values"),
        ("!Join ['-', a]", "there has to be a list here"),
        ("!Sub '${Bucket.Arn}${Nothing}'", "it names Nothing"),
        ("!ImportValue x", "Fn::ImportValue is not answered here"),
        ("&anchor a", "line 14, column"),
        ("*anchor", "line 14"),
        ("[a", "line"),
        ("!<tag:example.com,2000:x> a", "is no function of CloudFormation"),
    ] {
        let wrong = output(value).expect_err(value).to_string();
        assert!(wrong.contains(told), "{value}: {wrong}");
    }
    for (template, told) in [
        ("", "there is nothing"),
        ("[]", "a map of sections"),
        ("Resources: {}", "at least one resource"),
        ("Resource: {A: {Type: T}}", "no such section"),
        ("Transform: x\nResources: {A: {Type: T}}", "known to AWS alone"),
        ("Resources: {A: {}}", "a resource has a Type"),
        ("Resources: {A: {Type: T, DependsOn: B}}", "which is no resource"),
        (
            "Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, DependsOn: A}, C: {Type: T, DependsOn: A}}",
            "in a circle: A, B",
        ),
        (
            "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nResources: {A: {Type: T}}",
            "in a circle",
        ),
        (
            "Conditions: {A: !Or [!Equals [a, b]]}\nResources: {A: {Type: T}}",
            "Conditions / A",
        ),
        ("Resources: {A: {Type: T}}\n---\nb", "one document"),
    ] {
        let wrong = evaluated(template, &[]).expect_err(template).to_string();
        assert!(wrong.contains(told), "{template}: {wrong}");
    }
    let deep = "[".repeat(5000);
    assert!(
        evaluated(&deep, &[]).is_err(),
        "brackets without end do not end the process"
    );
}

#[test]
fn parameters_are_what_they_may_be() {
    let key = screener_template::values::NOBODYS_KEY;
    let good = [("PublicKeyPem1", key), ("CodeBucket", "code"), ("CodeKey", "a.zip")];
    assert!(evaluated(TEMPLATE, &good).is_ok());
    for (name, value, told) in [
        ("Prefix", "watch", "not below watch"),
        ("Prefix", "logs/x", "not below watch"),
        ("Prefix", "/videos", "one name, or several"),
        ("Prefix", "a//b", "one name, or several"),
        ("Prefix", "../b", "one name, or several"),
        ("Revocation", "yes", "one of on, off"),
        ("Endpoint", "Lambda", "one of FunctionUrl, ApiGateway"),
        ("OriginSecret", "too-short", "16 to 128"),
        (
            "CertificateArn",
            "arn:aws:acm:eu-central-1:000000000000:certificate/0",
            "us-east-1",
        ),
        ("DomainName", "https://example.com", "a host name"),
        (
            "PublicKeyPem2",
            "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----\n",
            "a public key as PEM",
        ),
        ("CodeKey", "", "MinLength"),
        ("Colour", "red", "no such parameter"),
        // Rules of the template.
        ("PublicKeyPem1", "", "At least one public key"),
        ("Endpoint", "ApiGateway", "ApiGateway needs OriginSecret"),
        ("Mode", "sign", "Sign mode needs SigningKeyParameter"),
        ("DomainName", "video.example.com", "DomainName needs CertificateArn"),
    ] {
        let mut given = good.to_vec();
        given.retain(|(given, _)| *given != name);
        given.push((name, value));
        let wrong = evaluated(TEMPLATE, &given).expect_err(name).to_string();
        assert!(wrong.contains(told), "{name}={value}: {wrong}");
        assert!(
            value.len() < 16 || !wrong.contains(value),
            "what was given may be secret: {wrong}"
        );
    }
    let wrong = evaluated(TEMPLATE, &good[1..2])
        .expect_err("no key of the code")
        .to_string();
    assert_eq!(wrong, "Parameters / CodeKey: it has no default, and no value was given");
}

#[test]
fn a_template_as_json_is_the_same() {
    let yaml = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags: [{Key: a, Value: !Sub '${AWS::Region}'}]\n";
    let json = "{\"Resources\":{\t\"A\": {\"Type\": \"AWS::S3::Bucket\", \"Properties\": {\"Tags\": [{\"Key\": \"a\", \"Value\": {\"Fn::Sub\": \"${AWS::Region}\"}}]}}}}";
    assert_eq!(Template::read(yaml), Template::read(json));
}

#[test]
fn nothing_secret_is_shown() {
    let values = Values::local().with("OriginSecret", "a-secret-of-the-origin");
    let evaluated = Template::read(TEMPLATE).unwrap().evaluate(&values).unwrap();
    for shown in [format!("{values:?}"), format!("{evaluated:?}")] {
        assert!(!shown.contains("a-secret-of"), "{shown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is cut out of the template or doubled in it: an answer, and never a panic.
    #[test]
    fn a_damaged_template_is_answered(at in 0..TEMPLATE.len(), length in 0_usize..400, doubled: bool) {
        let place = |at: usize| {
            let at = at.min(TEMPLATE.len());
            (at..=TEMPLATE.len()).find(|at| TEMPLATE.is_char_boundary(*at)).unwrap_or(at)
        };
        let from = place(at);
        let to = place(from + length);
        let middle = if doubled { &TEMPLATE[from..to] } else { "" };
        let damaged = format!("{}{middle}{}", &TEMPLATE[..if doubled { to } else { from }], &TEMPLATE[to..]);
        if let Ok(evaluated) = Template::read(&damaged).and_then(|template| template.evaluate(&Values::local())) {
            let _ = screener_template::Delivery::of(&evaluated);
            let _ = screener_template::rules::broken(&evaluated);
        }
    }
}
