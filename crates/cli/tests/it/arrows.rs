//! The absences of the architecture, asked of cargo: what a part must not know, it cannot reach.

use std::process::Command;

fn tree(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "-p",
            package,
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn knows_none(package: &str, absent: &[&str]) {
    let found: Vec<_> = tree(package)
        .into_iter()
        .filter(|name| {
            absent
                .iter()
                .any(|word| name == word || word.strip_suffix('*').is_some_and(|start| name.starts_with(start)))
        })
        .collect();
    assert!(found.is_empty(), "{package} must not know {found:?}");
}

const MEDIA: [&str; 2] = ["ffmpeg*", "screener-transcode"];
const WINDOW: [&str; 3] = ["tauri*", "wry", "screener-desktop"];

#[test]
fn the_ground_knows_no_runtime_files_or_crate_of_ours() {
    for (package, below) in [
        ("screener-hls", &[][..]),
        ("screener-cloudfront", &[]),
        ("screener-ladder", &[]),
        ("screener-template", &["screener-cloudfront"]),
        ("screener-views", &[]),
        ("screener-wire", &["screener-ladder"]),
    ] {
        knows_none(
            package,
            &[
                "tokio*", "hyper*", "rusqlite", "jiff", "chrono", "tempfile", "ffmpeg*", "tauri*",
            ],
        );
        let ours: Vec<_> = tree(package)
            .into_iter()
            .filter(|name| name.starts_with("screener-") && name != package)
            .collect();
        assert_eq!(ours, below, "{package} stands on the ground");
    }
}

#[test]
fn nothing_but_the_worker_links_ffmpeg() {
    assert!(
        tree("screener-transcode").iter().any(|name| name.starts_with("ffmpeg")),
        "the test sees what is there"
    );
    for package in [
        "screener",
        "screener-cli",
        "screener-app",
        "screener-publish",
        "screener-store",
        "screener-wire",
        "screener-edge",
        "screener-doctor",
        "screener-lambda",
        "screener-desktop",
    ] {
        if package != "screener" {
            knows_none(package, &MEDIA);
        }
    }
}

#[test]
fn the_endpoint_and_the_engine_know_no_window_and_no_journal_of_others() {
    knows_none(
        "screener-lambda",
        &[&MEDIA[..], &WINDOW[..], &["rusqlite", "screener-publish"]].concat(),
    );
    knows_none(
        "screener-publish",
        &[
            &MEDIA[..],
            &WINDOW[..],
            &["screener-edge", "screener-hls", "screener-app"],
        ]
        .concat(),
    );
    let ours = tree("screener-store");
    let ours: Vec<_> = ours.iter().filter(|name| name.starts_with("screener-")).collect();
    assert_eq!(ours, ["screener-store"], "a bucket knows no job, no video and no words");
    knows_none(
        "screener-store",
        &[&MEDIA[..], &WINDOW[..], &["rusqlite", "keyring"]].concat(),
    );
    knows_none(
        "screener-edge",
        &[
            &MEDIA[..],
            &WINDOW[..],
            &["rusqlite", "screener-publish", "screener-app"],
        ]
        .concat(),
    );
    knows_none(
        "screener-doctor",
        &["screener-publish", "rusqlite", "ffmpeg*", "tauri*"],
    );
    knows_none(
        "screener-transcode",
        &[&WINDOW[..], &["tokio", "hyper", "screener-publish", "screener-app"]].concat(),
    );
}

#[test]
fn the_app_knows_no_shell_and_the_terminal_only_the_app() {
    knows_none(
        "screener-app",
        &[&WINDOW[..], &["screener-cli", "clap", "indicatif"]].concat(),
    );
    knows_none("screener-cli", &WINDOW);
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let normal = manifest
        .split("[dependencies]")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let ours: Vec<_> = normal.lines().filter(|line| line.starts_with("screener-")).collect();
    assert_eq!(ours, ["screener-app = { workspace = true }"]);
}

#[test]
fn no_crate_but_the_worker_is_unsafe() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut folders = vec![root.join("crates"), root.join("lambda"), root.join("src-tauri")];
    let mut looked = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && !["target", "transcode", "gen"].contains(&name.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && path.components().any(|part| part.as_os_str() == "src")
            {
                looked += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
                for line in code {
                    assert!(
                        !line.contains("unsafe {") && !line.contains("unsafe fn"),
                        "{}: {line}",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(looked > 50, "the test looks at the sources");
}
