//! Rules of the playlist endpoint: who may call it, what it may read, and what it costs others.

use screener_cloudfront::verify::matches;
use serde_json::Value;

use super::Finding;
use crate::delivery::endpoint::behind;
use crate::delivery::permissions::{statements, texts};
use crate::delivery::{Delivery, OriginKind, Way};
use crate::evaluate::Evaluated;
use crate::names::{parameter, piece};

pub(super) fn check(of: &Evaluated, delivery: &Delivery, findings: &mut Vec<Finding>) {
    let mut say = |piece: &str, what: &str, why| {
        findings.push(Finding {
            piece: piece.to_owned(),
            what: what.to_owned(),
            why,
        });
    };
    let endpoint = &delivery.endpoint;
    let origin = delivery
        .origins
        .values()
        .find(|origin| origin.kind == OriginKind::Endpoint);
    match &endpoint.way {
        Way::FunctionUrl { signed_only, allowed } => {
            if !signed_only {
                say(
                    piece::FUNCTION_URL,
                    "anybody may call the function's URL",
                    "It is for CloudFront alone.",
                );
            }
            if origin.is_some_and(|origin| !origin.access_control) {
                say(
                    piece::ENDPOINT_ACCESS,
                    "requests to the endpoint are not signed",
                    "The URL refuses them: 403 for every playlist.",
                );
            }
            for (action, id) in ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]
                .into_iter()
                .zip(piece::URL_PERMISSIONS)
            {
                if !allowed.contains(action) {
                    let what = format!("this distribution has no {action}");
                    say(id, &what, "Both are needed: 403 for every playlist.");
                }
            }
        }
        Way::Gateway {
            stage,
            methods,
            may_invoke,
            proxy,
            binary,
        } => {
            if !may_invoke {
                say(
                    piece::API_PERMISSION,
                    "the API may not invoke the alias",
                    "Every playlist is a 500: Invalid permissions on Lambda function.",
                );
            }
            if !methods.contains("ANY") {
                say(
                    piece::API_DEPLOYMENT,
                    "the deployment does not wait for the method ANY of /{proxy+}",
                    "A deployment is a copy of what is there: 403, Missing Authentication Token.",
                );
            }
            if !proxy {
                say(
                    piece::API_METHOD,
                    "the integration is no proxy",
                    "The endpoint would not get the request, nor answer preflights.",
                );
            }
            if !binary.iter().any(|kind| kind == "*/*") {
                say(
                    piece::API,
                    "not every answer is taken as binary",
                    "Zipped playlists would arrive as base64 text.",
                );
            }
            if origin.is_some_and(|origin| origin.path != format!("/{stage}")) {
                say(
                    piece::DISTRIBUTION,
                    "the origin's path is not the stage",
                    "403, Forbidden, for every playlist.",
                );
            }
            let fenced = origin.is_some_and(|origin| {
                origin
                    .headers
                    .get("x-origin-verify")
                    .is_some_and(|secret| secret.len() >= 16)
            });
            if !fenced || !endpoint.environment.contains_key("SCREENER_ORIGIN_SECRET") {
                say(
                    piece::API,
                    "it answers without the origin secret",
                    "Anybody can reach the API's own address.",
                );
            }
            deployment(of, &mut say);
        }
    }
    secret(delivery, &mut say);
    role(of, delivery, &mut say);
    functions(of, &mut say);
}

