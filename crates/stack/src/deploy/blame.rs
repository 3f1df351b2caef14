//! What AWS's words about a piece mean. The first failure by time is the cause; what follows is its consequence.

use crate::Cause;

/// Whether a failure only says that another one came first.
pub fn is_consequence(words: &str) -> bool {
    ["cancelled", "Cancelled", "The following resource(s) failed"]
        .iter()
        .any(|part| words.contains(part))
}

/// The cause of a piece's failure.
pub fn blame(piece: &str, kind: &str, words: &str) -> Cause {
    let low = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| low.contains(part));
    let (piece, said) = (format!("{piece} ({kind})"), words.trim().to_owned());
    if has(&["must be verified before you can add new cloudfront resources"]) {
        return Cause::NotVerified { piece };
    }
    if has(&["service control policy", "resource control policy"]) {
        return Cause::ForbiddenByOrganisation { piece, words: said };
    }
    if has(&["token included in the request is expired", "expiredtoken"]) {
        return Cause::SignInEnded { piece, words: said };
    }
    if has(&["is not enabled in this account", "optinrequired"]) {
        return Cause::RegionOff { words: said };
    }
    if has(&["not authorized to perform", "accessdenied", "access denied"]) {
        return denied(piece, said);
    }
    if has(&["unreservedconcurrentexecution", "reservedconcurrentexecutions"]) {
        return Cause::Concurrency { words: said };
    }
    if has(&[
        "cnamealreadyexists",
        "one or more of the cnames",
        "cnames you provided are already",
    ]) {
        return Cause::DomainTaken { words: said };
    }
    if has(&["certificate"]) {
        return Cause::Certificate { words: said };
    }
    if has(&["pricing plan", "flat-rate", "subscription"]) {
        return Cause::FlatPlan { piece, words: said };
    }
    if has(&[
        "must delete access keys first",
        "cannot delete entity",
        "deleteconflict",
    ]) {
        return Cause::KeysFirst { piece, words: said };
    }
    if has(&["bucketnotempty", "is not empty"]) {
        return Cause::NotEmpty { piece, words: said };
    }
    if has(&["nosuchkey", "s3 error code", "error occurred while getobject"]) {
        return Cause::CodeGone { words: said };
    }
    if has(&[
        "too many",
        "toomany",
        "limit exceeded",
        "limitexceeded",
        "quota",
        "exceeds the maximum",
        "exceeded the number",
        "limit of",
    ]) {
        return Cause::Quota { piece, words: said };
    }
    if has(&["already exists", "alreadyexists"]) {
        return Cause::Exists { piece, words: said };
    }
    if has(&[
        "currently in use",
        "is being used",
        "resourceinuse",
        "inuse",
        "in use by",
        "associated with",
    ]) {
        return Cause::StillUsed { piece, words: said };
    }
    if has(&[
        "internal failure",
        "internal error",
        "internalfailure",
        "service unavailable",
        "servicefailure",
        "rate exceeded",
        "throttl",
        "timed out",
        "did not stabilize",
    ]) {
        return Cause::AwsFailed { piece, words: said };
    }
    Cause::PieceFailed { piece, words: said }
}

fn denied(piece: String, words: String) -> Cause {
    let named = words
        .split_once("not authorized to perform: ")
        .map(|(_, behind)| behind);
    let action = named
        .and_then(|behind| behind.split_whitespace().next())
        .map(|word| word.trim_end_matches(['.', ',', ')', '(']).to_owned());
    match action {
        Some(action) if action == "iam:PassRole" => Cause::MayNotPassRole { piece, words },
        Some(action) if action.ends_with(":TagResource") || action.contains(":Tag") => {
            Cause::MayNotTag { piece, action, words }
        }
        Some(action) => Cause::PieceDenied { piece, action, words },
        None => Cause::PieceFailed { piece, words },
    }
}
