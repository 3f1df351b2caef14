//! The process itself: words in, words out.

use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn another_version_is_refused() {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_screener-worker"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = worker.stdin.take().unwrap();
    stdin
        .write_all(b"{\"task\":\"capabilities\",\"version\":99}\n")
        .unwrap();
    let output = worker.wait_with_output().unwrap();
    drop(stdin);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\"code\":\"wrong_version\""), "{text}");
    assert_eq!(output.status.code(), Some(1));
}
