//! The playlist endpoint: how CloudFront reaches it, and what it may read.

use std::collections::{BTreeMap, BTreeSet};

use screener_cloudfront::verify::matches;
use serde_json::Value;

use super::permissions::{Asking, Effect, keys_in, resources, texts};
use super::policies::number;
use super::{Endpoint, Way};
use crate::evaluate::{Evaluated, Resource};

const CLOUDFRONT: &str = "cloudfront.amazonaws.com";
const GATEWAY: &str = "apigateway.amazonaws.com";
/// Stands for whatever a viewer asks of the API.
const A_REQUEST: &str = "GET/videos/index.m3u8";

/// The function's URL, or the API, that has this host name: its logical id.
pub(super) fn at_host<'a>(of: &'a Evaluated, host: &str) -> Option<&'a str> {
    let urls = of
        .resources
        .iter()
        .filter(|(id, resource)| match resource.kind.as_str() {
            "AWS::Lambda::Url" => of
                .attribute(id, "FunctionUrl")
                .is_some_and(|url| url.split('/').nth(2) == Some(host)),
            "AWS::ApiGateway::RestApi" => of.reference(id).is_some_and(|api| {
                let region = of.identities.region();
                host == format!("{api}.execute-api.{region}.amazonaws.com")
            }),
            _ => false,
        });
    urls.map(|(id, _)| id.as_str()).next()
}

/// The endpoint as it is reached by a function's URL or an API, by its logical id.
pub(super) fn endpoint(of: &Evaluated, id: &str, distribution_arn: &str, bucket_arn: Option<&str>) -> Endpoint {
    let Some(resource) = of.resource(id) else {
        return Endpoint::default();
    };
    let (way, function) = if resource.kind == "AWS::Lambda::Url" {
        by_url(of, resource, distribution_arn)
    } else {
        by_gateway(of, id, resource)
    };
    let mut endpoint = Endpoint {
        way,
        // Lambda's own default.
        timeout: 3,
        ..Endpoint::default()
    };
    let Some(function) = function.and_then(|id| of.resource(id)) else {
        return endpoint;
    };
    if let Some(timeout) = number(function.at("/Timeout")) {
        endpoint.timeout = timeout;
    }
    for (name, value) in function.at("/Environment/Variables").as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            endpoint.environment.insert(name.clone(), value.to_owned());
        }
    }
    let role = function
        .at("/Role")
        .as_str()
        .and_then(|arn| of.whose(arn, "AWS::IAM::Role", &["Arn"]));
    if let (Some(role), Some(bucket_arn)) = (role, bucket_arn) {
        endpoint.reads = reads(of, role, bucket_arn);
    }
    endpoint
}

fn by_url<'a>(of: &'a Evaluated, url: &Resource, distribution_arn: &str) -> (Way, Option<&'a str>) {
    let signed_only = url.at("/AuthType") == "AWS_IAM";
    let target = url.at("/TargetFunctionArn").as_str().unwrap_or_default();
    let qualifier = url.at("/Qualifier").as_str().map(str::to_owned);
    let Some((function, alias)) = function(of, target) else {
        let allowed = BTreeSet::new();
        return (Way::FunctionUrl { signed_only, allowed }, None);
    };
    let alias = qualifier.or(alias);
    let asked = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];
    let allowed = asked
        .into_iter()
        .filter(|action| is_permitted(of, function, alias.as_deref(), action, CLOUDFRONT, distribution_arn))
        .map(str::to_owned)
        .collect();
    (Way::FunctionUrl { signed_only, allowed }, Some(function))
}

fn by_gateway<'a>(of: &'a Evaluated, id: &str, api: &Resource) -> (Way, Option<&'a str>) {
    let reference = of.reference(id).unwrap_or_default();
    let of_api = |resource: &Resource| resource.at("/RestApiId") == reference.as_str();
    let stage = of.of_kind("AWS::ApiGateway::Stage").find(|(_, stage)| of_api(stage));
    let stage_name = stage
        .and_then(|(_, stage)| stage.at("/StageName").as_str())
        .unwrap_or_default();
    let deployment = stage.and_then(|(_, stage)| {
        let id = stage.at("/DeploymentId").as_str()?;
        of.whose(id, "AWS::ApiGateway::Deployment", &["DeploymentId"])
    });
    let copied = deployment.map(|id| behind(of, id)).unwrap_or_default();
    let greedy: Vec<String> = of
        .of_kind("AWS::ApiGateway::Resource")
        .filter(|(_, resource)| of_api(resource) && resource.at("/PathPart") == "{proxy+}")
        .filter_map(|(id, _)| of.reference(id))
        .collect();
    // A deployment is a copy of the methods that were there before it: only of what it waits for is that sure.
    let methods: Vec<&Resource> = of
        .of_kind("AWS::ApiGateway::Method")
        .filter(|(id, method)| {
            let resource = method.at("/ResourceId").as_str().unwrap_or_default();
            of_api(method) && copied.contains(*id) && greedy.iter().any(|id| id == resource)
        })
        .map(|(_, method)| method)
        .collect();
    let integration = methods.first().map_or(&Value::Null, |method| method.at("/Integration"));
    let target = integration["Uri"].as_str().unwrap_or_default();
    let target = target.split_once("/functions/").map_or("", |(_, rest)| rest);
    let mut target = target.strip_suffix("/invocations").unwrap_or(target).to_owned();
    let variables = stage.map_or(&Value::Null, |(_, stage)| stage.at("/Variables"));
    for (name, value) in variables.as_object().into_iter().flatten() {
        target = target.replace(
            &format!("${{stageVariables.{name}}}"),
            value.as_str().unwrap_or_default(),
        );
    }
    let invoked = function(of, &target);
    let source = format!(
        "arn:aws:execute-api:{}:{}:{reference}/{stage_name}/{A_REQUEST}",
        of.identities.region(),
        of.identities.account()
    );
    let may_invoke = invoked.as_ref().is_some_and(|(id, alias)| {
        let stands = alias.as_ref().is_none_or(|alias| has_alias(of, id, alias));
        stands && is_permitted(of, id, alias.as_deref(), "lambda:InvokeFunction", GATEWAY, &source)
    });
    let way = Way::Gateway {
        stage: stage_name.to_owned(),
        methods: methods
            .iter()
            .filter_map(|method| method.at("/HttpMethod").as_str().map(str::to_owned))
            .collect(),
        may_invoke,
        proxy: integration["Type"] == "AWS_PROXY",
        binary: texts(api.at("/BinaryMediaTypes")),
    };
    (way, invoked.map(|(id, _)| id))
}

