//! The process itself: words in, words out.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use screener_ladder::Wishes;
use screener_wire::{Task, VERSION};

use crate::lab;

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

/// Peak resident memory of a worker that carries out a task, in bytes.
#[cfg(unix)]
#[expect(clippy::zombie_processes, reason = "wait4 waits for it, and tells what it took")]
fn peak(task: &Task) -> u64 {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_screener-worker"))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the worker starts");
    let mut stdin = worker.stdin.take().expect("stdin is a pipe");
    let line = serde_json::to_string(task).expect("a task is JSON");
    writeln!(stdin, "{line}").expect("the worker reads its task");
    let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: both places live through the call, and any bytes make a valid `rusage`.
    let usage = unsafe {
        assert_eq!(
            libc::wait4(worker.id() as i32, &raw mut status, 0, usage.as_mut_ptr()),
            worker.id() as i32
        );
        usage.assume_init()
    };
    drop(stdin);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{status}");
    usage.ru_maxrss as u64 * if cfg!(target_os = "macos") { 1 } else { 1024 }
}

#[cfg(unix)]
#[test]
fn looking_at_a_large_file_takes_no_more_memory_than_at_a_small_one() {
    let folder = tempfile::tempdir().unwrap();
    for (name, frames) in [("small.avi", 2), ("large.avi", 28)] {
        lab::ffmpeg(
            folder.path(),
            &format!("-f lavfi -i testsrc2=s=1920x1080:r=25 -frames:v {frames} -c:v rawvideo -pix_fmt yuv420p {name}"),
        );
    }
    let large = folder.path().join("large.avi");
    assert!(large.metadata().unwrap().len() > 80 << 20);
    let peak_of_probe = |file: &Path| {
        peak(&Task::Probe {
            version: VERSION,
            file: lab::text(file),
        })
    };
    let (small, large) = (peak_of_probe(&folder.path().join("small.avi")), peak_of_probe(&large));
    assert!(large < small + (16 << 20), "{} and {} MiB", small >> 20, large >> 20);
}

/// A recording that was interrupted: what is missing is silence, however long, and is not laid down all at once.
#[cfg(unix)]
#[test]
fn a_long_gap_in_the_sound_takes_no_more_memory_than_a_short_one() {
    let folder = tempfile::tempdir().unwrap();
    let peak_with = |gap: u32| {
        let (file, out) = (format!("{gap}.mka"), folder.path().join(gap.to_string()));
        let later = format!("-af asetpts=PTS+gte(T\\,1)*{gap}/TB");
        lab::ffmpeg(folder.path(), &format!("-f lavfi -i sine=d=2 {later} -c:a flac {file}"));
        let peak = peak(&lab::task(&folder.path().join(file), &out, &Wishes::default()));
        let index = lab::ffprobe(&out.join("index.m3u8"));
        let duration: f64 = index["format"]["duration"].as_str().unwrap().parse().unwrap();
        assert!((duration - f64::from(gap) - 2.0).abs() < 0.1, "{duration} s");
        peak
    };
    let (short, long) = (peak_with(10), peak_with(600));
    assert!(long < short + (16 << 20), "{} and {} MiB", short >> 20, long >> 20);
}