fn deployment(of: &Evaluated, say: &mut impl FnMut(&str, &str, &'static str)) {
    for (id, _) in of.of_kind("AWS::ApiGateway::Deployment") {
        let before = behind(of, id);
        for (method, _) in of
            .of_kind("AWS::ApiGateway::Method")
            .filter(|(method, _)| !before.contains(*method))
        {
            let what = format!("it does not wait for {method}");
            say(
                id,
                &what,
                "It can be made before the method is there, and never gets it.",
            );
        }
    }
}

/// What CloudFront sends is what the endpoint asks for.
fn secret(delivery: &Delivery, say: &mut impl FnMut(&str, &str, &'static str)) {
    let environment = &delivery.endpoint.environment;
    let asked = ["SCREENER_ORIGIN_SECRET", "SCREENER_ORIGIN_SECRET_NEXT"].map(|name| environment.get(name));
    let origins = delivery
        .origins
        .values()
        .filter(|origin| origin.kind == OriginKind::Endpoint);
    for origin in origins {
        let sent = origin.headers.get("x-origin-verify");
        if asked.iter().any(Option::is_some) && (sent.is_none() || !asked.contains(&sent)) {
            say(
                piece::DISTRIBUTION,
                "the endpoint asks for a secret that is not sent",
                "It refuses everything: 403, not through CloudFront.",
            );
        }
    }
    if environment.get("SCREENER_MODE").is_some_and(|mode| mode == "sign") {
        for name in [
            "SCREENER_ORIGIN_SECRET",
            "SCREENER_KEY_PARAMETER",
            "SCREENER_KEY_PAIR_ID",
        ] {
            if !environment.contains_key(name) {
                let what = format!("sign mode has no {name}");
                say(piece::FUNCTION, &what, "The endpoint would not start.");
            }
        }
    }
}

fn role(of: &Evaluated, delivery: &Delivery, say: &mut impl FnMut(&str, &str, &'static str)) {
    let prefix = of
        .parameters
        .get(parameter::PREFIX)
        .and_then(Value::as_str)
        .unwrap_or(&delivery.prefix);
    let reads = &delivery.endpoint.reads;
    let playlist = format!("{prefix}/video/1/1080p/index.m3u8");
    if !reads.iter().any(|pattern| matches(pattern, &playlist)) {
        say(
            piece::FUNCTION_ROLE,
            "the endpoint may not read playlists of this prefix",
            "It would answer 404 for each.",
        );
    }
    if delivery.prefix != prefix {
        say(
            piece::FUNCTION,
            "the endpoint has another prefix",
            "It would answer 404 for each playlist.",
        );
    }
    let beyond = [
        format!("{prefix}/video/1/1080p/00001.m4s"),
        "links/video/link.json".to_owned(),
        "logs/x".to_owned(),
    ];
    if beyond
        .iter()
        .any(|key| reads.iter().any(|pattern| matches(pattern, key)))
    {
        say(
            piece::FUNCTION_ROLE,
            "the endpoint may read more than playlists",
            "It answers whoever asks it.",
        );
    }
    for (id, role) in of.of_kind("AWS::IAM::Role") {
        let document = role.at("/AssumeRolePolicyDocument");
        let services = statements(document)
            .into_iter()
            .flat_map(|one| texts(&one["Principal"]["Service"]));
        if services.collect::<Vec<_>>() != ["lambda.amazonaws.com"] {
            say(id, "others than Lambda may take it", "It is the endpoint's alone.");
        }
    }
}

fn functions(of: &Evaluated, say: &mut impl FnMut(&str, &str, &'static str)) {
    for (id, function) in of.of_kind("AWS::Lambda::Function") {
        if !function.at("/ReservedConcurrentExecutions").is_null() {
            say(
                id,
                "concurrency is reserved",
                "A new account has ten in all, and could not make it.",
            );
        }
        if function.at("/LoggingConfig/LogGroup").is_null() {
            say(
                id,
                "its log group is not its own",
                "Lambda makes one that is kept for ever and stays behind.",
            );
        }
        let roots = function.at("/Environment/Variables/SSL_CERT_FILE").is_string();
        if !roots {
            say(
                id,
                "SSL_CERT_FILE is not set",
                "Each cold start reads every root on its own.",
            );
        }
    }
    for (id, group) in of.of_kind("AWS::Logs::LogGroup") {
        if group.at("/RetentionInDays").is_null() {
            say(id, "it is kept for ever", "Logs cost, and nobody reads old ones.");
        }
    }
    for (id, alias) in of.of_kind("AWS::Lambda::Alias") {
        if alias.at("/FunctionVersion") != "$LATEST" {
            say(
                id,
                "it does not stand for the newest code",
                "An update of the code would change nothing.",
            );
        }
    }
}
