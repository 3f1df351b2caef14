//! Ten thousand views as CloudFront's lines: shuffled, doubled, late, between broken ones, in damaged objects, some read twice.
//! What comes out is what went in.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use screener_views::view::GAP;
use screener_views::{
    Batch, City, Counts, Id, LinkId, ReadError, Reading, Recent, Scope, Seen, Traffic, VideoId, View, Watched,
};

use crate::cloudfront_log::{Answered, BASE32, Dice, signed_query};
use crate::naive::{Plain, plain};

const LINKS: u64 = 250;
const VIEWS: u64 = 40;
const OCTOBER: u64 = 1_791_000_000_000;
/// 2026-11-01T00:00:00Z.
const NOVEMBER: u64 = 1_793_491_200_000;

#[derive(Clone, Debug, Default, PartialEq)]
struct Truth {
    views: Vec<Plain>,
    /// By month: requests, playlists among them, bytes.
    traffic: BTreeMap<u32, [u64; 3]>,
}

type Pair = (String, Option<String>);

/// Writes lines and knows what they say.
struct Writer {
    dice: Dice,
    number: u64,
    lines: Vec<Vec<u8>>,
    truth: BTreeMap<Pair, Truth>,
}

impl Writer {
    fn line(&mut self, pair: &Pair, query: &str, rest: &str, at: u64, (method, status): (&str, u16)) {
        let bytes = self.dice.below(3_000_000);
        self.number += 1;
        let mut line = Vec::new();
        let answered = Answered {
            at,
            number: self.number,
            method,
            stem: &format!("/films/own/{}/{rest}", pair.0),
            query,
            status,
            bytes,
        };
        answered.write(&mut line).unwrap();
        self.lines.push(line);
        let month = if at < NOVEMBER { 202_610 } else { 202_611 };
        let traffic = self
            .truth
            .entry(pair.clone())
            .or_default()
            .traffic
            .entry(month)
            .or_default();
        let playlist = u64::from(rest.split('.').next_back() == Some("m3u8"));
        *traffic = [traffic[0] + 1, traffic[1] + playlist, traffic[2] + bytes];
    }

    /// Pauses within a view: seconds, and now and then exactly as long as one may be.
    fn pause(&mut self) -> u64 {
        if self.dice.below(20) == 0 {
            GAP
        } else {
            1 + self.dice.below(12_000)
        }
    }

    fn view(&mut self, pair: &Pair, query: &str, begin: u64) -> u64 {
        const GOT: [(&str, u16); 4] = [("GET", 200), ("GET", 206), ("GET", 304), ("GET", 200)];
        const NOT_GOT: [(&str, u16); 5] = [("GET", 403), ("GET", 0), ("HEAD", 200), ("OPTIONS", 200), ("GET", 503)];
        let generation = 1 + self.dice.below(2) as u16;
        let mut view: Plain = (begin, begin, BTreeMap::new());
        self.line(pair, query, "index.m3u8", begin, ("GET", 200));
        let mut number = 1 + self.dice.below(500) as u32;
        for _ in 0..2 + self.dice.below(6) {
            view.1 += self.pause();
            let sound = self.dice.below(3) == 0;
            let rung = if sound {
                "audio-en"
            } else {
                ["1080p", "360p"][self.dice.below(2) as usize]
            };
            let got = GOT[self.dice.below(4) as usize];
            self.line(
                pair,
                query,
                &format!("{generation}/{rung}/{number:05}.m4s"),
                view.1,
                got,
            );
            view.2.entry(generation).or_default()[usize::from(sound)].insert(number);
            number += self.dice.below(3) as u32;
        }
        // Neither of these is watching, nor do they make the view longer.
        let after = view.1 + self.dice.below(2 * GAP);
        let refused = NOT_GOT[self.dice.below(5) as usize];
        self.line(
            pair,
            query,
            &format!("{generation}/720p/{number:05}.m4s"),
            after,
            refused,
        );
        let end = view.1;
        self.truth.entry(pair.clone()).or_default().views.push(view);
        end
    }
}

