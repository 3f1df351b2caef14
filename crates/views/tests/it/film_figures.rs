//! Figures of links and films, by hand.

use proptest::prelude::*;
use screener_views::figures::shown;
use screener_views::view::GAP;
use screener_views::{Figures, Generation, Mark, Sums, Watched};

/// Views, one after the other: of each the segments that it fetched.
fn link(views: &[&[(u16, std::ops::RangeInclusive<u32>, bool)]]) -> Watched {
    let mut watched = Watched::default();
    for (index, view) in views.iter().enumerate() {
        let at = (index as u64 + 1) * 3 * GAP;
        watched.add(at, None);
        for (generation, numbers, sound) in *view {
            for number in numbers.clone() {
                watched.add(
                    at + 1000,
                    Some(Mark {
                        generation: *generation,
                        number,
                        sound: *sound,
                    }),
                );
            }
        }
    }
    watched
}

fn figures(watched: &Watched, generations: &[Generation], stretches: usize) -> Figures {
    Figures::of(watched, generations, shown(generations, [watched]), stretches)
}

#[test]
fn a_link_in_two_views() {
    let film = [Generation::new(1, &[6.0; 10], false)];
    let watched = link(&[&[(1, 1..=4, false)], &[(1, 3..=6, false), (1, 1..=10, true)]]);
    let seen = figures(&watched, &film, 5);
    assert_eq!(
        (seen.views, seen.first, seen.last),
        (2, Some(3 * GAP), Some(6 * GAP + 1000))
    );
    assert!((seen.seconds - 36.0).abs() < 1e-9 && (seen.share - 0.6).abs() < 1e-9);
    assert_eq!(seen.curve, [1, 2, 1, 0, 0]);
    assert_eq!(film[0].by_segment(&watched), [1, 1, 2, 2, 1, 1, 0, 0, 0, 0]);
    assert!(!seen.to_the_end);
}

#[test]
fn to_the_end_asks_for_nine_tenths_and_the_last_segment() {
    let film = [Generation::new(1, &[6.006; 20], false)];
    for (numbers, end) in [
        (vec![1..=20], true),
        (vec![3..=20], true),
        (vec![4..=20], false),
        (vec![1..=19], false),
        (vec![1..=9, 12..=20], true),
        (vec![20..=20], false),
    ] {
        let view: Vec<_> = numbers.iter().map(|numbers| (1, numbers.clone(), false)).collect();
        assert_eq!(figures(&link(&[&view]), &film, 0).to_the_end, end, "{numbers:?}");
        // Over two views it is the same.
        let views: Vec<_> = view.iter().map(std::slice::from_ref).collect();
        assert_eq!(figures(&link(&views), &film, 0).to_the_end, end, "{numbers:?}");
    }
}

#[test]
fn sound_counts_where_it_is_the_film() {
    let watched = link(&[&[(1, 1..=2, true)]]);
    let of = |alone| figures(&watched, &[Generation::new(1, &[1.0; 4], alone)], 4);
    assert_eq!((of(true).share, of(true).curve), (0.5, vec![1, 1, 0, 0]));
    assert_eq!((of(false).share, of(false).curve, of(false).views), (0.0, vec![], 1));
}

#[test]
fn numbers_past_the_end_are_not_the_film() {
    let film = [Generation::new(1, &[2.0, 2.0, f64::NAN, -1.0], false)];
    let seen = figures(&link(&[&[(1, 2..=100_000, false)]]), &film, 2);
    assert_eq!((seen.seconds, seen.share, seen.curve), (2.0, 0.5, vec![0, 1]));
    let past = figures(&link(&[&[(1, 5..=9, false)]]), &film, 2);
    assert_eq!((past.seconds, past.curve, past.views), (0.0, vec![], 1));
    let empty = figures(&link(&[&[(1, 1..=9, false)]]), &[Generation::new(1, &[], false)], 2);
    assert_eq!((empty.seconds, empty.share, empty.to_the_end), (0.0, 0.0, false));
    let none = figures(&Watched::default(), &film, 2);
    assert_eq!(none, Figures::default());
}

