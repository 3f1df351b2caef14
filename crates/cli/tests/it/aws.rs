//! `screener aws` from nothing to a destination and back, against a server that plays AWS's control plane.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use screener_testkit::ControlPlane;
use screener_testkit::control_plane::World;
use serde_json::Value;

use crate::stage::{Done, Home, done};

/// A creator with credentials of the environment, and an account that is the server.
struct Account {
    home: Home,
    plane: ControlPlane,
}

impl Account {
    async fn new() -> Self {
        let home = Home::new();
        std::fs::write(home.path("endpoint.zip"), b"PK\x05\x06 an endpoint").unwrap();
        Self {
            home,
            plane: ControlPlane::start(World::default()).await,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut all = vec!["--key-store", "file", "--json", "aws"];
        all.extend(arguments);
        let mut command = self.home.command(&all);
        for name in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"] {
            command.env_remove(name);
        }
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", self.home.path("none"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.home.path("none"))
            .env("AWS_ENDPOINT_URL", self.plane.endpoint())
            .env("SCREENER_LAMBDA_ZIP", self.home.path("endpoint.zip"))
            .env("SCREENER_AWS_PAUSE_MS", "5");
        command
    }

    /// Runs it to its end; the server answers meanwhile.
    async fn run(&self, arguments: &[&str]) -> Done {
        let command = self.command(arguments);
        tokio::task::spawn_blocking(|| done(command)).await.unwrap()
    }
}

fn event<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let found = lines.iter().find(|line| line["event"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {lines:#?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_nothing_to_a_destination_and_back() {
    let account = Account::new().await;
    let me = account.run(&["whoami"]).await.well().lines();
    assert_eq!(
        (&me[0]["account"], &me[0]["region"]),
        (&"123456789012".into(), &"eu-central-1".into())
    );

    let planned = account.run(&["plan"]).await.well().lines();
    let plan = &event(&planned, "plan")["plan"];
    assert!(
        plan["creates"].as_bool().unwrap() && plan["changes"].as_array().unwrap().len() > 15,
        "{plan}"
    );
    assert!(
        account
            .plane
            .world()
            .stacks
            .iter()
            .all(|stack| stack.makings.is_empty()),
        "a plan makes no piece"
    );

    let unasked = account.run(&["deploy", "--no-test"]).await;
    assert_eq!((unasked.code, unasked.error()["code"].as_str()), (1, Some("needs_yes")));

    let deployed = account.run(&["deploy", "--yes", "--no-test"]).await.well().lines();
    let made = &event(&deployed, "deployed")["deployed"];
    assert!(made["changed"].as_bool().unwrap(), "{made}");
    {
        let world = account.plane.world();
        let alive = world.stacks.iter().filter(|stack| !stack.is_gone());
        let regions: Vec<_> = alive.map(|stack| stack.arn.split(':').nth(3).unwrap()).collect();
        assert_eq!(
            regions,
            ["eu-central-1", "us-east-1"],
            "the log is delivered from us-east-1"
        );
        let bucket = &world.buckets[made["bucket"].as_str().unwrap()];
        assert!(
            bucket.contains_key("watch/index.html"),
            "the viewer's page is stored: {made}"
        );
    }
    let destinations = account.home.json(&["destination", "list"]).well().lines();
    assert!(
        destinations.iter().any(|one| one["name"] == made["name"]),
        "{destinations:#?}"
    );

    let again = account.run(&["deploy", "--yes", "--no-test"]).await.well().lines();
    assert_eq!(event(&again, "deployed")["deployed"]["changed"], false, "{again:#?}");
    let status = account.run(&["status"]).await.well().lines();
    assert_eq!(status[0]["status"], "CREATE_COMPLETE", "{status:#?}");

    let removed = account.run(&["remove", "--yes"]).await.well().lines();
    let left = event(&removed, "removed")["left"].as_array().unwrap();
    assert!(
        left.iter()
            .any(|line| line.as_str().unwrap().contains(made["bucket"].as_str().unwrap())),
        "{left:#?}"
    );
    assert!(
        account
            .plane
            .world()
            .stacks
            .iter()
            .all(screener_testkit::control_plane::Stack::is_gone)
    );
}

/// Five moments; with `SCREENER_FULL` twenty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_anywhere_a_deployment_goes_on_and_makes_nothing_twice() {
    let all = [2, 5, 8, 12, 20, 1, 3, 4, 6, 7, 9, 10, 11, 13, 14, 16, 18, 23, 26, 30];
    let moments = if std::env::var_os("SCREENER_FULL").is_some() {
        20
    } else {
        5
    };
    for &moment in &all[..moments] {
        let account = Account::new().await;
        let mut deploy = account.command(&["deploy", "--yes", "--no-test"]).spawn().unwrap();
        // The server's own log is what there is to wait for.
        while account.plane.world().calls.len() < moment && deploy.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        deploy.kill().unwrap();
        deploy.wait().unwrap();
        account.run(&["deploy", "--yes", "--no-test"]).await.well();
        let world = account.plane.world();
        let alive: Vec<_> = world.stacks.iter().filter(|stack| !stack.is_gone()).collect();
        let names: BTreeSet<_> = alive.iter().map(|stack| &stack.name).collect();
        assert_eq!(names.len(), alive.len(), "after {moment} calls");
        for stack in alive {
            let twice: Vec<_> = stack.makings.iter().filter(|(_, times)| **times != 1).collect();
            assert!(
                !stack.makings.is_empty() && twice.is_empty(),
                "after {moment} calls: {twice:?}"
            );
        }
    }
}
