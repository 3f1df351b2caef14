//! Each likely roll-back: AWS's own words, and what is made of them.

use screener_testkit::control_plane::{Certainty, Failing, World};

use crate::rig::Rig;

async fn failing(piece: &str, words: &str) -> (screener_wire::Failure, Rig) {
    let failing = vec![Failing {
        piece: piece.into(),
        when: Certainty::Making,
        words: words.into(),
    }];
    let rig = Rig::new(World {
        failing,
        ..World::default()
    })
    .await;
    let failure = rig.deploy(&mut Rig::row(), &Rig::wanted()).await.unwrap_err();
    (failure, rig)
}

#[tokio::test]
async fn the_first_failure_is_the_cause_and_a_first_creation_leaves_nothing() {
    for (piece, words, code, said) in [
        (
            "Distribution",
            "Resource handler returned message: \"Access denied for operation 'AWS::CloudFront::Distribution: Your account must be verified before you can add new CloudFront resources. To verify your account, please contact AWS Support (https://console.aws.amazon.com/support/home#/ ) and include this error message.'.\" (HandlerErrorCode: AccessDenied)",
            "not_verified",
            "no permission",
        ),
        (
            "Distribution",
            "User: arn:aws:iam::1:user/a is not authorized to perform: cloudfront:CreateDistribution with an explicit deny in a service control policy",
            "organisation",
            "organisation's administrators",
        ),
        (
            "KeyGroup",
            "Resource handler returned message: \"Invalid request provided: You have exceeded the maximum number of key groups (TooManyKeyGroups)\"",
            "quota",
            "Service Quotas",
        ),
        (
            "Function",
            "User: arn:aws:iam::1:user/a is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/screener-films-FunctionRole",
            "denied",
            "iam:PassRole to lambda.amazonaws.com",
        ),
        (
            "FunctionLog",
            "User: arn:aws:iam::1:user/a is not authorized to perform: logs:TagResource on resource: x",
            "denied",
            "logs:TagResource",
        ),
        (
            "PlaylistCache",
            "Resource handler returned message: \"Internal error reported from downstream service during operation 'AWS::CloudFront::CachePolicy'.\" (HandlerErrorCode: InternalFailure)",
            "aws_failed",
            "passes",
        ),
        (
            "LinkStore",
            "Resource of type 'AWS::CloudFront::KeyValueStore' with identifier 'x' already exists. (HandlerErrorCode: AlreadyExists)",
            "exists",
            "another name",
        ),
        (
            "Distribution",
            "Resource handler returned message: \"Invalid request provided: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain. (InvalidViewerCertificate)\"",
            "certificate",
            "us-east-1",
        ),
        (
            "Distribution",
            "Invalid request provided: One or more of the CNAMEs you provided are already associated with a different resource. (CNAMEAlreadyExists)",
            "domain_taken",
            "Take it from that distribution",
        ),
        (
            "Function",
            "Resource handler returned message: \"Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.\"",
            "code_gone",
            "uploaded anew",
        ),
        (
            "PublisherUser",
            "Resource handler returned message: \"The security token included in the request is expired (Service: Iam, Status Code: 403)\"",
            "sign_in_ended",
            "Sign in again",
        ),
        (
            "Bucket",
            "Something that nobody has seen before",
            "piece_failed",
            "these words",
        ),
    ] {
        let (failure, rig) = failing(piece, words).await;
        assert_eq!(failure.code, code, "{failure:?}");
        assert!(failure.mend.contains(said), "{}: {}", failure.message, failure.mend);
        assert!(
            code == "organisation"
                || code == "region_off"
                || failure.message.contains(piece)
                || failure.message.contains(words.trim_end_matches('.')),
            "{}",
            failure.message
        );
        assert!(rig.stacks().is_empty(), "{code}: nothing is left: {:?}", rig.stacks());
        // The next attempt begins anew and ends well.
        rig.plane.world().failing.clear();
        let mut row = rig.found();
        rig.deploy(&mut row, &Rig::wanted()).await.unwrap().unwrap();
        assert_eq!(rig.stacks(), ["screener-films CREATE_COMPLETE"]);
    }
}

#[tokio::test]
async fn what_could_not_be_taken_back_is_named() {
    let failing = vec![
        Failing {
            piece: "KeyGroup".into(),
            when: Certainty::Making,
            words: "TooManyKeyGroups".into(),
        },
        Failing {
            piece: "Bucket".into(),
            when: Certainty::Deleting,
            words: "The bucket you tried to delete is not empty".into(),
        },
    ];
    let rig = Rig::new(World {
        failing,
        ..World::default()
    })
    .await;
    let mut row = Rig::row();
    let failure = rig.deploy(&mut row, &Rig::wanted()).await.unwrap_err();
    assert_eq!(failure.code, "left_behind");
    assert!(
        failure.message.contains("Bucket (AWS::S3::Bucket)") && failure.message.contains("TooManyKeyGroups"),
        "{}",
        failure.message
    );
    assert_eq!(rig.stacks(), ["screener-films DELETE_FAILED"]);
}

#[tokio::test]
async fn an_update_that_fails_is_taken_back_and_the_old_one_stays() {
    let rig = Rig::new(World::default()).await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    rig.plane.world().failing = vec![Failing {
        piece: "Distribution".into(),
        when: Certainty::Changing,
        words: "Resource handler returned message: \"Rate exceeded (Throttling)\"".into(),
    }];
    let mut other = Rig::wanted();
    other.parameters.insert("PriceClass".into(), "PriceClass_100".into());
    let failure = rig.deploy(&mut row, &other).await.unwrap_err();
    assert_eq!(failure.code, "aws_failed", "{failure:?}");
    assert_eq!(rig.stacks(), ["screener-films UPDATE_ROLLBACK_COMPLETE"]);
    rig.plane.world().failing.clear();
    rig.deploy(&mut row, &other).await.unwrap().unwrap();
    assert_eq!(rig.stacks(), ["screener-films UPDATE_COMPLETE"]);
}
