//! Policies of IAM and of buckets, as far as a delivery needs them: who may do what with which keys.
//!
//! Source: AWS IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements". An operator that is not known here holds for
//! nobody: an `Allow` under it opens nothing, a `Deny` closes nothing.

use screener_cloudfront::verify::matches;
use serde_json::Value;

/// Whoever asks, and under which circumstances.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    /// `cloudfront.amazonaws.com`; `None` for anybody in the world, or where the policy is the asking role's own.
    pub(crate) service: Option<&'a str>,
    /// Condition keys and what they are (`aws:SourceArn`).
    pub(crate) context: &'a [(&'a str, &'a str)],
}

/// `Allow` or `Deny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// Patterns of resources that the statements of a policy allow, or deny, whoever asks, for an action.
pub(crate) fn resources(policy: &Value, effect: Effect, action: &str, asking: Asking<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for statement in statements(policy) {
        let wanted = match effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        if statement["Effect"] == wanted
            && has_action(statement, action)
            && is_about(statement, asking)
            && holds(&statement["Condition"], asking.context)
        {
            if statement.get("NotResource").is_some() {
                found.push("*".to_owned());
            }
            found.extend(texts(&statement["Resource"]));
        }
    }
    found
}

/// The statements of a policy.
pub(crate) fn statements(policy: &Value) -> Vec<&Value> {
    match &policy["Statement"] {
        Value::Array(many) => many.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// One text or several.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// Patterns of keys in a bucket, out of patterns of resources: `arn:aws:s3:::films/videos/*` is `videos/*`.
pub(crate) fn keys_in(bucket_arn: &str, resources: Vec<String>) -> Vec<String> {
    let mut keys: Vec<String> = resources
        .into_iter()
        .filter_map(|pattern| match pattern.split_once('/') {
            Some((bucket, key)) => matches(bucket, bucket_arn).then(|| key.to_owned()),
            // A star at the end of the bucket's name covers the keys as well.
            None => (pattern.ends_with('*') && matches(&pattern, &format!("{bucket_arn}/x"))).then(|| "*".to_owned()),
        })
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

fn has_action(statement: &Value, action: &str) -> bool {
    let action = action.to_lowercase();
    let has = |value: &Value| {
        texts(value)
            .iter()
            .any(|pattern| matches(&pattern.to_lowercase(), &action))
    };
    match statement.get("NotAction") {
        Some(others) => !has(others),
        None => has(&statement["Action"]),
    }
}

/// Is a statement about who asks? A policy without principals is the asking one's own.
fn is_about(statement: &Value, asking: Asking<'_>) -> bool {
    let Some(principal) = statement.get("Principal") else {
        return statement.get("NotPrincipal").is_none();
    };
    if principal == "*" || texts(&principal["AWS"]).iter().any(|who| who == "*") {
        return true;
    }
    asking
        .service
        .is_some_and(|service| texts(&principal["Service"]).iter().any(|who| who == service))
}

fn holds(conditions: &Value, context: &[(&str, &str)]) -> bool {
    let Some(conditions) = conditions.as_object() else {
        return true;
    };
    conditions.iter().all(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.into_iter().all(|(key, wanted)| {
            let actual = context
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(key))
                .map(|(_, value)| *value);
            holds_one(operator, actual, &wanted_texts(wanted))
        })
    })
}

fn wanted_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Bool(truth) => vec![truth.to_string()],
        other => texts(other),
    }
}

fn holds_one(operator: &str, actual: Option<&str>, wanted: &[String]) -> bool {
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    if operator == "Null" {
        return wanted.iter().any(|wanted| (wanted == "true") == actual.is_none());
    }
    let Some(actual) = actual else {
        return if_exists || operator.contains("Not");
    };
    let any = |same: &dyn Fn(&str) -> bool| wanted.iter().any(|wanted| same(wanted));
    match operator {
        "StringEquals" => any(&|wanted| wanted == actual),
        "StringNotEquals" => !any(&|wanted| wanted == actual),
        "StringEqualsIgnoreCase" | "Bool" => any(&|wanted| wanted.eq_ignore_ascii_case(actual)),
        "StringNotEqualsIgnoreCase" => !any(&|wanted| wanted.eq_ignore_ascii_case(actual)),
        "StringLike" | "ArnLike" | "ArnEquals" => any(&|wanted| matches(wanted, actual)),
        "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => !any(&|wanted| matches(wanted, actual)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:cloudfront::1:distribution/E1";

    fn allowed(statement: &Value) -> Vec<String> {
        let asking = Asking {
            service: Some("cloudfront.amazonaws.com"),
            context: &[("aws:SourceArn", ARN)],
        };
        let policy = json!({"Statement": [statement]});
        keys_in(
            "arn:aws:s3:::films",
            resources(&policy, Effect::Allow, "s3:GetObject", asking),
        )
    }

    fn statement(change: impl FnOnce(&mut Value)) -> Value {
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::films/videos/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": ARN}}
        });
        change(&mut statement);
        statement
    }

    #[test]
    fn a_statement_opens_what_it_names_to_whom_it_names() {
        assert_eq!(allowed(&statement(|_| {})), ["videos/*"]);
        for (what, change) in [
            (
                "another distribution",
                json!({"Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::1:distribution/E2"}}}),
            ),
            (
                "another service",
                json!({"Principal": {"Service": "lambda.amazonaws.com"}}),
            ),
            ("another action", json!({"Action": ["s3:PutObject", "s3:ListBucket"]})),
            ("another bucket", json!({"Resource": "arn:aws:s3:::other/videos/*"})),
            ("the bucket alone", json!({"Resource": "arn:aws:s3:::films"})),
            ("denied", json!({"Effect": "Deny"})),
            (
                "an operator that nobody knows",
                json!({"Condition": {"DateEquals": {"aws:CurrentTime": "x"}}}),
            ),
            (
                "a key that is not there",
                json!({"Condition": {"StringEquals": {"aws:SourceVpc": "x"}}}),
            ),
            (
                "an action that is left out",
                json!({"Action": null, "NotAction": "s3:Get*"}),
            ),
        ] {
            let statement = statement(|statement| {
                for (name, value) in change.as_object().unwrap() {
                    statement[name] = value.clone();
                }
            });
            assert!(allowed(&statement).is_empty(), "{what}");
        }
        for (what, change, keys) in [
            ("everybody", json!({"Principal": "*", "Condition": null}), "videos/*"),
            ("each action", json!({"Action": "S3:*"}), "videos/*"),
            ("all resources", json!({"Resource": "*"}), "*"),
            (
                "all but one",
                json!({"NotResource": "arn:aws:s3:::other/*", "Resource": null}),
                "*",
            ),
            (
                "each of this account's",
                json!({"Condition": {"ArnLike": {"aws:sourcearn": "arn:aws:cloudfront::1:distribution/*"}}}),
                "videos/*",
            ),
            (
                "where a key is, if it is",
                json!({"Condition": {"StringEqualsIfExists": {"aws:SourceVpc": "x"}}}),
                "videos/*",
            ),
        ] {
            let statement = statement(|statement| {
                for (name, value) in change.as_object().unwrap() {
                    statement[name] = value.clone();
                }
            });
            assert_eq!(allowed(&statement), [keys], "{what}");
        }
    }
}
