//! How fast access logs are read, on one core: `read_logs <lines> <none|memory>`.
//!
//! Lines are made in members of 50,000 and read one member at a time; only reading is timed. All lines differ: times and
//! request ids run on, links and segments go round. `none` remembers no line, `memory` those of the last 48 hours of the log.
//! Prints one row of a table: lines, port, lines a second by this thread's CPU time and by the clock, text and gzip of a
//! second, unpacking alone, peak memory before reading and after.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../../testkit/src/access_log.rs"]
#[expect(
    dead_code,
    clippy::cast_possible_truncation,
    reason = "tests use more of it; its numbers are small"
)]
mod access_log;

use std::convert::Infallible;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use access_log::{Answered, BASE32, Dice, signed_query};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use screener_views::{Id, Reading, Recent, Scope, Seen};

const A_MEMBER: u64 = 50_000;
const LINKS: u64 = 2_000;
/// A hundred thousand lines an hour.
const STEP: u64 = 36;

struct Link {
    folder: String,
    query: String,
}

/// What `member` times [`A_MEMBER`] lines are, packed; and the size of its text.
fn member(links: &[Link], member: u64, text: &mut u64) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut written = Vec::new();
    for number in member * A_MEMBER..(member + 1) * A_MEMBER {
        let mut dice = Dice::new(number);
        let link = &links[usize::try_from(dice.below(LINKS)).unwrap_or_default()];
        let segment = 1 + number / 4000 % 1200;
        written.clear();
        let answered = Answered {
            at: 1_793_491_200_000 + number * STEP,
            number,
            method: "GET",
            stem: &format!("{}{segment:05}.m4s", link.folder),
            query: &link.query,
            status: 200,
            bytes: dice.below(3_000_000),
        };
        answered.write(&mut written).expect("memory takes a line");
        *text += written.len() as u64;
        encoder.write_all(&written).expect("memory takes what is packed");
    }
    encoder.finish().expect("memory takes what is packed")
}

/// CPU time of this thread, where the system tells it.
fn on_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// The most memory that this process has had, in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1000.0
}

#[derive(Clone, Copy, Default)]
struct Spent {
    cpu: Duration,
    clock: Duration,
}

impl Spent {
    fn on<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let (cpu, clock) = (on_cpu(), Instant::now());
        let done = run();
        let elapsed = clock.elapsed();
        self.clock += elapsed;
        self.cpu += cpu.zip(on_cpu()).map_or(elapsed, |(from, to)| to.saturating_sub(from));
        done
    }
}

/// Every line is new.
struct NoMemory;

impl Seen for NoMemory {
    type Error = Infallible;

    fn fresh(&mut self, _hour: u32, ids: &mut [Id]) -> Result<(), Infallible> {
        for id in ids {
            id.fresh = true;
        }
        Ok(())
    }
}

/// The last 48 hours.
#[derive(Default)]
struct TwoDays(Recent);

impl Seen for TwoDays {
    type Error = Infallible;

    fn fresh(&mut self, hour: u32, ids: &mut [Id]) -> Result<(), Infallible> {
        self.0.fresh(hour, ids)?;
        self.0.forget_before(hour.saturating_sub(48));
        Ok(())
    }
}

fn run(count: u64, port: &str, seen: impl Seen<Error = Infallible>) {
    let mut dice = Dice::new(1);
    let links: Vec<Link> = (0..LINKS)
        .map(|index| Link {
            folder: format!("/videos/{}/1/1080p/", Dice::new(index % 20).text(BASE32, 26)),
            query: signed_query(&dice.text(BASE32, 10), &mut dice),
        })
        .collect();
    let (mut text, mut packed, mut batches, mut deltas) = (0, 0, 0_u64, 0);
    let (mut reading_time, mut unpacking_time) = (Spent::default(), Spent::default());
    let mut reading = Reading::new(Scope::new("videos"), seen, |batch| {
        batches += 1;
        deltas += batch.deltas.len();
        Ok(())
    });
    let mut before = 0.0;
    let mut scratch = vec![0; 64 * 1024];
    for index in 0..count / A_MEMBER {
        let object = member(&links, index, &mut text);
        packed += object.len();
        if index == 0 {
            before = peak();
        }
        unpacking_time.on(|| {
            let mut decoder = GzDecoder::new(&object[..]);
            while decoder.read(&mut scratch).expect("what was packed is unpacked") > 0 {}
        });
        reading_time
            .on(|| reading.object(&object[..]))
            .expect("memory does not fail");
    }
    let counts = reading_time.on(|| reading.finish()).expect("memory does not fail");
    assert_eq!((counts.lines, counts.counted), (count, count));
    let cpu = reading_time.cpu.as_secs_f64();
    println!(
        "| {count} | {port} | {:.0} | {:.0} | {:.0} MB | {:.0} MB | {:.0} % | {} | {} | {before:.0} MB | {:.0} MB |",
        count as f64 / cpu,
        count as f64 / reading_time.clock.as_secs_f64(),
        text as f64 / cpu / 1e6,
        packed as f64 / cpu / 1e6,
        unpacking_time.cpu.as_secs_f64() / cpu * 100.0,
        text / count,
        deltas as u64 / batches.max(1),
        peak(),
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let lines = arguments
        .first()
        .and_then(|lines| lines.parse().ok())
        .unwrap_or(1_000_000);
    match arguments.get(1).map(String::as_str) {
        Some("none") => run(lines, "none", NoMemory),
        _ => run(lines, "in memory", TwoDays::default()),
    }
}
