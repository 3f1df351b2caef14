//! Any path: what passes is a plain key of the prefix, and ends with .m3u8.
#![no_main]

use libfuzzer_sys::fuzz_target;
use screener_lambda::key::PlaylistKey;

fuzz_target!(|path: &str| {
    if let Ok(found) = PlaylistKey::from_path(path, "videos") {
        assert!(found.key.starts_with("videos/") && found.key.ends_with(".m3u8"));
        assert!(found.key.starts_with(&format!("videos/{}/", found.video_id)));
        assert!(!found.key.contains("..") || !found.key.split('/').any(|name| name.starts_with('.')));
        assert!(
            found
                .key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
        );
    }
});
