//! What people complained of in other tools that deploy, one test each, named by what went wrong.

use screener_template::{TEMPLATE, Template};
use screener_testkit::control_plane::{Certainty, Failing, World};

use crate::rig::{Rig, trouble};

fn validation() -> Vec<(String, String, String)> {
    let words = "Resource of type 'AWS::Lambda::Function' with identifier 'screener' already exists.";
    vec![("Function".into(), "/Resources/Function".into(), words.into())]
}

// aws-cdk-cli #1000, aws-sam-cli #9154
#[tokio::test]
async fn the_reason_was_only_to_be_found_in_the_console() {
    let rig = Rig::new(World {
        validation: validation(),
        ..World::default()
    })
    .await;
    let refused = rig.prepare(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    assert!(
        refused.message.contains("identifier 'screener' already exists"),
        "{}",
        refused.message
    );
}

// aws-cdk-cli #1298
#[tokio::test]
async fn a_missing_right_to_read_the_reason_looked_like_the_reason() {
    let denied = trouble(
        "DescribeEvents",
        0,
        9,
        403,
        "AccessDenied",
        "not authorized to perform: cloudformation:DescribeEvents",
    );
    let rig = Rig::new(World {
        validation: validation(),
        troubles: vec![denied],
        ..World::default()
    })
    .await;
    let refused = rig.prepare(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    assert!(
        !refused.message.contains("DescribeEvents") || refused.message.contains("validation failed"),
        "{}",
        refused.message
    );
    assert_ne!(refused.code, "denied");
}

// cloudformation-cli #1116
#[tokio::test]
async fn events_were_asked_for_by_the_change_sets_name_and_there_were_none() {
    // The server answers to a full ARN alone, as AWS does.
    let rig = Rig::new(World {
        validation: validation(),
        ..World::default()
    })
    .await;
    assert_eq!(
        rig.prepare(&mut Rig::row(), &Rig::wanted()).await.unwrap_err().code,
        "not_valid"
    );
    assert_eq!(rig.plane.world().count("DescribeEvents"), 1);
}

// aws-cdk #15301, cloudformation-coverage-roadmap #924
#[tokio::test]
async fn a_public_key_was_changed_and_failed_in_the_middle_of_the_update() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    let mut other = Rig::wanted();
    let key = other.parameters["PublicKeyPem1"].replace("AAAA==", "AAQA==");
    other.parameters.insert("PublicKeyPem1".into(), key.clone());
    assert_eq!(rig.deploy(&mut row, &other).await.unwrap_err().code, "key_changed");
    // Into a free slot it goes.
    let mut added = Rig::wanted();
    added.parameters.insert("PublicKeyPem2".into(), key);
    let seen = rig.deploy(&mut row, &added).await.unwrap().unwrap();
    assert!(seen.outputs.contains_key("PublicKeyId1") && seen.outputs.contains_key("PublicKeyId2"));
}

// workload-discovery-on-aws #12
#[tokio::test]
async fn an_account_that_is_not_verified_looked_like_a_missing_permission() {
    let words = "Your account must be verified before you can add new CloudFront resources. To verify your account, please contact AWS Support (https://console.aws.amazon.com/support/home#/ ) and include this error message. (Service: AmazonCloudFront; Status Code: 403; Error Code: AccessDenied; Request ID: 1)";
    let failing = vec![Failing {
        piece: "Distribution".into(),
        when: Certainty::Making,
        words: words.into(),
    }];
    let rig = Rig::new(World {
        failing,
        ..World::default()
    })
    .await;
    let failure = rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    assert_eq!(failure.code, "not_verified");
    assert!(failure.mend.contains("AWS Support") && rig.stacks().is_empty());
}

// sst #137
#[tokio::test]
async fn a_stack_was_stuck_in_update_rollback_failed() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    rig.plane.world().stacks[0].status = "UPDATE_ROLLBACK_FAILED".into();
    let mut other = Rig::wanted();
    other.parameters.insert("PriceClass".into(), "PriceClass_100".into());
    rig.deploy(&mut row, &other).await.unwrap();
    assert_eq!(rig.plane.world().count("ContinueUpdateRollback"), 1);
}

// aws-cdk #19623, sst #220
#[tokio::test]
async fn an_interrupted_plan_was_waited_for_without_end() {
    let rig = Rig::new(World::default()).await;
    rig.planned(&mut Rig::row(), &Rig::wanted()).await;
    assert_eq!(rig.stacks(), ["screener-films REVIEW_IN_PROGRESS"]);
    rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap();
    assert_eq!(rig.stacks(), ["screener-films CREATE_COMPLETE"]);
}

// aws-cdk #1048, #2553
#[tokio::test]
async fn nothing_to_change_was_an_error() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    assert!(rig.deploy(&mut row, &Rig::wanted()).await.unwrap().is_none());
}

// serverless #2485
#[tokio::test]
async fn an_ended_sign_in_was_told_as_a_stack_that_is_not_there() {
    let expired = trouble(
        "DescribeStacks",
        0,
        9,
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    );
    let rig = Rig::new(World {
        troubles: vec![expired],
        ..World::default()
    })
    .await;
    assert_eq!(
        rig.remove(&mut Rig::row(), None).await.unwrap_err().code,
        "sign_in_ended"
    );
}

// serverless #4893, #12288
#[tokio::test]
async fn a_removal_failed_because_the_bucket_was_not_empty() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    let seen = rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
    let bucket = seen.outputs["BucketName"].clone();
    rig.plane
        .world()
        .buckets
        .entry(bucket.clone())
        .or_default()
        .insert("videos/1".into(), vec![1]);
    let left = rig.remove(&mut row, None).await.unwrap();
    assert_eq!(left.bucket, Some(bucket));
    assert!(rig.stacks().is_empty());
}

// sst #4011
#[tokio::test]
async fn after_an_interruption_everything_existed_already() {
    let rig = Rig::new(World {
        pace: 1,
        ..World::default()
    })
    .await;
    let wanted = Rig::wanted();
    let mut row = Rig::row();
    let deploying = rig.deploy(&mut row, &wanted);
    let _ = tokio::time::timeout(std::time::Duration::from_millis(40), deploying).await;
    rig.plane.world().pace = 50;
    rig.deploy(&mut rig.found(), &wanted).await.unwrap();
    let world = rig.plane.world();
    assert!(world.stacks.len() == 1 && world.stacks[0].makings.values().all(|times| *times == 1));
}

// virtual-waiting-room-on-aws #198
#[test]
fn an_api_wanted_a_logging_role_that_new_accounts_do_not_have() {
    assert!(Template::read(TEMPLATE).is_ok());
    for setting in ["LoggingLevel", "AccessLogSetting"] {
        assert!(!TEMPLATE.contains(setting), "{setting} needs a role of the account");
    }
}
