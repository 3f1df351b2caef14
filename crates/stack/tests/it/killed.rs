//! Stopped dead between any two calls: what the next process finds is the row that was kept last, and AWS as it was left.

use std::time::Duration;

use screener_stack::deploy::Step;
use screener_testkit::control_plane::World;

use crate::rig::Rig;

/// Answers once the server has seen so many calls.
async fn calls(rig: &Rig, many: usize) {
    while rig.plane.world().calls.len() < many {
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// Calls after which it stops: each once through a whole deployment, and twenty in all.
const POINTS: [usize; 20] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 23, 26, 30];

#[tokio::test]
async fn a_deployment_that_is_stopped_anywhere_is_gone_on_with_and_makes_nothing_twice() {
    let (mut unfinished, mut planned, mut agreed) = (0, 0, 0);
    for point in POINTS {
        let rig = Rig::new(World {
            pace: 6,
            ..World::default()
        })
        .await;
        let wanted = Rig::wanted();
        let mut row = Rig::row();
        tokio::select! {
            biased;
            () = calls(&rig, point) => unfinished += 1,
            ended = rig.deploy(&mut row, &wanted) => drop(ended.unwrap()),
        }
        let mut found = rig.found();
        planned += usize::from(found.step == Step::Planned);
        agreed += usize::from(found.step == Step::Agreed);
        // What may be there is named by the row.
        for stack in &rig.plane.world().stacks {
            assert!(
                found.stack.as_ref() == Some(&stack.arn) || found.change_set.is_some(),
                "{point}: {found:?}"
            );
        }
        assert!(
            rig.plane.world().buckets.is_empty() || found.zip.is_some(),
            "{point}: the bucket is known of"
        );
        rig.deploy(&mut found, &wanted).await.unwrap();
        let world = rig.plane.world();
        assert_eq!(
            world.stacks.len(),
            1,
            "{point}: one stack, and no other that came and went"
        );
        assert!(
            world.stacks[0].makings.values().all(|times| *times == 1),
            "{point}: {:?}",
            world.stacks[0].makings
        );
        assert_eq!(
            (world.stacks[0].status.as_str(), world.stacks[0].change_sets.len()),
            ("CREATE_COMPLETE", 0),
            "{point}"
        );
        assert!(
            world.count("ExecuteChangeSet") <= 2 && world.count("PutObject") <= 2,
            "{point}: {:?}",
            world.calls
        );
        assert_eq!(
            world.buckets["screener-deploy-123456789012-eu-central-1"].len(),
            1,
            "{point}"
        );
    }
    assert!(
        unfinished >= 18 && planned >= 2 && agreed >= 3,
        "the points lie in all of it: {unfinished} {planned} {agreed}"
    );
}

#[tokio::test]
async fn a_removal_that_is_stopped_anywhere_is_gone_on_with_and_forgets_nothing() {
    for point in [1, 2, 3, 4, 6, 8, 10, 12, 14, 16] {
        let rig = Rig::new(World {
            pace: 6,
            page: 2,
            ..World::default()
        })
        .await;
        let mut row = Rig::row();
        let seen = rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
        let bucket = seen.outputs["BucketName"].clone();
        row.bucket = Some(bucket.clone());
        let films = (0..5).map(|n| (format!("videos/{n}"), vec![0])).collect();
        rig.plane.world().buckets.insert(bucket.clone(), films);
        let before = rig.plane.world().calls.len();
        tokio::select! {
            biased;
            () = calls(&rig, before + point) => {}
            ended = rig.remove(&mut row, Some(&bucket)) => drop(ended.unwrap()),
        }
        let mut found = rig.found();
        if found.step == Step::Removing {
            rig.remove(&mut found, None).await.unwrap();
        } else {
            // Nothing was kept of it yet, so nothing was begun: it is asked for again, with the name.
            found.bucket = Some(bucket.clone());
            rig.remove(&mut found, Some(&bucket)).await.unwrap();
        }
        assert!(rig.stacks().is_empty(), "{point}");
        assert!(
            rig.plane.world().buckets.is_empty(),
            "{point}: {:?}",
            rig.plane.world().buckets.keys()
        );
    }
}
