//! Any text: what is read as a policy is written and read again as the same.

use screener_cloudfront::Policy;

pub fn check(json: &str) {
    if let Ok(policy) = Policy::from_json(json) {
        assert_eq!(Policy::from_json(&policy.to_json()).as_ref(), Ok(&policy));
    }
}
