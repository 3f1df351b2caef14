//! Films whose every picture carries its number: ten bars from the left, white for a set bit, and below them the same upside down.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{ffmpeg, judged};

const BITS: usize = 10;
const WIDTH: usize = 640;
const HEIGHT: usize = 360;

/// Writes the pictures 0, 1, … as raw grey; `input` reads them.
pub fn pictures(folder: &Path, count: usize) {
    let mut raw = Vec::with_capacity(count * WIDTH * HEIGHT);
    for number in 0..count {
        for half in 0..2 {
            let bar = |bit: usize| if (number >> bit & 1) ^ half == 1 { 220 } else { 30 };
            let row: Vec<u8> = (0..WIDTH).map(|x| bar(x * BITS / WIDTH)).collect();
            raw.extend(row.repeat(HEIGHT / 2));
        }
    }
    std::fs::write(folder.join("pictures.raw"), raw).expect("written");
}

/// What `ffmpeg` is told to read those at a rate.
pub fn input(rate: &str) -> String {
    format!("-f rawvideo -pix_fmt gray -s {WIDTH}x{HEIGHT} -r {rate} -i pictures.raw")
}

/// A film of so many pictures: `sound` is an expression of a sample at `t`, `how` the encoders.
pub fn film(folder: &Path, name: &str, (count, rate): (usize, &str), sound: &str, how: &str) {
    pictures(folder, count);
    let mut words = input(rate);
    if !sound.is_empty() {
        let _ = write!(words, " -f lavfi -i aevalsrc=exprs='{sound}':s=48000:c=stereo");
    }
    ffmpeg(folder, &format!("{words} -shortest -pix_fmt yuv420p {how} {name}"));
    std::fs::remove_file(folder.join("pictures.raw")).expect("there");
}

/// Numbers of a stream's pictures in the order in which they are shown; `turn` is the filter that sets them upright.
pub fn seen(index: &Path, turn: &str) -> Vec<usize> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-threads", "2"]);
    if index.extension().is_some_and(|kind| kind == "m3u8") {
        command.args(["-allowed_extensions", "ALL"]);
    }
    let output = command
        .arg("-i")
        .arg(index)
        .args(["-map", "0:v:0", "-vsync", "passthrough", "-vf"])
        .arg(format!("{turn}scale={BITS}:2:flags=area,format=gray"))
        .args(["-f", "rawvideo", "-"])
        .output()
        .expect("ffmpeg is installed");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}: {words}",
        index.display()
    );
    output.stdout.chunks_exact(BITS * 2).map(number).collect()
}

/// The number that ten bars of grey, and their opposites, stand for.
fn number(bars: &[u8]) -> usize {
    let (upper, lower) = bars.split_at(BITS);
    assert!(
        upper.iter().zip(lower).all(|(a, b)| a.abs_diff(*b) > 90),
        "two pictures in one, or none: {bars:?}"
    );
    (0..BITS)
        .filter(|bit| upper[*bit] > lower[*bit])
        .map(|bit| 1 << bit)
        .sum()
}

/// Times at which a stream's pictures are shown, from the first.
pub fn times(index: &Path) -> Vec<f64> {
    let words = judged(index, &["-map", "0:v:0", "-vsync", "passthrough", "-vf", "showinfo"]);
    let times: Vec<f64> = words
        .lines()
        .filter(|line| line.contains("showinfo"))
        .filter_map(|line| line.split("pts_time:").nth(1)?.split_whitespace().next()?.parse().ok())
        .collect();
    let first = times.first().copied().unwrap_or(0.0);
    times.iter().map(|time| time - first).collect()
}

/// Numbers of the pictures on a sheet of tiles: a storyboard, or a poster (one tile of its own size).
pub fn tiles(jpeg: &Path, columns: usize, rows: usize) -> Vec<usize> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(jpeg)
        .arg("-vf")
        .arg(format!("scale={}:{}:flags=area,format=gray", columns * BITS, rows * 2))
        .args(["-f", "rawvideo", "-"])
        .output()
        .expect("ffmpeg is installed");
    let wide = columns * BITS;
    let tile = |row: usize, column: usize| {
        let half = |half: usize| &output.stdout[(row * 2 + half) * wide + column * BITS..][..BITS];
        [half(0), half(1)].concat()
    };
    (0..rows * columns)
        .map(|at| tile(at / columns, at % columns))
        .filter(|bars| bars.iter().any(|grey| *grey > 100))
        .map(|bars| number(&bars))
        .collect()
}
