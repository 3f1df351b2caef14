//! Made, updated, and what is refused before anything is made.

use screener_stack::deploy::{Event, PieceState, Prepared, Step, What};
use screener_testkit::control_plane::{Trouble, World, Wrong};

use crate::rig::{Rig, trouble};

#[tokio::test]
async fn a_stack_is_planned_made_and_told_piece_by_piece() {
    let rig = Rig::new(World {
        page: 7,
        pace: 3,
        ..World::default()
    })
    .await;
    let mut row = Rig::row();
    let planned = rig.planned(&mut row, &Rig::wanted()).await;
    assert!(
        planned.changes.len() > 15 && planned.changes.iter().all(|one| one.what == What::New),
        "{planned:?}"
    );
    assert_eq!(row.step, Step::Planned);
    let seen = rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
    assert_eq!(seen.outputs["LinkDomain"], "d111111abcdef8.cloudfront.net");
    assert!(seen.outputs["PublicKeyId1"].starts_with('K') && !seen.outputs.contains_key("PublicKeyId2"));
    assert_eq!((row.step, row.change_set.clone()), (Step::Settled, None));
    {
        let world = rig.plane.world();
        assert_eq!(
            world.count("CreateChangeSet"),
            1,
            "the plan that waited was taken up again"
        );
        assert!(world.stacks[0].makings.values().all(|times| *times == 1));
        let bucket = &world.buckets["screener-deploy-123456789012-eu-central-1"];
        let keys: Vec<_> = bucket.keys().collect();
        assert!(
            keys.len() == 1 && keys[0].starts_with("screener-films/") && keys[0].split('.').next_back() == Some("zip"),
            "{keys:?}"
        );
    }
    let told = rig.told.lock().unwrap().clone();
    let done: Vec<f64> = told
        .iter()
        .filter_map(|one| match one {
            Event::Piece { done, .. } => Some(*done),
            Event::Doing { .. } => None,
        })
        .collect();
    assert!(
        done.windows(2).all(|two| two[0] <= two[1]) && done.last() == Some(&1.0),
        "{done:?}"
    );
    let distribution = told
        .iter()
        .find_map(|one| match one {
            Event::Piece {
                piece,
                state: PieceState::Done,
                done,
                ..
            } if piece == "Distribution" => Some(*done),
            _ => None,
        })
        .unwrap();
    let before = done.iter().rfind(|at| **at < distribution).unwrap();
    assert!(
        distribution - before > 0.6,
        "the distribution is most of the time: {before} → {distribution}"
    );
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_leaves_nothing() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    let uploads = rig.plane.world().count("PutObject");
    assert!(rig.deploy(&mut row, &Rig::wanted()).await.unwrap().is_none());
    let world = rig.plane.world();
    assert_eq!(
        world.count("PutObject"),
        uploads,
        "a zip that is there is not uploaded again"
    );
    assert!(world.stacks[0].change_sets.is_empty());
    assert_eq!(world.count("ExecuteChangeSet"), 1);
}

#[tokio::test]
async fn an_update_names_what_changes_and_keeps_what_is_not_said() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    let mut wanted = Rig::wanted();
    wanted.parameters.insert("PriceClass".into(), "PriceClass_100".into());
    rig.deploy(&mut row, &wanted).await.unwrap();
    // Another computer: it knows nothing of the price class or the first key.
    let mut other = Rig::wanted();
    other.parameters.clear();
    other.parameters.insert("FrameAncestors".into(), "'self'".into());
    other.zip = Some(b"a newer zip".to_vec());
    let planned = rig.planned(&mut row, &other).await;
    let changed: Vec<_> = planned
        .changes
        .iter()
        .map(|one| (one.piece.as_str(), one.what))
        .collect();
    assert!(
        changed.contains(&("Function", What::Changed)) && changed.contains(&("PageHeaders", What::Changed)),
        "{changed:?}"
    );
    assert!(
        !changed
            .iter()
            .any(|(piece, _)| piece.starts_with("PublicKey") || *piece == "Distribution"),
        "{changed:?}"
    );
    rig.deploy(&mut row, &other).await.unwrap();
    assert_eq!(rig.plane.world().stacks[0].parameters["PriceClass"], "PriceClass_100");
    let tell = |_| {};
    rig.engine(&tell).forget_old_zips(&row).await.unwrap();
    assert_eq!(
        rig.plane.world().buckets["screener-deploy-123456789012-eu-central-1"].len(),
        1
    );
}

#[tokio::test]
async fn a_key_that_would_change_in_its_slot_is_refused_and_leaves_no_change_set() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    let mut other = Rig::wanted();
    let key = other.parameters["PublicKeyPem1"].replace("AAAA==", "AAQA==");
    other.parameters.insert("PublicKeyPem1".into(), key);
    let refused = rig.prepare(&mut row, &other).await.unwrap_err();
    assert_eq!(refused.code, "key_changed", "{refused:?}");
    assert!(rig.plane.world().stacks[0].change_sets.is_empty());
    assert_eq!(rig.stacks(), ["screener-films CREATE_COMPLETE"]);
}

#[tokio::test]
async fn a_distribution_that_would_be_replaced_is_refused() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    rig.plane.world().replaces = vec!["Distribution".into()];
    let mut other = Rig::wanted();
    other.parameters.insert("PriceClass".into(), "PriceClass_100".into());
    let refused = rig.prepare(&mut row, &other).await.unwrap_err();
    assert_eq!(refused.code, "would_lose", "{refused:?}");
}

