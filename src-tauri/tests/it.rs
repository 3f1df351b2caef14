//! The pages' TypeScript follows the Rust.

use screener_desktop::bindings;

/// Rewrites the generated file, and fails when it was stale: commit what it wrote.
#[test]
fn bindings_are_fresh() {
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = folder.path().join("index.ts");
    bindings::write(&fresh).expect("every type crosses");
    let fresh = std::fs::read_to_string(&fresh).expect("just written");
    let kept = std::fs::read_to_string(bindings::file()).unwrap_or_default();
    if fresh != kept {
        std::fs::create_dir_all(bindings::file().parent().expect("has a folder")).expect("made");
        std::fs::write(bindings::file(), &fresh).expect("written");
        panic!("ui/src/bindings/index.ts was stale and is written anew: commit it.");
    }
}
