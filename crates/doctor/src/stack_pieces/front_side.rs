//! The distribution: where paths go, whom it trusts, what it asks before it serves.

use screener_template::names::piece;
use serde_json::Value;

use super::stack_facts::{Finding, StackFacts, Unseen, broken, doubtful, items, several, sound, text};

/// A certificate that ends this soon is said, in seconds: ACM renews sixty days before.
const SOON: i64 = 30 * 86_400;
/// Seconds for which an error may be kept.
const BRIEF: u64 = 10;

/// The behaviors that need a link: all but the page's.
pub(super) fn judged(distribution: &Value) -> Vec<&Value> {
    let special = items(&distribution["CacheBehaviors"]).iter();
    let special = special.filter(|behavior| !text(&behavior["PathPattern"]).starts_with("watch/"));
    special.chain([&distribution["DefaultCacheBehavior"]]).collect()
}

pub(super) fn pattern(behavior: &Value) -> &str {
    match text(&behavior["PathPattern"]) {
        "" => "*",
        pattern => pattern,
    }
}

pub(super) fn behaviors(facts: &StackFacts) -> Finding {
    let distribution = facts.distribution()?;
    if distribution["Enabled"] != true {
        return broken(
            "the distribution is switched off",
            "A distribution that is switched off answers nobody.",
            "In the console of CloudFront enable the distribution.",
        );
    }
    let special = items(&distribution["CacheBehaviors"]);
    let met: Vec<_> = special
        .iter()
        .chain([&distribution["DefaultCacheBehavior"]])
        .map(|behavior| (pattern(behavior), text(&behavior["TargetOriginId"])))
        .collect();
    let shown: Vec<_> = met
        .iter()
        .map(|(pattern, origin)| format!("{pattern}: {origin}"))
        .collect();
    let shown = shown.join(", ");
    if met != [("*.m3u8", "endpoint"), ("watch/*", "bucket"), ("*", "bucket")] {
        return broken(
            shown,
            "The first behavior whose pattern fits is taken. Playlists have to go to the endpoint before anything else fits them; otherwise the bucket answers them as they are, and their segments are refused (403).",
            "Put the behaviors in this order: *.m3u8 to the endpoint, watch/* to the bucket, * to the bucket.",
        );
    }
    let deaf = judged(distribution)
        .into_iter()
        .find(|behavior| !several(&behavior["AllowedMethods"]).contains(&"OPTIONS"));
    if let Some(behavior) = deaf {
        return broken(
            format!("the behavior {} does not let OPTIONS through", pattern(behavior)),
            "Browsers ask with OPTIONS before a player on another page may read; CloudFront refuses it with 403.",
            "In the console of CloudFront allow GET, HEAD and OPTIONS for this behavior.",
        );
    }
    sound(shown)
}

pub(super) fn key_group(facts: &StackFacts) -> Finding {
    let distribution = facts.distribution()?;
    let group = facts.id(piece::KEY_GROUP);
    let open = judged(distribution)
        .into_iter()
        .find(|behavior| !several(&behavior["TrustedKeyGroups"]).contains(&group));
    if let Some(behavior) = open {
        let trusted = several(&behavior["TrustedKeyGroups"]);
        if trusted.is_empty() {
            return broken(
                format!("the behavior {} trusts no key group", pattern(behavior)),
                "Without a trusted key group a behavior is public: whoever knows an address needs no link.",
                "In the console of CloudFront restrict viewer access for this behavior to the key group that the stack made.",
            );
        }
        return broken(
            format!("the behavior {} trusts {}", pattern(behavior), trusted.join(", ")),
            "The behavior trusts another key group than the stack\u{2019}s: links of this computer are refused with 403.",
            "In the console of CloudFront restrict viewer access for this behavior to the key group that the stack made.",
        );
    }
    let keys = several(&facts.look(piece::KEY_GROUP)?["KeyGroupConfig"]["Items"]);
    if !keys.contains(&facts.key_pair_id.as_str()) {
        return broken(
            format!("the key group holds {}, and not {}", keys.join(", "), facts.key_pair_id),
            "The slot of this computer\u{2019}s key was emptied, or the key was rotated by another computer: new links are refused with 403.",
            "`screener aws rotate-key` puts a key of this computer into a free slot.",
        );
    }
    let slot = piece::PUBLIC_KEYS
        .iter()
        .find(|slot| facts.id(slot) == facts.key_pair_id);
    if let (Some(slot), Some(ours)) = (slot, &facts.public_key) {
        let theirs = text(&facts.look(slot)?["PublicKeyConfig"]["EncodedKey"]);
        if !theirs.is_empty() && letters(theirs) != letters(ours) {
            return broken(
                format!("{slot} holds another public key than this computer\u{2019}s"),
                "What signs here is not what CloudFront knows under this id: every link is refused with 403.",
                "`screener aws rotate-key` puts a key of this computer into a free slot.",
            );
        }
    }
    sound(format!("{} is one of {} keys", facts.key_pair_id, keys.len()))
}

