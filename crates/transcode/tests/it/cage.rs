//! The cage holds: what a decoder that was taken over could not do.

use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;

use screener_transcode::cage::{self, Needs};
use screener_wire::{Event, Task, VERSION};

use crate::lab;

/// Set for the process that goes into the cage: `folder` that it may write.
const INSIDE: &str = "SCREENER_TEST_CAGE";

/// Runs [`prisoner`] in a process of its own: a cage is for ever.
#[test]
fn a_caged_process_reaches_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (inside, outside) = (folder.path().join("inside"), folder.path().join("outside"));
    std::fs::create_dir_all(&inside).expect("made");
    std::fs::create_dir_all(&outside).expect("made");
    std::fs::write(outside.join("source"), "film").expect("written");
    std::fs::write(outside.join("secret"), "secret").expect("written");
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "cage::prisoner", "--nocapture"])
        .env(INSIDE, folder.path())
        .env(
            "SCREENER_TEST_PORT",
            listener.local_addr().expect("an address").port().to_string(),
        )
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("the prisoner tried everything"), "{said}");
    assert_eq!(
        std::fs::read_to_string(inside.join("film")).ok().as_deref(),
        Some("made")
    );
}

/// No test by itself: see [`a_caged_process_reaches_nothing_else`].
#[test]
fn prisoner() {
    let Ok(folder) = std::env::var(INSIDE) else { return };
    let folder = Path::new(&folder);
    let (inside, outside) = (folder.join("inside"), folder.join("outside"));
    let needs = Needs {
        read: vec![lab::text(&outside.join("source"))],
        write: vec![lab::text(&inside)],
        encodes: true,
    };
    let held = cage::enter(&needs).expect("the cage closes");
    assert!(held.hardened && held.memory.is_some(), "{held:?}");
    assert_eq!(
        std::fs::read_to_string(outside.join("source")).expect("the source is open"),
        "film"
    );
    std::fs::write(inside.join("part"), "made").expect("its folder is open");
    std::fs::rename(inside.join("part"), inside.join("film")).expect("and names in it");
    if held.files.starts_with("closed") {
        assert!(std::fs::read(outside.join("secret")).is_err(), "another file was read");
        assert!(std::fs::read("/etc/passwd").is_err(), "a file of the system was read");
        assert!(std::fs::read_dir(&outside).is_err(), "another folder was listed");
        assert!(
            std::fs::write(outside.join("source"), "x").is_err(),
            "the source was written"
        );
        assert!(
            std::fs::write(outside.join("new"), "x").is_err(),
            "another folder was written"
        );
    }
    if held.network.starts_with("closed") {
        let port = std::env::var("SCREENER_TEST_PORT")
            .expect("told")
            .parse::<u16>()
            .expect("a number");
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "TCP");
        assert!(UdpSocket::bind("127.0.0.1:0").is_err(), "UDP");
        assert!(std::os::unix::net::UnixDatagram::unbound().is_err(), "Unix sockets");
    }
    if held.programs.starts_with("closed") {
        assert!(Command::new("/bin/true").status().is_err(), "a program was started");
    }
    // Threads still work, encoders live by them, and let others go first.
    // SAFETY: a plain system call without pointers.
    let niceness = || unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
    assert!(std::thread::spawn(niceness).join().is_ok_and(|nice| nice > 0));
    eprintln!("the prisoner tried everything");
}

#[test]
fn the_worker_says_what_holds() {
    let outcome = lab::work(&Task::Capabilities { version: VERSION });
    let answer = outcome.events.iter().find_map(|event| {
        if let Event::Answer { value } = event {
            Some(value)
        } else {
            None
        }
    });
    let cage = &answer.expect("an answer")["cage"];
    for bar in ["files", "network", "programs"] {
        let words = cage[bar].as_str().unwrap_or_default();
        assert!(
            words.starts_with("closed") || words.starts_with("open: "),
            "{bar}: {cage}"
        );
    }
    assert_eq!(cage["hardened"], true);
}
