#!/usr/bin/env bash
# The playlist endpoint as Lambda takes it: target/lambda-ARCHITECTURE/bootstrap/bootstrap.zip.  scripts/lambda.sh [arm64|x86-64]…
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- arm64 x86-64
for architecture in "$@"; do
  printf '[lambda] %s\n' "$architecture"
  # A folder of its own: the flags of a cross build would make the next ordinary build begin anew.
  CARGO_TARGET_DIR=target/lambda-build cargo lambda build --quiet --release "--$architecture" \
    -p screener-lambda --bin bootstrap --output-format zip --lambda-dir "target/lambda-$architecture"
  printf '[lambda] %s: %d bytes\n' "target/lambda-$architecture/bootstrap/bootstrap.zip" \
    "$(stat -c %s "target/lambda-$architecture/bootstrap/bootstrap.zip")"
done
