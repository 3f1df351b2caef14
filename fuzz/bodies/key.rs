//! Any path: what passes is a plain key of the prefix, and ends with .m3u8.

use screener_lambda::playlist_key::PlaylistKey;

pub fn check(path: &str) {
    let Ok(found) = PlaylistKey::from_path(path, "videos") else {
        return;
    };
    assert_eq!(path.strip_prefix('/'), Some(found.key));
    assert!(found.key.starts_with(&format!("videos/{}/", found.video_id)) && found.key.as_bytes().ends_with(b".m3u8"));
    assert!(!found.video_id.contains('.'));
    assert!(
        found
            .key
            .split('/')
            .all(|name| !name.is_empty() && !name.starts_with('.'))
    );
    assert!(
        found
            .key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
    );
}
