//! STS and the calls of IAM that are asked before a deployment.

use super::exchange::{Answer, Asked, element, members};
use super::{Service, World};

pub(super) struct Sts;

impl Service for Sts {
    fn name(&self) -> &'static str {
        "sts"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        (asked.call == "GetCallerIdentity").then(|| {
            asked.result(&format!(
                "{}{}{}",
                element("Arn", &world.caller),
                element("UserId", "AIDAEXAMPLE"),
                element("Account", &world.account)
            ))
        })
    }
}

pub(super) struct Iam;

impl Service for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn answer(&self, asked: &Asked, world: &mut World) -> Option<Answer> {
        match asked.call.as_str() {
            "GetRole" => {
                let name = asked.field("RoleName");
                let arn = format!("arn:aws:iam::{}:role{}{name}", world.account, world.role_path);
                Some(asked.result(&format!(
                    "<Role>{}{}{}{}{}</Role>",
                    element("Path", &world.role_path),
                    element("RoleName", name),
                    element("RoleId", "AROAEXAMPLE"),
                    element("Arn", &arn),
                    element("CreateDate", "2026-01-01T00:00:00Z")
                )))
            }
            "ListAccessKeys" => {
                let user = asked.field("UserName");
                let keys = world
                    .access_keys
                    .iter()
                    .filter(|(owner, _)| owner == user)
                    .map(|(owner, id)| {
                        format!(
                            "{}{}{}{}",
                            element("UserName", owner),
                            element("AccessKeyId", id),
                            element("Status", "Active"),
                            element("CreateDate", "2026-01-01T00:00:00Z")
                        )
                    });
                let keys = members("AccessKeyMetadata", keys);
                Some(asked.result(&format!("{keys}<IsTruncated>false</IsTruncated>")))
            }
            "DeleteAccessKey" => {
                let id = asked.field("AccessKeyId").to_owned();
                world.access_keys.retain(|(_, known)| *known != id);
                Some(asked.result(""))
            }
            "SimulatePrincipalPolicy" => {
                let source = asked.field("PolicySourceArn");
                if source.contains(":assumed-role/") || source.ends_with(":root") {
                    return Some(asked.error(400, "InvalidInput", "Invalid Entity Arn"));
                }
                let actions = asked.list("ActionNames");
                let from: usize = asked.field("Marker").parse().unwrap_or(0);
                let page: Vec<_> = actions.iter().skip(from).take(world.page).collect();
                let next = from + page.len();
                let results = page.into_iter().map(|action| {
                    let denied = world.denied.iter().find(|(name, _)| name == action);
                    let decision = if denied.is_some() { "implicitDeny" } else { "allowed" };
                    let organisation = denied.is_some_and(|(_, by_organisation)| *by_organisation);
                    format!(
                        "{}{}<OrganizationsDecisionDetail><AllowedByOrganizations>{}</AllowedByOrganizations></OrganizationsDecisionDetail>",
                        element("EvalActionName", action),
                        element("EvalDecision", decision),
                        !organisation
                    )
                });
                let results = members("EvaluationResults", results);
                let more = next < actions.len();
                let marker = if more {
                    element("Marker", &next.to_string())
                } else {
                    String::new()
                };
                Some(asked.result(&format!("{results}<IsTruncated>{more}</IsTruncated>{marker}")))
            }
            _ => None,
        }
    }
}
