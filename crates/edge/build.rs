//! Embeds the viewer's page. The user interface's build makes it; without one the plain page of this crate is taken, so
//! that the command line can be built without npm.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let built = own.join("../../ui/dist-watch");
    let plain = own.join("plain");
    // Cargo runs a build script again when a named path appears, too.
    println!("cargo::rerun-if-changed={}", built.display());
    println!("cargo::rerun-if-changed={}", plain.display());
    println!("cargo::rerun-if-changed=build.rs");
    let folder = if built.join("index.html").is_file() {
        built
    } else {
        plain
    };
    let mut files = Vec::new();
    walk(&folder, &folder, &mut files)?;
    files.sort();
    let mut text = String::from("/// Names below `watch/` and their bytes.\nstatic FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        let path = path.canonicalize()?;
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(text, "    ({name:?}, include_bytes!({:?})),", path.to_string_lossy()).map_err(io::Error::other)?;
    }
    text.push_str("];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("page.rs"),
        text,
    )
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.push((name.to_string_lossy().replace('\\', "/"), path));
        }
    }
    Ok(())
}
