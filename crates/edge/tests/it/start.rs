//! Starting, being found, stopping.

use screener_edge::{Config, Edge, Error, find};

#[tokio::test]
async fn an_edge_is_found_while_it_runs_and_keeps_its_address() {
    let folder = tempfile::tempdir().unwrap();
    assert!(find(folder.path()).await.is_none());
    let edge = Edge::start(Config::new(folder.path())).await.unwrap();
    let (address, s3) = (edge.address(), edge.s3());
    assert!(address.ip().is_loopback());
    let found = find(folder.path()).await.unwrap();
    assert_eq!(
        (found.address, &found.s3, found.pid),
        (address, &s3, std::process::id())
    );
    edge.stop().await;
    assert!(find(folder.path()).await.is_none());
    let again = Edge::start(Config::new(folder.path())).await.unwrap();
    assert_eq!((again.address(), again.s3()), (address, s3));
}

#[tokio::test]
async fn one_edge_per_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _edge = Edge::start(Config::new(folder.path())).await.unwrap();
    assert!(matches!(
        Edge::start(Config::new(folder.path())).await,
        Err(Error::AlreadyRunning { .. })
    ));
}

#[tokio::test]
async fn a_port_in_use_is_told_and_not_changed() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        port: Some(port),
        ..Config::new(folder.path())
    };
    assert!(matches!(Edge::start(config).await, Err(Error::PortTaken { port: told }) if told == port));
}

#[tokio::test]
async fn any_port_is_written_down_as_the_one_that_it_became() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        port: Some(0),
        ..Config::new(folder.path())
    };
    let edge = Edge::start(config).await.unwrap();
    assert_ne!(edge.address().port(), 0);
    assert_eq!(find(folder.path()).await.unwrap().address, edge.address());
}

#[tokio::test]
async fn a_record_whose_port_belongs_to_another_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let edge = Edge::start(Config::new(folder.path())).await.unwrap();
    let path = folder.path().join("edge.json");
    let mut record: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    record["instance"]["token"] = "another".into();
    std::fs::write(&path, record.to_string()).unwrap();
    assert!(find(folder.path()).await.is_none());
    edge.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_record_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let _edge = Edge::start(Config::new(folder.path())).await.unwrap();
    let mode = std::fs::metadata(folder.path().join("edge.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_damaged_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("edge.json"), "{").unwrap();
    let Err(error) = Edge::start(Config::new(folder.path())).await else {
        panic!("it started")
    };
    assert_eq!(error.code(), "edge-record-damaged");
    assert!(error.mend().contains("edge.json"));
}