fn written() -> Writer {
    let mut writer = Writer {
        dice: Dice::new(2026),
        number: 0,
        lines: Vec::new(),
        truth: BTreeMap::new(),
    };
    for index in 0..LINKS {
        let video = Dice::new(index % 9).text(BASE32, 26);
        let link = writer.dice.text(BASE32, 10);
        let query = signed_query(&link, &mut writer.dice);
        let pair = (video.clone(), Some(link.clone()));
        let mut at = OCTOBER + writer.dice.below(40 * 24 * GAP);
        for _ in 0..VIEWS {
            let end = writer.view(&pair, &query, at);
            // The shortest pause that makes two views of one is common.
            at = end + GAP + 1 + writer.dice.below(3) * writer.dice.below(20 * GAP);
        }
        let none = (video, None);
        for query in [
            "-",
            "Policy=a",
            &format!("xl={link}"),
            &format!("l={link}x"),
            "l=UPPERCASE2&a",
        ] {
            writer.line(&none, query, "1/1080p/00001.m4s", at, ("GET", 200));
        }
    }
    writer
}

/// Rows as a database has them.
#[derive(Default)]
struct Rows {
    views: BTreeMap<Pair, BTreeMap<u64, (u64, Vec<u8>)>>,
    traffic: BTreeMap<Pair, BTreeMap<u32, [u64; 3]>>,
    batches: usize,
}

impl Rows {
    fn store(&mut self, batch: Batch) {
        self.batches += 1;
        assert!(batch.deltas.len() <= 60);
        for delta in batch.deltas {
            let pair = (delta.video.to_string(), delta.link.as_ref().map(LinkId::to_string));
            let rows = self.views.entry(pair.clone()).or_default();
            for new in delta.watched.into_views() {
                let from = new.first().saturating_sub(GAP);
                let near: Vec<u64> = rows
                    .range(..=new.last() + GAP)
                    .filter(|(_, (last, _))| *last >= from)
                    .map(|(first, _)| *first)
                    .collect();
                let mut all = Watched::default();
                for first in near {
                    let (last, bytes) = rows.remove(&first).unwrap();
                    all.add_view(View::from_bytes(first, last, &bytes).unwrap());
                }
                all.add_view(new);
                for view in all.into_views() {
                    rows.insert(view.first(), (view.last(), view.to_bytes()));
                }
            }
            let months = self.traffic.entry(pair).or_default();
            for ((month, city), traffic) in delta.traffic {
                assert_eq!(city.as_ref().map(City::as_str), Some("FRA"));
                let sum = months.entry(month.number()).or_default();
                *sum = [
                    sum[0] + traffic.requests,
                    sum[1] + traffic.playlists,
                    sum[2] + traffic.bytes,
                ];
            }
        }
    }

