//! Any text: what is read as a policy is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use screener_cloudfront::Policy;

fuzz_target!(|json: &str| {
    if let Ok(policy) = Policy::from_json(json) {
        assert_eq!(Policy::from_json(&policy.to_json()).as_ref(), Ok(&policy));
    }
});
