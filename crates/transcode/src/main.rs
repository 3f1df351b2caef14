//! `screener-worker`: one task on stdin, events on stdout.

fn main() -> std::process::ExitCode {
    screener_transcode::worker::run()
}