/// All that a resource waits for, however far.
pub(crate) fn behind(of: &Evaluated, id: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![id.to_owned()];
    while let Some(id) = left.pop() {
        if let Some(resource) = of.resource(&id) {
            for name in resource.depends_on.iter().chain(&resource.references) {
                if found.insert(name.clone()) {
                    left.push(name.clone());
                }
            }
        }
    }
    found
}

/// A function by its name or ARN, and the alias or version behind it.
fn function<'a>(of: &'a Evaluated, named: &str) -> Option<(&'a str, Option<String>)> {
    if let Some(id) = of.whose(named, "AWS::Lambda::Function", &["Arn"]) {
        return Some((id, None));
    }
    let (name, alias) = named.rsplit_once(':')?;
    let id = of.whose(name, "AWS::Lambda::Function", &["Arn"]).or_else(|| {
        // The ARN of an alias: its function is known by the alias's own words.
        let alias = of.whose(named, "AWS::Lambda::Alias", &["AliasArn"])?;
        let function = of.resource(alias)?.at("/FunctionName").as_str()?;
        of.whose(function, "AWS::Lambda::Function", &["Arn"])
    })?;
    let by_arn = of.whose(named, "AWS::Lambda::Alias", &["AliasArn"]);
    let own_name = by_arn.and_then(|alias| of.resource(alias)?.at("/Name").as_str());
    Some((id, Some(own_name.unwrap_or(alias).to_owned())))
}

fn has_alias(of: &Evaluated, id: &str, name: &str) -> bool {
    of.of_kind("AWS::Lambda::Alias").any(|(_, alias)| {
        let function = alias.at("/FunctionName").as_str().unwrap_or_default();
        alias.at("/Name") == name && of.whose(function, "AWS::Lambda::Function", &["Arn"]) == Some(id)
    }) || name == "$LATEST"
}

/// Is there a permission on exactly this function, alias included, for this service on behalf of this ARN?
fn is_permitted(of: &Evaluated, id: &str, alias: Option<&str>, action: &str, service: &str, source: &str) -> bool {
    of.of_kind("AWS::Lambda::Permission").any(|(_, permission)| {
        let named = permission.at("/FunctionName").as_str().unwrap_or_default();
        let on = function(of, named);
        let on_it = on.is_some_and(|(on, qualified)| on == id && qualified.as_deref() == alias);
        let allowed = permission.at("/Action").as_str().unwrap_or_default();
        let is_from = match permission.at("/SourceArn").as_str() {
            Some(pattern) => matches(pattern, source),
            None => true,
        };
        let account = permission.at("/SourceAccount").as_str();
        on_it
            && matches(allowed, action)
            && permission.at("/Principal") == service
            && is_from
            && account.is_none_or(|account| account == of.identities.account())
    })
}

/// Managed policies that let a role read any bucket.
const WHOLE: [&str; 3] = ["/AmazonS3ReadOnlyAccess", "/AmazonS3FullAccess", "/AdministratorAccess"];

/// Patterns of keys that a role may read, by its own policies and by those that are attached to it.
fn reads(of: &Evaluated, role: &str, bucket_arn: &str) -> Vec<String> {
    let Some(resource) = of.resource(role) else {
        return Vec::new();
    };
    let own = resource.at("/Policies").as_array().into_iter().flatten();
    let mut policies: Vec<&Value> = own.map(|policy| &policy["PolicyDocument"]).collect();
    let reference = of.reference(role).unwrap_or_default();
    for (_, policy) in of.of_kind("AWS::IAM::Policy").chain(of.of_kind("AWS::IAM::RolePolicy")) {
        if texts(policy.at("/Roles")).contains(&reference) || policy.at("/RoleName") == reference.as_str() {
            policies.push(policy.at("/PolicyDocument"));
        }
    }
    let asking = Asking {
        service: None,
        context: &[],
    };
    let all = |effect| {
        let found = policies
            .iter()
            .flat_map(|policy| resources(policy, effect, "s3:GetObject", asking));
        keys_in(bucket_arn, found.collect())
    };
    let mut allowed = all(Effect::Allow);
    let attached = texts(resource.at("/ManagedPolicyArns"));
    if attached.iter().any(|arn| WHOLE.iter().any(|name| arn.ends_with(name))) {
        allowed.push("*".to_owned());
    }
    let denied = all(Effect::Deny);
    allowed.retain(|keys| !denied.iter().any(|denied| matches(denied, keys)));
    allowed
}

/// What the environment says, or what the endpoint takes where it says nothing.
pub(super) fn prefix(environment: &BTreeMap<String, String>) -> String {
    let prefix = environment.get("SCREENER_PREFIX").map_or("videos", String::as_str);
    prefix.trim_matches('/').to_owned()
}
