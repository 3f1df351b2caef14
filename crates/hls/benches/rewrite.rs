//! How long rewriting takes, against copying the same output: one JSON object a line.
//!
//! `cargo bench -p screener-hls --bench rewrite`

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use screener_hls::rewrite::{Parameters, rewrite};

/// A media playlist as the worker writes it.
fn playlist(segments: usize) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"init.mp4\"\n",
    );
    for number in 1..=segments {
        let _ = write!(text, "#EXTINF:6.00000,\n{number:05}.m4s\n");
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text.into_bytes()
}

/// Median time of one run, over batches of about a millisecond: shorter than a turn of the scheduler, so that a busy
/// machine spoils some and not all.
fn median(mut run: impl FnMut()) -> Duration {
    let once = {
        let start = Instant::now();
        run();
        start.elapsed().max(Duration::from_nanos(50))
    };
    let batch = u32::try_from((1_000_000 / once.as_nanos()).clamp(1, 1_000_000)).unwrap_or(1);
    let mut times: Vec<Duration> = (0..201)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..batch {
                run();
            }
            start.elapsed() / batch
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    // A link with an end, RSA 2048 and SHA-1: 216 + 344 bytes of values.
    let other = format!(
        "Policy={}&Signature={}&Key-Pair-Id=K2JCJMDEHXQW5F",
        "p".repeat(216),
        "s".repeat(344)
    );
    let copies = format!(
        "cf-Policy={}&cf-Signature={}&cf-Key-Pair-Id=K2JCJMDEHXQW5F",
        "p".repeat(216),
        "s".repeat(344)
    );
    let both = format!("{copies}&{other}");
    let parameters = Parameters {
        first: "l=aaaamqx7ab",
        playlist: &both,
        other: &other,
        distribution: None,
    };
    for segments in [10, 100, 1_200, 10_000, 100_000] {
        let input = playlist(segments);
        let mut out = Vec::new();
        rewrite(&input, &parameters, &mut out);
        let rewritten = median(|| {
            out.clear();
            rewrite(black_box(&input), &parameters, &mut out);
            black_box(&out);
        });
        let mut copy = Vec::with_capacity(out.len());
        let memcpy = median(|| {
            copy.clear();
            copy.extend_from_slice(black_box(&out));
            black_box(&copy);
        });
        let rate = |time: Duration| out.len() as f64 / time.as_secs_f64() / 1e9;
        println!(
            r#"{{"segments":{segments},"input_bytes":{},"output_bytes":{},"rewrite_us":{:.2},"rewrite_gb_s":{:.2},"memcpy_gb_s":{:.2},"of_memcpy":{:.2}}}"#,
            input.len(),
            out.len(),
            rewritten.as_secs_f64() * 1e6,
            rate(rewritten),
            rate(memcpy),
            memcpy.as_secs_f64() / rewritten.as_secs_f64(),
        );
    }
}