#[test]
fn the_newest_generation_is_the_film_and_the_largest_share_counts() {
    let film = [
        Generation::new(1, &[6.0; 10], false),
        Generation::new(2, &[4.0; 5], false),
        Generation::new(3, &[1.0; 5], false),
    ];
    let old = link(&[&[(1, 1..=10, false)]]);
    let both = link(&[&[(1, 1..=2, false)], &[(2, 1..=2, false), (9, 1..=9, false)]]);
    let shown = shown(&film, [&old, &both]);
    assert_eq!(shown.map(Generation::number), Some(2));
    let [old, both] = [old, both].map(|link| Figures::of(&link, &film, shown, 5));
    assert_eq!(
        (old.seconds, old.to_the_end, old.curve.clone()),
        (60.0, true, vec![0; 5])
    );
    assert_eq!(
        (both.seconds, both.share, both.curve.clone()),
        (8.0, 0.4, vec![1, 1, 0, 0, 0])
    );
    let mut sums = Sums::default();
    for link in [&old, &both, &Figures::default()] {
        sums.add(link);
    }
    assert_eq!(
        (sums.viewers, sums.views, sums.to_the_end, sums.seconds),
        (2, 3, 1, 68.0)
    );
    assert_eq!((sums.first, sums.last), (old.first, both.last));
    assert_eq!(sums.curve, [1, 1, 0, 0, 0]);
    assert!((sums.average_share() - 0.7).abs() < 1e-9);
}

#[test]
fn a_curve_with_more_stretches_than_segments() {
    let film = [Generation::new(1, &[3.0, 1.0], false)];
    let seen = figures(&link(&[&[(1, 1..=1, false)]]), &film, 8);
    assert_eq!(seen.curve, [1, 1, 1, 1, 1, 1, 0, 0]);
}

proptest! {
    #[test]
    fn seconds_and_curves_as_counted_one_by_one(
        durations in prop::collection::vec(1_u32..9, 1..40),
        views in prop::collection::vec(prop::collection::btree_set(1_u32..45, 0..45), 1..6),
        stretches in 1_usize..30,
    ) {
        let seconds: Vec<f64> = durations.iter().map(|seconds| f64::from(*seconds)).collect();
        let film = [Generation::new(1, &seconds, false)];
        let mut watched = Watched::default();
        for (index, view) in views.iter().enumerate() {
            watched.add(index as u64 * 2 * GAP, None);
            for number in view {
                let mark = Mark { generation: 1, number: *number, sound: false };
                watched.add(index as u64 * 2 * GAP, Some(mark));
            }
        }
        // The film cut into pieces that end wherever a segment or a stretch does.
        let pieces: Vec<(usize, usize)> = (0..durations.len())
            .flat_map(|segment| vec![segment; durations[segment] as usize * stretches])
            .enumerate()
            .map(|(piece, segment)| (piece / durations.iter().sum::<u32>() as usize, segment))
            .collect();
        let fetched = |view: &std::collections::BTreeSet<u32>, segment: usize| view.contains(&(segment as u32 + 1));
        let curve: Vec<u32> = (0..stretches)
            .map(|stretch| {
                let of = |view: &&std::collections::BTreeSet<u32>| {
                    let all: Vec<_> = pieces.iter().filter(|piece| piece.0 == stretch).collect();
                    all.iter().filter(|piece| fetched(view, piece.1)).count() * 2 >= all.len()
                };
                views.iter().filter(of).count() as u32
            })
            .collect();
        let any: f64 = (0..durations.len())
            .filter(|segment| views.iter().any(|view| fetched(view, *segment)))
            .map(|segment| seconds[segment])
            .sum();
        let seen = Figures::of(&watched, &film, Some(&film[0]), stretches);
        prop_assert_eq!(seen.curve, curve);
        prop_assert!((seen.seconds - any).abs() < 1e-6);
        prop_assert_eq!(seen.views as usize, views.len());
        let by_segment: Vec<u32> = (0..durations.len())
            .map(|segment| views.iter().filter(|view| fetched(view, segment)).count() as u32)
            .collect();
        prop_assert_eq!(film[0].by_segment(&watched), by_segment);
    }
}
