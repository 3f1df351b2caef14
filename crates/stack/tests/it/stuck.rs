//! Each of a stack's stuck states: what a deployment does about it.

use screener_testkit::control_plane::{Certainty, Failing, World};

use crate::rig::Rig;

#[tokio::test]
async fn a_stack_that_was_rolled_back_is_deleted_and_made_anew() {
    for status in ["ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"] {
        let rig = Rig::new(World::default()).await;
        rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap();
        rig.plane.world().stacks[0].status = status.into();
        // Looking alone changes nothing, and says what there is to do.
        let tell = |_| {};
        let told = rig
            .engine(&tell)
            .prepare(&mut Rig::row(), &Rig::wanted(), false)
            .await
            .unwrap_err();
        assert_eq!(told.code, "rolled_back");
        rig.deploy(&mut rig.found(), &Rig::wanted()).await.unwrap().unwrap();
        assert_eq!(rig.stacks(), ["screener-films CREATE_COMPLETE"], "{status}");
    }
}

#[tokio::test]
async fn a_roll_back_that_stopped_goes_on_before_the_update() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    let fails = |piece: &str, when| Failing {
        piece: piece.into(),
        when,
        words: "Access denied to a role that is gone".into(),
    };
    rig.plane.world().failing = vec![
        fails("Distribution", Certainty::Changing),
        fails("Function", Certainty::ChangingBack),
    ];
    let mut other = Rig::wanted();
    other.zip = Some(b"newer".to_vec());
    other.parameters.insert("PriceClass".into(), "PriceClass_100".into());
    rig.deploy(&mut row, &other).await.unwrap_err();
    assert_eq!(rig.stacks(), ["screener-films UPDATE_ROLLBACK_FAILED"]);
    let stuck = rig.deploy(&mut row, &other).await.unwrap_err();
    assert!(
        stuck.message.contains("Function") && stuck.message.contains("a role that is gone"),
        "{stuck:?}"
    );
    rig.plane.world().failing.clear();
    rig.deploy(&mut row, &other).await.unwrap().unwrap();
    assert_eq!(rig.stacks(), ["screener-films UPDATE_COMPLETE"]);
    assert_eq!(rig.plane.world().count("ContinueUpdateRollback"), 2);
}

#[tokio::test]
async fn an_empty_stack_that_was_only_planned_is_used() {
    let rig = Rig::new(World::default()).await;
    // A run whose row was lost: nothing knows of the stack.
    rig.planned(&mut Rig::row(), &Rig::wanted()).await;
    rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap().unwrap();
    assert_eq!(rig.stacks(), ["screener-films CREATE_COMPLETE"]);
}

#[tokio::test]
async fn a_half_deleted_stack_is_only_deleted_further() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    let words =
        "Resource handler returned message: \"Cannot delete entity, must delete access keys first. (Service: Iam)\"";
    rig.plane.world().failing = vec![Failing {
        piece: "PublisherUser".into(),
        when: Certainty::Deleting,
        words: words.into(),
    }];
    let stuck = rig.remove(&mut row, None).await.unwrap_err();
    assert_eq!(stuck.code, "keys_first", "{stuck:?}");
    let refused = rig.deploy(&mut row, &Rig::wanted()).await.unwrap_err();
    assert_eq!(refused.code, "half_deleted");
    assert!(
        refused.message.contains("PublisherUser (AWS::IAM::User)"),
        "{}",
        refused.message
    );
    rig.plane.world().failing.clear();
    rig.remove(&mut row, None).await.unwrap();
    assert!(rig.stacks().is_empty());
}

#[tokio::test]
async fn a_name_that_is_somebody_elses_is_refused() {
    let rig = Rig::new(World::default()).await;
    rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap();
    rig.plane.world().stacks[0].tags.clear();
    let refused = rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    assert_eq!(refused.code, "name_taken");
    assert_eq!(rig.remove(&mut Rig::row(), None).await.unwrap_err().code, "name_taken");
}

#[tokio::test]
async fn a_newer_template_is_not_taken_back_by_an_older_screener() {
    let rig = Rig::new(World::default()).await;
    let mut newer = Rig::wanted();
    newer.version = 9;
    newer.template = newer.template.replace("    Value: \"1\"", "    Value: \"9\"");
    rig.deploy(&mut Rig::row(), &newer).await.unwrap();
    let refused = rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    assert_eq!(refused.code, "newer_template", "{refused:?}");
}

#[tokio::test]
async fn what_is_under_way_is_watched_to_its_end_by_whoever_comes() {
    let rig = Rig::new(World {
        pace: 2,
        ..World::default()
    })
    .await;
    let mut row = Rig::row();
    let planned = rig.planned(&mut row, &Rig::wanted()).await;
    // The process dies right after the call: only the row is left.
    let wanted = Rig::wanted();
    let tell = |_| {};
    let engine = rig.engine(&tell);
    let execution = engine.execute(&mut row, Some(&planned));
    let _ = tokio::time::timeout(std::time::Duration::from_millis(5), execution).await;
    rig.deploy(&mut rig.found(), &wanted).await.unwrap();
    let world = rig.plane.world();
    assert_eq!((world.stacks.len(), world.count("ExecuteChangeSet")), (1, 1));
}
