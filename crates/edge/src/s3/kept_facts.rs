//! The small files beside the bytes, in which s3s-fs and the edge keep what is known about them.

use std::{
    io,
    path::{Path, PathBuf},
};

use data_encoding::BASE64URL_NOPAD;

/// Where s3s-fs keeps what it knows about an object: `internal` (checksums) or `metadata`.
pub(super) fn path(root: &Path, bucket: &str, key: &str, kind: &str) -> PathBuf {
    let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    root.join(format!(".bucket-{}.object-{}.{kind}.json", encode(bucket), encode(key)))
}

/// Takes one away, where there is one.
pub(super) fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "metadata of an object could not be removed");
    }
}
