//! Looks before a deployment, permissions, drift.

use screener_account::caller::{Who, caller};
use screener_account::{Caller, Pace};
use screener_stack::deploy::caller_permissions::{self, Simulated};
use screener_stack::deploy::preflight::{LookState, looks};
use screener_template::{TEMPLATE, Template};
use screener_testkit::control_plane::{Certificate, World};

use crate::rig::{Rig, config, trouble};

const ARN: &str = "arn:aws:acm:us-east-1:123456789012:certificate/0000";

fn certificate(status: &str, names: &[&str]) -> Vec<Certificate> {
    vec![Certificate {
        arn: ARN.into(),
        status: status.into(),
        names: names.iter().map(|&name| name.into()).collect(),
    }]
}

#[tokio::test]
async fn quotas_are_held_against_what_there_is() {
    let rig = Rig::new(World {
        page: 1,
        ..World::default()
    })
    .await;
    let well = looks(&rig.clients, Pace::brief(), None, true).await.unwrap();
    assert!(well.iter().all(|one| one.state == LookState::Well), "{well:?}");
    {
        let mut world = rig.plane.world();
        world.there = (200, 10);
        world.quotas[2].value = 10.0;
    }
    let full = looks(&rig.clients, Pace::brief(), None, true).await.unwrap();
    let states: Vec<_> = full.iter().map(|one| (one.what.as_str(), one.state)).collect();
    assert_eq!(
        states,
        [
            ("distributions", LookState::Broken),
            ("key_groups", LookState::Broken),
            ("concurrency", LookState::Warning)
        ]
    );
    rig.plane.world().troubles.push(trouble(
        "ListServiceQuotas",
        0,
        9,
        403,
        "AccessDeniedException",
        "not authorized",
    ));
    let unknown = looks(&rig.clients, Pace::brief(), None, true).await.unwrap();
    assert!(unknown.iter().all(|one| one.state == LookState::Unknown), "{unknown:?}");
}

#[tokio::test]
async fn a_certificate_must_be_there_issued_and_cover_the_domain() {
    let rig = Rig::new(World::default()).await;
    for (arn, there, state, part) in [
        (
            ARN,
            certificate("ISSUED", &["*.example.com"]),
            LookState::Well,
            "covers",
        ),
        (
            ARN,
            certificate("PENDING_VALIDATION", &["video.example.com"]),
            LookState::Broken,
            "not issued",
        ),
        (
            ARN,
            certificate("ISSUED", &["example.com"]),
            LookState::Broken,
            "not video.example.com",
        ),
        (ARN, Vec::new(), LookState::Broken, "no such certificate"),
        (
            "arn:aws:acm:eu-central-1:1:certificate/0",
            Vec::new(),
            LookState::Broken,
            "us-east-1 alone",
        ),
    ] {
        rig.plane.world().certificates = there;
        let all = looks(&rig.clients, Pace::brief(), Some((arn, "video.example.com")), false)
            .await
            .unwrap();
        assert_eq!((all.len(), all[0].state), (1, state), "{all:?}");
        assert!(all[0].words.contains(part), "{all:?}");
    }
}

#[tokio::test]
async fn who_one_is_and_what_may_not_be_done() {
    let denied = vec![
        ("cloudfront:CreateDistribution".to_owned(), true),
        ("iam:PassRole".to_owned(), false),
    ];
    let rig = Rig::new(World {
        denied,
        page: 30,
        ..World::default()
    })
    .await;
    let me = caller(&config(&rig.plane.endpoint()).await, Pace::brief())
        .await
        .unwrap();
    assert_eq!(
        (me.account.as_str(), &me.who),
        ("123456789012", &Who::User { name: "creator".into() })
    );
    let template = Template::read(TEMPLATE).unwrap();
    let actions = caller_permissions::needed(template.types());
    let found = caller_permissions::missing(&rig.clients, Pace::brief(), &me, &actions).await;
    let Simulated::Asked { missing, organisation } = found else {
        panic!("{found:?}")
    };
    assert_eq!(missing, ["cloudfront:CreateDistribution", "iam:PassRole"]);
    assert_eq!(organisation, ["cloudfront:CreateDistribution"]);
    // A role of Identity Center has a path, which is asked for; root is not simulated.
    rig.plane.world().role_path = "/aws-reserved/sso.amazonaws.com/".into();
    let role = Caller::new(
        "123456789012",
        "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_1/anna",
    );
    assert!(matches!(
        caller_permissions::missing(&rig.clients, Pace::brief(), &role, &actions).await,
        Simulated::Asked { .. }
    ));
    let calls = rig.plane.world().count("SimulatePrincipalPolicy");
    let root = Caller::new("123456789012", "arn:aws:iam::123456789012:root");
    assert!(matches!(
        caller_permissions::missing(&rig.clients, Pace::brief(), &root, &actions).await,
        Simulated::NotAsked { .. }
    ));
    assert_eq!(rig.plane.world().count("SimulatePrincipalPolicy"), calls);
    rig.plane
        .world()
        .troubles
        .push(trouble("SimulatePrincipalPolicy", 0, 1, 403, "AccessDenied", "no"));
    assert!(matches!(
        caller_permissions::missing(&rig.clients, Pace::brief(), &me, &actions).await,
        Simulated::NotAsked { .. }
    ));
}

#[tokio::test]
async fn what_was_changed_by_hand_is_told_and_nothing_is_done() {
    let rig = Rig::new(World {
        page: 1,
        ..World::default()
    })
    .await;
    let mut row = Rig::row();
    rig.deploy(&mut row, &Rig::wanted()).await.unwrap();
    let tell = |_| {};
    assert!(rig.engine(&tell).drift("screener-films").await.unwrap().is_empty());
    rig.plane.world().stacks[0].drift = vec![("Distribution".into(), "/DistributionConfig/PriceClass".into())];
    let drifted = rig.engine(&tell).drift("screener-films").await.unwrap();
    assert_eq!(
        (drifted[0].piece.as_str(), drifted[0].properties.as_slice()),
        ("Distribution", &["DistributionConfig/PriceClass".to_owned()][..])
    );
    assert_eq!(rig.plane.world().count("ExecuteChangeSet"), 1);
}
