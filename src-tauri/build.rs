//! Makes Tauri's context. The window's pages are built by `npm run build` in `ui/`; an empty folder stands in until then,
//! so that checking this crate needs no npm.

fn main() {
    let pages = std::path::Path::new("../ui/dist");
    if let Err(error) = std::fs::create_dir_all(pages) {
        println!("cargo::warning=could not make {}: {error}", pages.display());
    }
    println!("cargo::rerun-if-changed={}", pages.display());
    tauri_build::build();
}
