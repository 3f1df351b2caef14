#!/usr/bin/env bash
# Puts the code as Windows gets it through the compiler and its lints. The encoder is left out: no package of this system has FFmpeg's
# development files for Windows. So is the crate that only tests use. Nothing is run.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/interface.sh
target=x86_64-pc-windows-gnu
cargo clippy --quiet --target "$target" --workspace --exclude screener-transcode --exclude screener-testkit --lib --bins -- -D warnings
printf '[windows] everything but the encoder passes for %s\n' "$target"
