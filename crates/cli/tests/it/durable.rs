//! The order in which a segment becomes durable, seen by `strace`: written, fsync, rename, fsync of the folder, read back, journal, upload.

use std::process::Command;

use crate::stage::Home;

#[test]
fn a_segment_is_durable_before_the_journal_and_in_the_journal_before_it_is_sent() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: strace is not installed");
        return;
    }
    let home = Home::new();
    let film = home.film("A film.mp4", 3);
    // The key pair and the edge are made before, so that the trace holds the publication alone.
    home.json(&["key", "list"]).well();
    let log = home.path("trace");
    let publish = home.command(&[
        "--key-store",
        "file",
        "publish",
        film.to_str().unwrap(),
        "--preset",
        "fast",
        "--json",
    ]);
    let mut traced = Command::new("strace");
    traced
        .args([
            "-f",
            "-y",
            "-qq",
            "-s",
            "0",
            "-e",
            "trace=fsync,fdatasync,rename,renameat,renameat2,openat,open",
            "-o",
        ])
        .arg(&log)
        .arg(publish.get_program())
        .args(publish.get_args())
        .current_dir(home.path("."));
    for (name, value) in publish.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let output = traced.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let after = |from: usize, what: &str, like: &dyn Fn(&str) -> bool| {
        from + lines[from..]
            .iter()
            .position(|l| like(l))
            .unwrap_or_else(|| panic!("no {what} after line {from} of the trace"))
    };
    let mut seen = 0;
    let renames = lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l.contains("rename") && l.contains(".m4s\"") && l.contains("/work/"));
    for (renamed, line) in renames {
        let quoted: Vec<&str> = line.split('"').collect();
        let (part, whole) = (quoted[1], quoted[3]);
        let folder = whole.rsplit_once('/').unwrap().0;
        assert!(
            lines[..renamed]
                .iter()
                .any(|l| l.contains("fsync(") && l.contains(&format!("<{part}>"))),
            "{whole} was renamed before its bytes were durable"
        );
        let named = after(renamed, "fsync of the folder", &|l| {
            l.contains("fsync(") && l.contains(&format!("<{folder}>"))
        });
        // Who wrote it reads it back first; any other reads it for its upload.
        let writer = format!("{} ", line.split_whitespace().next().unwrap());
        let opened = |l: &str| l.contains("open") && l.contains(&format!("\"{whole}\""));
        let compared = after(named, "reading back", &|l| l.starts_with(&writer) && opened(l));
        let kept = after(compared, "write of the journal", &|l| {
            l.contains("sync(") && l.contains("journal.sqlite-wal>")
        });
        let sent = after(named, "read for the upload", &|l| !l.starts_with(&writer) && opened(l));
        assert!(
            kept < sent,
            "{whole} was read for its upload before the journal knew of it"
        );
        seen += 1;
    }
    assert!(seen >= 3, "{seen} segments were seen");
}