pub(super) fn function(facts: &StackFacts) -> Finding {
    if !facts.has(piece::VIEWER_REQUEST) {
        return Err(Unseen::Absent(
            "this stack takes no links back; to end links, rotate the key",
        ));
    }
    let distribution = facts.distribution()?;
    let name = facts.id(piece::VIEWER_REQUEST);
    let function = facts.look(piece::VIEWER_REQUEST)?;
    let is_ours = |arn: &str| {
        arn == name || arn == text(&function["FunctionARN"]) || (!name.is_empty() && arn.ends_with(&format!("/{name}")))
    };
    let unasked = judged(distribution).into_iter().find(|behavior| {
        !items(&behavior["FunctionAssociations"])
            .iter()
            .any(|one| one["EventType"] == "viewer-request" && is_ours(text(&one["FunctionARN"])))
    });
    if let Some(behavior) = unasked {
        return broken(
            format!("the behavior {} does not ask the function", pattern(behavior)),
            "Links that were taken back still open on these paths, and nothing else shows it.",
            "In the console of CloudFront associate the stack\u{2019}s function with this behavior, at viewer request.",
        );
    }
    if !text(&function["Stage"]).is_empty() && function["Stage"] != "LIVE" {
        return broken(
            format!("the function is at the stage {}", text(&function["Stage"])),
            "A function that is not published runs nowhere: links that were taken back still open.",
            "In the console of CloudFront publish the function.",
        );
    }
    if items(&function["FunctionConfig"]["KeyValueStoreAssociations"]).is_empty() {
        return broken(
            "no key value store is associated with the function",
            "The function cannot tell what is taken back, and refuses every link.",
            "In the console of CloudFront associate the stack\u{2019}s key value store with the function, and publish it.",
        );
    }
    sound("the function is associated with both behaviors and published")
}

pub(super) fn link_store(facts: &StackFacts) -> Finding {
    if !facts.has(piece::LINK_STORE) {
        return Err(Unseen::Absent(
            "this stack takes no links back; to end links, rotate the key",
        ));
    }
    let status = text(&facts.look(piece::LINK_STORE)?["Status"]);
    if !status.is_empty() && status != "READY" {
        return broken(
            format!("its status is {status}"),
            "A store that is not ready answers nobody: the function refuses every link.",
            "Wait some minutes and look again.",
        );
    }
    sound("it is there")
}

pub(super) fn certificate(facts: &StackFacts) -> Finding {
    let Some(domain) = &facts.own_domain else {
        return Err(Unseen::Absent(
            "links name CloudFront\u{2019}s own domain, whose certificate is AWS\u{2019}s",
        ));
    };
    let distribution = facts.distribution()?;
    if !several(&distribution["Aliases"]).contains(&domain.as_str()) {
        return broken(
            format!("the distribution does not know {domain}"),
            "CloudFront refuses requests for a domain that no distribution has as its alternate name.",
            "Deploy again with this domain and its certificate, or make links with CloudFront\u{2019}s own domain.",
        );
    }
    let Some(found) = &facts.certificate else {
        return Err(Unseen::Hidden("The certificate".to_owned(), super::NO_RIGHT.to_owned()));
    };
    if found.status != "ISSUED" {
        return broken(
            format!("its status is {}", found.status),
            "Browsers refuse a domain without a valid certificate.",
            "Finish the validation of the certificate in ACM (us-east-1): its DNS record has to stay.",
        );
    }
    if !found.names.iter().any(|name| covers(name, domain)) {
        return broken(
            format!("{domain} is none of {}", found.names.join(", ")),
            "The certificate is another domain\u{2019}s: browsers refuse to connect.",
            "Ask ACM (us-east-1) for a certificate of this domain, and deploy again with it.",
        );
    }
    if found.ends.is_some_and(|ends| ends < facts.now) {
        return broken(
            "the certificate has ended",
            "Browsers refuse a domain without a valid certificate.",
            "Finish the validation of the certificate in ACM (us-east-1): its DNS record has to stay.",
        );
    }
    if found.ends.is_some_and(|ends| ends < facts.now + SOON) {
        return doubtful(
            "the certificate ends within a month",
            "ACM renews sixty days before the end; it has not been able to.",
            "Finish the validation of the certificate in ACM (us-east-1): its DNS record has to stay.",
        );
    }
    sound(format!("the certificate covers {domain}"))
}

pub(super) fn errors(facts: &StackFacts) -> Finding {
    let kept = items(&facts.distribution()?["CustomErrorResponses"]);
    let long = kept
        .iter()
        .find(|one| one["ErrorCachingMinTTL"].as_u64().unwrap_or(BRIEF) > BRIEF);
    if let Some(long) = long {
        return doubtful(
            format!("{} is kept for {} s", long["ErrorCode"], long["ErrorCachingMinTTL"]),
            "An error that is kept is shown to viewers whose next request would have been right.",
            "In the console of CloudFront set the error caching minimum TTL to 1 second.",
        );
    }
    sound("at most ten seconds")
}

/// `*.example.com` covers one label more.
fn covers(name: &str, domain: &str) -> bool {
    let (name, domain) = (name.to_lowercase(), domain.to_lowercase());
    match name.strip_prefix("*.") {
        Some(parent) => domain.split_once('.').is_some_and(|(_, rest)| rest == parent),
        None => name == domain,
    }
}

fn letters(pem: &str) -> String {
    pem.chars().filter(|letter| !letter.is_whitespace()).collect()
}
