//! What the tests stand on: a data folder of their own, generated films, processes, and a viewer that asks over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A data folder with the encrypted file as key store.
pub struct Home {
    folder: TempDir,
}

/// A run that has ended.
pub struct Done {
    /// Exit code; -1 after a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Done {
    /// Standard output as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }

    /// The last line of standard error as an error.
    pub fn error(&self) -> Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {:?}", self.stderr));
        let error = error["error"].clone();
        for field in ["code", "message", "mend"] {
            assert!(
                error[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field} of {error}"
            );
        }
        error
    }

    /// The first line of that event.
    pub fn event(&self, name: &str) -> Value {
        let lines = self.lines();
        lines
            .iter()
            .find(|line| line["event"] == name)
            .unwrap_or_else(|| panic!("no {name} in {lines:?}\n{}", self.stderr))
            .clone()
    }

    /// Asserts that it went well.
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "stdout {}\nstderr {}", self.stdout, self.stderr);
        self
    }
}

impl Home {
    /// A new one.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path beside the data folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `screener` with these arguments, not started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_screener"));
        let worker = program.with_file_name("screener-worker");
        assert!(
            worker.is_file(),
            "build the worker first: cargo build -p screener-transcode"
        );
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_remove("SCREENER_KEY_STORE")
            .env("SCREENER_HOME", self.data())
            .env("SCREENER_KEY_PASSPHRASE", "of the tests")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `screener` to its end, with the file as key store.
    pub fn run(&self, arguments: &[&str]) -> Done {
        let mut all = vec!["--key-store", "file"];
        all.extend(arguments);
        done(self.command(&all))
    }

    /// Runs it with `--json`.
    pub fn json(&self, arguments: &[&str]) -> Done {
        let mut all = arguments.to_vec();
        all.push("--json");
        self.run(&all)
    }

    /// Starts it with `--json`, to be listened to.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut all = vec!["--key-store", "file", "--json"];
        all.extend(arguments);
        let mut child = self.command(&all).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Running { child, lines }
    }

    /// How its local destination is uploaded to, while that is served: `endpoint`, `bucket`, `access_key`, `secret_key`.
    pub fn s3(&self) -> Value {
        let record = std::fs::read(self.data().join("edge/edge.json")).unwrap();
        let record: Value = serde_json::from_slice(&record).unwrap();
        record["s3"].clone()
    }

    /// Makes that the default destination of this one, under the name `store`.
    pub fn publishes_to(&self, s3: &Value) {
        let of = |field: &str| s3[field].as_str().unwrap();
        let mut add = self.command(&["--key-store", "file", "--json", "destination", "add", "store"]);
        add.args(["--endpoint", of("endpoint"), "--path-style", "--bucket", of("bucket")])
            .args(["--access-key-id", of("access_key"), "--default"])
            .env("SCREENER_SECRET_ACCESS_KEY", of("secret_key"));
        done(add).well();
    }

    /// Every file below the data folder.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.data()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }

    /// A generated film of so many seconds: 854×480 at 30 frames per second, with a tone.
    pub fn film(&self, name: &str, seconds: u32) -> PathBuf {
        self.made(
            name,
            seconds,
            &[
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-g",
                "900",
                "-pix_fmt",
                "yuv420p",
                "-c:a",
                "aac",
            ],
        )
    }

    /// As [`Home::film`], encoded as asked.
    pub fn made(&self, name: &str, seconds: u32, options: &[&str]) -> PathBuf {
        let path = self.path(name);
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-nostdin", "-y"])
            .args(["-f", "lavfi", "-i", &format!("testsrc2=s=854x480:r=30:d={seconds}")])
            .args(["-f", "lavfi", "-i", &format!("sine=440:r=48000:d={seconds}")])
            .args(options)
            .arg(&path)
            .status()
            .expect("ffmpeg is installed");
        assert!(made.success());
        path
    }
}

/// Runs a command to its end.
pub fn done(mut command: Command) -> Done {
    let output = command.output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A process that is listened to. It is killed when it is dropped.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// The next line; `None` when it has ended.
    pub fn line(&mut self) -> Option<Value> {
        let mut text = String::new();
        (self.lines.read_line(&mut text).unwrap() > 0).then(|| serde_json::from_str(&text).unwrap())
    }

    /// Waits for a line that is like that.
    pub fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        loop {
            let line = self.line().unwrap_or_else(|| panic!("it ended after {seen:?}"));
            if wanted(&line) {
                return line;
            }
            seen.push(line);
        }
    }

    /// Waits for an event of that name.
    pub fn event(&mut self, name: &str) -> Value {
        self.until(|line| line["event"] == name)
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// The exit code, when it has ended by itself.
    pub fn ended(mut self) -> i32 {
        while self.line().is_some() {}
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks as a viewer without a player; answers status and body.
pub fn get(url: &str) -> (u16, Vec<u8>) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    (status, answer[end + 4..].to_vec())
}

/// The URL of a line of a playlist.
pub fn join(playlist: &str, line: &str) -> String {
    let folder = playlist.split('?').next().unwrap().rsplit_once('/').unwrap().0;
    format!("{folder}/{line}")
}

/// The first line of a playlist that is no tag.
pub fn first_uri(playlist: &[u8]) -> String {
    let text = String::from_utf8_lossy(playlist).into_owned();
    text.lines()
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap()
        .to_owned()
}

/// Value of a parameter of a URL.
pub fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let query = url.split_once('?')?.1;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Seconds that a player plays, from first to last frame, and its complaints.
pub fn play(link: &str) -> f64 {
    let played = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-i",
            link,
            "-map",
            "0:v:0",
            "-map",
            "0:a:0",
            "-f",
            "null",
            "-progress",
            "pipe:1",
            "-",
        ])
        .output()
        .unwrap();
    assert!(
        played.status.success() && played.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&played.stderr)
    );
    let text = String::from_utf8(played.stdout).unwrap();
    let micros = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("out_time_us="))
        .unwrap();
    micros.trim().parse::<f64>().unwrap() / 1e6
}
