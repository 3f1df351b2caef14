#!/usr/bin/env bash
# Type-checks what is compiled for Windows alone, from here. The encoder is left out: FFmpeg's development files for Windows come with
# no package of this system; so are its tests' sources. Nothing is run.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/interface.sh
target=x86_64-pc-windows-gnu
cargo clippy --quiet --target "$target" --workspace --exclude screener-transcode --exclude screener-testkit --lib --bins -- -D warnings
printf '[windows] everything but the encoder passes for %s\n' "$target"
