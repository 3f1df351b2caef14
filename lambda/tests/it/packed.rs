//! What `make lambda` puts into the zip, and that the same executable makes the same one.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

fn pack(executable: &Path, zip: &Path) -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/lambda_zip.py");
    let status = Command::new("python3").arg(script).args([executable, zip]).status();
    assert!(status.unwrap().success());
    std::fs::read(zip).unwrap()
}

/// Lambda runs the file `bootstrap` at the root of the zip, which has to be executable.
#[test]
fn one_executable_makes_one_zip_whenever_and_wherever_it_is_packed() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["bootstrap", "elsewhere"].map(|name| folder.path().join(name));
    let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    std::fs::write(&one, &content).unwrap();
    std::fs::write(&other, &content).unwrap();
    let before = SystemTime::now() - Duration::from_hours(1000);
    std::fs::File::options()
        .write(true)
        .open(&other)
        .unwrap()
        .set_modified(before)
        .unwrap();
    let zip = folder.path().join("one.zip");
    let packed = pack(&one, &zip);
    assert!(packed.len() < content.len());
    assert!(packed == pack(&other, &folder.path().join("other.zip")));

    let read = "import sys, zipfile\n\
                packed = zipfile.ZipFile(sys.argv[1])\n\
                assert packed.testzip() is None\n\
                for one in packed.infolist(): print(one.filename, oct(one.external_attr >> 16), one.file_size)";
    let listed = Command::new("python3").args(["-c", read]).arg(&zip).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.trim(), format!("bootstrap 0o100755 {}", content.len()));
}