#[tokio::test]
async fn validation_errors_are_a_tree_with_paths_and_leave_no_empty_stack() {
    let validation = vec![
        (
            "Distribution".to_owned(),
            "/Resources/Distribution/Properties/DistributionConfig/PriceClass".to_owned(),
            "#: PriceClass_9 is not a valid enum value".to_owned(),
        ),
        (
            "Bucket".to_owned(),
            "/Resources/Bucket/Properties/BucketName".to_owned(),
            "already exists".to_owned(),
        ),
    ];
    let rig = Rig::new(World {
        validation,
        page: 1,
        ..World::default()
    })
    .await;
    let mut row = Rig::row();
    let refused = rig.prepare(&mut row, &Rig::wanted()).await.unwrap_err();
    assert_eq!(refused.code, "not_valid");
    for part in [
        "  Bucket\n",
        "/Properties/DistributionConfig/PriceClass: #: PriceClass_9 is not",
    ] {
        assert!(refused.message.contains(part), "{}", refused.message);
    }
    assert!(rig.stacks().is_empty());
    assert_eq!((row.stack.clone(), row.change_set.clone()), (None, None));
}

#[tokio::test]
async fn a_permission_that_is_missing_does_not_hide_what_validation_refused() {
    let validation = vec![("Bucket".to_owned(), "/Resources/Bucket".to_owned(), "no".to_owned())];
    let denied = trouble(
        "DescribeEvents",
        0,
        9,
        403,
        "AccessDenied",
        "User: a is not authorized to perform: cloudformation:DescribeEvents",
    );
    let rig = Rig::new(World {
        validation,
        troubles: vec![denied],
        ..World::default()
    })
    .await;
    let refused = rig.prepare(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    assert_eq!(refused.code, "not_planned");
    assert!(refused.message.contains("PropertyValidation"), "{}", refused.message);
    assert!(rig.stacks().is_empty());
}

#[tokio::test]
async fn what_the_template_refuses_is_said_before_anything_is_asked() {
    let rig = Rig::new(World::default()).await;
    let mut wanted = Rig::wanted();
    wanted.parameters.insert("PriceClass".into(), "PriceClass_9".into());
    wanted
        .parameters
        .insert("DomainName".into(), "video.example.com".into());
    let refused = rig.prepare(&mut Rig::row(), &wanted).await.unwrap_err();
    assert_eq!(refused.code, "not_valid");
    assert!(refused.message.contains("PriceClass"), "{}", refused.message);
    let world = rig.plane.world();
    assert_eq!(world.count("CreateChangeSet") + world.count("CreateBucket"), 0);
}

#[tokio::test]
async fn throttling_and_cut_connections_are_asked_again_and_nothing_is_made_twice() {
    let cut = |call, how| Trouble {
        call,
        after: 0,
        times: 1,
        how,
    };
    let troubles = vec![
        trouble("DescribeStacks", 1, 3, 400, "Throttling", "Rate exceeded"),
        trouble("DescribeStackEvents", 2, 2, 400, "Throttling", "Rate exceeded"),
        cut("CreateBucket", Wrong::CutAfter),
        cut("PutObject", Wrong::CutBefore),
        cut("CreateChangeSet", Wrong::CutAfter),
        cut("ExecuteChangeSet", Wrong::CutAfter),
    ];
    let rig = Rig::new(World {
        troubles,
        ..World::default()
    })
    .await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
    let world = rig.plane.world();
    assert_eq!(
        (world.stacks.len(), world.buckets.len()),
        (1, 2),
        "one stack; its bucket and that of the zips"
    );
    assert!(world.stacks[0].makings.values().all(|times| *times == 1));
    assert!(
        world.troubles.iter().all(|one| one.times == 0),
        "each trouble was met: {:?}",
        world.troubles
    );
}

#[tokio::test]
async fn a_sign_in_that_ends_in_the_middle_pauses_and_the_next_one_goes_on() {
    let expired = |call, after| {
        trouble(
            call,
            after,
            1,
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
        )
    };
    for (call, after) in [
        ("CreateChangeSet", 0),
        ("DescribeChangeSet", 1),
        ("ExecuteChangeSet", 0),
        ("DescribeStackEvents", 1),
    ] {
        let rig = Rig::new(World {
            troubles: vec![expired(call, after)],
            pace: 2,
            ..World::default()
        })
        .await;
        let mut row = Rig::row();
        let ended = rig.deploy(&mut row, &Rig::wanted()).await.unwrap_err();
        assert_eq!(ended.code, "sign_in_ended", "{call}: {ended:?}");
        // Another process, after another sign-in.
        let mut row = rig.found();
        rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
        let world = rig.plane.world();
        assert_eq!(world.stacks.iter().filter(|one| !one.is_gone()).count(), 1, "{call}");
        assert!(
            world
                .stacks
                .iter()
                .all(|one| one.makings.values().all(|times| *times == 1)),
            "{call}"
        );
        assert_eq!(
            world.stacks.iter().map(|one| one.change_sets.len()).sum::<usize>(),
            0,
            "{call}"
        );
    }
}

#[tokio::test]
async fn a_plan_that_is_not_agreed_to_leaves_nothing() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    assert!(matches!(
        rig.prepare(&mut row, &Rig::wanted()).await.unwrap(),
        Prepared::Plan(_)
    ));
    assert_eq!(rig.stacks(), ["screener-films REVIEW_IN_PROGRESS"]);
    let tell = |_| {};
    rig.engine(&tell).abandon(&mut row).await.unwrap();
    assert!(rig.stacks().is_empty());
    assert_eq!(row.stack, None);
}