    fn truth(self) -> BTreeMap<Pair, Truth> {
        let mut all: BTreeMap<Pair, Truth> = BTreeMap::new();
        for (pair, rows) in self.views {
            let views = rows
                .iter()
                .map(|(first, (last, bytes))| plain(&View::from_bytes(*first, *last, bytes).unwrap()));
            all.entry(pair).or_default().views = views.collect();
        }
        for (pair, months) in self.traffic {
            all.entry(pair).or_default().traffic = months;
        }
        all
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Lines in objects: each in one, a tenth in another as well, junk between them. Every third object has several members,
/// every eleventh is plain.
fn objects(lines: &[Vec<u8>], dice: &mut Dice) -> (Vec<Vec<u8>>, u64, u64) {
    const OBJECTS: usize = 90;
    let mut texts: Vec<Vec<Vec<u8>>> = vec![Vec::new(); OBJECTS];
    let (mut junk, mut doubled) = (0, 0);
    for line in lines {
        let to = dice.below(OBJECTS as u64) as usize;
        texts[to].push(line.clone());
        match dice.below(20) {
            0 | 1 => {
                texts[dice.below(OBJECTS as u64) as usize].push(line.clone());
                doubled += 1;
            }
            2 => {
                let cut = 1 + dice.below(line.len() as u64 - 2) as usize;
                texts[to].push([&line[..cut], b"\n"].concat());
                junk += 1;
            }
            3 => {
                texts[to].push(b"\xff\x00{\"timestamp(ms)\":\n".to_vec());
                junk += 1;
            }
            _ => {}
        }
    }
    texts[0].push([vec![b'{'; 200_000], b"\n".to_vec()].concat());
    junk += 1;
    let objects = texts.into_iter().enumerate().map(|(index, mut lines)| {
        dice.shuffle(&mut lines);
        if index % 11 == 10 {
            return lines.concat();
        }
        // Members end amid lines too.
        let text = lines.concat();
        let length = if index % 3 == 0 { text.len() / 3 + 1 } else { text.len() };
        text.chunks(length).flat_map(gzip).collect()
    });
    (objects.collect(), junk, doubled)
}

/// A memory that holds whoever asks to what was agreed.
#[derive(Default)]
struct Strict(Recent);

impl Seen for Strict {
    type Error = Infallible;

    fn fresh(&mut self, hour: u32, ids: &mut [Id]) -> Result<(), Infallible> {
        assert!(!ids.is_empty() && ids.len() <= 8192, "{}", ids.len());
        assert!(
            ids.is_sorted_by(|one, other| one.hash < other.hash),
            "ascending, none twice"
        );
        self.0.fresh(hour, ids)
    }
}

fn read<'o>(objects: impl Iterator<Item = &'o [u8]>, seen: &mut Strict, rows: &mut Rows) -> Counts {
    let scope = Scope {
        pairs: 60,
        ..Scope::new("films/own")
    };
    let mut reading = Reading::new(scope, seen, |batch| {
        rows.store(batch);
        Ok(())
    });
    for object in objects {
        reading.object(object).unwrap();
    }
    reading.finish().unwrap()
}

#[test]
fn ten_thousand_views_are_counted_exactly() {
    let writer = written();
    let mut dice = Dice::new(7);
    let lines = writer.lines.len() as u64;
    let (mut objects, junk, doubled) = objects(&writer.lines, &mut dice);
    dice.shuffle(&mut objects);
    let mut seen = Strict::default();
    let mut rows = Rows::default();

    // First some of them cut off, as if half delivered.
    let cut = objects.iter().take(5).map(|object| &object[..object.len() / 2]);
    let first = read(cut, &mut seen, &mut rows);
    assert!(first.counted > 1000 && first.damages >= 3, "{first:?}");
    let all = read(objects.iter().map(Vec::as_slice), &mut seen, &mut rows);
    assert_eq!(
        (first.counted + all.counted, all.garbage, all.damages),
        (lines, junk, 0)
    );
    assert_eq!(all.lines, lines + junk + doubled);
    // And some again, in a later run.
    let again = read(objects[20..50].iter().map(Vec::as_slice), &mut seen, &mut rows);
    assert_eq!((again.counted, again.doubled), (0, again.lines - again.garbage));

    assert!(rows.batches > 100, "{}", rows.batches);
    let views: usize = writer.truth.values().map(|truth| truth.views.len()).sum();
    assert_eq!(views, 10_000);
    let found = rows.truth();
    assert_eq!(found.len(), writer.truth.len());
    for (pair, truth) in &writer.truth {
        assert_eq!(found.get(pair), Some(truth), "{pair:?}");
    }
}

#[test]
fn lines_before_the_border_are_left_out() {
    let mut line = Vec::new();
    let stem = format!("/v/{}/index.m3u8", "a".repeat(26));
    for (number, at) in [(1, NOVEMBER - 1), (2, NOVEMBER)] {
        let answered = Answered {
            at,
            number,
            method: "GET",
            stem: &stem,
            query: "-",
            status: 200,
            bytes: 10,
        };
        answered.write(&mut line).unwrap();
    }
    let scope = Scope {
        not_before: NOVEMBER,
        ..Scope::new("v")
    };
    let mut deltas = Vec::new();
    let mut reading = Reading::new(scope, Recent::default(), |batch: Batch| {
        deltas.extend(batch.deltas);
        Ok(())
    });
    reading.object(&line[..]).unwrap();
    let counts = reading.finish().unwrap();
    assert_eq!((counts.lines, counts.old, counts.counted), (2, 1, 1));
    assert_eq!(
        (deltas.len(), deltas[0].link, deltas[0].video),
        (1, None, VideoId::parse(&"a".repeat(26)).unwrap())
    );
    assert_eq!(
        deltas[0].traffic.values().next(),
        Some(&Traffic {
            requests: 1,
            playlists: 1,
            bytes: 10
        })
    );
}

#[test]
fn a_port_that_fails_is_told() {
    struct Failing;
    impl Seen for Failing {
        type Error = &'static str;
        fn fresh(&mut self, _: u32, _: &mut [Id]) -> Result<(), &'static str> {
            Err("full")
        }
    }
    let mut line = Vec::new();
    let stem = format!("/v/{}/index.m3u8", "a".repeat(26));
    let answered = Answered {
        at: NOVEMBER,
        number: 1,
        method: "GET",
        stem: &stem,
        query: "-",
        status: 200,
        bytes: 10,
    };
    answered.write(&mut line).unwrap();
    let mut reading = Reading::new(Scope::new("v"), Failing, |_| Ok(()));
    reading.object(&line[..]).unwrap();
    assert!(matches!(reading.finish(), Err(ReadError::Port("full"))));
}
