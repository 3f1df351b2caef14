//! Taken away: what goes, what stays and is named.

use screener_testkit::control_plane::{Certainty, Failing, World};

use crate::rig::Rig;

async fn deployed(world: World) -> (Rig, screener_stack::deploy::Row, String) {
    let rig = Rig::new(world).await;
    let mut row = Rig::row();
    let seen = rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
    let bucket = seen.outputs["BucketName"].clone();
    // The server makes no buckets of stacks: this one stands for it.
    let films = (0..5).map(|n| (format!("videos/{n}/index.m3u8"), vec![0; 9])).collect();
    rig.plane.world().buckets.insert(bucket.clone(), films);
    (rig, row, bucket)
}

#[tokio::test]
async fn the_bucket_stays_and_is_named_and_the_zips_go() {
    let (rig, mut row, bucket) = deployed(World::default()).await;
    let left = rig.remove(&mut row, None).await.unwrap();
    assert_eq!(left.bucket.as_deref(), Some(bucket.as_str()));
    assert_eq!((left.zips, left.deleted), (None, 0));
    assert!(rig.stacks().is_empty());
    let world = rig.plane.world();
    assert_eq!(world.buckets.keys().collect::<Vec<_>>(), [&bucket]);
}

#[tokio::test]
async fn the_bucket_goes_where_its_name_is_typed_and_only_then() {
    let (rig, mut row, bucket) = deployed(World {
        page: 2,
        ..World::default()
    })
    .await;
    let refused = rig.remove(&mut row, Some("films")).await.unwrap_err();
    assert_eq!(refused.code, "wrong_name");
    assert_eq!(rig.stacks(), ["screener-films CREATE_COMPLETE"]);
    let left = rig.remove(&mut row, Some(&bucket)).await.unwrap();
    assert_eq!((left.bucket, left.deleted), (None, 5));
    assert!(rig.plane.world().buckets.is_empty());
}

#[tokio::test]
async fn zips_of_other_stacks_stay_and_their_bucket_is_named() {
    let (rig, mut row, _) = deployed(World::default()).await;
    let zips = "screener-deploy-123456789012-eu-central-1";
    rig.plane
        .world()
        .buckets
        .get_mut(zips)
        .unwrap()
        .insert("screener-other/1.zip".into(), vec![1]);
    let left = rig.remove(&mut row, None).await.unwrap();
    assert_eq!(left.zips.as_deref(), Some(zips));
    assert_eq!(rig.plane.world().buckets[zips].len(), 1);
}

#[tokio::test]
async fn a_flat_plan_is_said_and_the_rest_goes_later() {
    let (rig, mut row, _) = deployed(World::default()).await;
    let words = "Resource handler returned message: \"Invalid request provided: You can't delete a distribution that has a pricing plan subscription.\"";
    rig.plane.world().failing = vec![Failing {
        piece: "Distribution".into(),
        when: Certainty::Deleting,
        words: words.into(),
    }];
    let stuck = rig.remove(&mut row, None).await.unwrap_err();
    assert_eq!(stuck.code, "flat_plan", "{stuck:?}");
    rig.plane.world().failing.clear();
    rig.remove(&mut rig.found(), None).await.unwrap();
    assert!(rig.stacks().is_empty());
}

#[tokio::test]
async fn an_empty_stack_is_removed_and_nothing_is_nothing() {
    let rig = Rig::new(World::default()).await;
    let nothing = rig.remove(&mut Rig::row(), None).await.unwrap_err();
    assert_eq!(nothing.code, "no_stack");
    let mut row = Rig::row();
    rig.planned(&mut row, &Rig::wanted()).await;
    rig.remove(&mut row, None).await.unwrap();
    assert!(rig.stacks().is_empty() && rig.plane.world().buckets.is_empty());
}
