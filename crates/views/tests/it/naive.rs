//! Views against a model that sorts all requests and cuts where more than half an hour lies between two.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use screener_views::view::GAP;
use screener_views::watched::MOST_VIEWS;
use screener_views::{Mark, View, Watched};

/// A view: first, last, and of each generation picture and sound.
pub type Plain = (u64, u64, BTreeMap<u16, [BTreeSet<u32>; 2]>);

pub fn plain(view: &View) -> Plain {
    let generations = view
        .generations()
        .map(|(generation, parts)| {
            let sets = [&parts.picture, &parts.sound].map(|set| set.runs().flatten().collect());
            (generation, sets)
        })
        .collect();
    (view.first(), view.last(), generations)
}

fn model(requests: &[(u64, Option<Mark>)]) -> Vec<Plain> {
    let mut sorted = requests.to_vec();
    sorted.sort_by_key(|request| request.0);
    let mut views: Vec<Plain> = Vec::new();
    for (at, mark) in sorted {
        match views.last_mut() {
            Some(view) if at - view.1 <= GAP => view.1 = at,
            _ => views.push((at, at, BTreeMap::new())),
        }
        if let (Some(mark), Some(view)) = (mark, views.last_mut()) {
            view.2.entry(mark.generation).or_default()[usize::from(mark.sound)].insert(mark.number);
        }
    }
    views
}

fn requests() -> impl Strategy<Value = Vec<(u64, Option<Mark>)>> {
    // Steps of a third of the gap, and a millisecond around it: gaps of exactly half an hour are common.
    let at =
        (0_u64..60, -1_i64..=1).prop_map(|(step, off)| (1_795_000_000_000 + step * GAP / 3).saturating_add_signed(off));
    let mark = prop::option::of(
        (1_u16..4, 1_u32..12, any::<bool>()).prop_map(|(generation, number, sound)| Mark {
            generation,
            number,
            sound,
        }),
    );
    prop::collection::vec((at, mark), 0..50)
}

fn watched(requests: &[(u64, Option<Mark>)]) -> Watched {
    let mut watched = Watched::default();
    for (at, mark) in requests {
        watched.add(*at, *mark);
    }
    watched
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn as_if_all_had_come_in_order_and_once(
        (requests, shuffled) in requests().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        again in any::<prop::sample::Index>(),
        split in any::<prop::sample::Index>(),
    ) {
        let wanted = model(&requests);
        let all = watched(&shuffled);
        prop_assert_eq!(all.views().map(plain).collect::<Vec<_>>(), wanted.clone());

        let mut doubled = all.clone();
        for (at, mark) in requests.iter().take(again.index(requests.len() + 1)) {
            doubled.add(*at, *mark);
        }
        prop_assert_eq!(&doubled, &all);

        let (one, two) = shuffled.split_at(split.index(shuffled.len() + 1));
        let mut merged = watched(one);
        merged.merge(watched(two));
        prop_assert_eq!(&merged, &all);
        merged.merge(all.clone());
        prop_assert_eq!(&merged, &all);

        // As rows of a database: those that a new view touches are merged with it.
        let mut rows: Vec<View> = watched(one).into_views().collect();
        for new in watched(two).into_views() {
            let (near, far): (Vec<View>, Vec<View>) = rows.into_iter().partition(|row| row.touches(&new));
            rows = far;
            rows.extend(near.into_iter().chain([new]).collect::<Watched>().into_views());
        }
        for row in &rows {
            prop_assert_eq!(&View::from_bytes(row.first(), row.last(), &row.to_bytes()).unwrap(), row);
        }
        prop_assert_eq!(rows.into_iter().collect::<Watched>(), all);
    }
}

#[test]
fn exactly_half_an_hour_is_one_view_and_a_millisecond_more_is_two() {
    assert_eq!(watched(&[(GAP, None), (2 * GAP, None)]).len(), 1);
    assert_eq!(watched(&[(GAP, None), (2 * GAP + 1, None)]).len(), 2);
}

#[test]
fn a_view_remembers_the_newest_generations_in_whatever_order_they_come() {
    let mark = |generation| {
        Some(Mark {
            generation,
            number: 1,
            sound: false,
        })
    };
    let mut up = Watched::default();
    let mut down = Watched::default();
    for generation in 1..=1000 {
        up.add(5, mark(generation));
        down.add(5, mark(1001 - generation));
    }
    assert_eq!(up, down);
    let kept: Vec<u16> = up
        .views()
        .next()
        .unwrap()
        .generations()
        .map(|(generation, _)| generation)
        .collect();
    assert_eq!(kept, (937..=1000).collect::<Vec<u16>>());
}

#[test]
fn what_no_log_says_is_not_taken_in() {
    let mut watched = Watched::default();
    for (generation, number) in [(0, 1), (10_001, 1), (1, 0), (1, 100_001)] {
        let mark = Mark {
            generation,
            number,
            sound: false,
        };
        watched.add(5, Some(mark));
    }
    assert_eq!(
        watched
            .views()
            .map(View::generations)
            .map(Iterator::count)
            .sum::<usize>(),
        0
    );
}

#[test]
fn a_link_has_a_bounded_number_of_views() {
    let mut watched = Watched::default();
    for index in 1..=MOST_VIEWS as u64 + 100 {
        watched.add(index * 2 * GAP, None);
    }
    assert_eq!(watched.len(), MOST_VIEWS);
    // What joins two makes room.
    watched.add(3 * GAP, None);
    assert_eq!(watched.len(), MOST_VIEWS - 1);
}
