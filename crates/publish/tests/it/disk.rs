//! A disk that is full: a small tmpfs of the test's own. Needs the right to mount.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use screener_publish::JobState;
use screener_testkit::{Script, ScriptedEncoder, VirtualClock};

use crate::world::{World, is_whole, until};

struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(self.0).status();
    }
}

fn mount(folder: &Path) -> Option<Mounted<'_>> {
    std::fs::create_dir_all(folder).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=40m", "tmpfs"])
        .arg(folder)
        .status();
    mounted.is_ok_and(|s| s.success()).then_some(Mounted(folder))
}

fn script() -> Script {
    Script {
        segments: 6,
        segment_bytes: 300_000,
        ..Script::default()
    }
}

/// Takes all room on a folder's disk but so many bytes; the file that takes it.
fn fill(folder: &Path, but: usize) -> PathBuf {
    let ballast = folder.join("ballast");
    let free = fs4::available_space(folder).unwrap();
    std::fs::write(&ballast, vec![1; usize::try_from(free).unwrap() - but]).unwrap();
    ballast
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_named_and_the_job_goes_on_when_there_is_room() {
    let script = script();
    // Room that is left: so little that the journal is the first to notice, or the work folder.
    for room in [100 << 10, 1_500 << 10] {
        let mut world = World::new(ScriptedEncoder::gated(script.clone(), 1)).await;
        let data = world.folder.path().join("data");
        let Some(_mounted) = mount(&data) else {
            eprintln!("skipped: this user may not mount a tmpfs");
            return;
        };
        world.clock = Arc::new(VirtualClock::default());
        let engine = world.engine();
        engine.start();
        let accepted = engine.accept(world.new_job()).await.unwrap();
        until(&engine, &accepted.job, |r| r.tracks.iter().any(|t| t.stored > 0.0)).await;
        let ballast = fill(&data, room);
        world.encoder.allow(100);
        let record = until(&engine, &accepted.job, |r| r.error.is_some()).await;
        assert_eq!(record.error.unwrap().code, "disk_full");
        assert_ne!(record.state, JobState::Failed);
        std::fs::remove_file(&ballast).unwrap();
        until(&engine, &accepted.job, |r| r.state == JobState::Live).await;
        engine.stop().await;
        is_whole(&world.bucket().await, &accepted.id, 1, &script);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destination_without_room_is_named_and_the_job_goes_on_when_there_is_some() {
    let script = script();
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("edge");
    let Some(_mounted) = mount(&disk) else {
        eprintln!("skipped: this user may not mount a tmpfs");
        return;
    };
    let mut world = World::within(folder, ScriptedEncoder::gated(script.clone(), 1)).await;
    world.clock = Arc::new(VirtualClock::default());
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.tracks.iter().any(|t| t.stored > 0.0)).await;
    let ballast = fill(&disk, 700 << 10);
    world.encoder.allow(100);
    let record = until(&engine, &accepted.job, |r| r.error.is_some()).await;
    assert_eq!(record.error.unwrap().code, "destination_full");
    assert_ne!(record.state, JobState::Failed);
    std::fs::remove_file(&ballast).unwrap();
    until(&engine, &accepted.job, |r| r.state == JobState::Live).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
}

/// Not one byte is left, so that not even the journal can be written: it is said, and leaving is possible all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_cannot_be_written_keeps_nobody_from_leaving() {
    let script = script();
    let world = World::new(ScriptedEncoder::gated(script.clone(), 1)).await;
    let data = world.folder.path().join("data");
    let Some(_mounted) = mount(&data) else {
        eprintln!("skipped: this user may not mount a tmpfs");
        return;
    };
    let engine = world.engine();
    engine.start();
    let accepted = engine.accept(world.new_job()).await.unwrap();
    until(&engine, &accepted.job, |r| r.tracks.iter().any(|t| t.stored > 0.0)).await;
    let ballast = data.join("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    drop(file);
    world.encoder.allow(100);
    let record = until(&engine, &accepted.job, |r| r.error.is_some()).await;
    assert_eq!(record.error.unwrap().code, "disk_full");
    tokio::time::timeout(Duration::from_mins(1), engine.stop())
        .await
        .expect("it leaves");
    drop(engine);

    std::fs::remove_file(&ballast).unwrap();
    let engine = world.engine();
    engine.start();
    until(&engine, &accepted.job, |r| r.state == JobState::Live).await;
    engine.stop().await;
    is_whole(&world.bucket().await, &accepted.id, 1, &script);
}
