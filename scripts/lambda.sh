#!/usr/bin/env bash
# The playlist endpoint as Lambda takes it: target/lambda-ARCHITECTURE/bootstrap/bootstrap.zip.  scripts/lambda.sh [arm64|x86-64]…
# One commit, compiler and linker are to make one zip, byte by byte, wherever the sources lie, so that what is deployed can be built again
# and compared: scripts/lambda-twice.sh asks whether they do.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- arm64 x86-64
# What is left of a build before is none of this one's.
export CARGO_INCREMENTAL=0
# Messages of panics and of C's assertions name source files: by names that do not depend on where those lie. The last that fits is taken.
rust_flags= c_flags=
named() { # folder, name
  rust_flags+=" --remap-path-prefix=$1=$2" c_flags+=" -ffile-prefix-map=$1=$2"
}
named "$PWD" /screener
named "${CARGO_HOME:-$HOME/.cargo}" /cargo
named "$(rustc --print sysroot)" /rust
export RUSTFLAGS="${RUSTFLAGS:-}$rust_flags" CFLAGS="${CFLAGS:-}$c_flags"
for architecture in "$@"; do
  printf '[lambda] %s\n' "$architecture"
  # A folder of its own: the flags of a cross build would make the next ordinary build begin anew.
  CARGO_TARGET_DIR=target/lambda-build cargo lambda build --quiet --locked --release "--$architecture" \
    -p screener-lambda --bin bootstrap --lambda-dir "target/lambda-$architecture"
  zip=target/lambda-$architecture/bootstrap/bootstrap.zip
  python3 scripts/lambda_zip.py "target/lambda-$architecture/bootstrap/bootstrap" "$zip"
  printf '[lambda] %s: %d bytes, sha256 %s\n' "$zip" "$(stat -c %s "$zip")" "$(sha256sum "$zip" | cut -d ' ' -f 1)"
done
