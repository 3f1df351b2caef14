//! Any bytes: the empty rewrite gives them back, and a rewrite adds parameters and nothing else.

use screener_hls::rewrite::{Parameters, rewrite};

const BOTH: &str = "cf-P=\u{1}MARK&P=\u{1}MARK";
const ONE: &str = "P=\u{1}MARK";
const FIRST: &str = "l=\u{1}MARK";

pub fn check(input: &[u8]) {
    let run = |parameters: &Parameters<'_>| {
        let mut out = Vec::new();
        rewrite(input, parameters, &mut out);
        out
    };
    let nothing = Parameters {
        distribution: Some("d1"),
        ..Parameters::default()
    };
    assert_eq!(run(&nothing), input);
    if input.windows(5).any(|window| window == b"\x01MARK") {
        return;
    }
    for distribution in [None, Some("d1")] {
        for first in ["", FIRST] {
            let out = run(&Parameters {
                first,
                playlist: BOTH,
                other: ONE,
                distribution,
            });
            assert!(only_marks_added(input, &out));
        }
    }
}

/// Is `after` what `before` is, but for parameters, each with its `?` or `&` where it needs one?
fn only_marks_added(before: &[u8], after: &[u8]) -> bool {
    let mark = |text: &[u8]| {
        [BOTH, ONE, FIRST]
            .into_iter()
            .find(|mark| text.starts_with(mark.as_bytes()))
    };
    let (mut b, mut a) = (0, 0);
    while a < after.len() {
        if let Some(mark) = mark(&after[a..]) {
            a += mark.len();
            // What comes behind it is joined to it, the URI's own query or the rest of what was added.
            if mark == FIRST {
                if after.get(a) != Some(&b'&') {
                    return false;
                }
                a += 1;
            }
        } else if matches!(after[a], b'?' | b'&') && mark(&after[a + 1..]).is_some() && before.get(b) != Some(&after[a])
        {
            a += 1;
        } else if before.get(b) == Some(&after[a]) {
            (b, a) = (b + 1, a + 1);
        } else {
            return false;
        }
    }
    b == before.len()
}
