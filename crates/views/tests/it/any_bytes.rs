//! Whatever lies in a log object: no panic, and no line lost from the sum.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use screener_views::{Counts, Hit, Line, Reading, Recent, Scope, View};

use crate::access_log::{Answered, Dice, signed_query};

fn good() -> Vec<u8> {
    let mut line = Vec::new();
    let answered = Answered {
        at: 1_795_847_172_125,
        number: 7,
        method: "GET",
        stem: "/videos/abcdefghijklmnopqrstuvwx27/1/720p/00001.m4s",
        query: &signed_query("abcdefgh27", &mut Dice::new(1)),
        status: 200,
        bytes: 1_000_000,
    };
    answered.write(&mut line).unwrap();
    line
}

fn read(object: &[u8]) -> Counts {
    let mut reading = Reading::new(Scope::new("videos"), Recent::default(), |_| Ok(()));
    reading.object(object).unwrap();
    let counts = reading.finish().unwrap();
    let sum = counts.garbage + counts.others + counts.old + counts.doubled + counts.counted;
    assert_eq!(counts.lines, sum, "{counts:?}");
    counts
}

/// Text that comes near to a line.
fn near() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("{\"timestamp(ms)\":".to_owned()),
        Just("\"cs-uri-stem\":\"/videos/abcdefghijklmnopqrstuvwx27/".to_owned()),
        Just("\"sc-status\":200".to_owned()),
        Just("\"cs-method\":\"GET\"".to_owned()),
        Just("\\u00".to_owned()),
        Just("\\ud800".to_owned()),
        Just("[".repeat(300)),
        Just("1e999".to_owned()),
        Just("-".to_owned()),
        Just("}\n".to_owned()),
        "[\"{}:,0-9a-z\\\\]{0,4}",
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_bytes_are_too_strange(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..400), near()]) {
        if let Some(line) = Line::parse(&bytes) {
            let _ = Hit::of(&line, "videos");
        }
        let _ = View::from_bytes(0, 1, &bytes);
        read(&bytes);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).unwrap();
        read(&encoder.finish().unwrap());
    }

    #[test]
    fn a_line_with_a_changed_byte(place: prop::sample::Index, other: u8, cut: prop::sample::Index) {
        let mut line = good();
        let place = place.index(line.len());
        line[place] = other;
        read(&line);
        read(&line[..cut.index(line.len())]);
    }
}

#[test]
fn a_good_line_is_counted_and_is_of_real_size() {
    let line = good();
    assert!((1150..1450).contains(&line.len()), "{}", line.len());
    assert_eq!(read(&line).counted, 1);
    assert_eq!(read(&line.repeat(9)).doubled, 8);
}

#[test]
fn deep_nesting_is_garbage() {
    let deep = ["{\"a\":".repeat(20_000), "\n".to_owned(), "[".repeat(60_000)].concat();
    assert_eq!(read(deep.as_bytes()).garbage, 2);
}
